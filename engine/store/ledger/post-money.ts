import { sql } from 'kysely';
import { type AccountCode, kindOf } from '../../ledger/account.ts';
import { type ChainPlace, chainEntry, type LedgerEntry } from '../../ledger/chain.ts';
import type { Posted, PostFault } from '../../ledger/money-ledger.ts';
import { isSamePosting, type Posting } from '../../ledger/posting.ts';
import type { Instant } from '../../values/instant.ts';
import { fail, ok, type Result } from '../../values/result.ts';
import { recordset } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';
import { selectEntry } from './money-rows.ts';

/** An account as the transaction that holds the head finds it; the figures are null when it is not open yet. */
interface AccountRow {
  readonly code: AccountCode;
  readonly balance: number | null;
  readonly credit_limit: number | null;
  /** Number of the entry that has the posting's key. */
  readonly taken: number | null;
}

/**
 * `MoneyLedger.post` within a transaction, whose other work stays or goes with the entry. The lock of the head, taken
 * first, makes one posting follow another; what is read after it is not changed by anybody.
 */
export async function postMoney(
  tx: LedgerDb,
  posting: Posting,
  now: Instant,
): Promise<Result<Posted, PostFault>> {
  const head = await lockHead(tx);
  const accounts = await readAccounts(tx, posting);
  const taken = accounts[0]?.taken ?? undefined;
  if (taken !== undefined) return repeated(tx, posting, taken);
  const fault = findOverdraft(posting, accounts);
  if (fault !== undefined) return fail(fault);
  const unopened = accounts.filter(({ balance }) => balance === null);
  await openAccounts(
    tx,
    unopened.map(({ code }) => code),
    now,
  );
  const entry = chainEntry(posting, head, now);
  await insertEntry(tx, entry);
  return ok({ entry, repeated: false });
}

/** Waits until nobody else appends, and gives the end of the chain. */
export async function lockHead(tx: LedgerDb): Promise<ChainPlace> {
  const { rows } = await sql<ChainPlace>`SELECT number, hash FROM ledger_head FOR UPDATE`.execute(tx);
  return rows[0]!;
}

/** Opens accounts, each with a balance of 0. */
export async function openAccounts(tx: LedgerDb, codes: readonly AccountCode[], now: Instant): Promise<void> {
  if (codes.length === 0) return;
  await sql`
    INSERT INTO ledger_account (code, opened_at)
    SELECT code, ${toTime(now)}::timestamptz FROM unnest(${codes}::text[]) AS code
    ON CONFLICT DO NOTHING`.execute(tx);
}

async function readAccounts(tx: LedgerDb, { key, lines }: Posting): Promise<readonly AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    SELECT wanted.code, b.balance, b.credit_limit, (SELECT number FROM ledger_entry WHERE key = ${key}) AS taken
    FROM unnest(${lines.map(({ account }) => account)}::text[]) AS wanted (code)
    LEFT JOIN ledger_account a ON a.code = wanted.code LEFT JOIN ledger_balance b ON b.account_id = a.id`.execute(
    tx,
  );
  return rows;
}

async function repeated(tx: LedgerDb, posting: Posting, number: number): Promise<Result<Posted, PostFault>> {
  const entry = await selectEntry(tx, number);
  if (entry === undefined || !isSamePosting(entry, posting)) return fail({ kind: 'key-taken', number });
  return ok({ entry, repeated: true });
}

/** The first wallet that the posting would take more from than there is. */
function findOverdraft({ lines }: Posting, accounts: readonly AccountRow[]): PostFault | undefined {
  const byCode = new Map(accounts.map((row) => [row.code, row]));
  for (const { account, amount } of lines) {
    if (kindOf(account) !== 'wallet' || amount < 0) continue;
    const row = byCode.get(account);
    const available = (row?.credit_limit ?? 0) - (row?.balance ?? 0);
    if (amount > available) return { kind: 'insufficient-credit', account, available, wanted: amount };
  }
  return undefined;
}

/** One statement: the entry, its lines, and the new end of the chain. Triggers keep the balances. */
async function insertEntry(tx: LedgerDb, entry: LedgerEntry): Promise<void> {
  const { number, kind, key, orderId, paymentId, reverses, actor, reason, previousHash, hash } = entry;
  const lines = entry.lines.map(({ account, amount }, index) => ({ code: account, amount, at: index + 1 }));
  await sql`
    WITH entry AS (
      INSERT INTO ledger_entry (number, posted_at, kind, key, order_id, payment_id, reverses, actor, reason, line_count,
        previous_hash, hash)
      VALUES (${number}::bigint, ${toTime(entry.postedAt)}::timestamptz, ${kind}, ${key}, ${orderId}, ${paymentId},
        ${reverses ?? null}::bigint, ${actor}, ${reason}, ${lines.length}::integer, ${previousHash}, ${hash})
    ), lines AS (
      INSERT INTO ledger_line (entry, position, account_id, amount)
      SELECT ${number}::bigint, r.at, a.id, r.amount
      FROM ${recordset(lines, 'code text, amount bigint, at integer')} JOIN ledger_account a ON a.code = r.code
    )
    UPDATE ledger_head SET number = ${number}::bigint, hash = ${hash}`.execute(tx);
}
