import { SESSION_LIMITS } from '../accounting/limits.ts';
import type { PlanLookup } from '../catalog/plan-history.ts';
import { planAt } from '../catalog/plan-history.ts';
import { rebuildLine } from '../pipeline/rebuild-line.ts';
import type { LineState } from '../policy/line-state.ts';
import type { RejectReason } from '../policy/reject-reason.ts';
import type { HistoryRow } from '../subscribers/recovery.ts';
import type { AccessHistoryRow } from '../subscribers/usage-history.ts';
import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import type { LineFacts, LoginRow } from './line-facts.ts';
import { grantsAt, isBeyondRows, profileAt, ROWS_KEPT_MS, statusAt, wantedBurns } from './line-past.ts';
import type { LinePast, PastHistory, PastLedger } from './past-stores.ts';

/** What is asked: which line, as of when, and what is fixed beside it. */
export interface FactsQuestion {
  readonly username: string;
  readonly at: Instant;
  readonly now: Instant;
  /** The line in the counters; the past is put together from history and books instead. */
  readonly live: LineState | undefined;
  readonly plans: PlanLookup;
  readonly bootOf: (nas: string) => number;
}

/** Orders and answers this long before the instant are told… */
const LOOK_BACK_MS = 24 * HOUR_MS;
/** …and orders shortly after it, since an order ends after its cause. */
const LOOK_AHEAD_MS = 2 * MINUTE_MS;
const ROWS_AT_MOST = 20;
/** A running session has reported within this time; every midnight that a record spans has a row. */
const REPORTED_WITHIN_MS = 26 * HOUR_MS;

/** Gathers what is known of a line as of an instant; rejects when a store does not answer. */
export async function readFacts(
  question: FactsQuestion,
  ledger: PastLedger,
  history: PastHistory,
): Promise<LineFacts> {
  const { username, at, now, plans, bootOf, live } = question;
  const from = at - LOOK_BACK_MS;
  const [past, effects, answers] = await Promise.all([
    ledger.linePast(username),
    ledger.effectsOf(username, from, at + LOOK_AHEAD_MS, ROWS_AT_MOST),
    history.accessBetween(username, from, at, ROWS_AT_MOST),
  ]);
  const common = { username, at, plans, effects, logins: answers.map(loginOf) };
  const status = past && statusAt(past, at);
  if (at >= now) {
    return { ...common, state: live, source: 'counters', bootOf, status, keptSince: undefined };
  }
  const isIncomplete = past !== undefined && isBeyondRows(wantedBurns(past, at), now);
  return {
    ...common,
    state: past && (await stateAt(past, at, plans, history)),
    source: 'history',
    bootOf: () => 0,
    status,
    keptSince: isIncomplete ? now - ROWS_KEPT_MS : undefined,
  };
}

/** The line's record as it was at an instant of the past, as a rebuild of lost counters would have made it then. */
async function stateAt(
  past: LinePast,
  at: Instant,
  plans: PlanLookup,
  history: PastHistory,
): Promise<LineState | undefined> {
  const profile = profileAt(past, at);
  if (profile === undefined) return undefined;
  const wanted = wantedBurns(past, at);
  const { lineId } = profile;
  const [points, rows] = await Promise.all([
    history.burnPoints([wanted]),
    // Up to now: a session that ended without a Stop has its last row at its last report.
    history.rowsBetween([lineId], at - REPORTED_WITHIN_MS, at),
  ]);
  const grants = grantsAt(past, wanted, points, at);
  const plan = plans(profile.planName);
  const interimSeconds = plan === undefined ? 300 : planAt(plan, at).interimSeconds;
  const sessions = sessionsAt(rows, at, interimSeconds);
  const { state } = rebuildLine({ profile, grants, sessions }, { now: at, plans, bootOf: () => 0 });
  return state;
}

/**
 * The newest row of each session. One that the engine gave up later was open until then: until its silence was too long, or
 * until another one took its place.
 */
function sessionsAt(rows: readonly HistoryRow[], at: Instant, interimSeconds: number): readonly HistoryRow[] {
  const bySession = Map.groupBy(rows, ({ key }) => key);
  const silentMs = SESSION_LIMITS.closeAfterIntervals * interimSeconds * SECOND_MS;
  return [...bySession.values()].flatMap((own) => {
    const heard = own.filter(({ kind }) => kind !== 'lost');
    const last = heard.at(-1);
    const lost = own.at(-1)?.kind === 'lost' ? own.at(-1) : undefined;
    const resume = heard.findLast((row) => row.resume !== undefined)?.resume;
    if (last === undefined) return lost === undefined ? [] : [lost];
    if (lost === undefined) return [{ ...last, resume }];
    const successor = rows.find(({ key, startedAt }) => key !== last.key && startedAt >= last.updatedAt);
    const isOver = successor !== undefined || at >= last.updatedAt + silentMs;
    return [isOver ? lost : { ...last, resume }];
  });
}

function loginOf({ reason, ...row }: AccessHistoryRow): LoginRow {
  return { ...row, reason: reason as RejectReason | '' };
}
