import { fail, ok, type Result } from '../values/result.ts';
import type { Dictionary, DictionaryAttribute } from './dictionary.ts';
import { MAXIMUM_TAG, readTaggedOctets } from './read-attribute.ts';
import {
  decodeScalar,
  encodeScalar,
  fromHex,
  type ScalarValue,
  sizeOfType,
  toHex,
  type ValueFailure,
} from './scalar-codec.ts';

/** One element, or the elements of an attribute that the dictionary calls an array. */
export type PlainValue = ScalarValue | readonly ScalarValue[];

/** A value with the tunnel it belongs to, tag 1 to 31 (RFC 2868 §3); without tag it is written as the value alone. */
export interface TaggedValue {
  readonly tag: number;
  readonly value: PlainValue;
}

/**
 * What hides a value needs the shared secret and the Request Authenticator, which this codec does not have. Without
 * these functions a hidden value stays as it is on the wire, hexadecimal in both directions.
 */
export interface ValueKeys {
  /** The octets a hidden value stands for (after the tag, if it has one); undefined when they cannot be had. */
  readonly reveal?: (attribute: DictionaryAttribute, hidden: Buffer) => Uint8Array | undefined;
  /** The octets to send for a value that must be hidden. */
  readonly hide?: (attribute: DictionaryAttribute, plain: Uint8Array) => Uint8Array;
}

function isText(attribute: DictionaryAttribute): boolean {
  return attribute.dataType === 'text' || attribute.dataType === 'octets';
}

function decodePlain(
  dictionary: Dictionary,
  attribute: DictionaryAttribute,
  octets: Buffer,
): PlainValue | undefined {
  if (attribute.length !== undefined && octets.length !== attribute.length) return undefined;
  const size = attribute.array ? sizeOfType(attribute.dataType) : undefined;
  if (attribute.array && (size === undefined || octets.length % size !== 0)) return undefined;
  if (size === undefined) return decodeElement(dictionary, attribute, octets);
  const elements: ScalarValue[] = [];
  for (let at = 0; at < octets.length; at += size) {
    const element = decodeElement(dictionary, attribute, octets.subarray(at, at + size));
    if (element === undefined) return undefined;
    elements.push(element);
  }
  return elements;
}

function decodeElement(
  dictionary: Dictionary,
  attribute: DictionaryAttribute,
  octets: Buffer,
): ScalarValue | undefined {
  const value = decodeScalar(attribute.dataType, octets);
  if (typeof value !== 'number') return value;
  return dictionary.valueNames.get(attribute.name)?.get(value) ?? value;
}

/** Takes the tag off. Integers lose one of their four octets to it, which is put back as zero (RFC 2868 §3.1). */
function splitTag(
  attribute: DictionaryAttribute,
  octets: Buffer,
): { tag: number; octets: Buffer } | undefined {
  if (!attribute.tagged) return { tag: 0, octets };
  if (attribute.encryption === undefined && isText(attribute)) {
    const { tag, value } = readTaggedOctets({ bytes: octets }, { type: 0, start: 0, end: octets.length });
    return { tag, octets: value };
  }
  const tag = octets[0];
  if (tag === undefined || tag > MAXIMUM_TAG) return undefined;
  const rest = octets.subarray(1);
  return { tag, octets: attribute.dataType === 'uint32' ? Buffer.concat([Buffer.of(0), rest]) : rest };
}

/**
 * The value of one attribute, header removed and fragments joined. Undefined when the octets are no value of its
 * data type. Values that the dictionary names are given by name. Not for `tlv`, whose contents are attributes.
 */
export function decodeValue(
  dictionary: Dictionary,
  attribute: DictionaryAttribute,
  octets: Buffer,
  keys: ValueKeys = {},
): PlainValue | TaggedValue | undefined {
  const split = splitTag(attribute, octets);
  if (split === undefined) return undefined;
  let value: PlainValue | undefined;
  if (attribute.encryption === undefined) {
    value = decodePlain(dictionary, attribute, split.octets);
  } else if (keys.reveal === undefined) {
    value = toHex(split.octets);
  } else {
    const plain = keys.reveal(attribute, split.octets);
    value = plain && decodePlain(dictionary, attribute, Buffer.from(plain));
  }
  return value === undefined || split.tag === 0 ? value : { tag: split.tag, value };
}

function encodeElement(
  dictionary: Dictionary,
  attribute: DictionaryAttribute,
  value: ScalarValue,
): Result<Uint8Array, ValueFailure> {
  const named =
    typeof value === 'string' ? dictionary.valueNumbers.get(attribute.name)?.get(value) : undefined;
  return encodeScalar(attribute.dataType, named ?? value);
}

function encodePlain(
  dictionary: Dictionary,
  attribute: DictionaryAttribute,
  value: PlainValue,
): Result<Uint8Array, ValueFailure> {
  const elements = typeof value === 'object' ? value : [value];
  if (typeof value === 'object' && !attribute.array) return fail('malformed-value');
  const parts: Uint8Array[] = [];
  for (const element of elements) {
    const part = encodeElement(dictionary, attribute, element);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  const octets = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  const wrongLength = attribute.length !== undefined && octets.length !== attribute.length;
  return wrongLength ? fail('wrong-length') : ok(octets);
}

function encodeHidden(
  dictionary: Dictionary,
  attribute: DictionaryAttribute,
  value: PlainValue,
  keys: ValueKeys,
): Result<Uint8Array, ValueFailure> {
  if (keys.hide === undefined) {
    const hidden = fromHex(value);
    return hidden === undefined ? fail('malformed-value') : ok(hidden);
  }
  const plain = encodePlain(dictionary, attribute, value);
  return plain.ok ? ok(keys.hide(attribute, plain.value)) : plain;
}

function joinTag(
  attribute: DictionaryAttribute,
  tag: number,
  octets: Uint8Array,
): Result<Uint8Array, ValueFailure> {
  if (attribute.encryption === undefined) {
    // A text without tag needs none, unless its first octet would be taken for one.
    const ambiguous = octets[0] !== undefined && octets[0] <= MAXIMUM_TAG;
    if (isText(attribute) && tag === 0 && !ambiguous) return ok(octets);
    if (attribute.dataType === 'uint32') {
      return octets[0] === 0 ? ok(Uint8Array.of(tag, ...octets.subarray(1))) : fail('out-of-range');
    }
  }
  return ok(Uint8Array.of(tag, ...octets));
}

function isTagged(value: PlainValue | TaggedValue): value is TaggedValue {
  return typeof value === 'object' && 'tag' in value;
}

/**
 * Octets of one value without header: what `decodeValue` returned, or the same thing as a person types it (a value's
 * name, or decimal text for a number). Not for `tlv`.
 */
export function encodeValue(
  dictionary: Dictionary,
  attribute: DictionaryAttribute,
  value: PlainValue | TaggedValue,
  keys: ValueKeys = {},
): Result<Uint8Array, ValueFailure> {
  const { tag, value: plain } = isTagged(value) ? value : { tag: 0, value };
  if (!attribute.tagged && isTagged(value)) return fail('malformed-value');
  if (!(Number.isInteger(tag) && tag >= 0 && tag <= MAXIMUM_TAG)) return fail('out-of-range');
  const octets =
    attribute.encryption === undefined
      ? encodePlain(dictionary, attribute, plain)
      : encodeHidden(dictionary, attribute, plain, keys);
  return octets.ok && attribute.tagged ? joinTag(attribute, tag, octets.value) : octets;
}
