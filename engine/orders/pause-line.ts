import type { PlanLookup } from '../catalog/plan-history.ts';
import { beginReserve, declareReserve } from '../subscribers/declare-reserve.ts';
import type { LineRecord } from '../subscribers/line-record.ts';
import { findTerm, moveTerm } from '../subscribers/term-grants.ts';
import type { Instant } from '../values/instant.ts';
import { daysLater } from '../values/jalali.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { type LineAccount, runningAccount, type StoredService, servicesAt } from './line-account.ts';
import { type Pause, type PauseRules, pausedTerm } from './pause.ts';

/** What the rules of pauses have to know of a service. */
export type PausableService = Pick<StoredService, 'id' | 'from' | 'until' | 'pausedDays' | 'offer'>;

/** A line with its services by when they begin, neither over nor given up. */
export interface PausableLine {
  readonly line: LineRecord;
  readonly services: readonly PausableService[];
}

/** A line with another end of its running service. */
export interface MovedService {
  /** With the next revision. */
  readonly line: LineRecord;
  readonly service: PausableService;
  readonly until: Instant;
  readonly pausedDays: number;
  /** The service that waits behind it, with its new edges. */
  readonly moved: { readonly id: number; readonly from: Instant; readonly until: Instant } | undefined;
}

/** A pause that begins: while it lasts the service ends where it would if it lasted as long as it may. */
export interface BegunPause extends MovedService {
  readonly endsBy: Instant;
}

/** Why no pause begins. */
export type NoPause = 'no-running-service' | 'is-postpaid' | 'no-days-left' | 'line-is-closed';

/** What a pause of a line depends on. */
export interface PauseFacts {
  /** Of the running service, earlier ones and the open one. */
  readonly pauses: readonly Pause[];
  readonly rules: PauseRules;
  readonly plans: PlanLookup;
  readonly now: Instant;
}

/**
 * Begins a pause of the running service (product line C19). A line that is suspended for something else is paused, too: it
 * is off until both are over. A closed line has no use for its days.
 */
export function beginPause(account: LineAccount, facts: PauseFacts): Result<BegunPause, NoPause> {
  const { pauses, rules, now } = facts;
  if (account.line.status === 'closed') return fail('line-is-closed');
  const line = beginReserve(account.line, now);
  const { life, service } = runningAccount({ ...account, line }, now);
  if (life.running === undefined || service === undefined) return fail('no-running-service');
  if (service.offer.kind !== 'prepaid') return fail('is-postpaid');
  const used = pausedTerm(soldTerm(service), pauses, rules, now).creditDays;
  if (used >= rules.daysMax) return fail('no-days-left');
  const endsBy = daysLater(now, rules.daysMax - used);
  const asLong = [...pauses, { from: now, until: endsBy }];
  const { until, creditDays } = pausedTerm(soldTerm(service), asLong, rules, endsBy);
  return ok({ ...moveEnd({ ...account, line }, service, until, creditDays, facts), endsBy });
}

/** The running service once its pause has ended: later by the days of its pauses, each counted once. */
export function endPause(account: PausableLine, facts: PauseFacts): MovedService | undefined {
  const { pauses, rules, now } = facts;
  const line = beginReserve(account.line, now);
  const { running: service } = servicesAt(account.services, line, now);
  // Ended late, when the line has gone on to what waited: the end that the pause had moved was already the right one.
  if (service === undefined || line.expiresAt !== service.until) return undefined;
  const { until, creditDays } = pausedTerm(soldTerm(service), pauses, rules, now);
  return moveEnd({ ...account, line }, service, until, creditDays, facts);
}

/**
 * How many days of the pause that goes on the end of its service stands for, although they have not gone by: whoever
 * declares an end meanwhile does not mean these, and they are put behind it.
 */
export function daysAhead(
  service: PausableService,
  { pauses, rules, now }: Omit<PauseFacts, 'plans'>,
): number {
  const { creditDays } = pausedTerm(soldTerm(service), pauses, rules, now);
  return Math.max(0, service.pausedDays - creditDays);
}

/** The term without the days of its pauses: as it was sold, or as staff have declared it since. */
function soldTerm({ from, until, pausedDays }: PausableService) {
  return { from, until: daysLater(until, -pausedDays) };
}

function moveEnd(
  account: PausableLine,
  service: PausableService,
  until: Instant,
  pausedDays: number,
  { plans, now }: PauseFacts,
): MovedService {
  const { line } = account;
  const { username, expiresAt } = line;
  const term = findTerm(username, line.grants, service.until, service.from);
  const to = { from: service.from, until };
  const moved =
    term === undefined ? line.grants : moveTerm(line.grants, term, to, plans(service.offer.planName), now);
  // Volume that was bought for as long as the service goes on as long as that.
  const grants = moved.map((grant) =>
    grant.kind === 'extra' && grant.until === service.until ? { ...grant, until } : grant,
  );
  const ended = { ...line, revision: line.revision + 1, expiresAt: until, grants };
  const next = { ...ended, ...declareReserve(ended, undefined, expiresAt, plans, now) };
  const { waiting: reserveService } = servicesAt(account.services, line, now);
  const { reserve } = next;
  return {
    ...{ line: next, service, until, pausedDays },
    moved:
      reserve === undefined || reserveService === undefined
        ? undefined
        : { id: reserveService.id, from: reserve.from, until: reserve.expiresAt },
  };
}
