import { calendarDays } from '../catalog/term.ts';
import type { Instant } from '../values/instant.ts';
import { daysLater } from '../values/jalali.ts';
import type { Octets } from '../values/octets.ts';
import { addRial, type Rial, ZERO_RIAL } from '../values/rial.ts';
import { truncShare } from '../values/trunc-share.ts';

/**
 * How many days a service is said to have: 365 for contracts of a year (product line P51), or as many as were sold. Days are
 * counted from its dates when it is sold or begins, so `actual` is no other number than `term-as-sold`; houses say either.
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
 * What is left of the value of a service at `at`: nothing after its end, the whole base when nothing of it is used. Days
 * that were given come behind those that were sold, and have no value. Where traffic is asked for and the plan has no
 * single number for it, the days decide.
 */
export function remainingValue(service: PaidService, rules: RemainingRules, at: Instant): RemainingValue {
  const base = rules.base === 'price' ? service.price : addRial(service.price, service.vat);
  const { from, until, pausedDays, daysSold } = service;
  const soldUntil = Math.min(until, daysLater(from, daysSold + pausedDays));
  // Both are as sold: what a loan took off was paid, what was given beyond was not.
  const whole = rules.dayBase === 'year-of-365' ? 365 : daysSold;
  const byDays = shareOf(base, calendarDays(at, soldUntil), whole, 'days');
  if (rules.basis === 'days' || service.traffic === undefined) return byDays;
  const { traffic } = service;
  // Volume is gone with its term.
  const byTraffic = shareOf(base, at < until ? traffic.left : 0, traffic.whole, 'octets');
  return rules.basis === 'traffic' || byTraffic.amount < byDays.amount ? byTraffic : byDays;
}

/** Never more than all of it; a service shorter than a day has no days to share. */
function shareOf(base: Rial, left: number, whole: number, unit: RemainingValue['unit']): RemainingValue {
  const part = Math.min(left, whole);
  return { amount: whole === 0 ? ZERO_RIAL : truncShare(base, part, whole), base, left: part, whole, unit };
}
