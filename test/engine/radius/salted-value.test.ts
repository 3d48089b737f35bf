import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decryptSalted, encryptSalted } from '../../../engine/radius/salted-value.ts';
import { prepareSecret } from '../../../engine/radius/secret.ts';

const secret = prepareSecret(Buffer.from('hogehogefugafuga'));
const authenticator = Buffer.from('678ae6ed696e1bd10ae2fea105d46a56', 'hex');
const key = 'fc6ea418373d8e90c136fae3735e37d1';
const hiddenKey = '8036f4abbe2117fb3e4a7874dce91c5b04498ec7720f168688562dbc88e21cab6271';
const octets16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
const salts = fc.uint8Array({ minLength: 2, maxLength: 2 });

describe('a salted value', () => {
  it('is read and written as by another RADIUS library (MS-MPPE-Send-Key)', () => {
    const read = decryptSalted(Buffer.from(hiddenKey, 'hex'), authenticator, secret)!;
    expect(Buffer.from(read).toString('hex')).toBe(key);
    const written = encryptSalted(
      Buffer.from(key, 'hex'),
      Buffer.from('8036', 'hex'),
      authenticator,
      secret,
    )!;
    expect(Buffer.from(written).toString('hex')).toBe(hiddenKey);
  });

  it('follows the chain of RFC 2868 §3.5 from block to block', () => {
    const value = Buffer.from('a tunnel password of thirty-six octets');
    const salt = Buffer.from([0x81, 0x02]);
    const md5 = (...parts: Uint8Array[]) => createHash('md5').update(Buffer.concat(parts)).digest();
    const plain = Buffer.concat([Buffer.from([value.length]), value, Buffer.alloc(48 - 1 - value.length)]);
    const blocks: Buffer[] = [];
    for (let i = 0; i < 3; i += 1) {
      const mask = md5(secret.octets, ...(i === 0 ? [authenticator, salt] : [blocks[i - 1]!]));
      blocks.push(Buffer.from(mask.map((octet, at) => octet ^ plain[16 * i + at]!)));
    }
    const expected = Buffer.concat([salt, ...blocks]).toString('hex');
    expect(Buffer.from(encryptSalted(value, salt, authenticator, secret)!).toString('hex')).toBe(expected);
  });

  it('comes back from hiding, trailing zeros included, and carries a marked salt', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 239 }), salts, octets16, (value, salt, requestAuthenticator) => {
        const hidden = encryptSalted(value, salt, requestAuthenticator, secret)!;
        expect(hidden[0]).toBe(salt[0]! | 0x80);
        expect(hidden[1]).toBe(salt[1]);
        const read = decryptSalted(hidden, requestAuthenticator, secret)!;
        expect(Buffer.from(read)).toEqual(Buffer.from(value));
      }),
    );
  });

  it('differs under another salt', () => {
    const [one, other] = [1, 2].map(
      (low) => encryptSalted(Buffer.alloc(15), Uint8Array.of(0x80, low), authenticator, secret)!,
    );
    expect(Buffer.from(one!.subarray(2)).equals(other!.subarray(2))).toBe(false);
  });

  it('is refused where no attribute could carry it or the length within is a lie', () => {
    expect(encryptSalted(new Uint8Array(240), new Uint8Array(2), authenticator, secret)).toBeUndefined();
    for (let length = 0; length <= 300; length += 1) {
      const isPossible = length > 2 && length <= 242 && (length - 2) % 16 === 0;
      if (!isPossible) expect(decryptSalted(new Uint8Array(length), authenticator, secret)).toBeUndefined();
    }
    const hidden = encryptSalted(new Uint8Array(15), new Uint8Array(2), authenticator, secret)!;
    expect(decryptSalted(hidden, authenticator, secret)).toHaveLength(15);
    hidden[2]! ^= 15 ^ 16;
    expect(decryptSalted(hidden, authenticator, secret)).toBeUndefined();
  });
});
