import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Pause, pausedTerm } from '../../../engine/orders/pause.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import { daysLater, jalaliWallTime } from '../../../engine/values/jalali.ts';

const from = jalaliWallTime({ year: 1404, month: 7, day: 1 }, 849);
const term = { from, until: daysLater(from, 30) };
const rules = { daysMax: 20 };

/** A pause from so many days after the term's first one, for so many days. */
function pause(after: number, days: number): Pause {
  return { from: daysLater(from, after), until: daysLater(from, after + days) };
}

const later = daysLater(from, 200);

function minutesOf(begins: number, ends: number): readonly number[] {
  return Array.from(
    { length: Math.max(0, (ends - begins) / MINUTE_MS) },
    (_, index) => begins + index * MINUTE_MS,
  );
}

describe('product line C19: a pause', () => {
  it('makes the term longer by its days, the end keeps its time of day', () => {
    expect(pausedTerm(term, [pause(5, 7)], rules, later)).toEqual({
      creditDays: 7,
      until: daysLater(from, 37),
      isAtMax: false,
    });
    expect(pausedTerm(term, [], rules, later)).toEqual({ creditDays: 0, until: term.until, isAtMax: false });
  });

  it('counts up to now while it goes on, and no further than its bound', () => {
    const open = [{ from: daysLater(from, 5), until: undefined }];
    expect(pausedTerm(term, open, rules, daysLater(from, 8)).creditDays).toBe(3);
    expect(pausedTerm(term, open, rules, daysLater(from, 24))).toMatchObject({
      creditDays: 19,
      isAtMax: false,
    });
    expect(pausedTerm(term, open, rules, later)).toEqual({
      creditDays: 20,
      until: daysLater(from, 50),
      isAtMax: true,
    });
  });

  it('of less than a day credits none, and one after the end is too late', () => {
    expect(pausedTerm(term, [{ from, until: from + 5 * HOUR_MS }], rules, later).creditDays).toBe(0);
    const midnights = Array.from({ length: 20 }, (_, day) => {
      const midnight = jalaliWallTime({ year: 1404, month: 7, day: day + 2 }, 0);
      return { from: midnight - MINUTE_MS, until: midnight + MINUTE_MS };
    });
    expect(pausedTerm(term, midnights, rules, later).creditDays).toBe(0);
    expect(pausedTerm(term, [{ from, until: daysLater(from, 2) - 1 }], rules, later).creditDays).toBe(1);
    expect(pausedTerm(term, [pause(30, 5)], rules, later).creditDays).toBe(0);
    // The first one made the term long enough for the second.
    expect(pausedTerm(term, [pause(10, 5), pause(33, 4)], rules, later).creditDays).toBe(9);
    expect(pausedTerm(term, [pause(35, 4), pause(10, 5)], rules, later).creditDays).toBe(5);
  });

  it('keeps what was left of the last day, also when it goes on beyond the end', () => {
    const [begins, ends] = [term.until - 5 * HOUR_MS, term.until + 2 * HOUR_MS];
    const over = pausedTerm(term, [{ from: begins, until: ends }], rules, later);
    expect(over).toEqual({ creditDays: 0, until: ends + 5 * HOUR_MS, isAtMax: false });
    // The same again of the term that it has made, as it is stored.
    const stored = { ...term, until: over.until };
    expect(pausedTerm(stored, [{ from: begins, until: ends }], rules, later).until).toBe(over.until);
    const long = pausedTerm(term, [{ from: begins, until: ends + 50 * DAY_MS }], rules, later);
    expect(long).toMatchObject({ creditDays: 20, until: daysLater(term.until, 20) });
  });

  it('never gives more time than was sold (C18)', () => {
    const rows = fc.array(fc.tuple(fc.nat(60 * 24 * 60), fc.nat(15 * 24 * 60)), { maxLength: 20 });
    fc.assert(
      fc.property(rows, (minutes) => {
        const pauses = minutes.map(([after, length]) => {
          const begins = from + after * MINUTE_MS;
          return { from: begins, until: begins + length * MINUTE_MS };
        });
        const { until } = pausedTerm(term, pauses, { daysMax: 1_000 }, later);
        const off = new Set(pauses.flatMap((one) => minutesOf(one.from, Math.min(one.until, until))));
        expect(until - from - off.size * MINUTE_MS).toBeLessThanOrEqual(30 * DAY_MS);
      }),
      { numRuns: 50 },
    );
  });

  it('credits a day once, however pauses overlap or are cut (C18)', () => {
    const pauses = fc.array(fc.tuple(fc.integer({ min: -20, max: 70 }), fc.nat(30)), { maxLength: 10 });
    const many = { daysMax: 1_000 };
    fc.assert(
      fc.property(pauses, fc.nat(80), fc.nat(80), (rows, one, other) => {
        const all = rows.map(([after, days]) => pause(after, days));
        const now = daysLater(from, Math.max(one, other));
        const credited = pausedTerm(term, all, many, now);
        expect(credited.creditDays).toBeLessThanOrEqual(Math.max(one, other));
        const days = new Set(
          rows.flatMap(([after, length]) => Array.from({ length }, (_, index) => after + index)),
        );
        expect(credited.creditDays).toBeLessThanOrEqual([...days].filter((index) => index >= 0).length);
        const cut = rows.flatMap(([after, length]) => {
          const middle = Math.floor(length / 2);
          return [pause(after, middle), pause(after + middle, length - middle)];
        });
        expect(pausedTerm(term, [...cut, ...all].reverse(), many, now)).toEqual(credited);
        const sooner = pausedTerm(term, all, many, daysLater(from, Math.min(one, other)));
        expect(sooner.creditDays).toBeLessThanOrEqual(credited.creditDays);
      }),
    );
  });
});
