import type { Instant } from '../../../values/instant.ts';
import { type JalaliDay, jalaliDayAt, jalaliDayStart } from '../../../values/jalali.ts';
import { tehranOffsetMs } from '../../../values/tehran-time.ts';

/** The day of Tehran as the ledger's columns of type date take it: `2026-11-21`. */
export function toDate(day: JalaliDay): string {
  const start = jalaliDayStart(day);
  return new Date(start + tehranOffsetMs(start)).toISOString().slice(0, 10);
}

/** The day of a column that was read as text. */
export function dayOfDate(text: string): JalaliDay {
  // Noon of that day in Greenwich is afternoon of the same day in Tehran.
  const noon: Instant = Date.parse(`${text}T12:00:00Z`);
  return jalaliDayAt(noon);
}
