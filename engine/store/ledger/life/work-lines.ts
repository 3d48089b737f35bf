import { type RawBuilder, sql } from 'kysely';
import type { PlanLookup } from '../../../catalog/plan-history.ts';
import type { Catalogue } from '../../../orders/catalogue-store.ts';
import { type HouseSettings, settingsAt } from '../../../orders/house-settings.ts';
import { WorkFailed } from '../../../orders/work-failed.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { Instant } from '../../../values/instant.ts';
import type { LedgerDb } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { readPlanLookup } from '../read-plans.ts';

/** What the works of one page share. */
export interface LifeContext {
  readonly db: LedgerDb;
  readonly secrets: SecretBox;
  readonly now: Instant;
  readonly limit: number;
  readonly settings: HouseSettings;
  /** As the transaction sees them: the embedded engine has one connection, which that has taken. */
  plans(tx: LedgerDb): Promise<PlanLookup>;
}

/** Who the works are noted under. */
export const LIFE_ACTOR = 'worker';

/** The context of one page at `now`; most pages find nothing to do, and plans are read by those that do. */
export function lifeContext(
  { db, secrets, catalogue }: Pick<LifeContext, 'db' | 'secrets'> & { readonly catalogue: Catalogue },
  now: Instant,
  limit: number,
): LifeContext {
  let read: Promise<PlanLookup> | undefined;
  const plans = (tx: LedgerDb) => {
    read ??= readPlanLookup(tx);
    read.catch(() => {
      read = undefined;
    });
    return read;
  };
  return { db, secrets, now, limit, settings: settingsAt(catalogue.settings, now), plans };
}

/**
 * Does a work for each of the things that a question names, each in a transaction of its own; the number of those that it
 * did. A thing that another worker has done meanwhile is left alone by `work` itself, which looks again and says false.
 * @throws WorkFailed when some cannot be done, once all others are; what the database itself fails with, at once.
 */
export async function forEachDue<T>(
  { db }: LifeContext,
  question: RawBuilder<T>,
  work: (tx: LedgerDb, thing: T) => Promise<boolean>,
): Promise<number> {
  const { rows } = await question.execute(db);
  const failures: unknown[] = [];
  let done = 0;
  for (const thing of rows) {
    try {
      if (await inTransaction(db, (tx) => work(tx, thing))) done += 1;
    } catch (reason) {
      // Where the database answers it is this one thing that cannot be done.
      await sql`SELECT 1`.execute(db);
      failures.push(reason);
    }
  }
  if (failures.length > 0) throw new WorkFailed(done, failures);
  return done;
}
