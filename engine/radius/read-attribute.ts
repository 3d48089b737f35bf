import { isAscii, isUtf8 } from 'node:buffer';
import { formatIpv4, formatIpv6, IPV4_OCTETS, IPV6_OCTETS, maskAddress } from './ip-address.ts';
import { type Attribute, HEADER_OCTETS, type Packet } from './packet.ts';

/**
 * Readers of one value. They take the octets that an `Attribute` points at, in the standard space or inside a
 * vendor's; a value of the wrong size reads as undefined and never throws (RFC 8044 §3 gives the sizes).
 */

/** What the readers of one value need of a packet; any octets will do. */
export type PacketBytes = Pick<Packet, 'bytes'>;

/**
 * First attribute of a type, undefined when there is none. Walks the octets of a decoded packet, which is cheaper than
 * a list of all attributes made for a dozen questions.
 * @param after `end` of the attribute after which the search begins; the first one without it.
 */
export function findAttribute(
  packet: PacketBytes,
  type: number,
  after: number = HEADER_OCTETS,
): Attribute | undefined {
  const { bytes } = packet;
  for (let at = after; at < bytes.length; at += bytes[at + 1]!) {
    if (bytes[at] === type) return { type, start: at + 2, end: at + bytes[at + 1]! };
  }
  return undefined;
}

/** All attributes of a type, in the order of the packet. */
export function findAttributes(packet: Packet, type: number): Attribute[] {
  return packet.attributes.filter((attribute) => attribute.type === type);
}

/** Unsigned 32-bit integer, also the seconds of a `date`; undefined when the value is not 4 octets. */
export function readUint32(packet: PacketBytes, attribute: Attribute): number | undefined {
  const { start } = attribute;
  if (attribute.end - start !== 4) return undefined;
  const { bytes } = packet;
  return (
    ((bytes[start]! << 24) | (bytes[start + 1]! << 16) | (bytes[start + 2]! << 8) | bytes[start + 3]!) >>> 0
  );
}

/** Unsigned 64-bit integer; undefined when the value is not 8 octets or is above 2^53 - 1. */
export function readUint64(packet: PacketBytes, attribute: Attribute): number | undefined {
  if (attribute.end - attribute.start !== 8) return undefined;
  const high = packet.bytes.readUInt32BE(attribute.start);
  const value = high * 4_294_967_296 + packet.bytes.readUInt32BE(attribute.start + 4);
  return Number.isSafeInteger(value) ? value : undefined;
}

const SHORT_TEXT_OCTETS = 24;

/**
 * Text as the NAS sent it, control characters included. Octets that are no UTF-8 are read as latin1, one character
 * each, so that nothing is lost and a wrong byte cannot make two names equal that share all other bytes; use
 * `readOctets` where the exact octets matter.
 */
export function readText(packet: PacketBytes, attribute: Attribute): string {
  return textOf(packet.bytes, attribute.start, attribute.end);
}

/** `readText` for any range of octets. */
function textOf(bytes: Buffer, start: number, end: number): string {
  // Most texts are short and ASCII: checking them here is cheaper than making a view to ask `isAscii`.
  if (end - start <= SHORT_TEXT_OCTETS) {
    let at = start;
    while (at < end && bytes[at]! < 0x80) at++;
    if (at === end) return bytes.toString('latin1', start, end);
  }
  const view = bytes.subarray(start, end);
  return isAscii(view) || !isUtf8(view) ? view.toString('latin1') : view.toString('utf8');
}

/** The octets of a value: a view into the packet, valid as long as the datagram. */
export function readOctets(packet: PacketBytes, attribute: Attribute): Buffer {
  return packet.bytes.subarray(attribute.start, attribute.end);
}

/** Dotted text of an IPv4 address; undefined when the value is not 4 octets. */
export function readIpv4(packet: PacketBytes, attribute: Attribute): string | undefined {
  return attribute.end - attribute.start === IPV4_OCTETS
    ? formatIpv4(packet.bytes, attribute.start)
    : undefined;
}

/** Canonical text of an IPv6 address (RFC 3162 §2.1); undefined when the value is not 16 octets. */
export function readIpv6(packet: PacketBytes, attribute: Attribute): string | undefined {
  return attribute.end - attribute.start === IPV6_OCTETS
    ? formatIpv6(packet.bytes, attribute.start)
    : undefined;
}

/**
 * `address/length` of an IPv6 prefix (RFC 3162 §2.3): a reserved octet, the length in bits, then up to 16 octets,
 * those left off being zero. Bits after the length are cleared, whatever the NAS put there. Undefined when the
 * length is above 128 or more bits are promised than sent.
 */
export function readIpv6Prefix(packet: PacketBytes, attribute: Attribute): string | undefined {
  const octets = attribute.end - attribute.start - 2;
  if (octets < 0 || octets > IPV6_OCTETS) return undefined;
  const length = packet.bytes[attribute.start + 1]!;
  if (length > 128 || length > octets * 8) return undefined;
  const address = new Uint8Array(IPV6_OCTETS);
  address.set(packet.bytes.subarray(attribute.start + 2, attribute.end));
  maskAddress(address, length);
  return `${formatIpv6(address, 0)}/${length}`;
}

/**
 * `address/length` of an IPv4 prefix (RFC 8044 §3.11): a reserved octet, the length in the lower 6 bits, then 4
 * octets. Bits after the length are cleared. Undefined when the value is not 6 octets or the length is above 32.
 */
export function readIpv4Prefix(packet: PacketBytes, attribute: Attribute): string | undefined {
  if (attribute.end - attribute.start !== 6) return undefined;
  const length = packet.bytes[attribute.start + 1]! & 0x3f;
  if (length > 32) return undefined;
  const address = Uint8Array.from(packet.bytes.subarray(attribute.start + 2, attribute.end));
  maskAddress(address, length);
  return `${formatIpv4(address, 0)}/${length}`;
}

/**
 * The values of all attributes of a type joined in order: EAP-Message (RFC 3579 §3.1) and others that are split
 * every 253 octets. Undefined when there is none; a view into the packet when there is one.
 */
export function readConcatenated(packet: Packet, type: number): Buffer | undefined {
  const parts = findAttributes(packet, type);
  if (parts.length === 0) return undefined;
  if (parts.length === 1) return readOctets(packet, parts[0]!);
  return Buffer.concat(parts.map((part) => readOctets(packet, part)));
}

/** Highest tag (RFC 2868 §3): an octet above it begins a string that has no tag. */
export const MAXIMUM_TAG = 0x1f;

/** A value and the tunnel it belongs to; tag 0 when none is named. */
export interface Tagged<Value> {
  /** 1 to 31, or 0 for "unused" (RFC 2868 §3.1). */
  readonly tag: number;
  readonly value: Value;
}

/**
 * Tagged integer (RFC 2868 §3.1): the first octet is always the tag field, the other three the value. A tag above
 * 31 is not valid and reads as 0. Undefined when the value is not 4 octets.
 */
export function readTaggedUint24(packet: PacketBytes, attribute: Attribute): Tagged<number> | undefined {
  const whole = readUint32(packet, attribute);
  if (whole === undefined) return undefined;
  const tag = whole >>> 24;
  return { tag: tag <= MAXIMUM_TAG ? tag : 0, value: whole & 0xff_ff_ff };
}

/** Tagged octets (RFC 2868 §3.3): a first octet of 0 to 31 is the tag, a higher one already belongs to the value. */
export function readTaggedOctets(packet: PacketBytes, attribute: Attribute): Tagged<Buffer> {
  const { start, end } = attribute;
  const tagged = start < end && packet.bytes[start]! <= MAXIMUM_TAG;
  return {
    tag: tagged ? packet.bytes[start]! : 0,
    value: packet.bytes.subarray(tagged ? start + 1 : start, end),
  };
}

/** Tagged text: `readTaggedOctets` read as `readText` does. */
export function readTaggedText(packet: PacketBytes, attribute: Attribute): Tagged<string> {
  const { tag, value } = readTaggedOctets(packet, attribute);
  return { tag, value: textOf(value, 0, value.length) };
}
