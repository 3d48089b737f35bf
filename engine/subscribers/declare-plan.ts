import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../catalog/plan.ts';
import { type PlanHistory, type PlanVersion, planAt } from '../catalog/plan-history.ts';
import { type Instant, MINUTE_MS } from '../values/instant.ts';
import { declaredPlan } from './declared.ts';
import type { PlanDeclaration } from './provisioning.ts';
import { readInstant } from './read-instant.ts';

/** How far a clock may be behind ours: what is to be in force from a moment ago on is in force from now on. */
const CLOCKS_APART_MS = MINUTE_MS;

/**
 * The version that a declaration adds to a plan, or puts in the place of a future one that begins at the very same
 * instant; `undefined` when the plan is like that already by then. Versions behind it stay, and nothing changes what
 * was in force before `now`.
 */
export function declarePlan(
  declaration: PlanDeclaration,
  stored: PlanHistory | undefined,
  now: Instant,
): PlanVersion | undefined {
  const given = readInstant(declaration.effectiveFrom) ?? now;
  const plan = declaredPlan(declaration);
  if (stored !== undefined && isInForce(plan, stored, given, now)) return undefined;
  return { from: Math.max(given, now), plan };
}

/** True when the declaration would change what was in force before `now`. */
export function changesPast(
  declaration: PlanDeclaration,
  stored: PlanHistory | undefined,
  now: Instant,
): boolean {
  const given = readInstant(declaration.effectiveFrom);
  if (given === undefined || given >= now - CLOCKS_APART_MS) return false;
  return stored === undefined || !isInForce(declaredPlan(declaration), stored, given, now);
}

/** A version that was declared a moment late is in force from that moment on. */
function isInForce(plan: Plan, stored: PlanHistory, from: Instant, now: Instant): boolean {
  const late = Math.min(from + CLOCKS_APART_MS, now);
  return [from, Math.max(from, late)].some((at) => isSamePlan(planAt(stored, at), plan));
}

/** The plans as they are once these declarations are applied. */
export function plansAfter(
  declarations: readonly PlanDeclaration[],
  known: ReadonlyMap<string, PlanHistory>,
  now: Instant,
): ReadonlyMap<string, PlanHistory> {
  const plans = new Map(known);
  for (const declaration of declarations) {
    const { name } = declaration;
    const version = declarePlan(declaration, known.get(name), now);
    if (version !== undefined) plans.set(name, withVersion(name, known.get(name), version));
  }
  return plans;
}

/** The history with one more version. */
function withVersion(name: string, stored: PlanHistory | undefined, version: PlanVersion): PlanHistory {
  const others = (stored?.versions ?? []).filter(({ from }) => from !== version.from);
  const versions = [...others, version].sort((left, right) => left.from - right.from);
  return { name, versions };
}

/** What is stored has lost its undefined fields and the order of its names. */
function isSamePlan(left: object, right: object): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(left)), JSON.parse(JSON.stringify(right)));
}
