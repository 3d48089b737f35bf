import { fail, ok, type Result } from '../values/result.ts';
import { headerDepth, readWireValues, type WireValue, writeWireValue } from './attribute-wire.ts';
import { attributeKey, type Dictionary, type DictionaryAttribute } from './dictionary.ts';
import { splitVendorPath } from './dictionary-meaning.ts';
import type { Packet } from './packet.ts';
import { fromHex, toHex, type ValueFailure } from './scalar-codec.ts';
import {
  decodeValue,
  encodeValue,
  type PlainValue,
  type TaggedValue,
  type ValueKeys,
} from './value-codec.ts';

/** The value of a named attribute; for a `tlv` the attributes inside it. */
export type NamedValue = PlainValue | TaggedValue | readonly NamedAttribute[];

/**
 * An attribute as operators, tests and vendor templates write it. Names are the dictionary's; `raw.` and a
 * dictionary name is that attribute with a value that is malformed for its type, `Attr-200`, `Attr-26.14988.99`
 * or `Attr-241.7` (numbers from the outside in) is one the dictionary does not know. Both have hexadecimal values.
 */
export interface NamedAttribute {
  readonly name: string;
  readonly value: NamedValue;
}

/** Why a named attribute cannot be written. */
export type EncodeFailure = ValueFailure | 'unknown-attribute';

const RAW = 'raw.';
const UNKNOWN = /^Attr-(\d{1,10}(?:\.\d{1,10}){0,9})$/;
const MAXIMUM_TLV_DEPTH = 8;

/** The name of what the dictionary has no name for, its numbers written from the outside in. */
function unknownName(vendor: number, path: readonly number[]): string {
  if (vendor === 0) return `Attr-${path.join('.')}`;
  if (headerDepth(vendor, path) === 1) return `Attr-26.${vendor}.${path.join('.')}`;
  return `Attr-${path[0]}.${path[1]}.${vendor}.${path.slice(2).join('.')}`;
}

/** The TLVs inside a value, undefined when they do not fill it exactly (RFC 6929 §2.3). */
function splitTlvs({ vendor, path, octets }: WireValue): WireValue[] | undefined {
  const inner: WireValue[] = [];
  let at = 0;
  while (at < octets.length) {
    const length = octets[at + 1];
    if (length === undefined || length < 2 || at + length > octets.length) return undefined;
    inner.push({ vendor, path: [...path, octets[at]!], octets: octets.subarray(at + 2, at + length) });
    at += length;
  }
  return inner;
}

function nameValue(wire: WireValue, dictionary: Dictionary, keys: ValueKeys, depth: number): NamedAttribute {
  const attribute = dictionary.attributesByKey.get(attributeKey(wire.vendor, wire.path));
  if (attribute === undefined)
    return { name: unknownName(wire.vendor, wire.path), value: toHex(wire.octets) };
  let value: NamedValue | undefined;
  if (attribute.dataType !== 'tlv') {
    value = decodeValue(dictionary, attribute, wire.octets, keys);
  } else if (depth < MAXIMUM_TLV_DEPTH) {
    value = splitTlvs(wire)?.map((inner) => nameValue(inner, dictionary, keys, depth + 1));
  }
  // An attribute of its own may not be empty (RFC 2865 §5): by its name alone it would not be written again.
  const isEmpty = depth === 0 && (wire.octets.length === 0 || value === '' || value === '0x');
  if (value !== undefined && !isEmpty) return { name: attribute.name, value };
  return { name: `${RAW}${attribute.name}`, value: toHex(wire.octets) };
}

/**
 * All attributes of a packet by name, in order, with nothing left out: a value that is malformed or unknown is shown
 * as octets, see `NamedAttribute`. Made for people and tests; the packet path reads the few attributes it needs.
 */
export function decodeNamed(packet: Packet, dictionary: Dictionary, keys: ValueKeys = {}): NamedAttribute[] {
  return readWireValues(packet, dictionary).map((wire) => nameValue(wire, dictionary, keys, 0));
}

/** What a name means: an attribute of the dictionary or just numbers, and whether its octets are given as they are. */
interface Target {
  readonly vendor: number;
  readonly path: readonly number[];
  /** Undefined when the value is hexadecimal. */
  readonly attribute: DictionaryAttribute | undefined;
}

function findTarget(dictionary: Dictionary, name: string): Target | undefined {
  const raw = name.startsWith(RAW);
  const attribute = dictionary.attributesByName.get(raw ? name.slice(RAW.length) : name);
  if (attribute !== undefined) {
    return { vendor: attribute.vendor, path: attribute.path, attribute: raw ? undefined : attribute };
  }
  const numbers = UNKNOWN.exec(name)?.[1]?.split('.').map(Number);
  if (numbers === undefined) return undefined;
  const { vendor, path } = splitVendorPath(0, numbers);
  // Vendor 0 inside a Vendor-Specific would be mistaken for the standard space.
  if (vendor === 0 && path.length !== numbers.length) return undefined;
  return isWritable(dictionary, vendor, path) ? { vendor, path, attribute: undefined } : undefined;
}

/** Whether every number has room in its header. */
function isWritable(dictionary: Dictionary, vendor: number, path: readonly number[]): boolean {
  if (vendor >= 2 ** 32) return false;
  const typeOctets =
    vendor !== 0 && headerDepth(vendor, path) === 1 ? (dictionary.vendors.get(vendor)?.typeOctets ?? 1) : 1;
  return path.every((number, index) => number < (index === 0 ? 256 ** typeOctets : 256));
}

function isAttributes(value: NamedValue): value is readonly NamedAttribute[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object');
}

/** Octets of a TLV's contents; each attribute named there must be a direct child of it. */
function encodeTlvs(
  dictionary: Dictionary,
  parent: Target,
  children: readonly NamedAttribute[],
  keys: ValueKeys,
): Result<Uint8Array, EncodeFailure> {
  const parts: Uint8Array[] = [];
  for (const child of children) {
    const target = findTarget(dictionary, child.name);
    if (target === undefined || !isChildOf(target, parent)) return fail('unknown-attribute');
    const octets = encodeContents(dictionary, target, child.value, keys);
    if (!octets.ok) return octets;
    if (octets.value.length > 253) return fail('too-long');
    parts.push(Uint8Array.of(target.path.at(-1)!, octets.value.length + 2), octets.value);
  }
  return ok(Buffer.concat(parts));
}

function isChildOf(child: Target, parent: Target): boolean {
  return attributeKey(child.vendor, child.path.slice(0, -1)) === attributeKey(parent.vendor, parent.path);
}

function encodeContents(
  dictionary: Dictionary,
  target: Target,
  value: NamedValue,
  keys: ValueKeys,
): Result<Uint8Array, EncodeFailure> {
  const { attribute } = target;
  if (attribute?.dataType === 'tlv') {
    return isAttributes(value) ? encodeTlvs(dictionary, target, value, keys) : fail('malformed-value');
  }
  if (attribute === undefined) {
    const octets = fromHex(value);
    return octets === undefined ? fail('malformed-value') : ok(octets);
  }
  if (isAttributes(value) && value.length > 0) return fail('malformed-value');
  return encodeValue(dictionary, attribute, value as PlainValue | TaggedValue, keys);
}

/**
 * The complete attribute, headers included, or several where one does not hold the value. What `decodeNamed` returns
 * is accepted, and what a person types for it. An empty text or `0x` gives no attribute at all (RFC 2865 §5), except
 * under a `raw.` or `Attr-` name, which writes whatever it is told to.
 */
export function encodeNamed(
  dictionary: Dictionary,
  name: string,
  value: NamedValue,
  keys: ValueKeys = {},
): Result<Uint8Array, EncodeFailure> {
  const target = findTarget(dictionary, name);
  if (target === undefined) return fail('unknown-attribute');
  const octets = encodeContents(dictionary, target, value, keys);
  if (!octets.ok) return octets;
  if (octets.value.length === 0 && target.attribute !== undefined) return ok(octets.value);
  const { vendor, path } = target;
  return writeWireValue({ vendor, path, octets: Buffer.from(octets.value) }, dictionary);
}
