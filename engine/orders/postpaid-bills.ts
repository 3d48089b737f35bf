import type { MonthLength } from '../catalog/offer.ts';
import {
  addJalaliDays,
  addJalaliMonths,
  type JalaliDay,
  jalaliDaysBetween,
  jalaliMonthLength,
} from '../values/jalali.ts';
import type { Rial } from '../values/rial.ts';
import { truncShare } from '../values/trunc-share.ts';

/** A postpaid service that a line had for some days. */
export interface BilledService {
  readonly name: string;
  /** Price of 30 days. */
  readonly pricePerMonth: Rial;
  readonly monthLength: MonthLength;
  readonly firstDay: JalaliDay;
  /** `undefined` while it goes on. */
  readonly lastDay: JalaliDay | undefined;
}

/** A bill of one service in one Jalali month «سابقه قبوض» (product line P29); both days are in it. */
export interface Bill {
  readonly name: string;
  readonly firstDay: JalaliDay;
  readonly lastDay: JalaliDay;
  /** «تعداد روز» */
  readonly days: number;
  /** «مبلغ محاسبه شده»: TRUNC(price × days / 30). */
  readonly amount: Rial;
}

/** Days that the price of a month is for (product line P31). */
const DAYS_OF_PRICE = 30;

/**
 * All bills of the months that are over on `today`, by day: one for each service of a month. A service ends where the next
 * one begins, so that every day is billed at most once (product line X06).
 * @param services by first day; of two that begin on one day the later one counts.
 */
export function postpaidBills(services: readonly BilledService[], today: JalaliDay): readonly Bill[] {
  const lastBilled = addJalaliDays({ ...today, day: 1 }, -1);
  return services.flatMap((service, index) => {
    const next = services[index + 1];
    const ends = [lastBilled];
    if (service.lastDay !== undefined) ends.push(service.lastDay);
    if (next !== undefined) ends.push(addJalaliDays(next.firstDay, -1));
    return billsUpTo(service, earliest(ends));
  });
}

function billsUpTo(service: BilledService, end: JalaliDay): Bill[] {
  const bills: Bill[] = [];
  let firstDay = service.firstDay;
  while (jalaliDaysBetween(firstDay, end) >= 0) {
    const endOfMonth = { ...firstDay, day: jalaliMonthLength(firstDay.year, firstDay.month) };
    const lastDay = earliest([endOfMonth, end]);
    const days = billedDays(firstDay, lastDay, service.monthLength);
    const amount = truncShare(service.pricePerMonth, days, DAYS_OF_PRICE);
    bills.push({ name: service.name, firstDay, lastDay, days, amount });
    firstDay = addJalaliMonths({ ...firstDay, day: 1 }, 1);
  }
  return bills;
}

/**
 * Days of a bill within one month. By nominal length the last day of Esfand stands for all days up to the 30th, so that
 * the bills of a month always add up to that length (product lines P32 and X06).
 */
function billedDays(firstDay: JalaliDay, lastDay: JalaliDay, length: MonthLength): number {
  const { year, month } = lastDay;
  const isLastOfMonth = lastDay.day === jalaliMonthLength(year, month);
  const last = length === 'nominal' && isLastOfMonth ? nominalLength(month) : lastDay.day;
  return last - firstDay.day + 1;
}

function nominalLength(month: number): number {
  return month <= 6 ? 31 : 30;
}

function earliest(days: readonly JalaliDay[]): JalaliDay {
  return days.reduce((first, day) => (jalaliDaysBetween(first, day) < 0 ? day : first));
}
