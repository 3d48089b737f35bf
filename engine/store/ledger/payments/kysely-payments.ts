import { type RawBuilder, sql } from 'kysely';
import type { Redirect, Verified } from '../../../payments/gateway.ts';
import {
  type Concluded,
  GIVEN_UP,
  nextInquiry,
  type Payment,
  type PaymentDraft,
  type PaymentFilter,
  type PaymentRefusal,
  type PaymentStore,
  type SettlementFilter,
} from '../../../payments/payment.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import { HOUR_MS, type Instant } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import type { Rial } from '../../../values/rial.ts';
import { customerWithin } from '../agents/scope.ts';
import { storable } from '../bulk.ts';
import { type LedgerDb, toOptionalTime, toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { lockOrder, selectOrders } from '../orders/order-rows.ts';
import { lockPayment, selectPayments } from './payment-rows.ts';
import { endPayment, takePayment, withReason } from './take-payment.ts';

/** Who a gateway's word is noted under. */
const ACTOR = 'gateway';

/** Payments on PostgreSQL or its embedded twin. */
export class KyselyPayments implements PaymentStore {
  readonly #db: LedgerDb;
  readonly #secrets: SecretBox;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb, secrets: SecretBox) {
    this.#db = db;
    this.#secrets = secrets;
  }

  open(draft: PaymentDraft, now: Instant): Promise<Result<Payment, PaymentRefusal>> {
    return inTransaction(this.#db, async (tx) => {
      const asked = await amountOf(tx, draft, now);
      if (!asked.ok) return asked;
      const { purpose, customer, orderId, gateway, secret, returnPath, actor } = draft;
      const { rows } = await sql<{ readonly id: number }>`
        INSERT INTO payment (customer_id, purpose, order_id, gateway, amount, state, secret, return_path, actor,
          created_at)
        SELECT id, ${purpose}, ${orderId ?? null}::bigint, ${gateway}, ${asked.value}::bigint, 'created', ${secret},
          ${returnPath}, ${storable(actor)}, ${toTime(now)}::timestamptz
        FROM customer WHERE id = ${customer}::bigint RETURNING id`.execute(tx);
      const [row] = rows;
      if (row === undefined) return fail('no-such-customer');
      return ok((await selectPayments(tx, sql`id = ${row.id}::bigint`))[0]!);
    });
  }

  async sent(id: number, token: string, now: Instant, redirect?: Redirect): Promise<void> {
    const kept = redirect === undefined ? null : JSON.stringify(redirect);
    await sql`
      UPDATE payment SET state = 'pending', token = ${storable(token)}, redirect = ${kept}::jsonb,
        next_inquiry_at = ${toOptionalTime(nextInquiry(now, 0, now))}::timestamptz
      WHERE id = ${id}::bigint AND state = 'created'`.execute(this.#db);
  }

  async bySecret(secret: string): Promise<Payment | undefined> {
    return (await selectPayments(this.#db, sql`secret = ${secret}`))[0];
  }

  async byToken(gateway: string, token: string): Promise<Payment | undefined> {
    return (await selectPayments(this.#db, sql`gateway = ${gateway} AND token = ${token}`))[0];
  }

  async payment(id: number): Promise<Payment | undefined> {
    return (await selectPayments(this.#db, sql`id = ${id}::bigint`))[0];
  }

  payments({
    scope = { kind: 'all' },
    customer,
    orderId,
    state,
    limit,
    before,
  }: PaymentFilter): Promise<readonly Payment[]> {
    const conditions: RawBuilder<unknown>[] = [
      customerWithin(scope, sql`customer_id`),
      customer === undefined ? sql`true` : sql`customer_id = ${customer}::bigint`,
      orderId === undefined ? sql`true` : sql`order_id = ${orderId}::bigint`,
      state === undefined ? sql`true` : sql`state = ${state}`,
      before === undefined ? sql`true` : sql`id < ${before}::bigint`,
    ];
    return selectPayments(this.#db, sql.join(conditions, sql` AND `), sql`ORDER BY id DESC LIMIT ${limit}`);
  }

  async keepFields(id: number, fields: Readonly<Record<string, string>>): Promise<void> {
    const kept = Object.fromEntries(
      Object.entries(fields).map(([name, text]) => [storable(name), storable(text)]),
    );
    await sql`
      UPDATE payment SET fields = fields || ${JSON.stringify(kept)}::jsonb WHERE id = ${id}::bigint`.execute(
      this.#db,
    );
  }

  conclude(id: number, verified: Verified, now: Instant): Promise<Concluded> {
    return withReason(this.#db, (tx, cannot) => this.#conclude(tx, id, verified, now, cannot));
  }

  async #conclude(
    tx: LedgerDb,
    id: number,
    verified: Verified,
    now: Instant,
    cannot: string | undefined,
  ): Promise<Concluded> {
    const payment = await lockPayment(tx, id);
    if (payment === undefined) throw new Error(`there is no payment ${id}`);
    const isOver = payment.state === 'paid' || payment.state === 'reversed' || payment.state === 'suspicious';
    if (!isOver && verified.outcome === 'paid') {
      return takePayment({ tx, secrets: this.#secrets, actor: ACTOR, now }, payment, verified, cannot);
    }
    const orders =
      payment.orderId === undefined ? [] : await selectOrders(tx, sql`o.id = ${payment.orderId}::bigint`);
    const [order] = orders;
    if (isOver || verified.outcome === 'paid' || payment.state === 'failed')
      return { payment, order, isNews: false };
    const reason = 'code' in verified ? `${verified.code} ${verified.reason}`.trim() : verified.reason;
    if (verified.outcome === 'not-paid') {
      const ended = await endPayment({ tx, now }, payment, { state: 'failed', reason });
      return { payment: ended, order, isNews: true };
    }
    const isGivenUp = nextInquiry(payment.createdAt, payment.inquiries, now) === undefined;
    if (!isGivenUp || payment.state !== 'pending') return { payment, order, isNews: false };
    const given = { state: 'failed', reason: storable(`${GIVEN_UP}: ${reason}`) } as const;
    return { payment: await endPayment({ tx, now }, payment, given), order, isNews: true };
  }

  paidAt(gateway: string, { references, from, to }: SettlementFilter): Promise<readonly Payment[]> {
    return selectPayments(
      this.#db,
      sql`gateway = ${gateway} AND state = 'paid' AND (reference = ANY(${references.map(storable)}::text[])
        OR (ended_at >= ${toTime(from)}::timestamptz AND ended_at < ${toTime(to)}::timestamptz))`,
      sql`ORDER BY id`,
    );
  }

  reversed(id: number, reason: string, now: Instant): Promise<void> {
    return inTransaction(this.#db, async (tx) => {
      const payment = await lockPayment(tx, id);
      // What was taken into the ledger is given back by an entry there, not by a state here.
      if (payment === undefined || payment.state === 'paid') return;
      await endPayment({ tx, now }, payment, { state: 'reversed', reason });
    });
  }

  dueInquiries(now: Instant, limit: number): Promise<readonly Payment[]> {
    return inTransaction(this.#db, async (tx) => {
      const due = await selectPayments(
        tx,
        sql`next_inquiry_at <= ${toTime(now)}::timestamptz`,
        sql`ORDER BY next_inquiry_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`,
      );
      for (const { id, createdAt, inquiries } of due) {
        // The last one is repeated until somebody has noted how it ended: whoever asks may die, or have no time for it.
        const next = nextInquiry(createdAt, inquiries + 1, now) ?? now + HOUR_MS;
        await sql`UPDATE payment SET inquiries = inquiries + 1,
          next_inquiry_at = ${toTime(next)}::timestamptz WHERE id = ${id}::bigint`.execute(tx);
      }
      return due;
    });
  }
}

/** What is to be paid. An order is locked, so that nobody cancels it meanwhile. */
async function amountOf(
  tx: LedgerDb,
  { purpose, orderId, amount, customer }: PaymentDraft,
  now: Instant,
): Promise<Result<Rial, PaymentRefusal>> {
  if (purpose !== 'order') return amount === undefined || amount === 0 ? fail('nothing-to-pay') : ok(amount);
  const order = orderId === undefined ? undefined : await lockOrder(tx, orderId);
  if (order === undefined || order.customer !== customer) return fail('no-such-order');
  if (order.state !== 'placed') return fail('order-is-over');
  if (now >= order.validUntil) return fail('order-is-out-of-date');
  return order.quote.payable === 0 ? fail('nothing-to-pay') : ok(order.quote.payable);
}
