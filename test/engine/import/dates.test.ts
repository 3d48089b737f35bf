import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOf, isoDay, readDate, readTimestamp } from '../../../engine/import/dates.ts';
import { jalaliDayAt } from '../../../engine/values/jalali.ts';
import { tehranOffsetMs } from '../../../engine/values/tehran-time.ts';

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());

describe('a date', () => {
  it.each([
    ['1405/08/30', '2026-11-20T20:30:00.000Z'],
    ['۱۴۰۵-۸-۳۰', '2026-11-20T20:30:00.000Z'],
    ['1405/08/30 14:09', '2026-11-21T10:39:00.000Z'],
    ['2026-11-21', '2026-11-20T20:30:00.000Z'],
    ['21/11/2026', '2026-11-20T20:30:00.000Z'],
    ['30/08/1405', '2026-11-20T20:30:00.000Z'],
    ['2026-11-21T14:09:00Z', '2026-11-21T14:09:00.000Z'],
    ['2026-11-21 14:09:00+03:30', '2026-11-21T10:39:00.000Z'],
    ['2026-11-21 14:09:00.123456+00', '2026-11-21T14:09:00.000Z'],
    ['21 Nov 2026', '2026-11-20T20:30:00.000Z'],
    ['November 21 2026 24:00', '2026-11-21T20:30:00.000Z'],
    ['Nov 21 2026 12:00:00 IRST', '2026-11-21T08:30:00.000Z'],
    ['1800000000', '2027-01-15T08:00:00.000Z'],
    // The leap day of 1403.
    ['1403/12/30', '2025-03-19T20:30:00.000Z'],
    // Summer time of 1401 and before: 04:30 ahead.
    ['1400/04/10', '2021-06-30T19:30:00.000Z'],
  ])('is read: %s', (text, instant) => {
    expect(iso(readDate(text)?.at)).toBe(instant);
  });

  it.each([
    '',
    '1404/12/30',
    '2026-02-30',
    '2026-13-01',
    '5',
    'tomorrow',
    '1405/08/30 25:00',
    '0000-00-00',
    '32 Nov 2026',
    '3 Foo 2026',
  ])('is none: %s', (text) => {
    expect(readDate(text)).toBeUndefined();
  });

  it('without a time of day lasts to the end of it', () => {
    expect(iso(endOf(readDate('1405/08/30')!))).toBe('2026-11-21T20:30:00.000Z');
    expect(iso(endOf(readDate('1405/08/30 12:00')!))).toBe('2026-11-21T08:30:00.000Z');
    expect(isoDay(readDate('1369/02/11')!)).toBe('1990-05-01');
  });

  it('of any day of a century reads back, Jalali and Gregorian', () => {
    const instants = fc.integer({ min: Date.UTC(1940, 0, 1), max: Date.UTC(2060, 0, 1) });
    fc.assert(
      fc.property(instants, (at) => {
        const { year, month, day } = jalaliDayAt(at);
        const jalali = readDate(`${year}/${month}/${day}`);
        expect(jalali?.day).toEqual({ year, month, day });
        expect(readDate(isoDay(jalali!))).toEqual(jalali);
      }),
    );
  });

  it('of a database is quick and the same', () => {
    const seconds = fc.integer({ min: Date.UTC(2023, 0, 1) / 1000, max: Date.UTC(2040, 0, 1) / 1000 });
    fc.assert(
      fc.property(seconds, fc.constantFrom('', '+03:30', '+00', '-05'), (second, zone) => {
        const wall = new Date(second * 1000 + tehranOffsetMs(second * 1000)).toISOString();
        const text = `${wall.slice(0, 10)} ${wall.slice(11, 19)}${zone}`;
        expect(readTimestamp(text)).toBe(readDate(text)?.at);
      }),
    );
    expect(readTimestamp('0000-00-00 00:00:00')).toBeUndefined();
    expect(readTimestamp('2026-11-21')).toBeUndefined();
  });
});
