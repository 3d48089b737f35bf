import { z } from 'zod';
import type { PlanHistory, PlanVersion } from '../../engine/catalog/plan-history.ts';
import type { Instant } from '../../engine/values/instant.ts';
import {
  planAnswer,
  type planSummary,
  plansAnswer,
  type planVersionAnswer,
} from '../../schemas/http/plan-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso, toIsoOrNull } from '../iso-time.ts';
import { notFound } from '../problem.ts';
import { Resource } from '../route.ts';

/** A version of a plan as the API tells it; `null` where the plan has no such thing. */
export type PlanVersionAnswer = Told<typeof planVersionAnswer>;

/** A plan with the version in force now, and how many versions it has in all. */
export type PlanSummary = Told<typeof planSummary>;

/** A plan with all its versions, the oldest first. */
export type PlanAnswer = Told<typeof planAnswer>;

const NO_SUCH_PLAN = 'There is no plan of this name.';

/** Plans with what was and what will be, as the packet path has them. */
export function planRoutes({ counters, clock }: ApiDeps): Resource {
  return new Resource('Plans')
    .serve(
      {
        ...{ method: 'get', path: '/plans', operationId: 'listPlans' },
        summary: 'List plans with the version in force',
        answers: { 200: plansAnswer },
      },
      async () => {
        const { plans } = await counters.reference();
        return { plans: plans.map((history) => summaryOf(history, clock.now())) };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/plans/{name}', operationId: 'getPlan' },
        summary: 'Show all versions of a plan: past, present and future',
        params: { name: z.string() },
        answers: { 200: planAnswer },
        problems: { 404: NO_SUCH_PLAN },
      },
      async ({ params }, c) => {
        const { plans } = await counters.reference();
        const history = plans.find(({ name }) => name === params.name);
        if (history === undefined) return notFound(c, NO_SUCH_PLAN);
        return { name: history.name, versions: versionsOf(history, clock.now()) };
      },
    );
}

function summaryOf(history: PlanHistory, now: Instant): PlanSummary {
  const versions = versionsOf(history, now);
  const present = versions.find(({ state }) => state === 'present')!;
  return { name: history.name, versions: versions.length, present };
}

/** Exactly one of them is in force: a plan whose first version is to come has that one already. */
function versionsOf({ versions }: PlanHistory, now: Instant): readonly PlanVersionAnswer[] {
  const present = Math.max(
    0,
    versions.findLastIndex(({ from }) => from <= now),
  );
  return versions.map((version, index) => ({
    ...versionAnswer(version, versions[index + 1]?.from),
    state: index < present ? 'past' : index > present ? 'future' : 'present',
  }));
}

function versionAnswer({ from, plan }: PlanVersion, until: Instant | undefined) {
  const { name: _, ...fields } = plan;
  return {
    from: toIso(from),
    until: toIsoOrNull(until),
    ...fields,
    quota: plan.quota ?? null,
    speed: plan.speed ?? null,
    windows: plan.windows.map((window) => ({ ...window, speed: window.speed ?? null })),
    pool: plan.pool ?? null,
  };
}
