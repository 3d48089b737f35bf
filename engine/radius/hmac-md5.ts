import { chainAfterBlock, MD5_BLOCK_OCTETS, MD5_DIGEST_OCTETS, Md5, md5 } from './md5.ts';

const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** A key with both pads already hashed: half of the work of HMAC over a short packet, done once per NAS. */
export interface HmacMd5Key {
  /** MD5 chaining value (4 words) after the key XOR 0x36. */
  readonly inner: Int32Array;
  /** MD5 chaining value (4 words) after the key XOR 0x5c. */
  readonly outer: Int32Array;
}

/** Prepares a key of any length (RFC 2104 §2: a key longer than 64 octets is replaced by its MD5). */
export function prepareHmacKey(key: Uint8Array): HmacMd5Key {
  const short = key.length > MD5_BLOCK_OCTETS ? md5(key) : key;
  return { inner: padState(short, INNER_PAD), outer: padState(short, OUTER_PAD) };
}

function padState(key: Uint8Array, pad: number): Int32Array {
  const block = new Uint8Array(MD5_BLOCK_OCTETS).fill(pad);
  for (let i = 0; i < key.length; i += 1) block[i] = key[i]! ^ pad;
  return chainAfterBlock(block);
}

/**
 * One HMAC-MD5 computation (RFC 2104), reusable and free of allocation: `start(key)`, `update()` any number
 * of times, `digestInto()`.
 */
export class HmacMd5 {
  private readonly hash = new Md5();
  private readonly innerDigest = new Uint8Array(MD5_DIGEST_OCTETS);
  private outer: Int32Array | undefined;

  /** Starts a new message under `key`. */
  start(key: HmacMd5Key): void {
    this.hash.resume(key.inner);
    this.outer = key.outer;
  }

  /** Appends `bytes[start, end)` to the message; `end` must not lie beyond the array. */
  update(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.hash.update(bytes, start, end);
  }

  /**
   * Ends the message and writes its 16 octets at `out[at]`.
   * @throws Error when no `start()` came before.
   */
  digestInto(out: Uint8Array, at: number): void {
    if (this.outer === undefined) throw new Error('HMAC-MD5 was not started');
    this.hash.digestInto(this.innerDigest, 0);
    this.hash.resume(this.outer);
    this.hash.update(this.innerDigest, 0, MD5_DIGEST_OCTETS);
    this.hash.digestInto(out, at);
    this.outer = undefined;
  }
}

const shared = new HmacMd5();

/** HMAC-MD5 of the parts joined: 16 octets. */
export function hmacMd5(key: HmacMd5Key, ...parts: readonly Uint8Array[]): Uint8Array {
  shared.start(key);
  for (const part of parts) shared.update(part);
  const digest = new Uint8Array(MD5_DIGEST_OCTETS);
  shared.digestInto(digest, 0);
  return digest;
}
