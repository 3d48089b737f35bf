import type { PlanLookup } from '../catalog/plan-history.ts';
import { beginReserve, declareReserve } from '../subscribers/declare-reserve.ts';
import type { LineRecord } from '../subscribers/line-record.ts';
import { endTerm } from '../subscribers/term-grants.ts';
import type { Instant } from '../values/instant.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { type BegunEarly, beginWaiting } from './exhaust-line.ts';
import { type LineAccount, runningAccount, type StoredService } from './line-account.ts';

/** A line of which what an order brought has been ended. */
export interface EndedOrder {
  /** With the next revision. */
  readonly line: LineRecord;
  /** Over by now; `undefined` when the order brought traffic. */
  readonly ended: StoredService | undefined;
  /** The service that waited and has begun in its place. */
  readonly begun: BegunEarly['begun'];
}

/**
 * Why nothing is ended: it is over or was given up for another one, the order brought no service and no volume, or the
 * service is paused, and the pause is to be ended first.
 */
export type EndRefusal = 'service-is-over' | 'nothing-to-end' | 'line-is-paused';

/**
 * Ends at `now` what an order brought: the running service, whose place the waiting one takes at once; the waiting one; or
 * bought volume. What was bought beside a service stays as it is, and waits for the next one.
 */
export function endOrdered(
  account: LineAccount,
  orderId: number,
  plans: PlanLookup,
  now: Instant,
): Result<EndedOrder, EndRefusal> {
  const line = beginReserve(account.line, now);
  const isOfOrder = (service: StoredService | undefined) => service?.orderId === orderId;
  if (line.grants.some(({ id }) => id === trafficGrant(orderId))) return endTraffic(line, orderId, now);
  if (!account.services.some(isOfOrder)) return fail('nothing-to-end');
  const begun = { ...account, line };
  const { life, service, reserveService } = runningAccount(begun, now);
  const revision = line.revision + 1;
  if (isOfOrder(reserveService)) {
    const without = declareReserve(line, null, line.expiresAt, plans, now);
    return ok({ line: { ...line, ...without, revision }, ended: reserveService, begun: undefined });
  }
  if (!isOfOrder(service) || life.running === undefined) return fail('service-is-over');
  if (account.isPaused) return fail('line-is-paused');
  if (line.reserve !== undefined) return ok(beginWaiting(begun, plans, now)!);
  const grants = endTerm(line.grants, [], now);
  return ok({ line: { ...line, revision, expiresAt: now, grants }, ended: service, begun: undefined });
}

function endTraffic(line: LineRecord, orderId: number, now: Instant): Result<EndedOrder, EndRefusal> {
  const isOver = line.grants.some(
    ({ id, until }) => id === trafficGrant(orderId) && until !== undefined && until <= now,
  );
  if (isOver) return fail('service-is-over');
  const grants = line.grants.map((grant) =>
    grant.id === trafficGrant(orderId) ? { ...grant, until: Math.max(grant.from, now) } : grant,
  );
  return ok({ line: { ...line, revision: line.revision + 1, grants }, ended: undefined, begun: undefined });
}

function trafficGrant(orderId: number): string {
  return `order:${orderId}`;
}
