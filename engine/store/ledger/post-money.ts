import { sql } from 'kysely';
import type { AccountCode } from '../../ledger/account.ts';
import { type AccountState, appendAll, type TimedPosting } from '../../ledger/append.ts';
import type { ChainPlace, LedgerEntry } from '../../ledger/chain.ts';
import type { Posted, PostFault } from '../../ledger/money-ledger.ts';
import type { Instant } from '../../values/instant.ts';
import type { Result } from '../../values/result.ts';
import { recordset } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';
import { selectEntries } from './money-rows.ts';

/** An account as it stands; the figures are null when it is not open yet. */
interface AccountRow {
  readonly code: AccountCode;
  readonly balance: number | null;
  readonly credit_limit: number | null;
}

/**
 * Appends postings within a transaction, whose other work stays or goes with them; an outcome for each, in their
 * order. The lock of the head, taken first, makes one append follow another: what is read after it is not changed by
 * anybody else. Others wait for that lock until the transaction ends, so this comes last in it.
 */
export async function postMoney(
  tx: LedgerDb,
  postings: readonly TimedPosting[],
): Promise<readonly Result<Posted, PostFault>[]> {
  const head = await lockHead(tx);
  const rows = await readAccounts(tx, postings);
  const keys = postings.map(({ posting }) => posting.key);
  const taken = await selectEntries(tx, sql`e.key = ANY(${keys}::text[])`, sql`e.number`);
  const { outcomes, entries } = appendAll({ head, accounts: statesOf(rows), entries: taken }, postings);
  const [first] = entries;
  if (first !== undefined) {
    const used = new Set(entries.flatMap(({ lines }) => lines.map(({ account }) => account)));
    const unopened = rows.filter(({ code, balance }) => balance === null && used.has(code));
    await openAccounts(
      tx,
      unopened.map(({ code }) => code),
      first.postedAt,
    );
    await insertEntries(tx, entries);
  }
  return outcomes;
}

/** Waits until nobody else appends, and gives the end of the chain. */
export async function lockHead(tx: LedgerDb): Promise<ChainPlace> {
  const { rows } = await sql<ChainPlace>`SELECT number, hash FROM ledger_head FOR UPDATE`.execute(tx);
  return rows[0]!;
}

/** Opens accounts, each with a balance of 0; those that are open stay as they are. */
export async function openAccounts(tx: LedgerDb, codes: readonly AccountCode[], now: Instant): Promise<void> {
  if (codes.length === 0) return;
  await sql`
    INSERT INTO ledger_account (code, opened_at)
    SELECT code, ${toTime(now)}::timestamptz FROM unnest(${codes}::text[]) AS code
    ON CONFLICT DO NOTHING`.execute(tx);
}

/** Debits less credits of an account, 0 when it never had an entry. */
export async function readBalance(tx: LedgerDb, account: AccountCode): Promise<number> {
  const { rows } = await sql<{ readonly balance: number }>`
    SELECT b.balance FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
    WHERE a.code = ${account}`.execute(tx);
  return rows[0]?.balance ?? 0;
}

async function readAccounts(tx: LedgerDb, postings: readonly TimedPosting[]): Promise<readonly AccountRow[]> {
  const codes = new Set(postings.flatMap(({ posting }) => posting.lines.map(({ account }) => account)));
  const { rows } = await sql<AccountRow>`
    SELECT wanted.code, b.balance, b.credit_limit FROM unnest(${[...codes]}::text[]) AS wanted (code)
    LEFT JOIN ledger_account a ON a.code = wanted.code LEFT JOIN ledger_balance b ON b.account_id = a.id`.execute(
    tx,
  );
  return rows;
}

function statesOf(rows: readonly AccountRow[]): ReadonlyMap<AccountCode, AccountState> {
  return new Map(
    rows.flatMap(({ code, balance, credit_limit }) =>
      balance === null ? [] : [[code, { balance, creditLimit: credit_limit ?? undefined }] as const],
    ),
  );
}

const ENTRY_COLUMNS = `number bigint, posted_at timestamptz, kind text, key text, order_id text, payment_id text,
  reverses bigint, actor text, reason text, line_count integer, previous_hash text, hash text`;

/** One statement: the entries, their lines, and the new end of the chain. Triggers keep the balances. */
async function insertEntries(tx: LedgerDb, entries: readonly LedgerEntry[]): Promise<void> {
  const { number, hash } = entries.at(-1)!;
  const lines = entries.flatMap((entry) =>
    entry.lines.map(({ account, amount }, index) => ({
      ...{ entry: entry.number, position: index + 1 },
      ...{ code: account, amount },
    })),
  );
  await sql`
    WITH entries AS (
      INSERT INTO ledger_entry (number, posted_at, kind, key, order_id, payment_id, reverses, actor, reason, line_count,
        previous_hash, hash)
      SELECT number, posted_at, kind, key, order_id, payment_id, reverses, actor, reason, line_count, previous_hash, hash
      FROM ${recordset(entries.map(rowOf), ENTRY_COLUMNS)}
    ), lines AS (
      INSERT INTO ledger_line (entry, position, account_id, amount)
      SELECT r.entry, r.position, a.id, r.amount
      FROM ${recordset(lines, 'entry bigint, position integer, code text, amount bigint')}
      JOIN ledger_account a ON a.code = r.code
    )
    UPDATE ledger_head SET number = ${number}::bigint, hash = ${hash}`.execute(tx);
}

function rowOf(entry: LedgerEntry): Readonly<Record<string, unknown>> {
  const { number, kind, key, actor, reason, hash } = entry;
  return {
    ...{ number, kind, key, actor, reason, hash },
    posted_at: toTime(entry.postedAt),
    order_id: entry.orderId,
    payment_id: entry.paymentId,
    reverses: entry.reverses ?? null,
    line_count: entry.lines.length,
    previous_hash: entry.previousHash,
  };
}
