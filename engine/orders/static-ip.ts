import type { Instant } from '../values/instant.ts';
import { monthsLater } from '../values/jalali.ts';

/** A static IP as it is paid: months counted from its start, so that a short month never moves the day it ends on. */
export interface StaticIpTerm {
  readonly startedAt: Instant;
  readonly months: number;
}

/** First instant at which the address is not paid any more. */
export function staticIpEnd({ startedAt, months }: StaticIpTerm): Instant {
  return monthsLater(startedAt, months);
}

/** The term with `months` more: from its current end on (product line P56), or from `at` once that is past. */
export function renewStaticIp(term: StaticIpTerm | undefined, months: number, at: Instant): StaticIpTerm {
  if (term === undefined || staticIpEnd(term) <= at) return { startedAt: at, months };
  return { startedAt: term.startedAt, months: term.months + months };
}
