import { AttributeType } from './attribute-type.ts';
import { LIMITS } from './decode-packet.ts';
import { EXTENDED_VENDOR_SPECIFIC, isLongExtendedType } from './extended-attribute.ts';
import { ipv6PrefixOctets, parseIpv4, parseIpv6 } from './ip-address.ts';
import type { Packet } from './packet.ts';
import { AUTHENTICATOR_AT, HEADER_OCTETS } from './packet.ts';
import { findAttribute, MAXIMUM_TAG } from './read-attribute.ts';

/** Most octets that the value of one attribute holds (RFC 2865 §5: Length 255 less the header). */
export const MAXIMUM_VALUE_OCTETS = 253;

const VENDOR_HEADER_OCTETS = 6;
const MORE = 0x80;
const UINT32_LIMIT = 2 ** 32;

/**
 * Writes packets into one buffer that it keeps: one writer per thread, one packet at a time. Between `begin` and
 * `finish` each method appends one attribute.
 *
 * Values come from our own rules and were checked at the edge, so what does not fit (a text over 253 octets, an
 * address that is none, a packet over 4096 octets) is a bug and throws RangeError; `truncatedText` is for texts
 * whose length nobody controls. Empty texts and octets are left out, as RFC 2865 §5 demands ("omit the entire
 * attribute instead"); a Chargeable-User-Identity of "nul" is one zero octet and is written.
 */
export class PacketWriter {
  readonly #buffer = Buffer.alloc(LIMITS.maximumOctets);
  #at: number = HEADER_OCTETS;

  /** Starts a packet. The Authenticator field is `authenticator` (16 octets), or zero when none is given. */
  begin(code: number, identifier: number, authenticator?: Uint8Array): void {
    const buffer = this.#buffer;
    buffer[0] = code;
    buffer[1] = identifier;
    this.#at = HEADER_OCTETS;
    if (authenticator === undefined) {
      buffer.fill(0, AUTHENTICATOR_AT, HEADER_OCTETS);
      return;
    }
    if (authenticator.length !== HEADER_OCTETS - AUTHENTICATOR_AT) {
      throw new RangeError(`authenticator of ${authenticator.length} octets`);
    }
    buffer.set(authenticator, AUTHENTICATOR_AT);
  }

  /** Unsigned 32-bit integer, or `date` seconds. */
  uint32(type: number, value: number): void {
    this.#putUint32(this.#header(type, 4), value);
  }

  /** Unsigned 64-bit integer; a `number` must be a safe integer. */
  uint64(type: number, value: number | bigint): void {
    const at = this.#header(type, 8);
    this.#buffer.writeBigUInt64BE(BigInt(value), at);
  }

  /** Text of at most 253 octets of UTF-8. */
  text(type: number, value: string): void {
    if (value === '') return;
    const octets = Buffer.byteLength(value);
    this.#buffer.write(value, this.#header(type, octets));
  }

  /** Text cut to at most 253 octets at a whole character: Reply-Message and other words for people. */
  truncatedText(type: number, value: string): void {
    this.octets(type, truncateUtf8(value, MAXIMUM_VALUE_OCTETS));
  }

  /** At most 253 octets as they are. */
  octets(type: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#buffer.set(bytes, this.#header(type, bytes.length));
  }

  /** Octets of any length in as many attributes of the type as they need (RFC 3579 §3.1 for EAP-Message). */
  concatenated(type: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MAXIMUM_VALUE_OCTETS) {
      this.octets(type, bytes.subarray(at, at + MAXIMUM_VALUE_OCTETS));
    }
  }

  /** IPv4 address from dotted text. */
  ipv4(type: number, address: string): void {
    this.uint32(type, ipv4Number(address));
  }

  /** IPv6 address from text. */
  ipv6(type: number, address: string): void {
    this.octets(type, ipv6Octets(address));
  }

  /** IPv6 prefix from `address/length`, in the form of `ipv6PrefixOctets`. */
  ipv6Prefix(type: number, prefix: string): void {
    const octets = ipv6PrefixOctets(prefix);
    if (octets === undefined) throw new RangeError(`not an IPv6 prefix: ${prefix}`);
    this.octets(type, octets);
  }

  /** Text in a Vendor-Specific of its own, at most 247 octets (RFC 2865 §5.26). */
  vendorText(vendor: number, type: number, value: string): void {
    if (value === '') return;
    const octets = Buffer.byteLength(value);
    this.#buffer.write(value, this.#vendorHeader(vendor, type, octets));
  }

  /** Unsigned 32-bit integer in a Vendor-Specific of its own. */
  vendorUint32(vendor: number, type: number, value: number): void {
    this.#putUint32(this.#vendorHeader(vendor, type, 4), value);
  }

  /** IPv4 address in a Vendor-Specific of its own, from dotted text. */
  vendorIpv4(vendor: number, type: number, address: string): void {
    this.vendorUint32(vendor, type, ipv4Number(address));
  }

  /** Octets in a Vendor-Specific of their own, at most 247. */
  vendorOctets(vendor: number, type: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#buffer.set(bytes, this.#vendorHeader(vendor, type, bytes.length));
  }

  /** Tagged integer of 24 bits (RFC 2868 §3.1); tag 0 for none. */
  taggedUint24(type: number, tag: number, value: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value < 2 ** 24)) {
      throw new RangeError(`not an unsigned 24-bit integer: ${value}`);
    }
    this.uint32(type, checkedTag(tag) * 2 ** 24 + value);
  }

  /** Tag octet, then text of at most 252 octets (RFC 2868 §3.3). */
  taggedText(type: number, tag: number, value: string): void {
    this.taggedOctets(type, tag, Buffer.from(value));
  }

  /** Tag octet, then at most 252 octets (RFC 2868 §3.3). */
  taggedOctets(type: number, tag: number, bytes: Uint8Array): void {
    const at = this.#header(type, 1 + bytes.length);
    this.#buffer[at] = checkedTag(tag);
    this.#buffer.set(bytes, at + 1);
  }

  /** Attribute of an extended space, 241 to 246 (RFC 6929 §2.1, §2.2); in 245 and 246 fragmented as needed. */
  extended(type: number, extendedType: number, value: Uint8Array): void {
    if (!isLongExtendedType(type)) {
      const at = this.#header(type, 1 + value.length);
      this.#buffer[at] = extendedType;
      this.#buffer.set(value, at + 1);
      return;
    }
    const room = MAXIMUM_VALUE_OCTETS - 2;
    for (let from = 0; from === 0 || from < value.length; from += room) {
      const part = value.subarray(from, from + room);
      const at = this.#header(type, 2 + part.length);
      this.#buffer[at] = extendedType;
      this.#buffer[at + 1] = from + room < value.length ? MORE : 0;
      this.#buffer.set(part, at + 2);
    }
  }

  /** Attribute of a vendor in an extended space (RFC 6929 §2.4). */
  extendedVendor(type: number, vendor: number, vendorType: number, value: Uint8Array): void {
    const whole = Buffer.alloc(5 + value.length);
    whole.writeUInt32BE(vendor);
    whole[4] = vendorType;
    whole.set(value, 5);
    this.extended(type, EXTENDED_VENDOR_SPECIFIC, whole);
  }

  /** Complete attributes, headers included, as `encodeNamed` returns them; their structure is not checked. */
  raw(attributes: Uint8Array): void {
    const at = this.#reserve(attributes.length);
    this.#buffer.set(attributes, at);
  }

  /**
   * A Message-Authenticator of 16 zero octets, to be filled in when the packet is signed. Called before any other
   * attribute, so that it is the first one (CVE-2024-3596).
   * @returns offset of its value in the packet
   */
  messageAuthenticator(): number {
    const at = this.#header(AttributeType.MessageAuthenticator, 16);
    this.#buffer.fill(0, at, at + 16);
    return at;
  }

  /** All attributes of one type of another packet, unchanged and in order (Proxy-State: RFC 2865 §5.33). */
  copyAttributes(packet: Packet, type: number): void {
    let attribute = findAttribute(packet, type);
    while (attribute !== undefined) {
      const at = this.#header(type, attribute.end - attribute.start);
      packet.bytes.copy(this.#buffer, at, attribute.start, attribute.end);
      attribute = findAttribute(packet, type, attribute.end);
    }
  }

  /** The packet with its Length, in memory of its own: the writer may begin the next one. */
  finish(): Buffer {
    const length = this.#at;
    this.#buffer[2] = length >> 8;
    this.#buffer[3] = length;
    const packet = Buffer.allocUnsafe(length);
    this.#buffer.copy(packet, 0, 0, length);
    return packet;
  }

  #reserve(octets: number): number {
    const at = this.#at;
    if (at + octets > LIMITS.maximumOctets)
      throw new RangeError(`packet over ${LIMITS.maximumOctets} octets`);
    this.#at = at + octets;
    return at;
  }

  /** Writes the header of an attribute and returns where its value goes. */
  #header(type: number, valueOctets: number): number {
    if (valueOctets > MAXIMUM_VALUE_OCTETS) {
      throw new RangeError(`value of attribute ${type} is ${valueOctets} octets, at most 253 fit`);
    }
    const at = this.#reserve(2 + valueOctets);
    this.#buffer[at] = type;
    this.#buffer[at + 1] = 2 + valueOctets;
    return at + 2;
  }

  #vendorHeader(vendor: number, type: number, valueOctets: number): number {
    const at = this.#header(AttributeType.VendorSpecific, VENDOR_HEADER_OCTETS + valueOctets);
    this.#putUint32(at, vendor);
    this.#buffer[at + 4] = type;
    this.#buffer[at + 5] = 2 + valueOctets;
    return at + VENDOR_HEADER_OCTETS;
  }

  #putUint32(at: number, value: number): void {
    if (!(Number.isInteger(value) && value >= 0 && value < UINT32_LIMIT)) {
      throw new RangeError(`not an unsigned 32-bit integer: ${value}`);
    }
    const buffer = this.#buffer;
    buffer[at] = value >>> 24;
    buffer[at + 1] = value >>> 16;
    buffer[at + 2] = value >>> 8;
    buffer[at + 3] = value;
  }
}

/** UTF-8 of `text`, cut to at most `octets` before the character that would not fit whole. */
export function truncateUtf8(text: string, octets: number): Buffer {
  const bytes = Buffer.from(text);
  if (bytes.length <= octets) return bytes;
  let end = octets;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

function ipv4Number(address: string): number {
  const value = parseIpv4(address);
  if (value === -1) throw new RangeError(`not an IPv4 address: ${address}`);
  return value;
}

function ipv6Octets(address: string): Uint8Array {
  const octets = parseIpv6(address);
  if (octets === undefined) throw new RangeError(`not an IPv6 address: ${address}`);
  return octets;
}

function checkedTag(tag: number): number {
  if (!(Number.isInteger(tag) && tag >= 0 && tag <= MAXIMUM_TAG)) throw new RangeError(`not a tag: ${tag}`);
  return tag;
}
