import { type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import type { AccountingRecord, RecordOrder } from './record.ts';
import { beganAt } from './record-order.ts';
import type { Session } from './session.ts';
import { loggedInAt } from './session-key.ts';

/** How far a line's forgotten sessions reach: none of them lived beyond it. It only grows. */
export interface Forgotten {
  /** Latest end of a session whose tombstone was dropped. */
  readonly through: Instant;
  /** Latest Event-Timestamp of such a session, in seconds by its NAS's clock; `undefined` when none had one. */
  readonly stampSeconds: number | undefined;
}

/** An Event-Timestamp within this of our clock is as good as ours; a copy of a record may come this late without it. */
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
 * own time; and by Event-Timestamp where that is not of these minutes, which is a replay or a clock that is wrong, and
 * therefore compared with stamps alone.
 */
export function isForgotten(mark: Forgotten | undefined, record: AccountingRecord): boolean {
  if (mark === undefined) return false;
  const { classKey, order, kind } = record;
  if (classKey !== undefined) return loggedInAt(classKey) <= mark.through + LOGIN_TOLERANCE_MS;
  if (kind !== 'start' && order.sessionTimeSeconds === undefined) return true;
  if (beganAt(order) <= mark.through + ROUNDING_MS) return true;
  const mayBeCopy = record.receivedAt <= mark.through + LATE_COPY_MS;
  const stampSeconds = setClock(order.eventTimestampSeconds);
  if (stampSeconds === undefined || mark.stampSeconds === undefined) return mayBeCopy;
  if (!mayBeCopy && isOfOurClock(stampSeconds, order)) return false;
  return stampSeconds - (order.sessionTimeSeconds ?? 0) <= mark.stampSeconds;
}

function isOfOurClock(stampSeconds: number, { at }: RecordOrder): boolean {
  return Math.abs(stampSeconds * SECOND_MS - at) <= LATE_COPY_MS;
}

function setClock(stampSeconds: number | undefined): number | undefined {
  return stampSeconds !== undefined && stampSeconds >= CLOCK_SET_SECONDS ? stampSeconds : undefined;
}
