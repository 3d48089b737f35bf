import { type RawBuilder, sql } from 'kysely';
import type { Payment } from '../../../payments/payment.ts';
import type { Instant } from '../../../values/instant.ts';
import { rial } from '../../../values/rial.ts';
import type { LedgerDb } from '../database.ts';

interface PaymentRow {
  readonly id: number;
  readonly customer_id: number;
  readonly purpose: Payment['purpose'];
  readonly order_id: number | null;
  readonly gateway: string;
  readonly amount: number;
  readonly state: Payment['state'];
  readonly secret: string;
  readonly token: string | null;
  readonly redirect: Payment['redirect'] | null;
  readonly fields: Payment['fields'];
  readonly reference: string | null;
  readonly card: string;
  readonly reason: string;
  readonly return_path: string;
  readonly created_at: Instant;
  readonly ended_at: Instant | null;
  readonly inquiries: number;
}

/** Payments that fulfil a condition on table `payment`, in an order and with a limit or lock if any. */
export async function selectPayments(
  db: LedgerDb,
  condition: RawBuilder<unknown>,
  tail: RawBuilder<unknown> = sql``,
): Promise<readonly Payment[]> {
  const { rows } = await sql<PaymentRow>`SELECT * FROM payment WHERE ${condition} ${tail}`.execute(db);
  return rows.map((row) => ({
    ...{ id: row.id, customer: row.customer_id, purpose: row.purpose, orderId: row.order_id ?? undefined },
    ...{ gateway: row.gateway, amount: rial(row.amount), state: row.state, secret: row.secret },
    ...{
      token: row.token ?? undefined,
      redirect: row.redirect ?? undefined,
      fields: row.fields,
      reference: row.reference ?? undefined,
    },
    ...{ card: row.card, reason: row.reason, returnPath: row.return_path, createdAt: row.created_at },
    ...{ endedAt: row.ended_at ?? undefined, inquiries: row.inquiries },
  }));
}

/** One payment, which stays as it is until the transaction ends. */
export async function lockPayment(tx: LedgerDb, id: number): Promise<Payment | undefined> {
  const [payment] = await selectPayments(tx, sql`id = ${id}::bigint`, sql`FOR UPDATE`);
  return payment;
}
