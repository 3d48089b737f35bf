import { sql } from 'kysely';
import type { LineStatus } from '../../policy/line-state.ts';
import type { StatusChange } from '../../subscribers/ledger-store.ts';
import type { Instant } from '../../values/instant.ts';
import { storable } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';

/** A line's row that the transaction holds. */
export interface HeldLine {
  readonly id: number;
  readonly username: string;
  readonly status: LineStatus;
  readonly revision: number;
  readonly customerId: number | null;
}

/** Takes a line's row until the transaction ends; `undefined` when no line has this number or username. */
export async function holdLine(tx: LedgerDb, line: number | string): Promise<HeldLine | undefined> {
  const which = typeof line === 'number' ? sql`id = ${line}::bigint` : sql`username = ${storable(line)}`;
  const { rows } = await sql<HeldLine>`
    SELECT id, username, status, revision, customer_id AS "customerId" FROM line WHERE ${which} FOR UPDATE`.execute(
    tx,
  );
  return rows[0];
}

/**
 * Writes a line's status, its history and its outbox row; nothing when the status is that already. The schema keeps
 * `line_suspension` in step.
 */
export async function writeStatus(
  tx: LedgerDb,
  line: HeldLine,
  change: StatusChange,
  now: Instant,
): Promise<void> {
  if (line.status === change.status) return;
  const at = toTime(now);
  await tx
    .updateTable('line')
    .set({ status: change.status, revision: line.revision + 1, updated_at: at })
    .where('id', '=', line.id)
    .execute();
  await tx
    .insertInto('line_status_history')
    .values({
      ...{ line_id: line.id, status: change.status, changed_at: at },
      ...{ reason: storable(change.reason), actor: storable(change.actor) },
    })
    .execute();
  await tx.insertInto('outbox').values({ kind: 'line', key: line.username }).execute();
}
