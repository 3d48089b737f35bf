import { MINUTE_MS } from '../values/instant.ts';
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
 */
export function compareOrder(left: RecordOrder, right: RecordOrder): number {
  if (left.eventTimestampSeconds !== undefined && right.eventTimestampSeconds !== undefined) {
    const difference = left.eventTimestampSeconds - right.eventTimestampSeconds;
    if (difference !== 0) return difference;
  }
  if (left.sessionTimeSeconds !== undefined && right.sessionTimeSeconds !== undefined) {
    return left.sessionTimeSeconds - right.sessionTimeSeconds;
  }
  if (left.eventTimestampSeconds !== undefined && right.eventTimestampSeconds !== undefined) return 0;
  const difference = left.at - right.at;
  return Math.abs(difference) <= ARRIVAL_TOLERANCE_MS ? 0 : difference;
}

/** Seconds between two records of one session by the best clock that both carry, never negative. */
export function secondsBetween(older: RecordOrder, newer: RecordOrder): number {
  if (older.sessionTimeSeconds !== undefined && newer.sessionTimeSeconds !== undefined) {
    return Math.max(0, newer.sessionTimeSeconds - older.sessionTimeSeconds);
  }
  return Math.max(0, (newer.at - older.at) / 1000);
}
