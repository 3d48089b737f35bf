import type { Instant } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';

/** Where a grant came from; it changes nothing in the burning, it words the explanation. */
export type GrantKind = 'service' | 'extra' | 'timed' | 'gift';

/**
 * A volume that a line may use up within its validity. Grants are burned by lowest `tier`, then soonest end, then
 * lowest `priority`, then oldest (`createdAt`), then id. `consumed` only grows and never exceeds `octets`.
 */
export interface Grant {
  readonly id: string;
  readonly kind: GrantKind;
  readonly octets: Octets;
  readonly consumed: Octets;
  readonly from: Instant;
  /** First instant at which the grant is no longer valid; `undefined` never ends. */
  readonly until: Instant | undefined;
  readonly priority: number;
  /** 0: used at full speed. From 1 on: the place of the slower speed in the plan's `tiers` that it is used at. */
  readonly tier: number;
  readonly createdAt: Instant;
}

/** The tier whose speed a line has at full speed. */
export const FULL_SPEED_TIER = 0;

/** True while the grant may be burned at `at`, whether or not anything is left in it. */
export function isGrantValid(grant: Grant, at: Instant): boolean {
  return grant.from <= at && (grant.until === undefined || at < grant.until);
}

/** Octets left over all grants that are valid at `at`. */
export function remainingOctets(grants: readonly Grant[], at: Instant): Octets {
  let sum = 0;
  for (const grant of grants) if (isGrantValid(grant, at)) sum += grant.octets - grant.consumed;
  return octets(sum);
}

/** Octets left at full speed over all grants that are valid at `at`. */
export function fullSpeedOctets(grants: readonly Grant[], at: Instant): Octets {
  let sum = 0;
  for (const grant of grants) {
    if (grant.tier === FULL_SPEED_TIER && isGrantValid(grant, at)) sum += grant.octets - grant.consumed;
  }
  return octets(sum);
}

/** The lowest tier in which a grant valid at `at` has anything left, `undefined` when none has. */
export function currentTier(grants: readonly Grant[], at: Instant): number | undefined {
  let lowest: number | undefined;
  for (const grant of grants) {
    if (grant.consumed >= grant.octets || !isGrantValid(grant, at)) continue;
    if (lowest === undefined || grant.tier < lowest) lowest = grant.tier;
  }
  return lowest;
}

/** Octets ever taken from these grants. */
export function consumedOctets(grants: readonly Grant[]): Octets {
  let sum = 0;
  for (const grant of grants) sum += grant.consumed;
  return octets(sum);
}
