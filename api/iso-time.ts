import type { Instant } from '../engine/values/instant.ts';

/** An instant as ISO 8601 in UTC. */
export function toIso(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** An instant as ISO 8601 in UTC, `null` for none. */
export function toIsoOrNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : toIso(instant);
}
