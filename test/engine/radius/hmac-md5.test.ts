import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HmacMd5, hmacMd5, prepareHmacKey } from '../../../engine/radius/hmac-md5.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const reference = (key: Uint8Array, message: Uint8Array) =>
  createHmac('md5', key).update(message).digest('hex');

describe('HMAC-MD5', () => {
  it.each([
    ['0b'.repeat(16), Buffer.from('Hi There'), '9294727a3638bb1c13f48ef8158bfc9d'],
    [
      hex(Buffer.from('Jefe')),
      Buffer.from('what do ya want for nothing?'),
      '750c783e6ab0b503eaa86e310a5db738',
    ],
    ['aa'.repeat(16), Buffer.alloc(50, 0xdd), '56be34521d144c88dbb8c733f0e8b3f6'],
    [
      '0102030405060708090a0b0c0d0e0f10111213141516171819',
      Buffer.alloc(50, 0xcd),
      '697eaf0aca3a3aea3a75164746ffaa79',
    ],
    ['0c'.repeat(16), Buffer.from('Test With Truncation'), '56461ef2342edc00f9bab995690efd4c'],
    [
      'aa'.repeat(80),
      Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'),
      '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd',
    ],
    [
      'aa'.repeat(80),
      Buffer.from('Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data'),
      '6f630fad67cda0ee1fb1f562db3aa53e',
    ],
  ])('gives the digest of RFC 2202 §2 under key %s', (key, message, digest) => {
    expect(hex(hmacMd5(prepareHmacKey(Buffer.from(key, 'hex')), message))).toBe(digest);
  });

  it('agrees with OpenSSL at every length of message and key from 0 to 200 octets', () => {
    for (let length = 0; length <= 200; length += 1) {
      const key = randomBytes(length);
      const message = randomBytes(200 - length);
      expect(hex(hmacMd5(prepareHmacKey(key), message))).toBe(reference(key, message));
    }
  });

  it('agrees with OpenSSL on random keys and messages in parts, with one instance reused', () => {
    const hmac = new HmacMd5();
    const out = new Uint8Array(18);
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.uint8Array({ maxLength: 5000 }),
        fc.nat(5000),
        (k, m, cut) => {
          const at = Math.min(cut, m.length);
          hmac.start(prepareHmacKey(k));
          hmac.update(m, 0, at);
          hmac.update(m, at);
          hmac.digestInto(out, 1);
          expect(hex(out)).toBe(`00${reference(k, m)}00`);
        },
      ),
    );
  });

  it('refuses to end a message that was not started', () => {
    const hmac = new HmacMd5();
    expect(() => hmac.digestInto(new Uint8Array(16), 0)).toThrow('not started');
  });
});
