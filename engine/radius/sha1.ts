import { createHash } from 'node:crypto';

/**
 * SHA-1 of the parts joined: 20 octets. For the derivations of RFC 2759 and RFC 3079, done once per login;
 * nothing new may rely on it.
 */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
