import type { ReserveStart } from '../catalog/offer.ts';
import type { PlanLookup } from '../catalog/plan-history.ts';
import { calendarDays, termEnd } from '../catalog/term.ts';
import { beginReserve } from '../subscribers/declare-reserve.ts';
import type { LineRecord } from '../subscribers/line-record.ts';
import { endTerm, findTerm, moveTerm } from '../subscribers/term-grants.ts';
import type { Instant } from '../values/instant.ts';
import { isUsedUp, type LineAccount, runningAccount, type StoredService } from './line-account.ts';

/** A line whose reserve has begun before its time. */
export interface BegunEarly {
  /** With the next revision. */
  readonly line: LineRecord;
  /** Over by now; `undefined` when nobody sold it. */
  readonly ended: StoredService | undefined;
  /** The service that has begun, with its edges; `undefined` when nobody sold it. */
  readonly begun:
    | { readonly id: number; readonly from: Instant; readonly until: Instant; readonly daysSold: number }
    | undefined;
}

/**
 * Begins the reserve of a line whose running volume is used up, where its service or the house says so (product line
 * X05); `undefined` when there is nothing to begin.
 */
export function beginOnExhaustion(
  account: LineAccount,
  house: ReserveStart,
  plans: PlanLookup,
  now: Instant,
): BegunEarly | undefined {
  const line = beginReserve(account.line, now);
  const begun = { ...account, line };
  const { life, service, reserveService } = runningAccount(begun, now);
  if (line.reserve === undefined || life.running === undefined) return undefined;
  // Of services that are billed by the month the next volume comes with the next month, not with the next order.
  if (isBilled(service) && isBilled(reserveService)) return undefined;
  if ((service?.offer.reserveStart ?? house) !== 'end-or-exhaustion') return undefined;
  return isUsedUp(begun, plans, now) ? beginWaiting(begun, plans, now) : undefined;
}

function isBilled(service: StoredService | undefined): boolean {
  return service !== undefined && service.offer.kind !== 'prepaid';
}

/** Begins the reserve of a line in the place of its running service, whatever is left of that; `undefined` without one. */
export function beginWaiting(account: LineAccount, plans: PlanLookup, now: Instant): BegunEarly | undefined {
  const { line } = account;
  const { reserve, username, grants } = line;
  const { life, service, reserveService } = runningAccount(account, now);
  if (reserve === undefined || life.reserve === undefined) return undefined;
  const until = termEnd(now, life.reserve.term);
  const waiting = findTerm(username, grants, reserve.expiresAt, reserve.from);
  const ended = endTerm(grants, waiting?.grants ?? [], now);
  const reserved = plans(reserve.planName);
  const moved = waiting === undefined ? ended : moveTerm(ended, waiting, { from: now, until }, reserved, now);
  return {
    line: {
      ...{ ...line, revision: line.revision + 1, planName: reserve.planName, expiresAt: until },
      ...{ reserve: undefined, grants: moved },
    },
    ended: service,
    // A month has other days here than where it was foreseen.
    begun: reserveService && { id: reserveService.id, from: now, until, daysSold: calendarDays(now, until) },
  };
}
