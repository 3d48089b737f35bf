import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import { addOctets, isOctets, octets } from '../../../engine/values/octets.ts';
import {
  tehranDayStart,
  tehranMidnightAfter,
  tehranMinuteOfDay,
  tehranOffsetMs,
  tehranWeekday,
} from '../../../engine/values/tehran-time.ts';

const wall = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Asia/Tehran',
  dateStyle: 'short',
  timeStyle: 'short',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Tehran', dateStyle: 'short' });

// 1387 to 1429: with summer time up to 1401, without it since.
const instants = fc.integer({ min: Date.UTC(2008, 3), max: Date.UTC(2050, 0) });

describe('Tehran on the wall', () => {
  it.each([
    { at: Date.UTC(2026, 6, 1), hours: 3.5 },
    { at: Date.UTC(2022, 6, 1), hours: 4.5 },
    { at: Date.UTC(2022, 2, 21, 20, 29), hours: 3.5 },
    { at: Date.UTC(2022, 2, 21, 20, 30), hours: 4.5 },
    { at: Date.UTC(2022, 8, 21, 19, 29), hours: 4.5 },
    { at: Date.UTC(2022, 8, 21, 19, 30), hours: 3.5 },
    { at: Date.UTC(2023, 6, 1), hours: 3.5 },
  ])('is $hours h ahead of UTC at $at, whatever was asked before', ({ at, hours }) => {
    tehranOffsetMs(at - 20 * MINUTE_MS);
    expect(tehranOffsetMs(at)).toBe(hours * HOUR_MS);
    tehranOffsetMs(at + 20 * MINUTE_MS);
    expect(tehranOffsetMs(at)).toBe(hours * HOUR_MS);
  });

  it('agrees with Intl on the minute of the day', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const minute = tehranMinuteOfDay(at);
        const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
        expect(wall.format(at).split(', ')[1]).toBe(clock);
      }),
      { numRuns: 500 },
    );
  });

  it('starts each day at the first instant of its date, and has no gap between days', () => {
    fc.assert(
      fc.property(instants, (at) => {
        const start = tehranDayStart(at);
        const next = tehranMidnightAfter(at);
        expect(start).toBeLessThanOrEqual(at);
        expect(next).toBeGreaterThan(at);
        expect(day.format(start)).toBe(day.format(at));
        expect(day.format(start - 1)).not.toBe(day.format(at));
        expect(day.format(next)).not.toBe(day.format(at));
        expect(day.format(next - 1)).toBe(day.format(at));
        expect(tehranDayStart(next)).toBe(next);
      }),
      { numRuns: 500 },
    );
  });

  it('had days of 23 and 25 hours up to 1401, and none since', () => {
    const lengthOf = (noon: number) => (tehranMidnightAfter(noon) - tehranDayStart(noon)) / HOUR_MS;
    expect(lengthOf(Date.UTC(2022, 2, 22, 9))).toBe(23);
    expect(lengthOf(Date.UTC(2022, 8, 21, 9))).toBe(25);
    expect(tehranMinuteOfDay(tehranDayStart(Date.UTC(2022, 2, 22, 9)))).toBe(60);
    for (let noon = Date.UTC(2023, 0, 1, 9); noon < Date.UTC(2024, 0, 1); noon += DAY_MS) {
      expect(lengthOf(noon)).toBe(24);
    }
  });

  it('counts the week from Saturday', () => {
    // Saturday 21 November 2026, 00:00 in Tehran.
    const saturday = Date.UTC(2026, 10, 20, 20, 30);
    expect(tehranWeekday(saturday)).toBe(0);
    expect(tehranWeekday(saturday - 1)).toBe(6);
    expect(tehranWeekday(Date.UTC(1969, 11, 31, 12))).toBe(4);
  });
});

describe('octets', () => {
  it.each([-1, 0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY])('are not %s', (value) => {
    expect(isOctets(value)).toBe(false);
    expect(() => octets(value)).toThrow(RangeError);
  });

  it('add up exactly or not at all', () => {
    expect(addOctets(octets(2 ** 53 - 2), octets(1))).toBe(2 ** 53 - 1);
    expect(() => addOctets(octets(2 ** 53 - 1), octets(1))).toThrow(RangeError);
  });
});
