import { AttributeType } from './attribute-type.ts';
import type { Packet } from './packet.ts';

/** Extended-Type that holds a vendor's attributes in any extended space (RFC 6929 §2.4). */
export const EXTENDED_VENDOR_SPECIFIC = 26;

const MORE = 0x80;
const FULL_LENGTH = 255;
/** Vendor-Id and Vendor-Type in front of the value of an Extended-Vendor-Specific. */
const EVS_HEADER_OCTETS = 5;

/** One attribute of an extended space, its fragments joined. */
export interface ExtendedAttribute {
  /** 241 to 246. */
  readonly type: number;
  readonly extendedType: number;
  /** SMI private enterprise number of an Extended-Vendor-Specific, 0 otherwise. */
  readonly vendor: number;
  /** Type within the vendor's space, 0 when `vendor` is 0. */
  readonly vendorType: number;
  /** A view into the packet, or a copy when it was fragmented. */
  readonly value: Buffer;
  /** False when a header is cut short or a fragment is missing (RFC 6929 §2.2); `value` is what was there. */
  readonly complete: boolean;
}

/** True for a type number of the six extended spaces (RFC 6929 §2.1 and §2.2). */
export function isExtendedType(type: number): boolean {
  return type >= AttributeType.ExtendedAttribute1 && type <= AttributeType.ExtendedAttribute6;
}

/** True for the two spaces whose values may be fragmented (RFC 6929 §2.2). */
export function isLongExtendedType(type: number): boolean {
  return type === AttributeType.ExtendedAttribute5 || type === AttributeType.ExtendedAttribute6;
}

/** The fragments that begin at `index`: how many attributes they take, the octets, and whether the last was there. */
function joinFragments(packet: Packet, index: number): { count: number; value: Buffer; complete: boolean } {
  const { attributes, bytes } = packet;
  const first = attributes[index]!;
  const parts: Buffer[] = [];
  let complete = false;
  for (let next = index; next < attributes.length; next++) {
    const { type, start, end } = attributes[next]!;
    if (type !== first.type || end - start < 2 || bytes[start] !== bytes[first.start]) break;
    parts.push(bytes.subarray(start + 2, end));
    if ((bytes[start + 1]! & MORE) === 0) {
      complete = true;
      break;
    }
    // "More" in an attribute that had room left is an error of the sender; what follows is not its continuation.
    if (end - start + 2 !== FULL_LENGTH) break;
  }
  const value = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  return { count: Math.max(1, parts.length), value, complete };
}

/** Opens an Extended-Vendor-Specific; other attributes are returned as they are. */
function openVendor(attribute: ExtendedAttribute): ExtendedAttribute {
  if (attribute.extendedType !== EXTENDED_VENDOR_SPECIFIC) return attribute;
  const { value } = attribute;
  if (value.length < EVS_HEADER_OCTETS) return { ...attribute, complete: false };
  return {
    ...attribute,
    vendor: value.readUInt32BE(0),
    vendorType: value[4]!,
    value: value.subarray(EVS_HEADER_OCTETS),
  };
}

/**
 * The extended attribute that begins at `packet.attributes[index]`, and the number of attributes of the packet that
 * it takes (1, or more when it is fragmented). The attribute there must be of a type from 241 to 246.
 * Never throws; broken ones come back with `complete` false (RFC 6929 §2.8: an invalid attribute does not
 * make the packet invalid).
 */
export function readExtendedAt(
  packet: Packet,
  index: number,
): { readonly attribute: ExtendedAttribute; readonly count: number } {
  const { type, start, end } = packet.attributes[index]!;
  const empty = { type, extendedType: 0, vendor: 0, vendorType: 0 };
  const long = isLongExtendedType(type);
  if (end - start < (long ? 2 : 1)) {
    return { attribute: { ...empty, value: packet.bytes.subarray(start, end), complete: false }, count: 1 };
  }
  const extendedType = packet.bytes[start]!;
  const joined = long
    ? joinFragments(packet, index)
    : { count: 1, value: packet.bytes.subarray(start + 1, end), complete: true };
  const attribute = { ...empty, extendedType, value: joined.value, complete: joined.complete };
  return { attribute: openVendor(attribute), count: joined.count };
}

/** All extended attributes of a packet in order, fragments joined. */
export function readExtendedAttributes(packet: Packet): ExtendedAttribute[] {
  const found: ExtendedAttribute[] = [];
  let index = 0;
  while (index < packet.attributes.length) {
    if (!isExtendedType(packet.attributes[index]!.type)) {
      index++;
      continue;
    }
    const { attribute, count } = readExtendedAt(packet, index);
    found.push(attribute);
    index += count;
  }
  return found;
}
