/** Where one attribute lies in `Packet.bytes`. */
export interface Attribute {
  /** Type number, in the space it was found in: standard, a vendor's, or an extended one. */
  readonly type: number;
  /** Offset of the first octet of the value. */
  readonly start: number;
  /** Offset after the last octet of the value; equal to `start` when the value is empty. */
  readonly end: number;
}

/** A datagram that passed the structural checks. Nothing is copied: `bytes` shares the datagram's memory. */
export interface Packet {
  readonly code: number;
  readonly identifier: number;
  /** The packet, exactly as many octets as its Length field says. */
  readonly bytes: Buffer;
  /** In the order of the packet; made when they are first asked for. `findAttribute` is cheaper where few are wanted. */
  readonly attributes: readonly Attribute[];
  /** Offset of the 16-octet value of Message-Authenticator, -1 when there is none. */
  readonly messageAuthenticatorAt: number;
}

/** Offset of the Authenticator field (RFC 2865 §3). */
export const AUTHENTICATOR_AT = 4;

/** Octets before the first attribute: Code, Identifier, Length, Authenticator (RFC 2865 §3). */
export const HEADER_OCTETS = 20;

/** The 16-octet Request or Response Authenticator, a view into the packet. */
export function authenticatorOf(packet: Packet): Buffer {
  return packet.bytes.subarray(AUTHENTICATOR_AT, HEADER_OCTETS);
}
