import type { Plan } from '../catalog/plan.ts';
import { nextVersionAfter, type PlanLookup, planAt } from '../catalog/plan-history.ts';
import type { Instant } from '../values/instant.ts';
import type { LineProfile } from './line-state.ts';

/** The service that a line has at an instant. */
export interface LineTerm {
  /** `undefined` when the line names a plan that is not known, which is the same as having none. */
  readonly plan: Plan | undefined;
  /** First instant after the service; `undefined` when the line has never bought one. */
  readonly expiresAt: Instant | undefined;
}

/** The term in force at `at`: the running one, or the reserved one once it has begun, with its plan's version of then. */
export function lineTerm(profile: LineProfile, plans: PlanLookup, at: Instant): LineTerm {
  const { reserve } = profile;
  const term = reserve !== undefined && at >= reserve.from ? reserve : profile;
  const history = plans(term.planName);
  return { plan: history && planAt(history, at), expiresAt: term.expiresAt };
}

/** The first instant after `at` at which another term or another version of its plan begins, or the term ends. */
export function nextTermEdge(profile: LineProfile, plans: PlanLookup, at: Instant): Instant {
  const { reserve } = profile;
  const term = reserve !== undefined && at >= reserve.from ? reserve : profile;
  const history = plans(term.planName);
  let next = history === undefined ? Number.POSITIVE_INFINITY : nextVersionAfter(history, at);
  if (term.expiresAt !== undefined && term.expiresAt > at) next = Math.min(next, term.expiresAt);
  return reserve !== undefined && reserve.from > at ? Math.min(next, reserve.from) : next;
}

/** When nothing that was bought is left: the end of the reserved term where there is one. */
export function lastExpiry({ expiresAt, reserve }: LineProfile): Instant | undefined {
  return reserve === undefined ? expiresAt : reserve.expiresAt;
}
