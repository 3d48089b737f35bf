import { MD5_DIGEST_OCTETS, Md5 } from './md5.ts';
import { type Secret, sameOctets } from './secret.ts';

/** Where the Authenticator field begins in every packet (RFC 2865 §3). */
export const AUTHENTICATOR_AT = 4;

/** Octets of the Authenticator field. */
export const AUTHENTICATOR_OCTETS = 16;

/** Octets before the attributes, which is also the shortest packet. */
export const HEADER_OCTETS = 20;

/**
 * The field as it counts in the hashes of Accounting-, CoA- and Disconnect-Requests (RFC 2866 §3, RFC 5176
 * §2.3). Read only.
 */
export const ZERO_AUTHENTICATOR: Uint8Array = new Uint8Array(AUTHENTICATOR_OCTETS);

const hash = new Md5();
const expected = new Uint8Array(MD5_DIGEST_OCTETS);

/**
 * Checks the Request Authenticator of an Accounting-, CoA- or Disconnect-Request (RFC 2866 §3, RFC 5176
 * §2.3). `packet` ends where its Length field says. False for a wrong digest and for fewer than 20 octets.
 */
export function verifyRequestAuthenticator(packet: Uint8Array, secret: Secret): boolean {
  return matches(packet, ZERO_AUTHENTICATOR, secret);
}

/** Writes the Request Authenticator of an otherwise complete Accounting-, CoA- or Disconnect-Request. */
export function writeRequestAuthenticator(packet: Uint8Array, secret: Secret): void {
  digestInto(packet, packet, AUTHENTICATOR_AT, ZERO_AUTHENTICATOR, secret);
}

/**
 * Writes the Response Authenticator of a reply that is otherwise complete, Message-Authenticator included
 * (RFC 2865 §3, RFC 2866 §3). `requestAuthenticator` is the 16 octets of the request.
 */
export function writeResponseAuthenticator(
  reply: Uint8Array,
  requestAuthenticator: Uint8Array,
  secret: Secret,
): void {
  digestInto(reply, reply, AUTHENTICATOR_AT, requestAuthenticator, secret);
}

/**
 * Checks the Response Authenticator of a reply against the 16 octets of the request it answers (RFC 2865 §3).
 * `reply` ends where its Length field says. False for a wrong digest and for fewer than 20 octets.
 */
export function verifyResponseAuthenticator(
  reply: Uint8Array,
  requestAuthenticator: Uint8Array,
  secret: Secret,
): boolean {
  return matches(reply, requestAuthenticator, secret);
}

function matches(packet: Uint8Array, authenticator: Uint8Array, secret: Secret): boolean {
  if (packet.length < HEADER_OCTETS) return false;
  digestInto(expected, packet, 0, authenticator, secret);
  return sameOctets(expected, 0, packet, AUTHENTICATOR_AT, AUTHENTICATOR_OCTETS);
}

/** MD5(Code + Identifier + Length + `authenticator` + Attributes + secret), written at `out[at]`. */
function digestInto(
  out: Uint8Array,
  packet: Uint8Array,
  at: number,
  authenticator: Uint8Array,
  secret: Secret,
): void {
  hash.reset();
  hash.update(packet, 0, AUTHENTICATOR_AT);
  hash.update(authenticator, 0, AUTHENTICATOR_OCTETS);
  hash.update(packet, HEADER_OCTETS, packet.length);
  hash.update(secret.octets, 0, secret.octets.length);
  hash.digestInto(out, at);
}
