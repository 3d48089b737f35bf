import { sql } from 'kysely';
import { type AccountCode, onNormalSide, receivableOf } from '../../ledger/account.ts';
import { repayment } from '../../ledger/business-events.ts';
import type { LedgerEntry } from '../../ledger/chain.ts';
import type { AccountPage } from '../../ledger/explain-balance.ts';
import type {
  AccountBalance,
  ChainReport,
  CreditLimitChange,
  MoneyLedger,
  Repayment,
  Verification,
} from '../../ledger/money-ledger.ts';
import type { Posting } from '../../ledger/posting.ts';
import type { Instant } from '../../values/instant.ts';
import { fail } from '../../values/result.ts';
import { type Rial, rial } from '../../values/rial.ts';
import { changeCreditLimit } from './credit-limit.ts';
import type { LedgerDb } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { MoneyQueue } from './money-queue.ts';
import { selectEntries, selectEntry } from './money-rows.ts';
import { lockHead, postMoney, readBalance } from './post-money.ts';
import { takeOverCredit } from './take-over-credit.ts';
import { verifyMoney } from './verify-money.ts';

interface BalanceRow {
  readonly balance: number;
  readonly credit_limit: number | null;
}

/** The money on PostgreSQL or its embedded twin; what holds always is held by the schema (`0010-money.sql`). */
export class KyselyMoney implements MoneyLedger {
  private readonly db: LedgerDb;
  private readonly queue: MoneyQueue;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb) {
    this.db = db;
    this.queue = new MoneyQueue(db);
  }

  post(posting: Posting, now: Instant): ReturnType<MoneyLedger['post']> {
    return this.queue.post({ posting, now });
  }

  /** The head is held before the debt is read, so that it stays what it is. */
  repay({ customer, amount, ...circumstances }: Repayment, now: Instant): ReturnType<MoneyLedger['repay']> {
    return inTransaction(this.db, async (tx) => {
      await lockHead(tx);
      const [taken] = await selectEntries(tx, sql`e.key = ${circumstances.key}`, sql`e.number`);
      const owed = await owedFor(tx, customer, taken);
      if (owed === undefined) return fail({ kind: 'key-taken', number: taken!.number });
      const paid = amount ?? owed;
      if (paid === 0 || (taken === undefined && paid > owed)) return fail({ kind: 'more-than-owed', owed });
      const [posted] = await postMoney(tx, [{ posting: repayment(circumstances, customer, paid), now }]);
      return posted!;
    });
  }

  takeOverCredit(
    ...asked: Parameters<MoneyLedger['takeOverCredit']>
  ): ReturnType<MoneyLedger['takeOverCredit']> {
    return inTransaction(this.db, (tx) => takeOverCredit(tx, ...asked));
  }

  async balance(account: AccountCode): Promise<AccountBalance | undefined> {
    const { rows } = await sql<BalanceRow>`
      SELECT b.balance, b.credit_limit FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
      WHERE a.code = ${account}`.execute(this.db);
    const [row] = rows;
    if (row === undefined) return undefined;
    return {
      account,
      balance: onNormalSide(account, row.balance),
      creditLimit: row.credit_limit === null ? undefined : rial(row.credit_limit),
    };
  }

  entry(number: number): Promise<LedgerEntry | undefined> {
    return selectEntry(this.db, number);
  }

  /** Entries never change and numbers only grow, so what is summed up after the page is the same page's. */
  async entriesOf(account: AccountCode, limit: number, before?: number): Promise<AccountPage> {
    const below = before === undefined ? sql`true` : sql`l.entry < ${before}::bigint`;
    const numbers = sql`
      SELECT l.entry FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id
      WHERE a.code = ${account} AND ${below} ORDER BY l.entry DESC LIMIT ${limit}`;
    const entries = await selectEntries(this.db, sql`e.number IN (${numbers})`, sql`e.number DESC`);
    const newest = entries[0]?.number ?? 0;
    const { rows } = await sql<{ readonly closing: number }>`
      SELECT coalesce(sum(l.amount), 0)::bigint AS closing
      FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id
      WHERE a.code = ${account} AND l.entry <= ${newest}::bigint`.execute(this.db);
    return { closing: rows[0]!.closing, entries };
  }

  setCreditLimit(change: CreditLimitChange, now: Instant): Promise<boolean> {
    return inTransaction(this.db, (tx) => changeCreditLimit(tx, change, now));
  }

  verifyChain(verification: Verification = {}): Promise<ChainReport> {
    return verifyMoney(this.db, verification);
  }
}

/** What a customer owes, or what the entry of then has paid of it; `undefined` when that entry paid nothing of it. */
async function owedFor(
  tx: LedgerDb,
  customer: number,
  then: LedgerEntry | undefined,
): Promise<Rial | undefined> {
  const account = receivableOf(customer);
  if (then === undefined) return rial(Math.max(0, await readBalance(tx, account)));
  const line = then.lines.find((each) => each.account === account);
  return line === undefined || line.amount > 0 ? undefined : rial(0 - line.amount);
}
