import { describe, expect, it } from 'vitest';
import { desEncryptBlock } from '../../../engine/radius/des.ts';

const octets = (hex: string) => Buffer.from(hex, 'hex');
const encrypt = (key: string, block: string) =>
  Buffer.from(desEncryptBlock(octets(key), octets(block))).toString('hex');

describe('DES', () => {
  it.each([
    ['fc156af7edcd6c', '102db5df085d3041', '4e9d3c8f9cfd385d'],
    ['0edde3337d427f', '102db5df085d3041', '5bf4d3246791956c'],
    ['4eac0000000000', '102db5df085d3041', 'a4c351ab409a3d61'],
  ])('under key %s makes its third of the response in RFC 2433 appendix B', (key, block, expected) => {
    expect(encrypt(key, block)).toBe(expected);
  });

  it('spreads 56 bits over eight octets, giving the known results of the weakest keys', () => {
    expect(encrypt('00000000000000', '0000000000000000')).toBe('8ca64de9c1b123a7');
    expect(encrypt('ffffffffffffff', 'ffffffffffffffff')).toBe('7359b2163e4edc58');
  });

  it('refuses keys and blocks of another size', () => {
    expect(() => desEncryptBlock(new Uint8Array(8), new Uint8Array(8))).toThrow(RangeError);
    expect(() => desEncryptBlock(new Uint8Array(7), new Uint8Array(16))).toThrow(RangeError);
  });
});
