import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allotmentPeriods, periodsAtMost } from '../../../engine/catalog/allotments.ts';
import type { QuotaPeriod } from '../../../engine/catalog/plan.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { tehranDayStart } from '../../../engine/values/tehran-time.ts';

const jalali = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
  timeZone: 'Asia/Tehran',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** `1403/12/30`, by Node's own calendar. */
function dateOf(at: number): string {
  const parts = new Map(jalali.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}/${parts.get('month')}/${parts.get('day')}`;
}

/** Where the periods of a term of so many days begin. */
function begins(per: QuotaPeriod, from: string, days: number): string[] {
  const start = Date.parse(from);
  return allotmentPeriods(per, start, start + days * DAY_MS).map((period) => dateOf(period.from));
}

const pers = fc.constantFrom<QuotaPeriod>('term', 'day', 'week', 'month');
/** 1385 to 1450, over all of Iran's summer times. */
const starts = fc.integer({ min: Date.UTC(2006, 3, 1), max: Date.UTC(2071, 3, 1) });

describe('the periods of a term', () => {
  it('cover it without gap or overlap, each following one from a Tehran midnight on', () => {
    fc.assert(
      fc.property(pers, starts, fc.integer({ min: 1, max: 800 * DAY_MS }), (per, from, length) => {
        const periods = allotmentPeriods(per, from, from + length);
        expect(periods[0]!.from).toBe(from);
        expect(periods.at(-1)!.until).toBe(from + length);
        periods.forEach(({ from: begin, until }, index) => {
          expect(until).toBeGreaterThan(begin);
          if (index === 0) return;
          expect(begin).toBe(periods[index - 1]!.until);
          expect(tehranDayStart(begin)).toBe(begin);
        });
        expect(periodsAtMost(per, from, from + length)).toBeGreaterThanOrEqual(periods.length);
        if (per === 'term') expect(periods).toHaveLength(1);
      }),
    );
  });

  it('do not depend on where the term ends, but for the last one', () => {
    fc.assert(
      fc.property(pers, starts, fc.nat(400 * DAY_MS), fc.nat(400 * DAY_MS), (per, from, one, other) => {
        const shorter = allotmentPeriods(per, from, from + 1 + Math.min(one, other));
        const longer = allotmentPeriods(per, from, from + 1 + Math.max(one, other));
        expect(longer.slice(0, shorter.length - 1)).toEqual(shorter.slice(0, -1));
      }),
    );
  });

  it('of a term that ends before it begins are one', () => {
    expect(allotmentPeriods('day', 10 * DAY_MS, 5 * DAY_MS)).toEqual([
      { from: 10 * DAY_MS, until: 5 * DAY_MS },
    ]);
    expect(periodsAtMost('day', 10 * DAY_MS, 5 * DAY_MS)).toBe(1);
  });
});

describe('a day', () => {
  it('ends at midnight in Tehran, with or without summer time', () => {
    fc.assert(
      fc.property(starts, (from) => {
        const [first, ...others] = allotmentPeriods('day', from, from + 370 * DAY_MS).slice(0, -1);
        expect(first!.until).toBeGreaterThan(from);
        expect(first!.until - tehranDayStart(from)).toBeLessThanOrEqual(DAY_MS + HOUR_MS);
        for (const { from: begin, until } of others) {
          expect(Math.abs(until - begin - DAY_MS)).toBeLessThanOrEqual(HOUR_MS);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('a week', () => {
  it('is seven days from the first day of the term', () => {
    expect(begins('week', '2026-11-21T15:00:00+03:30', 30)).toEqual([
      '1405/08/30',
      '1405/09/07',
      '1405/09/14',
      '1405/09/21',
      '1405/09/28',
    ]);
  });
});

describe('a month', () => {
  it('begins on the Jalali day of the first one, over a leap year', () => {
    expect(begins('month', '2025-01-18T03:20:00+03:30', 120)).toEqual([
      '1403/10/29',
      '1403/11/29',
      '1403/12/29',
      '1404/01/29',
    ]);
  });

  it.each([
    [1399, '1399/12/30'],
    [1400, '1400/12/29'],
    [1403, '1403/12/30'],
    [1404, '1404/12/29'],
    [1407, '1407/12/29'],
    [1408, '1408/12/30'],
  ])('keeps the 31st over the shorter months of %i', (year, endOfYear) => {
    // 31 Shahrivar is 21 or 22 September.
    const days = [21, 22].map((day) => Date.UTC(year + 621, 8, day, 12));
    const start = days.find((at) => dateOf(at) === `${year}/06/31`)!;
    const months = allotmentPeriods('month', start, start + 300 * DAY_MS).map(({ from }) => dateOf(from));
    const halfYear = ['07/30', '08/30', '09/30', '10/30', '11/30'].map((day) => `${year}/${day}`);
    expect(months.slice(0, 6)).toEqual([`${year}/06/31`, ...halfYear]);
    expect(months.slice(6, 9)).toEqual([endOfYear, `${year + 1}/01/31`, `${year + 1}/02/31`]);
  });

  it('never moves its anchor', () => {
    fc.assert(
      fc.property(starts, fc.integer({ min: 1, max: 60 }), (from, months) => {
        const anchor = Number(dateOf(from).slice(8));
        const [, ...later] = allotmentPeriods('month', from, from + months * 31 * DAY_MS);
        let month = Number(dateOf(from).slice(5, 7));
        for (const { from: begin } of later) {
          const day = Number(dateOf(begin).slice(8));
          const isLastOfMonth = dateOf(begin).slice(0, 7) !== dateOf(begin + DAY_MS).slice(0, 7);
          expect(day === anchor || (day < anchor && isLastOfMonth)).toBe(true);
          month = (month % 12) + 1;
          expect(Number(dateOf(begin).slice(5, 7))).toBe(month);
        }
      }),
    );
  });
});
