import { HOUR_MS, type Instant } from '../values/instant.ts';
import { daysLater, jalaliDayAt, jalaliDaysBetween, monthsLater } from '../values/jalali.ts';

/** A length of time as it is sold: hours by the clock, days and Jalali months by Tehran's calendar. */
export interface Term {
  readonly unit: 'hour' | 'day' | 'month';
  /** A whole number, at least 1. */
  readonly count: number;
}

/** First instant after a term from `from` on; days and months end at the same time on Tehran's wall. */
export function termEnd(from: Instant, { unit, count }: Term): Instant {
  if (unit === 'hour') return from + count * HOUR_MS;
  return unit === 'day' ? daysLater(from, count) : monthsLater(from, count);
}

/** Days between the dates of two instants, 0 when `to` is not of a later day. */
export function calendarDays(from: Instant, to: Instant): number {
  return Math.max(0, jalaliDaysBetween(jalaliDayAt(from), jalaliDayAt(to)));
}

/** Days that have gone by whole between two instants, each ending at `from`'s time of day; 0 when `to` is not later. */
export function wholeDays(from: Instant, to: Instant): number {
  const days = calendarDays(from, to);
  return days > 0 && daysLater(from, days) > to ? days - 1 : days;
}
