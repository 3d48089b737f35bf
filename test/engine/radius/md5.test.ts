import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainAfterBlock, Md5, md5 } from '../../../engine/radius/md5.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const reference = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

describe('MD5', () => {
  it.each([
    ['', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['a', '0cc175b9c0f1b6a831c399e269772661'],
    ['abc', '900150983cd24fb0d6963f7d28e17f72'],
    ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
    ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
    ['1234567890'.repeat(8), '57edf4a22be3c955ac49da2e2107b67a'],
  ])('gives the digest of RFC 1321 appendix A.5 for %j', (text, digest) => {
    expect(hex(md5(Buffer.from(text)))).toBe(digest);
  });

  it('agrees with OpenSSL at every length from 0 to 200 octets', () => {
    for (let length = 0; length <= 200; length += 1) {
      const message = randomBytes(length);
      expect(hex(md5(message))).toBe(reference(message));
    }
  });

  it('agrees with OpenSSL on random messages cut anywhere into parts', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(5000), fc.nat(5000), (message, cut1, cut2) => {
        const [from, to] = [
          Math.min(cut1, cut2, message.length),
          Math.min(Math.max(cut1, cut2), message.length),
        ];
        const parts = [message.subarray(0, from), message.subarray(from, to), message.subarray(to)];
        expect(hex(md5(...parts))).toBe(reference(message));
      }),
    );
  });

  it('reads ranges of an array and writes into the middle of another', () => {
    const hash = new Md5();
    const out = new Uint8Array(20).fill(7);
    hash.update(Buffer.from('xxabcyy'), 2, 5);
    hash.digestInto(out, 2);
    expect(hex(out)).toBe('0707900150983cd24fb0d6963f7d28e17f720707');
  });

  it('starts afresh after reset, whatever was fed before', () => {
    const hash = new Md5();
    const out = new Uint8Array(16);
    hash.update(randomBytes(77));
    hash.reset();
    hash.update(Buffer.from('abc'));
    hash.digestInto(out, 0);
    expect(hex(out)).toBe('900150983cd24fb0d6963f7d28e17f72');
  });

  it('keeps two computations apart', () => {
    const [left, right] = [new Md5(), new Md5()];
    const [first, second] = [randomBytes(90), randomBytes(130)];
    const out = new Uint8Array(32);
    left.update(first, 0, 50);
    right.update(second, 0, 70);
    left.update(first, 50);
    right.update(second, 70);
    left.digestInto(out, 0);
    right.digestInto(out, 16);
    expect(hex(out)).toBe(reference(first) + reference(second));
  });

  it('resumes behind a block that was hashed earlier', () => {
    const message = randomBytes(150);
    const hash = new Md5();
    const out = new Uint8Array(16);
    hash.resume(chainAfterBlock(message));
    hash.update(message, 64);
    hash.digestInto(out, 0);
    expect(hex(out)).toBe(reference(message));
  });
});
