import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacMd5 } from '../../../engine/radius/hmac-md5.ts';
import { prepareSecret, sameOctets } from '../../../engine/radius/secret.ts';

describe('a shared secret', () => {
  it('keeps its own copy of the octets, so that wiping the source does no harm', () => {
    const source = Buffer.from('xyzzy5461');
    const secret = prepareSecret(source);
    source.fill(0);
    expect(Buffer.from(secret.octets).toString()).toBe('xyzzy5461');
    const digest = createHmac('md5', 'xyzzy5461').update('a').digest();
    expect(Buffer.from(hmacMd5(secret.hmacKey, Buffer.from('a')))).toEqual(digest);
  });

  it('is never empty', () => {
    expect(() => prepareSecret(new Uint8Array(0))).toThrow(RangeError);
  });
});

describe('comparison', () => {
  it('looks at the given ranges only', () => {
    const left = Buffer.from('..same!');
    const right = Buffer.from('same?');
    expect(sameOctets(left, 2, right, 0, 4)).toBe(true);
    expect(sameOctets(left, 2, right, 0, 5)).toBe(false);
  });

  it('sees a single bit anywhere', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (octets, bit) => {
        const other = Uint8Array.from(octets);
        expect(sameOctets(octets, 0, other, 0, octets.length)).toBe(true);
        other[(bit >> 3) % octets.length]! ^= 1 << (bit & 7);
        expect(sameOctets(octets, 0, other, 0, octets.length)).toBe(false);
      }),
    );
  });
});
