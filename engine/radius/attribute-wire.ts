import { fail, ok, type Result } from '../values/result.ts';
import { AttributeType } from './attribute-type.ts';
import { attributeKey, type Dictionary, type VendorFormat } from './dictionary.ts';
import {
  EXTENDED_VENDOR_SPECIFIC,
  isExtendedType,
  isLongExtendedType,
  readExtendedAt,
} from './extended-attribute.ts';
import type { Packet } from './packet.ts';
import { MAXIMUM_VALUE_OCTETS } from './packet-writer.ts';
import { readOctets } from './read-attribute.ts';
import { readVendorContents, USUAL_FORMAT, vendorOf } from './vendor-attribute.ts';

/**
 * Where a value is on the wire, whatever headers carry it there: vendor and path as in `DictionaryAttribute`, and
 * the octets with all headers removed and all fragments joined.
 */
export interface WireValue {
  /** 0 for the standard and the extended spaces. */
  readonly vendor: number;
  readonly path: readonly number[];
  readonly octets: Buffer;
}

type HeaderFormat = Pick<VendorFormat, 'typeOctets' | 'lengthOctets' | 'continuation'>;

const VENDOR_ID_OCTETS = 4;
const MORE = 0x80;

/** The attributes inside a Vendor-Specific, or the whole of it under path [26] when it cannot be read to its end. */
function vendorValues(packet: Packet, index: number, dictionary: Dictionary): WireValue[] {
  const attribute = packet.attributes[index]!;
  const vendor = vendorOf(packet, attribute);
  const contents = readVendorContents(packet, attribute, dictionary.vendors.get(vendor));
  if (contents.malformedAt !== -1 || contents.attributes.length === 0 || vendor === 0) {
    return [{ vendor: 0, path: [attribute.type], octets: readOctets(packet, attribute) }];
  }
  return contents.attributes.map((inner) => ({
    vendor,
    path: [inner.type],
    octets: readOctets(packet, inner),
    continued: inner.continued,
  }));
}

/** The extended attribute at `index`, or the attributes it is made of as they are when it is not complete. */
function extendedValues(packet: Packet, index: number): { values: WireValue[]; count: number } {
  const { attribute, count } = readExtendedAt(packet, index);
  const { type, extendedType, vendor, vendorType, value } = attribute;
  if (!attribute.complete) {
    const parts = packet.attributes.slice(index, index + count);
    return { values: parts.map((p) => ({ vendor: 0, path: [type], octets: readOctets(packet, p) })), count };
  }
  const path = vendor === 0 ? [type, extendedType] : [type, extendedType, vendorType];
  return { values: [{ vendor, path, octets: value }], count };
}

function isConcatenated(dictionary: Dictionary, vendor: number, path: readonly number[]): boolean {
  return dictionary.attributesByKey.get(attributeKey(vendor, path))?.concatenated === true;
}

/**
 * The values of a packet in order. Values that the dictionary calls concatenated are joined where the first of them
 * stands, WiMAX continuations and RFC 6929 fragments likewise. Contents that make no sense stay whole, as the value
 * of the attribute around them, so that nothing of the packet is lost.
 */
export function readWireValues(packet: Packet, dictionary: Dictionary): WireValue[] {
  const found: (WireValue & { continued?: boolean })[] = [];
  for (let index = 0; index < packet.attributes.length; index++) {
    const { type } = packet.attributes[index]!;
    if (type === AttributeType.VendorSpecific) {
      found.push(...vendorValues(packet, index, dictionary));
    } else if (isExtendedType(type)) {
      const { values, count } = extendedValues(packet, index);
      found.push(...values);
      index += count - 1;
    } else {
      found.push({ vendor: 0, path: [type], octets: readOctets(packet, packet.attributes[index]!) });
    }
  }
  return joinParts(found, dictionary);
}

function joinParts(
  found: readonly (WireValue & { continued?: boolean })[],
  dictionary: Dictionary,
): WireValue[] {
  const open = new Map<string, { parts: Buffer[]; continued: boolean }>();
  const joined: { vendor: number; path: readonly number[]; parts: Buffer[] }[] = [];
  for (const { vendor, path, octets, continued = false } of found) {
    const key = attributeKey(vendor, path);
    const before = open.get(key);
    if (before !== undefined && (before.continued || isConcatenated(dictionary, vendor, path))) {
      before.parts.push(octets);
      before.continued = continued;
      continue;
    }
    const parts = [octets];
    open.set(key, { parts, continued });
    joined.push({ vendor, path, parts });
  }
  return joined.map(({ vendor, path, parts }) => ({
    vendor,
    path,
    octets: parts.length === 1 ? parts[0]! : Buffer.concat(parts),
  }));
}

/** One attribute after another, `undefined` as soon as one of them does not fit its header. */
function sequence(type: number, bodies: readonly Uint8Array[]): Uint8Array | undefined {
  if (bodies.some((body) => body.length > MAXIMUM_VALUE_OCTETS)) return undefined;
  return Buffer.concat(bodies.flatMap((body) => [Uint8Array.of(type, body.length + 2), body]));
}

/** Pieces of at most `room` octets; one empty piece for no octets. */
function split(octets: Uint8Array, room: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < octets.length; at += room) pieces.push(octets.subarray(at, at + room));
  return pieces;
}

function uintOctets(value: number, octets: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes.subarray(4 - octets);
}

function vendorAttribute(
  value: WireValue,
  format: HeaderFormat,
  concatenated: boolean,
): Uint8Array | undefined {
  const { typeOctets, lengthOctets, continuation } = format;
  const header = typeOctets + lengthOctets + (continuation ? 1 : 0);
  const most = MAXIMUM_VALUE_OCTETS - VENDOR_ID_OCTETS - header;
  const pieces = split(value.octets, continuation || concatenated ? most : Number.POSITIVE_INFINITY);
  const bodies = pieces.map((piece, index) =>
    Buffer.concat([
      uintOctets(value.vendor, VENDOR_ID_OCTETS),
      uintOctets(value.path[0]!, typeOctets),
      // A piece too long for its length octet is too long for the attribute: `sequence` refuses it.
      uintOctets(header + piece.length, lengthOctets),
      continuation ? Uint8Array.of(index < pieces.length - 1 ? MORE : 0) : Buffer.of(),
      piece,
    ]),
  );
  return sequence(AttributeType.VendorSpecific, bodies);
}

function extendedAttribute(value: WireValue): Uint8Array | undefined {
  const [type, extendedType] = value.path as [number, number];
  const octets =
    value.vendor === 0
      ? value.octets
      : Buffer.concat([uintOctets(value.vendor, 4), Buffer.of(value.path[2]!), value.octets]);
  if (!isLongExtendedType(type)) return sequence(type, [Buffer.concat([Buffer.of(extendedType), octets])]);
  const pieces = split(octets, MAXIMUM_VALUE_OCTETS - 2);
  const more = (index: number) => (index < pieces.length - 1 ? MORE : 0);
  return sequence(
    type,
    pieces.map((piece, index) => Buffer.concat([Buffer.of(extendedType, more(index)), piece])),
  );
}

/** How many numbers of a path the headers around a value take up; the rest are TLVs inside it. */
export function headerDepth(vendor: number, path: readonly number[]): number {
  if (!isExtendedType(path[0]!) || path.length < 2) return 1;
  if (vendor === 0) return 2;
  return path[1] === EXTENDED_VENDOR_SPECIFIC && path.length > 2 ? 3 : 1;
}

/** Most octets of a TLV's value: its length octet counts two octets of header (RFC 6929 §2.3). */
const MAXIMUM_TLV_OCTETS = 253;

/**
 * Complete attributes, headers included, that carry one value: TLVs wrapped from the inside out, then the vendor's
 * or extended header, in several attributes where the dictionary or the space allows it.
 */
export function writeWireValue(value: WireValue, dictionary: Dictionary): Result<Buffer, 'too-long'> {
  const { vendor, path } = value;
  const depth = headerDepth(vendor, path);
  let octets = value.octets;
  for (const type of path.slice(depth).reverse()) {
    if (octets.length > MAXIMUM_TLV_OCTETS) return fail('too-long');
    octets = Buffer.concat([Buffer.of(type, octets.length + 2), octets]);
  }
  const outer = { vendor, path: path.slice(0, depth), octets };
  const concatenated = isConcatenated(dictionary, vendor, path);
  const bytes = writeOuter(outer, dictionary, concatenated);
  return bytes === undefined ? fail('too-long') : ok(Buffer.from(bytes));
}

function writeOuter(value: WireValue, dictionary: Dictionary, concatenated: boolean): Uint8Array | undefined {
  if (value.path.length > 1) return extendedAttribute(value);
  if (value.vendor !== 0) {
    return vendorAttribute(value, dictionary.vendors.get(value.vendor) ?? USUAL_FORMAT, concatenated);
  }
  const room = concatenated ? MAXIMUM_VALUE_OCTETS : Number.POSITIVE_INFINITY;
  return sequence(value.path[0]!, split(value.octets, room));
}
