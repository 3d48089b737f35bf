import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interimInterval } from '../../../engine/policy/interim-interval.ts';
import { planOf } from '../pipeline/samples.ts';

const EVER = Number.POSITIVE_INFINITY;
const keyOf = (spread: string) => spread.padEnd(16, '0');

describe('the interim interval', () => {
  const spreads = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16).padStart(4, '0'));

  it('is whole seconds, at least 60, at most a tenth above the plan, and never longer than the volume lasts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 86_400 }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        spreads,
        (seconds, lasts, spread) => {
          const interval = interimInterval(planOf({ interimSeconds: seconds }), lasts, keyOf(spread));
          expect(Number.isInteger(interval)).toBe(true);
          expect(interval).toBeGreaterThanOrEqual(60);
          expect(interval).toBeLessThanOrEqual(Math.round(Math.max(60, seconds) * 1.1));
          if (lasts >= 60) expect(interval).toBeLessThanOrEqual(lasts);
        },
      ),
    );
  });

  it.each([
    { name: 'plenty', lasts: 10_000, spread: '8000', seconds: 300 },
    { name: 'lowest jitter', lasts: 10_000, spread: '0000', seconds: 270 },
    { name: 'highest jitter', lasts: EVER, spread: 'ffff', seconds: 330 },
    { name: 'volume for 100 s', lasts: 100.9, spread: 'ffff', seconds: 100 },
    { name: 'volume for 1 s', lasts: 1, spread: '8000', seconds: 60 },
    { name: 'none left: already slow', lasts: 0, spread: '8000', seconds: 300 },
  ])('$name: $seconds s', ({ lasts, spread, seconds }) => {
    expect(interimInterval(planOf(), lasts, keyOf(spread))).toBe(seconds);
  });

  it('is 300 s where no plan is known', () => {
    expect(interimInterval(undefined, EVER, keyOf('8000'))).toBe(300);
  });
});
