import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import {
  addJalaliDays,
  addJalaliMonths,
  daysLater,
  isJalaliLeapYear,
  type JalaliDay,
  jalaliDay,
  jalaliDayAt,
  jalaliDayStart,
  jalaliDaysBetween,
  jalaliMonthLength,
  jalaliMonthName,
  jalaliWallTime,
  jalaliWeekdayName,
  monthsLater,
} from '../../../engine/values/jalali.ts';
import { tehranDayStart, tehranMinuteOfDay } from '../../../engine/values/tehran-time.ts';

const intl = new Intl.DateTimeFormat('en-u-ca-persian-nu-latn', {
  timeZone: 'Asia/Tehran',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
});
const persian = new Intl.DateTimeFormat('fa-IR-u-ca-persian', {
  timeZone: 'Asia/Tehran',
  month: 'long',
  weekday: 'long',
});

/** By Node's own calendar. */
function intlDayAt(at: number): JalaliDay {
  const parts = new Map(intl.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return { year: parts.get('year')!, month: parts.get('month')!, day: parts.get('day')! };
}

function day(text: string): JalaliDay {
  const [year, month, dayOfMonth] = text.split('/').map(Number);
  return jalaliDay(year!, month!, dayOfMonth!)!;
}

/** 1300 to 1450, over all of Iran's summer times. */
const instants = fc.integer({ min: Date.UTC(1921, 3, 1), max: Date.UTC(2071, 3, 1) });
/** Before 1935 Tehran kept the sun's time, which is off by odd seconds; nobody sells a service there. */
const timesOfSale = fc.integer({ min: Date.UTC(1996, 3, 1), max: Date.UTC(2071, 3, 1) });
const days = instants.map(jalaliDayAt);

describe('a Jalali day', () => {
  it.each([
    { jalali: '1394/11/25', date: Date.UTC(2016, 1, 14), text: 'یکشنبه 25 بهمن 1394' },
    { jalali: '1394/09/29', date: Date.UTC(2015, 11, 20), text: 'یکشنبه 29 آذر 1394' },
  ])('product line P07: $text', ({ jalali, date, text }) => {
    const today = jalaliDayAt(date + 12 * HOUR_MS);
    expect(today).toEqual(day(jalali));
    const { month, day: dayOfMonth, year } = today;
    expect(`${jalaliWeekdayName(today)} ${dayOfMonth} ${jalaliMonthName(month)} ${year}`).toBe(text);
  });

  it('agrees with Intl, and starts at the first instant of its date', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const found = jalaliDayAt(at);
        expect(found).toEqual(intlDayAt(at));
        expect(jalaliDayStart(found)).toBe(tehranDayStart(at));
        expect(jalaliDay(found.year, found.month, found.day)).toEqual(found);
        expect(jalaliWeekdayName(found).replaceAll('‌', '')).toBe(
          persian
            .formatToParts(at)
            .find(({ type }) => type === 'weekday')!
            .value.replaceAll('‌', ''),
        );
        expect(jalaliMonthName(found.month)).toBe(
          persian.formatToParts(at).find(({ type }) => type === 'month')!.value,
        );
      }),
      { numRuns: 500 },
    );
  });

  it('begins every year from 1250 to 1500 when Intl does', () => {
    for (let year = 1250; year <= 1500; year += 1) {
      const nowruz = { year, month: 1, day: 1 };
      expect(intlDayAt(jalaliDayStart(nowruz) + 12 * HOUR_MS)).toEqual(nowruz);
    }
  });

  it.each([1399, 1403, 1408, 1412])('30 Esfand %i is the day before Nowruz', (year) => {
    expect(isJalaliLeapYear(year)).toBe(true);
    expect(jalaliMonthLength(year, 12)).toBe(30);
    const last = jalaliDay(year, 12, 30)!;
    expect(addJalaliDays(last, 1)).toEqual({ year: year + 1, month: 1, day: 1 });
    expect(jalaliDayAt(jalaliDayStart(last) + 24 * HOUR_MS)).toEqual({ year: year + 1, month: 1, day: 1 });
  });

  it('follows 2025-03-20 with 2025-03-21 in 1404, a year of 365 days', () => {
    expect(jalaliDayAt(Date.UTC(2025, 2, 20, 12))).toEqual(day('1403/12/30'));
    expect(jalaliDayAt(Date.UTC(2025, 2, 21, 12))).toEqual(day('1404/01/01'));
    expect(isJalaliLeapYear(1404)).toBe(false);
    expect(jalaliDay(1404, 12, 30)).toBeUndefined();
    expect(jalaliDaysBetween(day('1404/01/01'), day('1405/01/01'))).toBe(365);
  });

  it.each([
    [1404, 0, 1],
    [1404, 13, 1],
    [1404, 1, 0],
    [1404, 1, 32],
    [1404, 7, 31],
    [1249, 1, 1],
    [1501, 1, 1],
    [1404, 1.5, 1],
    [Number.NaN, 1, 1],
  ])('is not %d/%d/%d', (year, month, dayOfMonth) => {
    expect(jalaliDay(year, month, dayOfMonth)).toBeUndefined();
  });
});

describe('days and months later', () => {
  it('product line P36: 26 days are left from 1394/11/25 to 1394/12/21', () => {
    expect(jalaliDaysBetween(day('1394/11/25'), day('1394/12/21'))).toBe(26);
  });

  it.each([
    ['1394/07/18', 30, '1394/08/18'],
    ['1394/09/18', 30, '1394/10/18'],
    ['1394/10/19', 30, '1394/11/19'],
    ['1394/11/21', 30, '1394/12/21'],
  ])('product lines P25 and P63: %s + %d days = %s', (from, count, to) => {
    expect(addJalaliDays(day(from), count)).toEqual(day(to));
  });

  it('count the same way forth and back', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -2_000, max: 2_000 }), (from, count) => {
        const to = addJalaliDays(from, count);
        expect(jalaliDaysBetween(from, to)).toBe(count);
        expect(addJalaliDays(to, -count)).toEqual(from);
      }),
    );
  });

  it('keep the day of the month wherever the month has it, however many short ones lie between', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -60, max: 60 }), (from, count) => {
        const to = addJalaliMonths(from, count);
        expect(to.year * 12 + to.month).toBe(from.year * 12 + from.month + count);
        expect(to.day).toBe(Math.min(from.day, jalaliMonthLength(to.year, to.month)));
      }),
    );
    expect(addJalaliMonths(day('1403/12/30'), 12)).toEqual(day('1404/12/29'));
    expect(addJalaliMonths(day('1403/12/30'), 60)).toEqual(day('1408/12/30'));
    expect(addJalaliMonths(day('1404/01/15'), -1)).toEqual(day('1403/12/15'));
  });

  it('keep the time on the wall', () => {
    fc.assert(
      fc.property(timesOfSale, fc.integer({ min: -400, max: 400 }), (at, count) => {
        const later = daysLater(at, count);
        expect(jalaliDayAt(later)).toEqual(addJalaliDays(jalaliDayAt(at), count));
        const isHourLeftOut = tehranMinuteOfDay(tehranDayStart(later)) !== 0 && tehranMinuteOfDay(at) < 60;
        if (!isHourLeftOut) expect(tehranMinuteOfDay(later)).toBe(tehranMinuteOfDay(at));
      }),
    );
    const afternoon = jalaliWallTime(day('1403/11/30'), 869) + 123;
    expect(monthsLater(afternoon, 1)).toBe(jalaliWallTime(day('1403/12/30'), 869) + 123);
    expect(monthsLater(afternoon, 2)).toBe(jalaliWallTime(day('1404/01/30'), 869) + 123);
  });
});

describe('a time on the wall', () => {
  it('is so many minutes after midnight, also on a day that begins at 01:00', () => {
    const ordinary = day('1394/11/17');
    expect(jalaliWallTime(ordinary, 630)).toBe(jalaliDayStart(ordinary) + 630 * MINUTE_MS);
    // 22 March 2022, the last time that the clock was set forward.
    const short = day('1401/01/02');
    expect(tehranMinuteOfDay(jalaliWallTime(short, 200))).toBe(200);
    expect(jalaliWallTime(short, 30)).toBe(jalaliDayStart(short));
    // 21 September 2022: 23:00 to 24:00 came twice.
    const long = day('1401/06/30');
    expect(jalaliWallTime(long, 1410)).toBe(jalaliDayStart(long) + 1410 * MINUTE_MS);
    expect(jalaliDayStart(addJalaliDays(long, 1)) - jalaliDayStart(long)).toBe(DAY_MS + HOUR_MS);
  });
});
