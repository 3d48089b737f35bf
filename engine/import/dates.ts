import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import { addJalaliDays, type JalaliDay, jalaliDay, jalaliDayAt, jalaliDayStart } from '../values/jalali.ts';
import { asciiDigits } from '../values/persian-text.ts';
import { tehranOffsetMs } from '../values/tehran-time.ts';

/** A moment on Tehran's wall, or one day of it. */
export interface ReadDate {
  readonly day: JalaliDay;
  /** First instant of the day, or the moment itself where a time of day was written. */
  readonly at: Instant;
  readonly hasTime: boolean;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Years that are Jalali, and years that are Gregorian; others are no date of a subscriber. */
const JALALI_YEARS = { first: 1250, last: 1500 } as const;
const GREGORIAN_YEARS = { first: 1900, last: 2200 } as const;
const EPOCH = { shortest: 9, longest: 11 } as const;

const NUMERIC =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[\sT]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i;
const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d(?::?\d\d)?)?$/;
const DAY_FIRST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/;
const NAMED =
  /^(?:(\d{1,2})[\s-]+([a-z]{3})[a-z]*|([a-z]{3})[a-z]*[\s-]+(\d{1,2}))[\s,-]+(\d{4})(?:[\s,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?(?:\s+[a-z]+)?$/i;

/**
 * Reads a date as files of this trade write it: Jalali or Gregorian by the year, `1404/09/30`, `2026-11-21 14:09:00+03:30`,
 * `21 Nov 2026 12:00` and `Nov 21 2026` (FreeRADIUS "Expiration"), or seconds since 1970. Without a zone it is Tehran's
 * wall. `undefined` for a text that is no date.
 */
export function readDate(text: string): ReadDate | undefined {
  const plain = asciiDigits(text)
    .replace(/[\u200e\u200f\u202a-\u202e]/gu, '')
    .trim();
  if (/^\d+$/.test(plain)) return readEpoch(plain);
  const numeric = NUMERIC.exec(plain);
  if (numeric !== null) {
    const [, year, month, day, hour, minute, second, zone] = numeric;
    return build([year, month, day].map(Number), [hour, minute, second], zone);
  }
  const reversed = DAY_FIRST.exec(plain);
  if (reversed !== null) return build([reversed[3], reversed[2], reversed[1]].map(Number), [], undefined);
  const named = NAMED.exec(plain);
  if (named === null) return undefined;
  const month = MONTHS.indexOf((named[2] ?? named[3] ?? '').toLowerCase()) + 1;
  return build([Number(named[5]), month, Number(named[1] ?? named[4])], named.slice(6, 9), undefined);
}

/**
 * When a row of a database was written, `2026-11-21 14:09:00`, on Tehran's wall unless it has a zone. As `readDate`, but quick
 * enough for every session of years: it knows this one form. @returns `undefined` for another one and for MySQL's zero date.
 */
export function readTimestamp(text: string): Instant | undefined {
  const [, day, time, zone = ''] = TIMESTAMP.exec(text) ?? [];
  if (day === undefined) return undefined;
  const wall = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(wall)) return undefined;
  return wall - (zone === '' ? tehranOffsetMs(wall) : zoneOffsetMs(zone));
}

/** First instant after what was written: a day lasts until its end, a moment is over at once (product line P25). */
export function endOf(date: ReadDate): Instant {
  return date.hasTime ? date.at : jalaliDayStart(addJalaliDays(date.day, 1));
}

/** A day of the Gregorian calendar as `YYYY-MM-DD`. */
export function isoDay(date: ReadDate): string {
  return new Date(date.at + tehranOffsetMs(date.at)).toISOString().slice(0, 10);
}

/** An instant as ISO 8601 in UTC, as documents have it. */
export function isoInstant(at: Instant): string {
  return new Date(at).toISOString();
}

function readEpoch(digits: string): ReadDate | undefined {
  if (digits.length < EPOCH.shortest || digits.length > EPOCH.longest) return undefined;
  const at = Number(digits) * SECOND_MS;
  return { day: jalaliDayAt(at), at, hasTime: true };
}

function build(
  [year = 0, month = 0, day = 0]: readonly number[],
  time: readonly (string | undefined)[],
  zone: string | undefined,
): ReadDate | undefined {
  const start = dayStart(year, month, day);
  if (start === undefined) return undefined;
  const [hour = 0, minute = 0, second = 0] = time.map((part) => Number(part ?? 0));
  if (hour > 24 || minute > 59 || second > 60) return undefined;
  const hasTime = time[0] !== undefined;
  const ofDay = hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS;
  const wall = start + ofDay;
  const at = zone === undefined ? wall : wall + tehranOffsetMs(start) - zoneOffsetMs(zone);
  return { day: jalaliDayAt(hasTime ? at : start), at, hasTime };
}

function dayStart(year: number, month: number, day: number): Instant | undefined {
  if (year >= JALALI_YEARS.first && year <= JALALI_YEARS.last) {
    const jalali = jalaliDay(year, month, day);
    return jalali && jalaliDayStart(jalali);
  }
  if (year < GREGORIAN_YEARS.first || year > GREGORIAN_YEARS.last) return undefined;
  // Past noon in Tehran, so within that day whatever its clock was.
  const morning = Date.UTC(year, month - 1, day, 9);
  const checked = new Date(morning);
  if (checked.getUTCMonth() !== month - 1 || checked.getUTCDate() !== day) return undefined;
  return jalaliDayStart(jalaliDayAt(morning));
}

function zoneOffsetMs(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const size = Number(digits.slice(0, 2)) * HOUR_MS + Number(digits.slice(2)) * MINUTE_MS;
  return zone.startsWith('-') ? 0 - size : size;
}
