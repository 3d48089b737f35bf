import { type RawBuilder, sql } from 'kysely';
import type { Deposit, DepositState } from '../../../payments/deposit.ts';
import type { Instant } from '../../../values/instant.ts';
import { rial } from '../../../values/rial.ts';
import type { LedgerDb } from '../database.ts';

interface DepositRow {
  readonly id: number;
  readonly customer_id: number;
  readonly order_id: number | null;
  readonly amount: number;
  readonly bank: string;
  readonly trace: string;
  readonly deposited_on: string;
  readonly has_receipt: boolean;
  readonly state: DepositState;
  readonly submitted_by: string;
  readonly submitted_at: Instant;
  readonly reviewed_by: string | null;
  readonly reviewed_at: Instant | null;
  readonly note: string;
  readonly payment_id: number | null;
}

/** Deposits without their pictures that fulfil a condition, in an order and with a limit or lock if any. */
export async function selectDeposits(
  db: LedgerDb,
  condition: RawBuilder<unknown>,
  tail: RawBuilder<unknown> = sql``,
): Promise<readonly Deposit[]> {
  const { rows } = await sql<DepositRow>`
    SELECT id, customer_id, order_id, amount, bank, trace, deposited_on::text AS deposited_on,
      receipt IS NOT NULL AS has_receipt, state, submitted_by, submitted_at, reviewed_by, reviewed_at, note, payment_id
    FROM bank_deposit WHERE ${condition} ${tail}`.execute(db);
  return rows.map((row) => ({
    ...{
      id: row.id,
      customer: row.customer_id,
      orderId: row.order_id ?? undefined,
      amount: rial(row.amount),
    },
    ...{ bank: row.bank, trace: row.trace, depositedOn: row.deposited_on, hasReceipt: row.has_receipt },
    ...{ state: row.state, submittedBy: row.submitted_by, submittedAt: row.submitted_at },
    ...{ reviewedBy: row.reviewed_by ?? undefined, reviewedAt: row.reviewed_at ?? undefined },
    ...{ note: row.note, paymentId: row.payment_id ?? undefined },
  }));
}

/** One deposit, which stays as it is until the transaction ends. */
export async function lockDeposit(tx: LedgerDb, id: number): Promise<Deposit | undefined> {
  return (await selectDeposits(tx, sql`id = ${id}::bigint`, sql`FOR UPDATE`))[0];
}
