import { CalendarDate, GregorianCalendar, PersianCalendar, toCalendar } from '@internationalized/date';
import type { Instant } from '../values/instant.ts';
import { jalaliDay, jalaliDayAt } from '../values/jalali.ts';
import { asciiDigits } from '../values/persian-text.ts';

const DAY = /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})$/;

/** Years up to this are of the Jalali calendar, which Iran is in; years of the Gregorian one that are meant are later. */
const LAST_JALALI_YEAR = 1500;
const FIRST_GREGORIAN_YEAR = 1800;

/**
 * A day as people write it, `۱۳۶۹/۰۲/۱۱` or `1990-05-01`, as an ISO 8601 date of the Gregorian calendar; `undefined` when
 * there is no such day.
 */
export function readDay(text: string): string | undefined {
  const [, yearText, , monthText, dayText] = DAY.exec(asciiDigits(text).trim()) ?? [];
  const [year, month, day] = [Number(yearText), Number(monthText), Number(dayText)];
  if (year <= LAST_JALALI_YEAR) {
    if (jalaliDay(year, month, day) === undefined) return undefined;
    return toCalendar(
      new CalendarDate(new PersianCalendar(), year, month, day),
      new GregorianCalendar(),
    ).toString();
  }
  if (!(year >= FIRST_GREGORIAN_YEAR) || month > 12) return undefined;
  const date = new CalendarDate(year, month, day);
  return date.month === month && date.day === day ? date.toString() : undefined;
}

/** An ISO 8601 date of the Gregorian calendar in the Jalali one, `1369/02/11`. */
export function jalaliTextOf(isoDay: string): string {
  const [year, month, day] = isoDay.split('-').map(Number);
  return slashed(toCalendar(new CalendarDate(year!, month!, day!), new PersianCalendar()));
}

/** The day on Tehran's wall, `1405/08/30`. */
export function jalaliTextAt(at: Instant): string {
  return slashed(jalaliDayAt(at));
}

function slashed({ year, month, day }: { year: number; month: number; day: number }): string {
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('/');
}
