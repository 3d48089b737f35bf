import { type RawBuilder, sql } from 'kysely';
import type { AccountCode } from '../../ledger/account.ts';
import type { LedgerEntry } from '../../ledger/chain.ts';
import type { EntryKind } from '../../ledger/posting.ts';
import type { Instant } from '../../values/instant.ts';
import type { LedgerDb } from './database.ts';

/** A row of `ledger_entry` with its lines; names that differ only in their case are given in ours. */
interface EntryRow extends Omit<LedgerEntry, 'reverses' | 'lines'> {
  readonly kind: EntryKind;
  readonly postedAt: Instant;
  readonly reverses: number | null;
  readonly lines: readonly (readonly [account: AccountCode, amount: number])[] | null;
}

/** Entries that `where` names, in the order that `order` names; both see the entry as `e`. */
export async function selectEntries(
  db: LedgerDb,
  where: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): Promise<readonly LedgerEntry[]> {
  const { rows } = await sql<EntryRow>`
    SELECT e.number, e.posted_at AS "postedAt", e.kind, e.key, e.order_id AS "orderId", e.payment_id AS "paymentId",
      e.reverses, e.actor, e.reason, e.previous_hash AS "previousHash", e.hash,
      (SELECT json_agg(json_build_array(a.code, l.amount) ORDER BY l.position)
        FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id WHERE l.entry = e.number) AS lines
    FROM ledger_entry e WHERE ${where} ORDER BY ${order}`.execute(db);
  return rows.map(entryOf);
}

/** The entry of a number, `undefined` when there is none. */
export async function selectEntry(db: LedgerDb, number: number): Promise<LedgerEntry | undefined> {
  const [entry] = await selectEntries(db, sql`e.number = ${number}::bigint`, sql`e.number`);
  return entry;
}

function entryOf({ reverses, lines, ...row }: EntryRow): LedgerEntry {
  return {
    ...row,
    reverses: reverses ?? undefined,
    lines: (lines ?? []).map(([account, amount]) => ({ account, amount })),
  };
}
