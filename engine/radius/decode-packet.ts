import { AttributeType } from './attribute-type.ts';
import { isCode } from './code.ts';
import type { DiscardReason } from './discard-reason.ts';
import type { Attribute, Packet } from './packet.ts';
import { HEADER_OCTETS } from './packet.ts';

/** Sizes a packet may have. Octets are those of RFC 2865 §3; the number of attributes is our own bound. */
export const LIMITS = {
  minimumOctets: HEADER_OCTETS,
  maximumOctets: 4096,
  attributes: 200,
} as const;

const ATTRIBUTE_HEADER_OCTETS = 2;
const MESSAGE_AUTHENTICATOR_OCTETS = 16;

/**
 * Finds the attributes of a datagram in one pass and checks its structure, nothing else: no secret is needed and
 * no value is read. Octets beyond the Length field are padding and left out (RFC 2865 §3). The packet shares the
 * datagram's memory. Never throws, whatever the bytes; returns the reason when the datagram must be dropped.
 */
export function decodePacket(datagram: Buffer): Packet | DiscardReason {
  if (datagram.length < LIMITS.minimumOctets) return 'too-short';
  const length = (datagram[2]! << 8) | datagram[3]!;
  if (length < LIMITS.minimumOctets) return 'too-short';
  if (length > LIMITS.maximumOctets) return 'too-long';
  if (length > datagram.length) return 'length-mismatch';
  const code = datagram[0]!;
  if (!isCode(code)) return 'unknown-code';

  let attributes = 0;
  let messageAuthenticatorAt = -1;
  let at: number = HEADER_OCTETS;
  while (at < length) {
    if (at + ATTRIBUTE_HEADER_OCTETS > length) return 'attribute-overrun';
    const type = datagram[at]!;
    const octets = datagram[at + 1]!;
    if (octets < ATTRIBUTE_HEADER_OCTETS) return 'attribute-too-short';
    const start = at + ATTRIBUTE_HEADER_OCTETS;
    const end = at + octets;
    if (end > length) return 'attribute-overrun';
    if (attributes === LIMITS.attributes) return 'too-many-attributes';
    if (type === AttributeType.MessageAuthenticator) {
      if (messageAuthenticatorAt !== -1) return 'duplicate-message-authenticator';
      if (end - start !== MESSAGE_AUTHENTICATOR_OCTETS) return 'message-authenticator-length';
      messageAuthenticatorAt = start;
    }
    attributes++;
    at = end;
  }
  const bytes = datagram.length === length ? datagram : datagram.subarray(0, length);
  return new DecodedPacket(code, bytes, messageAuthenticatorAt);
}

/** A packet whose list of attributes is made only for whoever asks for it: most packets are read without one. */
class DecodedPacket implements Packet {
  readonly code: number;
  readonly identifier: number;
  readonly bytes: Buffer;
  readonly messageAuthenticatorAt: number;
  #attributes: readonly Attribute[] | undefined;

  constructor(code: number, bytes: Buffer, messageAuthenticatorAt: number) {
    this.code = code;
    this.identifier = bytes[1]!;
    this.bytes = bytes;
    this.messageAuthenticatorAt = messageAuthenticatorAt;
  }

  get attributes(): readonly Attribute[] {
    this.#attributes ??= listAttributes(this.bytes);
    return this.#attributes;
  }
}

function listAttributes(bytes: Buffer): readonly Attribute[] {
  const attributes: Attribute[] = [];
  for (let at: number = HEADER_OCTETS; at < bytes.length; ) {
    const end = at + bytes[at + 1]!;
    attributes.push({ type: bytes[at]!, start: at + ATTRIBUTE_HEADER_OCTETS, end });
    at = end;
  }
  return attributes;
}
