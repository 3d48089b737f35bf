import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyChap } from '../../../engine/radius/chap.ts';

const flopsy = Buffer.from(
  '010100472aee86f08d0d55969ca5978e0d3367a20108666c6f707379' +
    '031316e97557c316185895f293ff63440772750406c0a80110050600000014060600000002070600000001',
  'hex',
);
const challenge = flopsy.subarray(4, 20);
const chapPassword = flopsy.subarray(30, 47);
const password = Buffer.from('arctangent');

describe('CHAP', () => {
  it('accepts the response of RFC 2865 §7.2', () => {
    expect(verifyChap(chapPassword, challenge, password)).toBe(true);
  });

  it('refuses another password, another challenge and any flipped bit', () => {
    expect(verifyChap(chapPassword, challenge, Buffer.from('arctangenT'))).toBe(false);
    expect(verifyChap(chapPassword, challenge.subarray(1), password)).toBe(false);
    for (let bit = 0; bit < 17 * 8; bit += 1) {
      const bent = Buffer.from(chapPassword);
      bent[bit >> 3]! ^= 1 << (bit & 7);
      expect(verifyChap(bent, challenge, password)).toBe(false);
    }
  });

  it('agrees with a response made by OpenSSL, for any challenge length', () => {
    const octets = fc.uint8Array({ maxLength: 253 });
    fc.assert(
      fc.property(fc.nat(255), octets, octets, (ident, ownChallenge, ownPassword) => {
        const digest = createHash('md5')
          .update(Buffer.from([ident]))
          .update(ownPassword)
          .update(ownChallenge)
          .digest();
        expect(verifyChap(Buffer.from([ident, ...digest]), ownChallenge, ownPassword)).toBe(true);
      }),
    );
  });

  it('refuses a value that has not 17 octets', () => {
    expect(verifyChap(new Uint8Array(0), challenge, password)).toBe(false);
    expect(verifyChap(chapPassword.subarray(0, 16), challenge, password)).toBe(false);
    expect(verifyChap(Buffer.concat([chapPassword, Buffer.alloc(1)]), challenge, password)).toBe(false);
  });
});
