import { calendarDays } from '../catalog/term.ts';
import type { Instant } from '../values/instant.ts';
import { daysLater } from '../values/jalali.ts';
import { type Octets, octets, ZERO_OCTETS } from '../values/octets.ts';
import { fail, ok, type Result } from '../values/result.ts';

/** What a line without days or traffic is given until it pays «شارژ رایگان» (product lines P57 to P60). */
export interface FreeChargePolicy {
  readonly days: number;
  readonly octets: Octets;
  /** What a line is given whose days alone ran out: only days, or both, as one house does. */
  readonly onDaysOut: 'days' | 'both';
  /** `loan`: what was used of it is taken from the next purchase. */
  readonly kind: 'gift' | 'loan';
}

/** What the charge depends on. */
export interface FreeChargeFacts {
  /** First instant after the paid service, `undefined` without any. */
  readonly serviceUntil: Instant | undefined;
  readonly isExhausted: boolean;
  /** When the last service was paid for. */
  readonly lastPaidAt: Instant | undefined;
  /** When the last free charge was applied. */
  readonly lastChargedAt: Instant | undefined;
  /** It was a loan, and no purchase since was enough to give it back. */
  readonly isOwed: boolean;
}

/** A free charge: the days end at `until`; with no days the traffic ends with the service that still runs. */
export interface FreeCharge {
  readonly days: number;
  readonly octets: Octets;
  readonly at: Instant;
  /** First instant at which it is over. */
  readonly until: Instant;
}

/** Why there is none: it was had already, nothing ran out, or the line never had a service. */
export type FreeChargeRefusal = 'already-applied' | 'nothing-ran-out' | 'never-paid';

/**
 * The charge that a line gets at `at`: what ran out (product line P58), once until the next paid purchase (product line
 * P59).
 */
export function freeCharge(
  policy: FreeChargePolicy,
  { serviceUntil, isExhausted, lastPaidAt, lastChargedAt, isOwed }: FreeChargeFacts,
  at: Instant,
): Result<FreeCharge, FreeChargeRefusal> {
  if (serviceUntil === undefined || lastPaidAt === undefined) return fail('never-paid');
  if (isOwed || (lastChargedAt !== undefined && lastChargedAt >= lastPaidAt)) return fail('already-applied');
  const isOver = serviceUntil <= at;
  if (!isOver && !isExhausted) return fail('nothing-ran-out');
  const givesTraffic = isExhausted || policy.onDaysOut === 'both';
  return ok({
    days: isOver ? policy.days : 0,
    octets: givesTraffic ? policy.octets : ZERO_OCTETS,
    at,
    until: isOver ? daysLater(at, policy.days) : serviceUntil,
  });
}

/** What a line owes of a free charge. */
export interface FreeChargeDebt {
  readonly days: number;
  readonly octets: Octets;
}

/** What was used of a loan by `at` (product line P60): days by their dates, and traffic; nothing of a gift. */
export function freeChargeDebt(
  { kind }: Pick<FreeChargePolicy, 'kind'>,
  charge: FreeCharge,
  usedOctets: Octets,
  at: Instant,
): FreeChargeDebt {
  if (kind === 'gift') return { days: 0, octets: ZERO_OCTETS };
  return {
    days: Math.min(charge.days, calendarDays(charge.at, at)),
    octets: octets(Math.min(charge.octets, usedOctets)),
  };
}

/**
 * The term and the volume of the next purchase after the debt: a volume never less than nothing, a term never less than a
 * day of what was sold, as who has paid is to be served.
 * @param volume that the purchase gives, `undefined` where it is unlimited.
 */
export function deductFreeCharge(
  bought: { readonly from: Instant; readonly until: Instant; readonly volume: Octets | undefined },
  debt: FreeChargeDebt,
): { readonly until: Instant; readonly volume: Octets | undefined } {
  const { from, until, volume } = bought;
  return {
    until: Math.min(until, Math.max(daysLater(from, 1), daysLater(until, -debt.days))),
    volume: volume === undefined ? undefined : octets(Math.max(0, volume - debt.octets)),
  };
}
