import { sql } from 'kysely';
import { settingsAt } from '../../../orders/house-settings.ts';
import type { Order } from '../../../orders/order.ts';
import {
  type Deposit,
  type DepositDraft,
  type DepositFilter,
  type DepositRefusal,
  type DepositStore,
  depositReference,
  isAhead,
  type ReviewRefusal,
  traceKey,
} from '../../../payments/deposit.ts';
import { BANK_DEPOSIT, type Payment } from '../../../payments/payment.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { ChangeNote } from '../../../subscribers/audit-trail.ts';
import type { Instant } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import { readCatalogue } from '../catalogue.ts';
import { holdCustomer } from '../customer-lines.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { lockOrder } from '../orders/order-rows.ts';
import { lockDeposit, selectDeposits } from './deposit-rows.ts';
import { selectPayments } from './payment-rows.ts';
import { takePayment, withReason } from './take-payment.ts';

/** Deposits on PostgreSQL or its embedded twin. */
export class KyselyDeposits implements DepositStore {
  readonly #db: LedgerDb;
  readonly #secrets: SecretBox;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb, secrets: SecretBox) {
    this.#db = db;
    this.#secrets = secrets;
  }

  submit(draft: DepositDraft, by: ChangeNote, now: Instant): Promise<Result<Deposit, DepositRefusal>> {
    return inTransaction(this.#db, async (tx) => {
      const refusal = await refusalOf(tx, draft, now);
      if (refusal !== undefined) return fail(refusal);
      const { customer, orderId, amount, bank, trace, depositedOn, receipt } = draft;
      const picture = receipt === undefined ? null : Buffer.from(receipt);
      const { rows } = await sql<{ readonly id: number }>`
        INSERT INTO bank_deposit (customer_id, order_id, amount, bank, trace, trace_key, deposited_on, receipt, media_type,
          state, submitted_by, submitted_at)
        VALUES (${customer}::bigint, ${orderId ?? null}::bigint, ${amount}::bigint, ${storable(bank)},
          ${storable(trace)}, ${storable(traceKey(trace))}, ${depositedOn}::date, ${picture}::bytea, ${picture && 'image/jpeg'}, 'waiting',
          ${storable(by.actor)}, ${toTime(now)}::timestamptz)
        ON CONFLICT DO NOTHING RETURNING id`.execute(tx);
      const [row] = rows;
      if (row === undefined) return fail('told-already');
      const [deposit] = await selectDeposits(tx, sql`id = ${row.id}::bigint`);
      await note(tx, 'deposit.submit', undefined, deposit!, by, now);
      return ok(deposit!);
    });
  }

  async deposit(id: number): Promise<Deposit | undefined> {
    return (await selectDeposits(this.#db, sql`id = ${id}::bigint`))[0];
  }

  deposits({ state, customer, limit, after }: DepositFilter): Promise<readonly Deposit[]> {
    const conditions = [
      state === undefined ? sql`true` : sql`state = ${state}`,
      customer === undefined ? sql`true` : sql`customer_id = ${customer}::bigint`,
      after === undefined ? sql`true` : sql`id > ${after}::bigint`,
    ];
    return selectDeposits(this.#db, sql.join(conditions, sql` AND `), sql`ORDER BY id LIMIT ${limit}`);
  }

  async receipt(id: number): Promise<Uint8Array | undefined> {
    const { rows } = await sql<{ readonly receipt: Uint8Array | null }>`
      SELECT receipt FROM bank_deposit WHERE id = ${id}::bigint`.execute(this.#db);
    return rows[0]?.receipt ?? undefined;
  }

  approve(id: number, secret: string, by: ChangeNote, now: Instant): ReturnType<DepositStore['approve']> {
    return withReason(this.#db, async (tx, cannot) => {
      const deposit = await waiting(tx, id);
      if (!deposit.ok) return deposit;
      const reference = depositReference(deposit.value);
      if (await isTaken(tx, deposit.value, reference)) return fail('reference-is-taken');
      const payment = await insertPayment(tx, deposit.value, secret);
      const writing = { tx, secrets: this.#secrets, actor: by.actor, now };
      const paid = {
        outcome: 'paid',
        reference,
        amount: deposit.value.amount,
        card: '',
        fee: undefined,
      } as const;
      const concluded = await takePayment(writing, payment, paid, cannot);
      const review = { state: 'approved', paymentId: payment.id } as const;
      return ok({ deposit: await end(tx, deposit.value, review, by, now), concluded });
    });
  }

  reject(id: number, by: ChangeNote, now: Instant): Promise<Result<Deposit, ReviewRefusal>> {
    return inTransaction(this.#db, async (tx) => {
      const deposit = await waiting(tx, id);
      if (!deposit.ok) return deposit;
      return ok(await end(tx, deposit.value, { state: 'rejected', paymentId: undefined }, by, now));
    });
  }
}

/** Why a deposit cannot be told now; the customer stays until the transaction ends. */
async function refusalOf(
  tx: LedgerDb,
  { customer, orderId, bank, depositedOn }: DepositDraft,
  now: Instant,
): Promise<DepositRefusal | undefined> {
  if (!(await holdCustomer(tx, customer))) return 'no-such-customer';
  const { depositAccounts } = settingsAt((await readCatalogue(tx)).settings, now);
  if (!depositAccounts.some((account) => account.bank === bank)) return 'no-such-bank-account';
  if (isAhead(depositedOn, now)) return 'date-in-future';
  if (orderId === undefined) return undefined;
  const order = await lockOrder(tx, orderId);
  return order === undefined || order.customer !== customer ? 'no-such-order' : overOf(order);
}

function overOf({ state, quote }: Order): DepositRefusal | undefined {
  if (state !== 'placed') return 'order-is-over';
  return quote.payable === 0 ? 'nothing-to-pay' : undefined;
}

async function waiting(tx: LedgerDb, id: number): Promise<Result<Deposit, ReviewRefusal>> {
  const deposit = await lockDeposit(tx, id);
  if (deposit === undefined) return fail('no-such-deposit');
  return deposit.state === 'waiting' ? ok(deposit) : fail('reviewed-already');
}

/** Payments of former days bear the trace as it was told: theirs are found by their deposits. */
async function isTaken(
  tx: LedgerDb,
  { bank, trace, depositedOn }: Deposit,
  reference: string,
): Promise<boolean> {
  const payments = await selectPayments(tx, sql`gateway = ${BANK_DEPOSIT} AND reference = ${reference}`);
  if (payments.length > 0) return true;
  const approved = await selectDeposits(
    tx,
    sql`state = 'approved' AND bank = ${bank} AND trace_key = ${traceKey(trace)} AND deposited_on = ${depositedOn}::date`,
  );
  return approved.length > 0;
}

/**
 * The attempt that a deposit is: of the amount that is asked for, and begun when it was told, so that an order does not go
 * out of date while staff look at the receipt.
 */
async function insertPayment(tx: LedgerDb, deposit: Deposit, secret: string): Promise<Payment> {
  const { customer, orderId, amount, submittedBy, submittedAt } = deposit;
  const order = orderId === undefined ? undefined : await lockOrder(tx, orderId);
  const { rows } = await sql<{ readonly id: number }>`
    INSERT INTO payment (customer_id, purpose, order_id, gateway, amount, state, secret, return_path, actor, created_at)
    VALUES (${customer}::bigint, ${order === undefined ? 'top-up' : 'order'}, ${orderId ?? null}::bigint,
      ${BANK_DEPOSIT}, ${order?.quote.payable ?? amount}::bigint, 'created', ${secret}, '', ${submittedBy},
      ${toTime(submittedAt)}::timestamptz) RETURNING id`.execute(tx);
  return (await selectPayments(tx, sql`id = ${rows[0]!.id}::bigint`))[0]!;
}

async function end(
  tx: LedgerDb,
  before: Deposit,
  { state, paymentId }: Pick<Deposit, 'state' | 'paymentId'>,
  by: ChangeNote,
  now: Instant,
): Promise<Deposit> {
  await sql`
    UPDATE bank_deposit SET state = ${state}, payment_id = ${paymentId ?? null}::bigint, note = ${storable(by.reason)},
      reviewed_by = ${storable(by.actor)}, reviewed_at = ${toTime(now)}::timestamptz
    WHERE id = ${before.id}::bigint`.execute(tx);
  const after = { ...before, state, paymentId, note: by.reason, reviewedBy: by.actor, reviewedAt: now };
  await note(tx, state === 'approved' ? 'deposit.approve' : 'deposit.reject', before, after, by, now);
  return after;
}

async function note(
  tx: LedgerDb,
  action: string,
  before: Deposit | undefined,
  after: Deposit,
  by: ChangeNote,
  now: Instant,
): Promise<void> {
  const tell = (deposit: Deposit) => {
    const { id, orderId, amount, state, paymentId } = deposit;
    return { deposit: id, orderId, amount, reference: depositReference(deposit), state, paymentId };
  };
  const subject = `customer:${after.customer}`;
  await audit(tx, { ...by, action, subject, before: before ? tell(before) : null, after: tell(after) }, now);
}
