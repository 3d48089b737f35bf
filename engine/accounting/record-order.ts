import { type Instant, MINUTE_MS, SECOND_MS } from '../values/instant.ts';
import type { RecordOrder } from './record.ts';

/** Two arrivals closer than this cannot be put in order by arrival alone: a retry may have overtaken. */
const ARRIVAL_TOLERANCE_MS = MINUTE_MS;

/**
 * Order of two records of one session: negative when `left` is older, positive when it is newer, 0 when it cannot be
 * told (such records never lower or reset anything).
 *
 * The NAS's Event-Timestamp decides when both have one, whatever its clock says, since only differences matter; then
 * Acct-Session-Time, which only grows within a session; arrival is the last resort. A clock that both carry and that
 * is equal means "same moment", so an Interim and a Stop of one second are never mistaken for a counter reset.
 *
 * When the two clocks of the NAS contradict each other, one of them was set: its wall clock (NTP), if both records
 * tell of a session that began at one moment of our clock; else Acct-Session-Time, which began anew with the counters.
 */
export function compareOrder(left: RecordOrder, right: RecordOrder): number {
  const byTimestamp = difference(left.eventTimestampSeconds, right.eventTimestampSeconds);
  const bySessionTime = difference(left.sessionTimeSeconds, right.sessionTimeSeconds);
  if (byTimestamp !== undefined && byTimestamp !== 0) {
    const contradicted = bySessionTime !== undefined && byTimestamp * bySessionTime < 0;
    return contradicted && beganTogether(left, right) ? bySessionTime : byTimestamp;
  }
  if (bySessionTime !== undefined) return bySessionTime;
  if (byTimestamp !== undefined) return byTimestamp;
  const byArrival = left.at - right.at;
  return Math.abs(byArrival) <= ARRIVAL_TOLERANCE_MS ? 0 : byArrival;
}

function difference(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : left - right;
}

function beganTogether(left: RecordOrder, right: RecordOrder): boolean {
  return Math.abs(beganAt(left) - beganAt(right)) <= ARRIVAL_TOLERANCE_MS;
}

/** The time in our clock is that of the Event-Timestamp, or of arrival, within this of each other. */
const STAMP_SKEW_MS = 5 * MINUTE_MS;

/** True when the Event-Timestamp shows our clock's time; else the NAS's clock is wrong, or the record comes late. */
export function isStampedByOurs({
  eventTimestampSeconds,
  at,
}: Pick<RecordOrder, 'eventTimestampSeconds' | 'at'>): boolean {
  if (eventTimestampSeconds === undefined) return false;
  return Math.abs(eventTimestampSeconds * SECOND_MS - at) <= STAMP_SKEW_MS;
}

/** Start of the session in our clock as one record tells it; the record's own time when it has no session time. */
export function beganAt(order: RecordOrder): Instant {
  return order.at - (order.sessionTimeSeconds ?? 0) * SECOND_MS;
}

/**
 * Seconds between two records of one session, never negative: by Acct-Session-Time unless that began anew, then by
 * Event-Timestamp, then by our clock.
 */
export function secondsBetween(older: RecordOrder, newer: RecordOrder): number {
  const bySessionTime = difference(newer.sessionTimeSeconds, older.sessionTimeSeconds);
  if (bySessionTime !== undefined && bySessionTime >= 0) return bySessionTime;
  const byTimestamp = difference(newer.eventTimestampSeconds, older.eventTimestampSeconds);
  if (byTimestamp !== undefined && byTimestamp >= 0) return byTimestamp;
  return Math.max(0, (newer.at - older.at) / SECOND_MS);
}
