import type { Instant } from '../values/instant.ts';
import type { Plan } from './plan.ts';

/** A plan as it is in force from an instant on. */
export interface PlanVersion {
  readonly from: Instant;
  readonly plan: Plan;
}

/**
 * All versions of a plan that were ever in force or will be, at least one, by `from`. The first one is taken to have
 * been in force before, too.
 */
export interface PlanHistory {
  readonly name: string;
  readonly versions: readonly PlanVersion[];
}

/** Finds a plan by name; `undefined` when there is none. */
export type PlanLookup = (name: string) => PlanHistory | undefined;

/** The version in force at `at`. */
export function planAt({ versions }: PlanHistory, at: Instant): Plan {
  for (let index = versions.length - 1; index > 0; index--) {
    if (versions[index]!.from <= at) return versions[index]!.plan;
  }
  return versions[0]!.plan;
}

/** When the next version after `at` comes into force, infinity when none is known. */
export function nextVersionAfter({ versions }: PlanHistory, at: Instant): Instant {
  for (let index = 1; index < versions.length; index++) {
    if (versions[index]!.from > at) return versions[index]!.from;
  }
  return Number.POSITIVE_INFINITY;
}
