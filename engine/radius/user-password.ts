import { MD5_DIGEST_OCTETS, Md5 } from './md5.ts';
import type { Secret } from './secret.ts';

const BLOCK_OCTETS = MD5_DIGEST_OCTETS;

/** Longest password that RFC 2865 §5.2 can carry. */
const MAX_USER_PASSWORD_OCTETS = 128;

const hash = new Md5();
const mask = new Uint8Array(MD5_DIGEST_OCTETS);

/**
 * Hides a password as the value of User-Password (RFC 2865 §5.2): 16 to 128 octets, padded with zeros.
 * `requestAuthenticator` is the 16 octets of the Access-Request. Undefined when the password exceeds 128
 * octets.
 */
export function encryptUserPassword(
  password: Uint8Array,
  requestAuthenticator: Uint8Array,
  secret: Secret,
): Uint8Array | undefined {
  if (password.length > MAX_USER_PASSWORD_OCTETS) return undefined;
  const blocks = Math.max(1, Math.ceil(password.length / BLOCK_OCTETS));
  const hidden = new Uint8Array(blocks * BLOCK_OCTETS);
  hidden.set(password);
  for (let at = 0; at < hidden.length; at += BLOCK_OCTETS) {
    writeMask(at === 0 ? requestAuthenticator : hidden, Math.max(0, at - BLOCK_OCTETS), secret);
    for (let i = 0; i < BLOCK_OCTETS; i += 1) hidden[at + i]! ^= mask[i]!;
  }
  return hidden;
}

/**
 * Reads the password out of a User-Password value (RFC 2865 §5.2); zero octets at its end are padding and
 * dropped. Undefined when the length is not 16, 32, … 128. A wrong secret gives noise, not an error.
 */
export function decryptUserPassword(
  value: Uint8Array,
  requestAuthenticator: Uint8Array,
  secret: Secret,
): Uint8Array | undefined {
  const { length } = value;
  if (length === 0 || length > MAX_USER_PASSWORD_OCTETS || length % BLOCK_OCTETS !== 0) return undefined;
  const password = new Uint8Array(length);
  for (let at = 0; at < length; at += BLOCK_OCTETS) {
    writeMask(at === 0 ? requestAuthenticator : value, Math.max(0, at - BLOCK_OCTETS), secret);
    for (let i = 0; i < BLOCK_OCTETS; i += 1) password[at + i] = value[at + i]! ^ mask[i]!;
  }
  let end = length;
  while (end > 0 && password[end - 1] === 0) end -= 1;
  return password.subarray(0, end);
}

/** mask = MD5(secret + the 16 octets before): the Request Authenticator first, then the block just hidden. */
function writeMask(previous: Uint8Array, previousAt: number, secret: Secret): void {
  hash.reset();
  hash.update(secret.octets, 0, secret.octets.length);
  hash.update(previous, previousAt, previousAt + BLOCK_OCTETS);
  hash.digestInto(mask, 0);
}
