import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addRial, isRial, multiplyRial, rial, subtractRial, ZERO_RIAL } from '../../../engine/values/rial.ts';
import { truncShare } from '../../../engine/values/trunc-share.ts';

const amounts = fc.maxSafeNat().map(rial);

describe('an amount of Rial', () => {
  it.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('is not %s', (value) => {
    expect(isRial(value)).toBe(false);
    expect(() => rial(value)).toThrow(RangeError);
  });

  it('adds up exactly or not at all', () => {
    expect(addRial()).toBe(ZERO_RIAL);
    expect(addRial(rial(2 ** 53 - 3), rial(1), rial(1))).toBe(2 ** 53 - 1);
    expect(() => addRial(rial(2 ** 53 - 1), rial(1))).toThrow(RangeError);
    expect(multiplyRial(rial(50_000), 2)).toBe(100_000);
    expect(() => multiplyRial(rial(2 ** 52), 2)).toThrow(RangeError);
    expect(() => multiplyRial(rial(1), 0.5)).toThrow(RangeError);
  });

  it('never falls below nothing', () => {
    expect(subtractRial(rial(5), rial(5))).toBe(0);
    expect(() => subtractRial(rial(5), rial(6))).toThrow(RangeError);
  });
});

describe('a truncated share', () => {
  it.each([
    { label: 'product line P51', amount: 2_000_000, part: 352, whole: 365, share: 1_928_767 },
    { label: 'product line P52', amount: 8_000_000, part: 9, whole: 100, share: 720_000 },
    { label: 'product line P31', amount: 215_000, part: 31, whole: 30, share: 222_166 },
    { label: 'product line P31', amount: 215_000, part: 106, whole: 100, share: 227_900 },
    { label: 'product line P32', amount: 215_000, part: 29, whole: 30, share: 207_833 },
  ])('$label: TRUNC($amount × $part / $whole) = $share', ({ amount, part, whole, share }) => {
    expect(truncShare(rial(amount), part, whole)).toBe(share);
  });

  it('is exact where the product is beyond 2^53', () => {
    const largest = rial(2 ** 53 - 1);
    expect(truncShare(largest, 364, 365)).toBe(Number((BigInt(2 ** 53 - 1) * 364n) / 365n));
    expect(truncShare(largest, 365, 365)).toBe(largest);
  });

  it('is the whole part of the exact fraction', () => {
    fc.assert(
      fc.property(amounts, fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), (amount, part, whole) => {
        fc.pre(part <= whole);
        const share = BigInt(truncShare(amount, part, whole));
        const product = BigInt(amount) * BigInt(part);
        expect(share * BigInt(whole) <= product && product < (share + 1n) * BigInt(whole)).toBe(true);
      }),
    );
  });

  it.each([
    [1, 1, 0],
    [-1, 1, 1],
    [1, -1, 1],
    [1, 0.5, 1],
    [2 ** 53 - 1, 2, 1],
  ])('of %d × %d / %d is a bug', (amount, part, whole) => {
    expect(() => truncShare(amount, part, whole)).toThrow(RangeError);
  });
});
