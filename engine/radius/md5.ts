import { type Block, type Chain, compress, initChain, readBlock } from './md5-block.ts';

/** Octets of an MD5 digest. */
export const MD5_DIGEST_OCTETS = 16;

/** Octets of the block that MD5 works on. */
export const MD5_BLOCK_OCTETS = 64;

const LENGTH_FIELD_AT = 56;

// A block is filled octet by octet and read as words: right only where the lowest octet comes first.
if (new Uint8Array(new Int32Array([1]).buffer)[0] !== 1) throw new Error('MD5 needs a little-endian machine');

/**
 * One MD5 computation (RFC 1321), reusable: `reset()`, `update()` any number of times, `digestInto()`. The
 * packet path hashes 20 to 4096 octets several times per packet, where a call into OpenSSL costs more than
 * the hashing; an instance kept at module level allocates nothing per message.
 */
export class Md5 {
  private readonly chain = new Int32Array(4) as Chain;
  private readonly words = new Int32Array(16) as Block;
  private readonly block = new Uint8Array(this.words.buffer);
  private lengthOctets = 0;

  constructor() {
    this.reset();
  }

  /** Starts a new message. */
  reset(): void {
    initChain(this.chain);
    this.lengthOctets = 0;
  }

  /** Starts from the value `chainAfterBlock` returned, as if that one block had been fed. */
  resume(chainAfterOneBlock: Int32Array): void {
    for (let i = 0; i < 4; i += 1) this.chain[i] = chainAfterOneBlock[i]!;
    this.lengthOctets = MD5_BLOCK_OCTETS;
  }

  /** Appends `bytes[start, end)` to the message; `end` must not lie beyond the array. */
  update(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const block = this.block;
    let fill = this.lengthOctets & (MD5_BLOCK_OCTETS - 1);
    let at = start;
    this.lengthOctets += end - start;
    if (fill > 0) {
      const stop = Math.min(end, at + MD5_BLOCK_OCTETS - fill);
      while (at < stop) block[fill++] = bytes[at++]!;
      if (fill < MD5_BLOCK_OCTETS) return;
      compress(this.chain, this.words);
      fill = 0;
    }
    for (; at + MD5_BLOCK_OCTETS <= end; at += MD5_BLOCK_OCTETS) {
      readBlock(this.words, bytes, at);
      compress(this.chain, this.words);
    }
    while (at < end) block[fill++] = bytes[at++]!;
  }

  /** Ends the message and writes its 16 octets at `out[at]`; `reset()` or `resume()` starts the next one. */
  digestInto(out: Uint8Array, at: number): void {
    const block = this.block;
    let fill = this.lengthOctets & (MD5_BLOCK_OCTETS - 1);
    block[fill++] = 0x80;
    if (fill > LENGTH_FIELD_AT) {
      while (fill < MD5_BLOCK_OCTETS) block[fill++] = 0;
      compress(this.chain, this.words);
      fill = 0;
    }
    while (fill < LENGTH_FIELD_AT) block[fill++] = 0;
    this.words[14] = this.lengthOctets << 3;
    this.words[15] = this.lengthOctets / 2 ** 29;
    compress(this.chain, this.words);
    writeWords(this.chain, out, at);
  }
}

const shared = new Md5();

/** MD5 of the parts joined: 16 octets. */
export function md5(...parts: readonly Uint8Array[]): Uint8Array {
  shared.reset();
  for (const part of parts) shared.update(part);
  const digest = new Uint8Array(MD5_DIGEST_OCTETS);
  shared.digestInto(digest, 0);
  return digest;
}

/** Chaining value (4 words) after the first 64 octets of `block`, for `Md5.resume`. */
export function chainAfterBlock(block: Uint8Array): Int32Array {
  const chain = new Int32Array(4) as Chain;
  const words = new Int32Array(16) as Block;
  initChain(chain);
  readBlock(words, block, 0);
  compress(chain, words);
  return chain;
}

function writeWords(chain: Chain, out: Uint8Array, at: number): void {
  for (let i = 0; i < 4; i += 1) {
    const word = chain[i]!;
    const to = at + 4 * i;
    out[to] = word;
    out[to + 1] = word >>> 8;
    out[to + 2] = word >>> 16;
    out[to + 3] = word >>> 24;
  }
}
