import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../catalog/plan.ts';
import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import type { LineProfile } from '../policy/line-state.ts';
import { burn } from '../quota/burn.ts';
import { type Grant, isGrantValid } from '../quota/grant.ts';
import { type BoughtTerm, findTerm, grantsOfTerm } from '../subscribers/term-grants.ts';
import { DAY_MS, type Instant } from '../values/instant.ts';
import { octets } from '../values/octets.ts';

/** Plans as they would be, by name. */
export type ChangedPlans = ReadonlyMap<string, Plan>;

/** Finds the changed plan of a name, which then has been in force for ever, else the plan as it is. */
export function changedLookup(changed: ChangedPlans, plans: PlanLookup): PlanLookup {
  const histories = new Map(
    [...changed].map(([name, plan]) => [name, { name, versions: [{ from: 0, plan }] }]),
  );
  return (name) => histories.get(name) ?? plans(name);
}

/**
 * The line's grants as its terms would have given them under the changed plans. A term whose volumes are the same keeps its
 * grants. What had been burned of a term's grants at `at` is burned of the new ones; a period of another length begins
 * with nothing burned.
 */
export function changedGrants(
  grants: readonly Grant[],
  profile: LineProfile,
  plans: PlanLookup,
  changed: ChangedPlans,
  at: Instant,
): readonly Grant[] {
  const { username, planName, expiresAt, reserve } = profile;
  let next = grants;
  if (expiresAt !== undefined)
    next = changeTerm(next, { username, planName, until: expiresAt }, plans, changed, at);
  if (reserve === undefined) return next;
  const { from, expiresAt: until } = reserve;
  return changeTerm(next, { username, planName: reserve.planName, until, from }, plans, changed, at);
}

/** True where a term of the line would have begun anew with nothing burned. */
export function startsFull(
  profile: LineProfile,
  plans: PlanLookup,
  changed: ChangedPlans,
  at: Instant,
): boolean {
  const plan = changed.get(profile.planName);
  const history = plans(profile.planName);
  if (plan?.quota === undefined || history === undefined) return false;
  return planAt(history, at).quota?.per !== plan.quota.per;
}

interface TermOfPlan {
  readonly username: string;
  readonly planName: string;
  readonly until: Instant;
  readonly from?: Instant;
}

function changeTerm(
  grants: readonly Grant[],
  { username, planName, until, from }: TermOfPlan,
  plans: PlanLookup,
  changed: ChangedPlans,
  at: Instant,
): readonly Grant[] {
  const plan = changed.get(planName);
  const history = plans(planName);
  if (plan === undefined || history === undefined) return grants;
  const stored = findTerm(username, grants, until, from);
  const bought = planAt(history, stored?.boughtAt ?? at);
  if (isDeepStrictEqual(volumesOf(bought), volumesOf(plan))) return grants;
  const term: BoughtTerm = stored ?? {
    ...{ username, until, boughtAt: Math.min(at, until) },
    key: '0',
    from: from ?? until - plan.days * DAY_MS,
  };
  const own = new Set(stored?.grants);
  const fresh = grantsOfTerm(term, plan);
  const isSamePeriod = bought.quota?.per === plan.quota?.per;
  return [
    ...grants.filter((grant) => !own.has(grant)),
    ...(isSamePeriod ? carryOver(fresh, [...own]) : fresh),
  ];
}

/** What was burned of each period, burned of that period as it would have been. */
function carryOver(fresh: readonly Grant[], own: readonly Grant[]): readonly Grant[] {
  let next = fresh;
  for (const [from, period] of Map.groupBy(own, (grant) => grant.from)) {
    const burned = period.reduce((sum, { consumed }) => sum + consumed, 0);
    const others = next.filter((grant) => !(grant.from === from && isGrantValid(grant, from)));
    const same = next.filter((grant) => grant.from === from && isGrantValid(grant, from));
    next = [...others, ...burn(same, octets(burned), from).grants];
  }
  return next;
}

function volumesOf({ quota, tiers }: Plan): unknown {
  return [quota?.per, quota?.octets, tiers.map((tier) => tier.octets)];
}
