import { isDeepStrictEqual } from 'node:util';
import { type PlanHistory, type PlanVersion, planAt } from '../catalog/plan-history.ts';
import type { Instant } from '../values/instant.ts';
import { readInstant } from './declare-line.ts';
import { declaredPlan } from './declared.ts';
import type { PlanDeclaration } from './provisioning.ts';

/**
 * The version that a declaration adds to a plan, or puts in the place of one that begins at the very same instant;
 * `undefined` when the plan is like that already by then.
 */
export function declarePlan(
  declaration: PlanDeclaration,
  stored: PlanHistory | undefined,
  now: Instant,
): PlanVersion | undefined {
  const from = readInstant(declaration.effectiveFrom) ?? now;
  const plan = declaredPlan(declaration);
  if (stored === undefined) return { from, plan };
  return isSamePlan(planAt(stored, from), plan) ? undefined : { from, plan };
}

/** The history with one more version. */
export function withVersion(
  name: string,
  stored: PlanHistory | undefined,
  version: PlanVersion,
): PlanHistory {
  const others = (stored?.versions ?? []).filter(({ from }) => from !== version.from);
  const versions = [...others, version].sort((left, right) => left.from - right.from);
  return { name, versions };
}

/** What is stored has lost its undefined fields and the order of its names. */
function isSamePlan(left: object, right: object): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(left)), JSON.parse(JSON.stringify(right)));
}
