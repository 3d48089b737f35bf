import type { PlanHistory, PlanLookup } from '../../catalog/plan-history.ts';
import type { LedgerDb } from './database.ts';
import { planHistoriesOf } from './rows.ts';

/** All plans with all their versions, by name. */
export async function readPlans(db: LedgerDb): Promise<readonly PlanHistory[]> {
  const rows = await db
    .selectFrom('plan_version')
    .innerJoin('plan', 'plan.id', 'plan_version.plan_id')
    .select(['plan.name', 'plan_version.valid_from', 'plan_version.definition'])
    .orderBy('plan.name')
    .orderBy('plan_version.valid_from')
    .execute();
  return planHistoriesOf(rows);
}

/** All plans, to be found by name. */
export async function readPlanLookup(db: LedgerDb): Promise<PlanLookup> {
  const plans = new Map((await readPlans(db)).map((plan) => [plan.name, plan]));
  return (name) => plans.get(name);
}
