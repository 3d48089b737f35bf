import { calendarDays } from '../catalog/term.ts';
import type { Instant } from '../values/instant.ts';
import type { Octets } from '../values/octets.ts';
import { addRial, type Rial, ZERO_RIAL } from '../values/rial.ts';
import { truncShare } from '../values/trunc-share.ts';

/**
 * How many days a service is said to have: 365 for contracts of a year (product line P51), as many as were sold, or those
 * between its two dates, no less than were sold.
 */
export type DayBase = 'year-of-365' | 'term-as-sold' | 'actual';

/** How the remaining value of a service is found; settings of the house. */
export interface RemainingRules {
  /** By days left, by traffic left, or by what is the smaller amount of both. */
  readonly basis: 'days' | 'traffic' | 'smaller';
  readonly dayBase: DayBase;
  /** What is shared: the price, or the price with the tax that was paid on it (product line X02). */
  readonly base: 'price' | 'price-and-tax';
}

/** A paid service that is to be given up. Days that were a gift are not among its days. */
export interface PaidService {
  readonly name: string;
  readonly price: Rial;
  readonly vat: Rial;
  readonly from: Instant;
  /** First instant after it, later by the days of its pauses. */
  readonly until: Instant;
  /** Those days, which are none of the service's own. */
  readonly pausedDays: number;
  /** Days as they were sold. */
  readonly daysSold: number;
  /** `undefined` for a plan without one volume for the whole term: unlimited, or given anew each day or month. */
  readonly traffic: { readonly left: Octets; readonly whole: Octets } | undefined;
}

/** «مبلغ باقیمانده سرویس» with its reason «مبنای محاسبه»: `amount` = TRUNC(base × left / whole). */
export interface RemainingValue {
  readonly amount: Rial;
  readonly base: Rial;
  readonly left: number;
  readonly whole: number;
  /** Of `left` and `whole`. */
  readonly unit: 'days' | 'octets';
}

/**
 * What is left of the value of a service at `at`: nothing after its end, the whole base when nothing of it is used.
 * Where traffic is asked for and the plan has no single number for it, the days decide.
 */
export function remainingValue(service: PaidService, rules: RemainingRules, at: Instant): RemainingValue {
  const base = rules.base === 'price' ? service.price : addRial(service.price, service.vat);
  const byDays = shareOf(base, calendarDays(at, service.until), wholeDays(service, rules.dayBase), 'days');
  if (rules.basis === 'days' || service.traffic === undefined) return byDays;
  const { left, whole } = service.traffic;
  // Volume is gone with its term.
  const byTraffic = shareOf(base, at < service.until ? left : 0, whole, 'octets');
  return rules.basis === 'traffic' || byTraffic.amount < byDays.amount ? byTraffic : byDays;
}

function wholeDays({ from, until, pausedDays, daysSold }: PaidService, dayBase: DayBase): number {
  if (dayBase === 'year-of-365') return 365;
  // A loan that was given back made the term shorter, not the days that were paid.
  return dayBase === 'term-as-sold' ? daysSold : Math.max(daysSold, calendarDays(from, until) - pausedDays);
}

/** Never more than all of it; a service shorter than a day has no days to share. */
function shareOf(base: Rial, left: number, whole: number, unit: RemainingValue['unit']): RemainingValue {
  const part = Math.min(left, whole);
  return { amount: whole === 0 ? ZERO_RIAL : truncShare(base, part, whole), base, left: part, whole, unit };
}
