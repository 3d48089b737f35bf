import { DAY_MS, MINUTE_MS, SECOND_MS } from '../values/instant.ts';

/** All limits of session keeping in one place; a full place is a counted event, never growth. */
export const SESSION_LIMITS = {
  /** How long a login holds its slot without an accounting packet. */
  reservedMs: 90 * SECOND_MS,
  /** Silence, in interim intervals, after which a live session is suspect. */
  suspectAfterIntervals: 3,
  /** Silence, in interim intervals, after which a suspect session is closed with its last counters. */
  closeAfterIntervals: 8,
  /** A NAS that was asked for less is still given this long between reports. */
  intervalMsMin: MINUTE_MS,
  /** Tombstones of stopped sessions are kept this long for late packets… */
  tombstoneMs: DAY_MS,
  /** …those that we closed for silence longer, since a NAS may go on after days (accel-ppp#137)… */
  silentTombstoneMs: 30 * DAY_MS,
  /** …at most this many per line… */
  tombstones: 8,
  /** …but never dropped earlier than this, while retries may still be on their way… */
  tombstoneMsMin: 10 * MINUTE_MS,
  /** …unless a flapping line makes more than this. */
  tombstonesMax: 64,
  /** A packet about an unknown session that is older than this is acknowledged and quarantined, not billed. */
  recordAgeMsMax: DAY_MS,
  /** An enforced change that shows no effect is ordered again after this, at most so often. */
  effectRetryMs: 30 * SECOND_MS,
  effectAttempts: 5,
  /** Fastest believable line when the plan names no speed: 100 Gbit/s. */
  octetsPerSecondMax: 12_500_000_000,
} as const;
