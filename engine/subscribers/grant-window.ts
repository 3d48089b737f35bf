import { DAY_MS, HOUR_MS, type Instant } from '../values/instant.ts';

/**
 * Which of a line's grants the packet path holds: a year of daily volumes is 365 grants, and every packet reads them all.
 * - Ended ones for 40 days: a session that fell silent is remembered for 30 days and may then report what it used, and
 *   ten more are for stores and programs that are away.
 * - Coming ones for 40 days: a month's volume is there more than a week before the last one is over, so that nobody lacks
 *   it although the worker has been away since.
 */
export const GRANT_WINDOW = { endedMs: 40 * DAY_MS, aheadMs: 40 * DAY_MS } as const;

/** By how much the clocks of two programs may differ. */
const CLOCKS_APART_MS = HOUR_MS;

/** True when the packet path may have been told to forget the grant: it ended long ago. */
export function mayHaveLeft(until: Instant | undefined, now: Instant): boolean {
  return until !== undefined && until + GRANT_WINDOW.endedMs <= now + CLOCKS_APART_MS;
}
