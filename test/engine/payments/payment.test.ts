import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextInquiry } from '../../../engine/payments/payment.ts';
import { HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';

const SENT_AT = Date.UTC(2026, 10, 21, 7, 30);

/** All inquiries of an attempt that is asked about as late each time as `delays` say. */
function inquiries(delays: (index: number) => number): readonly number[] {
  const asked: number[] = [];
  let now = SENT_AT;
  for (
    let next = nextInquiry(SENT_AT, 0, now);
    next !== undefined;
    next = nextInquiry(SENT_AT, asked.length, now)
  ) {
    now = next + delays(asked.length);
    asked.push(now);
  }
  return asked;
}

describe('inquiries about an attempt', () => {
  it('come after 1, 3, 10 and 25 minutes, then hourly for 72 hours (G01, G07)', () => {
    const asked = inquiries(() => 0).map((at) => (at - SENT_AT) / MINUTE_MS);
    expect(asked.slice(0, 6)).toEqual([1, 3, 10, 25, 85, 145]);
    expect(asked.at(-1)).toBeGreaterThan(71 * 60);
    expect(asked.at(-1)).toBeLessThanOrEqual(72 * 60);
  });

  it('go forward, never into the past, and end, however late each is', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10 * HOUR_MS), { minLength: 1, maxLength: 20 }), (delays) => {
        const asked = inquiries((index) => delays[index % delays.length]!);
        for (const [index, at] of asked.entries()) {
          expect(at).toBeGreaterThanOrEqual(index === 0 ? SENT_AT + MINUTE_MS : asked[index - 1]!);
        }
        // The first ones are made up for; of the hourly ones none is planned after the third day.
        expect(asked.length).toBeGreaterThanOrEqual(4);
        expect(asked.length).toBeLessThanOrEqual(4 + 72);
      }),
    );
  });
});
