import { createCipheriv } from 'node:crypto';

/** Octets of a DES key before parity bits are put in (RFC 2759 §8.6: 56 bits). */
export const DES_KEY_OCTETS = 7;

/** Octets of a DES block. */
export const DES_BLOCK_OCTETS = 8;

/**
 * Encrypts one 8-octet block with single DES (RFC 2759 §8.6). `key` is 7 octets; parity bits are put in here.
 * OpenSSL 3 serves single DES no more; triple DES under three equal keys is the same function.
 * @throws RangeError when the key has not 7 octets or the block not 8: both come from code, not from a
 * packet.
 */
export function desEncryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array {
  if (key.length !== DES_KEY_OCTETS || block.length !== DES_BLOCK_OCTETS) {
    throw new RangeError(
      `DES takes a key of 7 octets and a block of 8, not ${key.length} and ${block.length}`,
    );
  }
  const full = withParity(key);
  const cipher = createCipheriv('des-ede3-ecb', Buffer.concat([full, full, full]), null).setAutoPadding(
    false,
  );
  return cipher.update(block);
}

/** Spreads 56 bits over 8 octets, seven in the high bits of each; the lowest makes the number of ones odd. */
function withParity(key: Uint8Array): Uint8Array {
  const full = new Uint8Array(8);
  for (let i = 0; i < full.length; i += 1) {
    const before = i === 0 ? 0 : key[i - 1]!;
    const here = i === DES_KEY_OCTETS ? 0 : key[i]!;
    const sevenBits = ((before << (8 - i)) | (here >> i)) & 0xfe;
    full[i] = sevenBits | (onesIn(sevenBits) % 2 === 0 ? 1 : 0);
  }
  return full;
}

function onesIn(octet: number): number {
  let ones = 0;
  for (let rest = octet; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
}
