import { AttributeType } from './attribute-type.ts';
import type { VendorFormat } from './dictionary.ts';
import type { Attribute, Packet } from './packet.ts';
import { findAttribute } from './read-attribute.ts';

const VENDOR_ID_OCTETS = 4;

/** One attribute of a vendor, found inside a Vendor-Specific. Its range works with every reader of values. */
export interface VendorAttribute extends Attribute {
  /** SMI private enterprise number. */
  readonly vendor: number;
  /** WiMAX continuation bit: the value goes on in the next attribute of this type. */
  readonly continued: boolean;
}

/** What a Vendor-Specific holds. */
export interface VendorContents {
  /** SMI private enterprise number; -1 when even that is cut short. */
  readonly vendor: number;
  readonly attributes: readonly VendorAttribute[];
  /** Offset in the packet at which the contents stop making sense, -1 when all of them were read. */
  readonly malformedAt: number;
}

/** The layout RFC 2865 §5.26 recommends: one octet of type, one of length, several attributes in one VSA. */
export const USUAL_FORMAT: Pick<VendorFormat, 'typeOctets' | 'lengthOctets' | 'continuation'> = {
  typeOctets: 1,
  lengthOctets: 1,
  continuation: false,
};

/** Big-endian unsigned integer of 1 to 4 octets inside `bytes`. */
function uintAt(bytes: Uint8Array, at: number, octets: number): number {
  let value = 0;
  for (let index = 0; index < octets; index++) value = value * 256 + bytes[at + index]!;
  return value;
}

/** Vendor of a Vendor-Specific attribute, -1 when it has no room for one (RFC 2865 §5.26: Length at least 7). */
export function vendorOf(packet: Packet, attribute: Attribute): number {
  if (attribute.end - attribute.start < VENDOR_ID_OCTETS) return -1;
  return uintAt(packet.bytes, attribute.start, VENDOR_ID_OCTETS);
}

/**
 * Walks the attributes inside one Vendor-Specific. Tolerant, because a vendor may put anything there (RFC 2865
 * §5.26 "MAY be encoded"): what was readable is kept, the walk ends at the first header that does not fit, and
 * `malformedAt` says where. Never throws.
 * @param format layout of the vendor's headers; without it the usual one
 */
export function readVendorContents(
  packet: Packet,
  attribute: Attribute,
  format: Pick<VendorFormat, 'typeOctets' | 'lengthOctets' | 'continuation'> = USUAL_FORMAT,
): VendorContents {
  const vendor = vendorOf(packet, attribute);
  if (vendor === -1) return { vendor, attributes: [], malformedAt: attribute.start };
  const { bytes } = packet;
  const { typeOctets, lengthOctets } = format;
  const header = typeOctets + lengthOctets + (format.continuation ? 1 : 0);
  const attributes: VendorAttribute[] = [];
  let at = attribute.start + VENDOR_ID_OCTETS;
  while (at < attribute.end) {
    if (at + header > attribute.end) return { vendor, attributes, malformedAt: at };
    // A format without a length holds one attribute, up to the end of the Vendor-Specific.
    const length = lengthOctets === 0 ? attribute.end - at : uintAt(bytes, at + typeOctets, lengthOctets);
    if (length < header || at + length > attribute.end) return { vendor, attributes, malformedAt: at };
    attributes.push({
      type: uintAt(bytes, at, typeOctets),
      start: at + header,
      end: at + length,
      vendor,
      continued: format.continuation && (bytes[at + header - 1]! & 0x80) !== 0,
    });
    at += length;
  }
  return { vendor, attributes, malformedAt: -1 };
}

/**
 * First attribute `type` of `vendor` in the usual layout, looking through every Vendor-Specific of the packet;
 * undefined when there is none. Contents that break off are searched up to the break.
 */
export function findVendorAttribute(packet: Packet, vendor: number, type: number): Attribute | undefined {
  const { bytes } = packet;
  let attribute = findAttribute(packet, AttributeType.VendorSpecific);
  for (; attribute !== undefined; attribute = findAttribute(packet, attribute.type, attribute.end)) {
    if (vendorOf(packet, attribute) !== vendor) continue;
    let at = attribute.start + VENDOR_ID_OCTETS;
    while (at + 2 <= attribute.end) {
      const end = at + bytes[at + 1]!;
      if (end < at + 2 || end > attribute.end) break;
      if (bytes[at] === type) return { type, start: at + 2, end };
      at = end;
    }
  }
  return undefined;
}
