import { sql } from 'kysely';
import { receivableOf } from '../../../ledger/account.ts';
import { gatewayFee, type Received, repayment, topUp } from '../../../ledger/business-events.ts';
import type { Posting } from '../../../ledger/posting.ts';
import { settingsAt } from '../../../orders/house-settings.ts';
import { mayFollow, type Order } from '../../../orders/order.ts';
import type { Verified } from '../../../payments/gateway.ts';
import { BANK_DEPOSIT, type Concluded, type Payment } from '../../../payments/payment.ts';
import { type Rial, rial } from '../../../values/rial.ts';
import { storable } from '../bulk.ts';
import { readCatalogue } from '../catalogue.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { applyPaid, NotApplied, tellCustomer } from '../orders/apply-paid.ts';
import { closeOrder, lockOrder, selectOrders } from '../orders/order-rows.ts';
import type { Writing } from '../orders/write-applied.ts';
import { lockHead, postMoney, readBalance } from '../post-money.ts';
import { selectPayments } from './payment-rows.ts';

type Paid = Extract<Verified, { readonly outcome: 'paid' }>;

/**
 * Takes money that a gateway, or staff, confirmed, within a transaction that has locked its payment and in which it is not
 * paid yet: the order is applied, or the money becomes credit, and is never lost.
 * @param cannot why the order is known not to be applicable, from a transaction that was taken back; staff's details are
 *   behind a colon.
 * @throws NotApplied when that turns out here; the transaction is to be taken back, and done once more with the reason.
 */
export async function takePayment(
  writing: Writing,
  payment: Payment,
  paid: Paid,
  cannot: string | undefined,
): Promise<Concluded> {
  const { tx } = writing;
  const order = payment.orderId === undefined ? undefined : await lockOrder(tx, payment.orderId);
  // Of two payments that claim a reference at the same time the second one is to see the first.
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${payment.gateway} ${paid.reference}`}, 0))`.execute(
    tx,
  );
  const others = sql`gateway = ${payment.gateway} AND reference = ${paid.reference} AND id <> ${payment.id}::bigint`;
  if ((await selectPayments(tx, others)).length > 0) {
    const ended = await endPayment(writing, payment, { state: 'suspicious', reason: 'reference-of-another' });
    return { payment: ended, order, isNews: true };
  }
  const reason = reasonForCredit(payment, order, paid, cannot);
  const taken = await endPayment(writing, payment, {
    ...{ state: 'paid', reason: storable(reason ?? ''), reference: paid.reference },
    ...{ card: paid.card, fee: paid.fee },
  });
  const received = receivedOf(payment, paid.amount);
  if (reason !== undefined) await creditWallet(writing, taken, order, received, reason);
  else if (order !== undefined) {
    const { id, gateway: name } = payment;
    await applyPaid(writing, order, { payment: { id, received, name, reference: paid.reference } });
  } else await post(writing, await postingsOf(writing, taken, received));
  await postFee(writing, payment, paid);
  return { payment: taken, order: order && (await readAgain(tx, order)), isNews: true };
}

/** Why the money of a payment becomes credit instead of what it was for; `undefined` when nothing is in the way. */
function reasonForCredit(
  payment: Payment,
  order: Order | undefined,
  { amount }: Paid,
  cannot: string | undefined,
): string | undefined {
  if (cannot !== undefined) return cannot;
  if (amount !== payment.amount) return 'amount-differs';
  if (order === undefined) return undefined;
  if (order.state !== 'placed') return `order-is-${order.state}`;
  return payment.createdAt < order.validUntil ? undefined : 'order-is-out-of-date';
}

/** The money to the wallet, and the order closed where it waits for nothing else. */
async function creditWallet(
  writing: Writing,
  payment: Payment,
  order: Order | undefined,
  received: Received,
  reason: string,
): Promise<void> {
  const { tx, actor, now } = writing;
  // What was not paid in full may still be paid.
  if (order !== undefined && mayFollow(order.state, 'credited') && reason !== 'amount-differs') {
    await closeOrder(tx, order.id, 'credited', reason.split(':', 1)[0]!, now);
  }
  const settings = settingsAt((await readCatalogue(tx)).settings, now);
  const { customer, reference = '' } = payment;
  const { rows } = await sql<{ readonly mobile: string }>`
    SELECT mobile FROM customer WHERE id = ${customer}::bigint`.execute(tx);
  const about = { customer, username: order?.username ?? '', id: payment.id };
  const params = { amount: received.amount, reference };
  await tellCustomer({ tx, now }, rows[0]!, about, settings, { kind: 'payment-credited', params });
  await post(writing, [topUp({ ...circumstancesOf(payment, actor), reason }, customer, received)]);
}

async function postingsOf(
  { tx, actor }: Writing,
  payment: Payment,
  received: Received,
): Promise<readonly Posting[]> {
  const circumstances = circumstancesOf(payment, actor);
  const { customer, purpose } = payment;
  if (purpose === 'top-up') return [topUp(circumstances, customer, received)];
  await lockHead(tx);
  const owed = rial(Math.max(0, Math.min(received.amount, await readBalance(tx, receivableOf(customer)))));
  const rest = rial(received.amount - owed);
  return [
    ...(owed > 0 ? [repayment(circumstances, customer, owed, { ...received, amount: owed })] : []),
    ...(rest > 0
      ? [
          topUp({ ...circumstances, key: `${circumstances.key}:rest` }, customer, {
            ...received,
            amount: rest,
          }),
        ]
      : []),
  ];
}

function circumstancesOf({ id, orderId }: Payment, actor: string) {
  return {
    ...{ key: `payment:${id}`, actor, reason: '', paymentId: String(id) },
    orderId: orderId === undefined ? '' : String(orderId),
  };
}

async function postFee(writing: Writing, payment: Payment, { fee }: Paid): Promise<void> {
  if (fee === undefined || fee === 0 || payment.gateway === BANK_DEPOSIT) return;
  const circumstances = circumstancesOf(payment, writing.actor);
  const posting = gatewayFee(
    { ...circumstances, key: `fee:${payment.id}` },
    { gateway: payment.gateway, amount: fee },
  );
  await post(writing, [posting]);
}

async function post({ tx, now }: Writing, postings: readonly Posting[]): Promise<void> {
  const outcomes = await postMoney(
    tx,
    postings.map((posting) => ({ posting, now })),
  );
  for (const outcome of outcomes) {
    if (!outcome.ok) throw new Error(`money was refused by the ledger: ${JSON.stringify(outcome.error)}`);
  }
}

function receivedOf({ gateway }: Payment, amount: Rial): Received {
  return gateway === BANK_DEPOSIT ? { bank: true, amount } : { gateway, amount };
}

/**
 * Runs `work` in a transaction. When what was paid turns out not to be applicable the transaction is taken back and done
 * once more with the reason; so it is where the rules or the schema refuse what nobody has foreseen, since the same would
 * come of every later attempt, and the money would be nobody's.
 */
export async function withReason<T>(
  db: LedgerDb,
  work: (tx: LedgerDb, cannot: string | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await inTransaction(db, (tx) => work(tx, undefined));
  } catch (error) {
    if (error instanceof NotApplied) return inTransaction(db, (tx) => work(tx, error.reason));
    if (!isRefusal(error)) throw error;
    return inTransaction(db, (tx) => work(tx, `apply-failed: ${String(error).slice(0, REASON_MOST)}`));
  }
}

const REASON_MOST = 500;

/** A value out of range, data that PostgreSQL cannot hold (class 22), or a constraint (class 23); not a database that is away. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return error instanceof RangeError || (typeof code === 'string' && /^2[23][0-9A-Z]{3}$/.test(code));
}

/** How a payment ended. */
export interface PaymentEnd {
  readonly state: Exclude<Payment['state'], 'created' | 'pending'>;
  readonly reason: string;
  readonly reference?: string;
  readonly card?: string;
  readonly fee?: Rial | undefined;
}

/** Notes that a payment is over: nobody inquires about it any more. */
export async function endPayment(
  { tx, now }: Pick<Writing, 'tx' | 'now'>,
  payment: Payment,
  { state, reason, reference, card = '', fee }: PaymentEnd,
): Promise<Payment> {
  await sql`
    UPDATE payment SET state = ${state}, reason = ${reason}, reference = coalesce(${reference ?? null}, reference),
      card = ${card}, fee = ${fee ?? null}::bigint, ended_at = ${toTime(now)}::timestamptz, next_inquiry_at = NULL
    WHERE id = ${payment.id}::bigint`.execute(tx);
  return { ...payment, state, reason, card, reference: reference ?? payment.reference, endedAt: now };
}

async function readAgain(tx: LedgerDb, { id }: Order): Promise<Order | undefined> {
  return (await selectOrders(tx, sql`o.id = ${id}::bigint`))[0];
}
