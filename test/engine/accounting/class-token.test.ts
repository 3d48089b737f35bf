import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CLASS_TOKEN_OCTETS,
  readClassToken,
  writeClassToken,
} from '../../../engine/accounting/class-token.ts';
import { prepareHmacKey } from '../../../engine/radius/hmac-md5.ts';

const key = prepareHmacKey(Buffer.from('a key that only we have'));
const lineIds = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const sessionKeys = fc
  .uint8Array({ minLength: 8, maxLength: 8 })
  .map((octets) => Buffer.from(octets).toString('hex'));

describe('the Class that we sign', () => {
  it('proves its line and session', () => {
    fc.assert(
      fc.property(lineIds, sessionKeys, (lineId, sessionKey) => {
        const token = writeClassToken(lineId, sessionKey, key);
        expect(token).toHaveLength(CLASS_TOKEN_OCTETS);
        expect(readClassToken(token, lineId, key)).toBe(sessionKey);
        expect(readClassToken(new Uint8Array(token), lineId, key)).toBe(sessionKey);
      }),
    );
  });

  it('proves nothing on another line, under another key, cut, lengthened, or with any bit turned', () => {
    const other = prepareHmacKey(Buffer.from('another key'));
    fc.assert(
      fc.property(
        lineIds,
        lineIds,
        sessionKeys,
        fc.nat({ max: CLASS_TOKEN_OCTETS * 8 - 1 }),
        (line, wrong, session, bit) => {
          const token = writeClassToken(line, session, key);
          if (wrong !== line) expect(readClassToken(token, wrong, key)).toBeUndefined();
          expect(readClassToken(token, line, other)).toBeUndefined();
          expect(readClassToken(token.subarray(0, -1), line, key)).toBeUndefined();
          expect(readClassToken(Buffer.concat([token, Buffer.from([0])]), line, key)).toBeUndefined();
          const turned = Buffer.from(token);
          turned[bit >> 3]! ^= 1 << (bit & 7);
          expect(readClassToken(turned, line, key)).toBeUndefined();
        },
      ),
    );
  });

  it('is not mistaken for a Class of someone else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 253 }), lineIds, (octets, lineId) => {
        expect(readClassToken(octets, lineId, key)).toBeUndefined();
      }),
    );
  });
});
