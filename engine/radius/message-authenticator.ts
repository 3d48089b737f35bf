import { AUTHENTICATOR_AT, AUTHENTICATOR_OCTETS, HEADER_OCTETS } from './authenticator.ts';
import { HmacMd5 } from './hmac-md5.ts';
import { MD5_DIGEST_OCTETS } from './md5.ts';
import { type Secret, sameOctets } from './secret.ts';

/** Octets of the value of Message-Authenticator, attribute 80 (RFC 3579 §3.2). */
const MESSAGE_AUTHENTICATOR_OCTETS = 16;

const ZERO_VALUE = new Uint8Array(MESSAGE_AUTHENTICATOR_OCTETS);
const hmac = new HmacMd5();
const expected = new Uint8Array(MD5_DIGEST_OCTETS);

/**
 * Writes the value of Message-Authenticator at `packet[valueOffset]`; all else but the Authenticator field of
 * the packet must be in place (RFC 3579 §3.2). `authenticator` is the 16 octets that count as the
 * Authenticator field: an Access-Request's own, the request's for a reply, zeros for Accounting-, CoA- and
 * Disconnect-Requests (RFC 5176 §3.4).
 */
export function writeMessageAuthenticator(
  packet: Uint8Array,
  valueOffset: number,
  authenticator: Uint8Array,
  secret: Secret,
): void {
  digestInto(packet, packet, valueOffset, authenticator, secret, valueOffset);
}

/**
 * Checks the value at `packet[valueOffset]` without changing the packet, which ends where its Length field
 * says. `authenticator` as for `writeMessageAuthenticator`. False for a wrong digest and when the value does
 * not lie wholly among the attributes.
 */
export function verifyMessageAuthenticator(
  packet: Uint8Array,
  valueOffset: number,
  authenticator: Uint8Array,
  secret: Secret,
): boolean {
  if (valueOffset < HEADER_OCTETS || valueOffset + MESSAGE_AUTHENTICATOR_OCTETS > packet.length) return false;
  digestInto(expected, packet, valueOffset, authenticator, secret, 0);
  return sameOctets(expected, 0, packet, valueOffset, MESSAGE_AUTHENTICATOR_OCTETS);
}

function digestInto(
  out: Uint8Array,
  packet: Uint8Array,
  valueOffset: number,
  authenticator: Uint8Array,
  secret: Secret,
  outAt: number,
): void {
  hmac.start(secret.hmacKey);
  hmac.update(packet, 0, AUTHENTICATOR_AT);
  hmac.update(authenticator, 0, AUTHENTICATOR_OCTETS);
  hmac.update(packet, HEADER_OCTETS, valueOffset);
  hmac.update(ZERO_VALUE, 0, MESSAGE_AUTHENTICATOR_OCTETS);
  hmac.update(packet, valueOffset + MESSAGE_AUTHENTICATOR_OCTETS, packet.length);
  hmac.digestInto(out, outAt);
}
