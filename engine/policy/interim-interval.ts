import { SESSION_LIMITS } from '../accounting/limits.ts';
import type { Plan } from '../catalog/plan.ts';
import { SECOND_MS } from '../values/instant.ts';

/** Where no plan says how often to report. */
const DEFAULT_SECONDS = 300;

/**
 * Seconds between Interim-Updates: the plan's, spread by ±10 % so that the reports of many lines do not arrive together, but
 * near the end of the volume no longer than what is left can last. Never below 60 s (RFC 2869 §5.16).
 * @param lastsSeconds how long the session needs to use up what is left for it; infinity where that has no end or is not
 *   known, 0 where nothing is left, which then says nothing about when the next report is wanted.
 */
export function interimInterval(plan: Plan | undefined, lastsSeconds: number, sessionKey: string): number {
  const floor = SESSION_LIMITS.intervalMsMin / SECOND_MS;
  const planned = Math.max(plan?.interimSeconds ?? DEFAULT_SECONDS, floor);
  const spread = 0.9 + (Number.parseInt(sessionKey.slice(0, 4), 16) / 0xffff) * 0.2;
  const longest = lastsSeconds > 0 ? Math.floor(lastsSeconds) : Number.POSITIVE_INFINITY;
  return Math.max(floor, Math.min(Math.round(planned * spread), longest));
}
