import { type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import type { AccountingRecord } from './record.ts';
import { beganAt, isStampedByOurs } from './record-order.ts';
import type { Session } from './session.ts';
import { loggedInAt } from './session-key.ts';

/** How far a line's forgotten sessions reach: none of them lived beyond it. It only grows. */
export interface Forgotten {
  /** Latest end of a session whose tombstone was dropped. */
  readonly through: Instant;
  /** Latest Event-Timestamp of such a session, in seconds by its NAS's clock; `undefined` when none had one. */
  readonly stampSeconds: number | undefined;
}

/** A copy of a record may come this late, and only an Event-Timestamp tells it. */
const LATE_COPY_MS = 10 * MINUTE_MS;
/** A NAS whose clock is that far behind ours reports a session as begun before its login. */
const LOGIN_TOLERANCE_MS = 5 * MINUTE_MS;
/** Acct-Session-Time and Acct-Delay-Time are whole seconds. */
const ROUNDING_MS = SECOND_MS;
/** 2025-01-01 in seconds: a clock that shows less was never set, and tells nothing about the past. */
const CLOCK_SET_SECONDS = 1_735_689_600;

/** The mark after `sessions` were reduced to `kept`: moved on to the last end of those that are gone. */
export function markForgotten(
  mark: Forgotten | undefined,
  sessions: readonly Session[],
  kept: readonly Session[],
): Forgotten | undefined {
  if (kept === sessions) return mark;
  const known = new Set(kept);
  let next = mark;
  for (const session of sessions) if (!known.has(session)) next = markEnd(next, session);
  return next;
}

function markEnd(mark: Forgotten | undefined, { updatedAt, counters }: Session): Forgotten {
  return {
    through: Math.max(mark?.through ?? updatedAt, updatedAt),
    stampSeconds: later(mark?.stampSeconds, setClock(counters.last?.eventTimestampSeconds)),
  };
}

function later(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? (left ?? right) : Math.max(left, right);
}

/**
 * True for a record of an unknown session that may be a forgotten one, because it began before the last of these had
 * ended. A Class of ours proves when the login was. Else the NAS's clocks tell: by Acct-Session-Time before the record's
 * own time in our clock; and by Event-Timestamp, which is compared with stamps alone, because it is wrong on some NAS and
 * old in a replay. It says nothing when the NAS's clock was wrong at the mark and has been set since.
 */
export function isForgotten(mark: Forgotten | undefined, record: AccountingRecord): boolean {
  if (mark === undefined) return false;
  const { classKey, order, kind } = record;
  if (classKey !== undefined) return isForgottenLogin(mark, classKey);
  if (kind !== 'start' && order.sessionTimeSeconds === undefined) return true;
  if (beganAt(order) <= mark.through + ROUNDING_MS) return true;
  const mayBeCopy = record.receivedAt <= mark.through + LATE_COPY_MS;
  const stampSeconds = setClock(order.eventTimestampSeconds);
  if (stampSeconds === undefined || mark.stampSeconds === undefined) return mayBeCopy;
  if (!mayBeCopy && isStampedByOurs(order) && !isMarkedByOurs(mark)) return false;
  return stampSeconds - (order.sessionTimeSeconds ?? 0) <= mark.stampSeconds;
}

/** True for an unknown session that was accepted before the last of the forgotten ones had ended. */
export function isForgottenLogin(mark: Forgotten | undefined, loginKey: string): boolean {
  return mark !== undefined && loggedInAt(loginKey) <= mark.through + LOGIN_TOLERANCE_MS;
}

function isMarkedByOurs({ through, stampSeconds }: Forgotten): boolean {
  return isStampedByOurs({
    eventTimestampSeconds: stampSeconds,
    at: through,
  });
}

function setClock(stampSeconds: number | undefined): number | undefined {
  return stampSeconds !== undefined && stampSeconds >= CLOCK_SET_SECONDS ? stampSeconds : undefined;
}
