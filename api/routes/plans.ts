import { Hono } from 'hono';
import type { Plan } from '../../engine/catalog/plan.ts';
import type { PlanHistory, PlanVersion } from '../../engine/catalog/plan-history.ts';
import type { Instant } from '../../engine/values/instant.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso, toIsoOrNull } from '../iso-time.ts';
import { notFound } from '../problem.ts';

/** A version of a plan as the API tells it; `null` where the plan has no such thing. Instants are ISO 8601, UTC. */
export interface PlanVersionAnswer
  extends Omit<Plan, 'name' | 'quota' | 'speed' | 'pool' | 'windows'>,
    Readonly<Record<'pool', string | null>> {
  /** The first version was in force before it, too. */
  readonly from: string;
  /** When the next version comes into force, `null` when none is known. */
  readonly until: string | null;
  readonly state: 'past' | 'present' | 'future';
  readonly quota: NonNullable<Plan['quota']> | null;
  readonly speed: NonNullable<Plan['speed']> | null;
  readonly windows: readonly (Omit<Plan['windows'][number], 'speed'> & {
    readonly speed: NonNullable<Plan['windows'][number]['speed']> | null;
  })[];
}

/** A plan with the version in force now, and how many versions it has in all. */
export interface PlanSummary {
  readonly name: string;
  readonly versions: number;
  readonly present: PlanVersionAnswer;
}

/** A plan with all its versions, the oldest first. */
export interface PlanAnswer {
  readonly name: string;
  readonly versions: readonly PlanVersionAnswer[];
}

/** GET /plans, and /plans/{name} with what was and what will be, as the packet path has them. */
export function planRoutes({ counters, clock }: ApiDeps): Hono {
  return new Hono()
    .get('/plans', async (c) => {
      const { plans } = await counters.reference();
      return c.json({ plans: plans.map((history) => summaryOf(history, clock.now())) });
    })
    .get('/plans/:name', async (c) => {
      const { plans } = await counters.reference();
      const history = plans.find(({ name }) => name === c.req.param('name'));
      if (history === undefined) return notFound(c, 'There is no plan of this name.');
      return c.json({ name: history.name, versions: versionsOf(history, clock.now()) } satisfies PlanAnswer);
    });
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
