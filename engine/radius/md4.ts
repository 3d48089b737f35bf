/** Octets of an MD4 digest. */
export const MD4_DIGEST_OCTETS = 16;

const BLOCK_OCTETS = 64;
const LENGTH_FIELD_OCTETS = 8;
const BLOCK_WORDS = 16;

/** Order in which each round of RFC 1320 §3.4 takes the words of a block. */
const WORD_ORDER = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
] as const;

/** Left rotations of each round, used in turn. */
const ROTATIONS = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
] as const;

/** Constant added in each round: 0, then the square roots of 2 and 3. */
const ADDEND = [0, 0x5a827999, 0x6ed9eba1] as const;

/**
 * MD4 of `message` (RFC 1320): 16 octets. Ours because OpenSSL 3 serves it no more; MS-CHAP needs it for
 * hashing passwords (RFC 2759 §8.3) and nothing else may use it, for it is broken.
 */
export function md4(message: Uint8Array): Uint8Array {
  const padded = new DataView(pad(message).buffer);
  const chain = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  const words = new Int32Array(BLOCK_WORDS);
  for (let at = 0; at < padded.byteLength; at += BLOCK_OCTETS) {
    for (let i = 0; i < BLOCK_WORDS; i += 1) words[i] = padded.getInt32(at + 4 * i, true);
    compress(chain, words);
  }
  const digest = new DataView(new ArrayBuffer(MD4_DIGEST_OCTETS));
  for (let i = 0; i < chain.length; i += 1) digest.setInt32(4 * i, chain[i]!, true);
  return new Uint8Array(digest.buffer);
}

/** RFC 1320 §3.1 and §3.2: a one bit, zeros, and the length in bits as 64-bit little-endian. */
function pad(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((message.length + 1 + LENGTH_FIELD_OCTETS) / BLOCK_OCTETS);
  const padded = new Uint8Array(blocks * BLOCK_OCTETS);
  padded.set(message);
  padded[message.length] = 0x80;
  const length = new DataView(padded.buffer, padded.length - LENGTH_FIELD_OCTETS);
  length.setUint32(0, message.length << 3, true);
  length.setUint32(4, message.length / 2 ** 29, true);
  return padded;
}

function compress(chain: Int32Array, words: Int32Array): void {
  let a = chain[0]!;
  let b = chain[1]!;
  let c = chain[2]!;
  let d = chain[3]!;
  for (const round of [0, 1, 2] as const) {
    const order = WORD_ORDER[round];
    const rotations = ROTATIONS[round];
    const addend = ADDEND[round];
    for (let step = 0; step < BLOCK_WORDS; step += 1) {
      const sum = (a + mix(round, b, c, d) + words[order[step]!]! + addend) | 0;
      const rotation = rotations[step & 3]!;
      a = d;
      d = c;
      c = b;
      b = (sum << rotation) | (sum >>> (32 - rotation));
    }
  }
  chain[0]! += a;
  chain[1]! += b;
  chain[2]! += c;
  chain[3]! += d;
}

/** F, G and H of RFC 1320 §3.4: selection, majority, parity. */
function mix(round: number, x: number, y: number, z: number): number {
  if (round === 0) return (x & y) | (~x & z);
  if (round === 1) return (x & y) | (x & z) | (y & z);
  return x ^ y ^ z;
}
