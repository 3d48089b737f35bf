import { type RawBuilder, sql } from 'kysely';
import type { PlanLookup } from '../../../catalog/plan-history.ts';
import type { Catalogue } from '../../../orders/catalogue-store.ts';
import { type HouseSettings, settingsAt } from '../../../orders/house-settings.ts';
import type { WorkPage, WorkPosition } from '../../../orders/life-store.ts';
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
  /** What the page comes behind. */
  readonly after: WorkPosition;
  readonly settings: HouseSettings;
  /** As the transaction sees them: the embedded engine has one connection, which that has taken. */
  plans(tx: LedgerDb): Promise<PlanLookup>;
}

/** Before all that may be due. */
export const BEGINNING: WorkPosition = { at: '-infinity', id: 0 };

/** Who the works are noted under. */
export const LIFE_ACTOR = 'worker';

/** The context of one page at `now`; most pages find nothing to do, and plans are read by those that do. */
export function lifeContext(
  { db, secrets, catalogue }: Pick<LifeContext, 'db' | 'secrets'> & { readonly catalogue: Catalogue },
  now: Instant,
  limit: number,
  after: WorkPosition,
): LifeContext {
  let read: Promise<PlanLookup> | undefined;
  const plans = (tx: LedgerDb) => {
    read ??= readPlanLookup(tx);
    read.catch(() => {
      read = undefined;
    });
    return read;
  };
  return { db, secrets, now, limit, after, settings: settingsAt(catalogue.settings, now), plans };
}

/** A page of a work that is not due at all. */
export const NOTHING_DUE: WorkPage = { done: 0, failures: [], next: undefined };

/** What was done of some things, and why the others could not be. */
type Done = Pick<WorkPage, 'done' | 'failures'>;

/**
 * Does a work for each of the things that a question names, each in a transaction of its own. A thing that another worker
 * has done meanwhile is left alone by `work` itself, which looks again and says false. Rejects with what the database
 * itself fails with.
 * @param question for at most `limit` things behind `after`, in their order.
 * @param failed notes that a thing could not be done, once its transaction is taken back.
 */
export async function forEachDue<T extends WorkPosition>(
  { db, limit }: Pick<LifeContext, 'db' | 'limit'>,
  question: RawBuilder<T>,
  work: (tx: LedgerDb, thing: T) => Promise<boolean>,
  failed?: (thing: T, reason: unknown) => Promise<void>,
): Promise<WorkPage> {
  const { rows } = await question.execute(db);
  return { ...(await doEach(db, rows, work, failed)), next: nextOf(rows, limit) };
}

/**
 * As `forEachDue`, for works that are quick enough to be done for all things in one transaction. When that fails each has
 * one of its own, so that one that cannot be done holds up no other.
 * @param work how many of the things it did; those that are not due any more are left alone.
 */
export async function forPageDue<T extends WorkPosition>(
  { db, limit }: LifeContext,
  question: RawBuilder<T>,
  work: (tx: LedgerDb, things: readonly T[]) => Promise<number>,
): Promise<WorkPage> {
  const { rows } = await question.execute(db);
  const next = nextOf(rows, limit);
  if (rows.length === 0) return { done: 0, failures: [], next };
  try {
    return { done: await inTransaction(db, (tx) => work(tx, rows)), failures: [], next };
  } catch {
    return { ...(await doEach(db, rows, async (tx, thing) => (await work(tx, [thing])) > 0)), next };
  }
}

async function doEach<T>(
  db: LedgerDb,
  things: readonly T[],
  work: (tx: LedgerDb, thing: T) => Promise<boolean>,
  failed?: (thing: T, reason: unknown) => Promise<void>,
): Promise<Done> {
  const failures: unknown[] = [];
  let done = 0;
  for (const thing of things) {
    try {
      if (await inTransaction(db, (tx) => work(tx, thing))) done += 1;
    } catch (reason) {
      // Where the database answers it is this one thing that cannot be done.
      await sql`SELECT 1`.execute(db);
      await failed?.(thing, reason);
      failures.push(reason);
    }
  }
  return { done, failures };
}

function nextOf(things: readonly WorkPosition[], limit: number): WorkPosition | undefined {
  const last = things.at(-1);
  return last === undefined || things.length < limit ? undefined : { at: last.at, id: last.id };
}

/** Whether a row lies behind a position, by a time and then by its number; `at` of its position is that time as text. */
export function isBehind(
  { after }: Pick<LifeContext, 'after'>,
  time: RawBuilder<unknown>,
  id: RawBuilder<unknown>,
): RawBuilder<boolean> {
  return sql`(${time}, ${id}) > (${after.at}::timestamptz, ${after.id}::bigint)`;
}
