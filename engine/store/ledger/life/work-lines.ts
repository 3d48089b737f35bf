import type { RawBuilder } from 'kysely';
import type { PlanLookup } from '../../../catalog/plan-history.ts';
import { type HouseSettings, settingsAt } from '../../../orders/house-settings.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { Instant } from '../../../values/instant.ts';
import { readCatalogue } from '../catalogue.ts';
import type { LedgerDb } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { readPlans } from '../read-plans.ts';

/** What the works of one page share. */
export interface LifeContext {
  readonly db: LedgerDb;
  readonly secrets: SecretBox;
  readonly now: Instant;
  readonly limit: number;
  readonly settings: HouseSettings;
  readonly plans: PlanLookup;
}

/** Who the works are noted under. */
export const LIFE_ACTOR = 'worker';

/** The context of one page at `now`. */
export async function lifeContext(
  db: LedgerDb,
  secrets: SecretBox,
  now: Instant,
  limit: number,
): Promise<LifeContext> {
  const { settings } = await readCatalogue(db);
  const plans = new Map((await readPlans(db)).map((plan) => [plan.name, plan]));
  return { db, secrets, now, limit, settings: settingsAt(settings, now), plans: (name) => plans.get(name) };
}

/**
 * Does a work for each of the things that a question names, each in a transaction of its own; the number of things that
 * were there. A thing that another worker has done meanwhile is left alone by `work` itself, which looks again.
 */
export async function forEachDue<T>(
  { db }: LifeContext,
  question: RawBuilder<T>,
  work: (tx: LedgerDb, thing: T) => Promise<void>,
): Promise<number> {
  const { rows } = await question.execute(db);
  for (const thing of rows) await inTransaction(db, (tx) => work(tx, thing));
  return rows.length;
}
