import { CalendarDate, PersianCalendar } from '@internationalized/date';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from './instant.ts';
import { tehranDayStart, tehranMinuteOfDay, tehranOffsetMs } from './tehran-time.ts';

/** A day of the Jalali calendar, as Tehran counts days. Months and days count from 1. */
export interface JalaliDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Years of which all calendars that were compared agree on the leap years; outside them no day is accepted. */
const YEARS = { first: 1250, last: 1500 } as const;

const MONTHS_OF_YEAR = 12;
const DAYS_OF_WEEK = 7;
const PERSIAN = new PersianCalendar();

/** Julian day number of 1970-01-01. */
const EPOCH_JULIAN_DAY = 2_440_588;

/** A part of a Tehran day that belongs to that day also where its clock was changed. */
const LATE_MORNING_MS = 9 * HOUR_MS;

const MONTH_NAMES = [
  'فروردین',
  'اردیبهشت',
  'خرداد',
  'تیر',
  'مرداد',
  'شهریور',
  'مهر',
  'آبان',
  'آذر',
  'دی',
  'بهمن',
  'اسفند',
] as const;

const WEEKDAY_NAMES = ['شنبه', 'یکشنبه', 'دوشنبه', 'سه‌شنبه', 'چهارشنبه', 'پنجشنبه', 'جمعه'] as const;

/** The day of these figures; `undefined` when the calendar has none, as 1404/12/30, or the year is not 1250 to 1500. */
export function jalaliDay(year: number, month: number, day: number): JalaliDay | undefined {
  if (![year, month, day].every(Number.isInteger)) return undefined;
  if (year < YEARS.first || year > YEARS.last || month < 1 || month > MONTHS_OF_YEAR) return undefined;
  return day >= 1 && day <= jalaliMonthLength(year, month) ? { year, month, day } : undefined;
}

/** Days of a month: 31 up to Shahrivar, 30 up to Bahman, 29 of Esfand or 30 in a leap year. */
export function jalaliMonthLength(year: number, month: number): number {
  return PERSIAN.getDaysInMonth(new CalendarDate(PERSIAN, year, month, 1));
}

/** True when Esfand of the year has 30 days: 1399, 1403, 1408, 1412. */
export function isJalaliLeapYear(year: number): boolean {
  return jalaliMonthLength(year, MONTHS_OF_YEAR) === 30;
}

/** The day on Tehran's wall at an instant. */
export function jalaliDayAt(at: Instant): JalaliDay {
  return fromDayNumber(Math.floor((at + tehranOffsetMs(at)) / DAY_MS));
}

/** First instant of the day in Tehran. */
export function jalaliDayStart(day: JalaliDay): Instant {
  return tehranDayStart(dayNumber(day) * DAY_MS + LATE_MORNING_MS);
}

/**
 * When Tehran's wall shows this minute of the day (0 to 1439). Of an hour that came twice the first one is meant; a
 * minute that the clock left out is the first of the day.
 */
export function jalaliWallTime(day: JalaliDay, minuteOfDay: number): Instant {
  const start = jalaliDayStart(day);
  return Math.max(start, start + (minuteOfDay - tehranMinuteOfDay(start)) * MINUTE_MS);
}

/** The day so many days later, or earlier when negative. */
export function addJalaliDays(day: JalaliDay, days: number): JalaliDay {
  return fromDayNumber(dayNumber(day) + days);
}

/**
 * The same day of the month so many months later, or the last day of a month that is shorter. To go on month by month,
 * always count from the first day: so a short month moves no later one.
 */
export function addJalaliMonths({ year, month, day }: JalaliDay, months: number): JalaliDay {
  const index = year * MONTHS_OF_YEAR + (month - 1) + months;
  const to = { year: Math.floor(index / MONTHS_OF_YEAR), month: (index % MONTHS_OF_YEAR) + 1 };
  return { ...to, day: Math.min(day, jalaliMonthLength(to.year, to.month)) };
}

/** Days from one day to another, negative when that is earlier: a difference of dates, never of hours (product line P36). */
export function jalaliDaysBetween(from: JalaliDay, to: JalaliDay): number {
  return dayNumber(to) - dayNumber(from);
}

/** The same time on Tehran's wall so many days later, at the millisecond. */
export function daysLater(at: Instant, days: number): Instant {
  return sameTimeOn(addJalaliDays(jalaliDayAt(at), days), at);
}

/** The same time on Tehran's wall so many Jalali months later, on the last day of a month that is shorter. */
export function monthsLater(at: Instant, months: number): Instant {
  return sameTimeOn(addJalaliMonths(jalaliDayAt(at), months), at);
}

/** Persian name of a month, 1 to 12. */
export function jalaliMonthName(month: number): string {
  return MONTH_NAMES[month - 1] ?? '';
}

/** Persian name of the day of the week. */
export function jalaliWeekdayName(day: JalaliDay): string {
  // 1970-01-01 was a Thursday, the sixth day of the Persian week.
  const weekday = (((dayNumber(day) + 5) % DAYS_OF_WEEK) + DAYS_OF_WEEK) % DAYS_OF_WEEK;
  return WEEKDAY_NAMES[weekday]!;
}

function sameTimeOn(day: JalaliDay, at: Instant): Instant {
  return jalaliWallTime(day, tehranMinuteOfDay(at)) + (((at % MINUTE_MS) + MINUTE_MS) % MINUTE_MS);
}

/** Days since 1970-01-01. */
function dayNumber({ year, month, day }: JalaliDay): number {
  return PERSIAN.toJulianDay(new CalendarDate(PERSIAN, year, month, day)) - EPOCH_JULIAN_DAY;
}

function fromDayNumber(days: number): JalaliDay {
  const { year, month, day } = PERSIAN.fromJulianDay(days + EPOCH_JULIAN_DAY);
  return { year, month, day };
}
