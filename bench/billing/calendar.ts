/**
 * The calendar of the auditor: worked out anew and without the program's, so that a wrong day shows. Tehran has had no summer
 * time since 1401, and the years that a run may reach are listed with their first days.
 */

/** Milliseconds. */
export const DAY = 86_400_000;
/** Milliseconds. */
export const HOUR = 3_600_000;
/** Milliseconds. */
export const MINUTE = 60_000;
const TEHRAN = 3.5 * HOUR;

/** Number of a day, counted as Tehran's since 1970-01-01. */
export type Day = number;

/** First days of Jalali years (Gregorian dates of Nowruz). */
const YEARS: readonly (readonly [year: number, first: Day])[] = [
  [1404, Date.UTC(2025, 2, 21) / DAY],
  [1405, Date.UTC(2026, 2, 21) / DAY],
  [1406, Date.UTC(2027, 2, 21) / DAY],
  [1407, Date.UTC(2028, 2, 20) / DAY],
];

/** A date of the Persian calendar. */
export interface JalaliDate {
  readonly year: number;
  readonly month: number;
  readonly date: number;
}

/** The day on Tehran's wall. */
export function dayOf(at: number): Day {
  return Math.floor((at + TEHRAN) / DAY);
}

/** The instant of a minute of a day on Tehran's wall. */
export function wallTime(day: Day, minute = 0): number {
  return day * DAY - TEHRAN + minute * MINUTE;
}

/** Date of a day; throws outside of the listed years. */
export function dateOf(day: Day): JalaliDate {
  const found = YEARS.findLast(([, first]) => first <= day);
  if (found === undefined) throw new RangeError(`no date of day ${day}`);
  const [year, first] = found;
  let rest = day - first;
  for (let month = 1; ; month += 1) {
    const length = lengthOf(year, month);
    if (rest < length) return { year, month, date: rest + 1 };
    rest -= length;
  }
}

/** Day of a date. */
export function dayOfDate({ year, month, date }: JalaliDate): Day {
  const first = YEARS.find(([listed]) => listed === year);
  if (first === undefined) throw new RangeError(`no day of year ${year}`);
  let day = first[1] + date - 1;
  for (let before = 1; before < month; before += 1) day += lengthOf(year, before);
  return day;
}

/** Days of a month; Esfand of the listed years has 29. */
export function lengthOf(_year: number, month: number): number {
  if (month <= 6) return 31;
  return month === 12 ? 29 : 30;
}

/** The date some months later; the last day where the month is shorter. */
export function monthsAfter(day: Day, months: number): Day {
  const { year, month, date } = dateOf(day);
  const index = year * 12 + month - 1 + months;
  const to = { year: Math.floor(index / 12), month: (index % 12) + 1 };
  return dayOfDate({ ...to, date: Math.min(date, lengthOf(to.year, to.month)) });
}

/** The same time of the day on another day. */
export function sameTime(at: number, day: Day): number {
  return at + (day - dayOf(at)) * DAY;
}
