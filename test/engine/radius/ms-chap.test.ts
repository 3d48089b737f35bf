import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  msChap2SuccessValue,
  msChapErrorValue,
  msChapIdentOf,
  ntPasswordHash,
  ntResponseOf,
  verifyMsChapV1,
  verifyMsChapV2,
} from '../../../engine/radius/ms-chap.ts';

const octets = (hex: string) => Buffer.from(hex, 'hex');
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const flip = (bytes: Uint8Array, bit: number) => {
  const bent = Buffer.from(bytes);
  bent[bit >> 3]! ^= 1 << (bit & 7);
  return bent;
};

// RFC 2433 appendix B.
const v1Challenge = octets('102db5df085d3041');
const v1NtResponse = '4e9d3c8f9cfd385d5bf4d3246791956ca4c351ab409a3d61';
const v1Response = octets(`0701${'00'.repeat(24)}${v1NtResponse}`);
const v1Hash = ntPasswordHash('MyPw');

// RFC 2759 §9.2.
const v2Challenge = octets('5b5d7c7d7b3f2f3e3c2c602132262628');
const v2NtResponse = '82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df';
const v2Response = octets(`0900${'21402324255e262a28295f2b3a337c7e'}${'00'.repeat(8)}${v2NtResponse}`);
const v2Hash = ntPasswordHash('clientPass');
const user = Buffer.from('User');
const proof = 'S=407A5589115FD0D6209F510FE9C04566932CDA56';

describe('the NT hash', () => {
  it.each([
    ['MyPw', 'fc156af7edcd6c0edde3337d427f4eac'],
    ['clientPass', '44ebba8d5312b8d611474411f56989ae'],
  ])('of %s is that of the RFCs', (password, hash) => {
    expect(Buffer.from(ntPasswordHash(password)).toString('hex')).toBe(hash);
  });
});

describe('MS-CHAPv1', () => {
  it('accepts the response of RFC 2433 appendix B', () => {
    expect(verifyMsChapV1(v1Response, v1Challenge, v1Hash)).toBe(true);
  });

  it('refuses another hash, another challenge and any flipped bit of the NT response', () => {
    expect(verifyMsChapV1(v1Response, v1Challenge, v2Hash)).toBe(false);
    for (let bit = 0; bit < 64; bit += 1) {
      expect(verifyMsChapV1(v1Response, flip(v1Challenge, bit), v1Hash)).toBe(false);
    }
    for (let bit = 26 * 8; bit < 50 * 8; bit += 1) {
      expect(verifyMsChapV1(flip(v1Response, bit), v1Challenge, v1Hash)).toBe(false);
    }
  });

  it('refuses a peer that says its NT response does not count', () => {
    const lanManagerOnly = Buffer.from(v1Response);
    lanManagerOnly[1] = 0;
    expect(verifyMsChapV1(lanManagerOnly, v1Challenge, v1Hash)).toBe(false);
  });

  it('refuses any other length', () => {
    expect(verifyMsChapV1(v1Response.subarray(0, 49), v1Challenge, v1Hash)).toBe(false);
    expect(verifyMsChapV1(Buffer.concat([v1Response, Buffer.alloc(1)]), v1Challenge, v1Hash)).toBe(false);
    expect(verifyMsChapV1(v1Response, v2Challenge, v1Hash)).toBe(false);
    expect(verifyMsChapV1(new Uint8Array(0), new Uint8Array(0), v1Hash)).toBe(false);
  });
});

describe('MS-CHAPv2', () => {
  it('accepts the response of RFC 2759 §9.2 and proves the server', () => {
    expect(verifyMsChapV2(v2Response, v2Challenge, user, v2Hash)).toEqual({ authenticatorResponse: proof });
  });

  it('leaves a domain before the name out of account', () => {
    const withDomain = Buffer.from('BIGCO\\User');
    expect(verifyMsChapV2(v2Response, v2Challenge, withDomain, v2Hash)).toEqual({
      authenticatorResponse: proof,
    });
    expect(verifyMsChapV2(v2Response, v2Challenge, Buffer.from('User@bigco'), v2Hash)).toBe(false);
  });

  it('refuses another hash, another name and any flipped bit of challenges and response', () => {
    expect(verifyMsChapV2(v2Response, v2Challenge, user, v1Hash)).toBe(false);
    expect(verifyMsChapV2(v2Response, v2Challenge, Buffer.from('user'), v2Hash)).toBe(false);
    for (let bit = 0; bit < 128; bit += 1) {
      expect(verifyMsChapV2(v2Response, flip(v2Challenge, bit), user, v2Hash)).toBe(false);
      expect(verifyMsChapV2(flip(v2Response, 16 + bit), v2Challenge, user, v2Hash)).toBe(false);
    }
    for (let bit = 26 * 8; bit < 50 * 8; bit += 1) {
      expect(verifyMsChapV2(flip(v2Response, bit), v2Challenge, user, v2Hash)).toBe(false);
    }
  });

  it('refuses any other length', () => {
    expect(verifyMsChapV2(v2Response.subarray(1), v2Challenge, user, v2Hash)).toBe(false);
    expect(verifyMsChapV2(v2Response, v2Challenge.subarray(8), user, v2Hash)).toBe(false);
  });
});

describe('what an answer needs', () => {
  it('reads Ident and NT response out of either value', () => {
    expect(msChapIdentOf(v1Response)).toBe(7);
    expect(msChapIdentOf(v2Response)).toBe(9);
    expect(Buffer.from(ntResponseOf(v1Response)).toString('hex')).toBe(v1NtResponse);
    expect(Buffer.from(ntResponseOf(v2Response)).toString('hex')).toBe(v2NtResponse);
  });

  it('makes MS-CHAP2-Success of Ident and 42 octets', () => {
    const value = msChap2SuccessValue(9, { authenticatorResponse: proof });
    expect(value).toHaveLength(43);
    expect(value[0]).toBe(9);
    expect(text(value.subarray(1))).toBe(proof);
  });

  it('makes MS-CHAP-Error for both versions', () => {
    const wrong = { code: 691, retryAllowed: false, message: 'Access denied' } as const;
    const forV2 = msChapErrorValue(9, { ...wrong, challenge: v2Challenge });
    expect(forV2[0]).toBe(9);
    expect(text(forV2.subarray(1))).toBe('E=691 R=0 C=5B5D7C7D7B3F2F3E3C2C602132262628 V=3 M=Access denied');
    const forV1 = msChapErrorValue(7, { ...wrong, code: 648, retryAllowed: true, challenge: v1Challenge });
    expect(forV1[0]).toBe(7);
    expect(text(forV1.subarray(1))).toBe('E=648 R=1 C=102DB5DF085D3041 V=2');
  });

  it('cuts a long message between characters, so that the value fits an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 200, maxLength: 300 }), (message) => {
        const value = msChapErrorValue(1, {
          code: 691,
          retryAllowed: false,
          challenge: v2Challenge,
          message,
        });
        expect(value.length).toBeGreaterThan(247 - 4);
        expect(value.length).toBeLessThanOrEqual(247);
        const shown = new TextDecoder('utf-8', { fatal: true }).decode(value.subarray(1)).split(' M=')[1]!;
        expect(message.startsWith(shown)).toBe(true);
      }),
    );
  });
});
