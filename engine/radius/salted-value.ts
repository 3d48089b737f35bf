import { MD5_DIGEST_OCTETS, Md5 } from './md5.ts';
import type { Secret } from './secret.ts';

const BLOCK_OCTETS = MD5_DIGEST_OCTETS;
const SALT_OCTETS = 2;
const LENGTH_OCTETS = 1;
const SALT_MARK = 0x80;

/**
 * Longest value that fits: 15 blocks less the length octet. A sixteenth block would exceed the 255 octets of
 * an attribute.
 */
const MAX_SALTED_VALUE_OCTETS = 15 * BLOCK_OCTETS - LENGTH_OCTETS;

const hash = new Md5();
const mask = new Uint8Array(MD5_DIGEST_OCTETS);

/**
 * Hides a value as in Tunnel-Password (RFC 2868 §3.5) and MS-MPPE-Send-Key and -Recv-Key (RFC 2548 §2.4.2,
 * §2.4.3): salt, then the hidden length octet, value and padding. The Tag octet of Tunnel-Password is not
 * part of it. `salt` is 2 random octets, different for each such attribute of a packet; its highest bit is
 * set here. `requestAuthenticator` is the 16 octets of the request answered. Undefined when the value exceeds
 * 239 octets.
 */
export function encryptSalted(
  value: Uint8Array,
  salt: Uint8Array,
  requestAuthenticator: Uint8Array,
  secret: Secret,
): Uint8Array | undefined {
  if (value.length > MAX_SALTED_VALUE_OCTETS) return undefined;
  const blocks = Math.ceil((LENGTH_OCTETS + value.length) / BLOCK_OCTETS);
  const hidden = new Uint8Array(SALT_OCTETS + blocks * BLOCK_OCTETS);
  hidden[0] = salt[0]! | SALT_MARK;
  hidden[1] = salt[1]!;
  hidden[SALT_OCTETS] = value.length;
  hidden.set(value, SALT_OCTETS + LENGTH_OCTETS);
  for (let at = SALT_OCTETS; at < hidden.length; at += BLOCK_OCTETS) {
    writeMask(hidden, at, requestAuthenticator, secret);
    for (let i = 0; i < BLOCK_OCTETS; i += 1) hidden[at + i]! ^= mask[i]!;
  }
  return hidden;
}

/**
 * Reads a value hidden by `encryptSalted` or a peer; `salted` begins with the salt, whose highest bit is not
 * insisted on. Undefined when the rest is not 1 to 15 blocks of 16 octets or the length octet within exceeds
 * them, as mostly happens under a wrong secret.
 */
export function decryptSalted(
  salted: Uint8Array,
  requestAuthenticator: Uint8Array,
  secret: Secret,
): Uint8Array | undefined {
  const hiddenOctets = salted.length - SALT_OCTETS;
  if (hiddenOctets <= 0 || hiddenOctets % BLOCK_OCTETS !== 0) return undefined;
  if (hiddenOctets > LENGTH_OCTETS + MAX_SALTED_VALUE_OCTETS) return undefined;
  const plain = new Uint8Array(hiddenOctets);
  for (let at = SALT_OCTETS; at < salted.length; at += BLOCK_OCTETS) {
    writeMask(salted, at, requestAuthenticator, secret);
    for (let i = 0; i < BLOCK_OCTETS; i += 1) plain[at - SALT_OCTETS + i] = salted[at + i]! ^ mask[i]!;
  }
  const end = LENGTH_OCTETS + plain[0]!;
  return end <= plain.length ? plain.subarray(LENGTH_OCTETS, end) : undefined;
}

/** mask = MD5(secret + Request Authenticator + salt) at first, MD5(secret + hidden block before) later. */
function writeMask(salted: Uint8Array, at: number, requestAuthenticator: Uint8Array, secret: Secret): void {
  hash.reset();
  hash.update(secret.octets, 0, secret.octets.length);
  if (at === SALT_OCTETS) {
    hash.update(requestAuthenticator, 0, MD5_DIGEST_OCTETS);
    hash.update(salted, 0, SALT_OCTETS);
  } else {
    hash.update(salted, at - BLOCK_OCTETS, at);
  }
  hash.digestInto(mask, 0);
}
