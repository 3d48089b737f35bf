import { sql } from 'kysely';
import type { Order } from '../../../orders/order.ts';
import type { DepositPaymentRefusal } from '../../../orders/order-store.ts';
import { randomOctets } from '../../../runtime/random.ts';
import { AGENT_DEPOSIT, commissionBaseOf, commissionsOf } from '../../../subscribers/agent.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { type Rial, rial, ZERO_RIAL } from '../../../values/rial.ts';
import { holdAgent, readChain } from '../agents/agent-rows.ts';
import { takenOffBy } from '../agents/return-commission.ts';
import { isWithin } from '../agents/scope.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { applyPaid, type OrderMoney } from './apply-paid.ts';
import { lockOrder } from './order-rows.ts';
import type { Writing } from './write-applied.ts';

/**
 * `OrderStore.payFromDeposit` within a transaction. An agent sells for its own deposit alone: an order that takes credit of
 * the customer's wallet is refused, and commission is a share of what the deposit pays (`commissionBaseOf`).
 * @throws NotApplied when the order cannot be given, or is too dear for the deposit; the transaction is to be taken back.
 */
export async function payFromDeposit(
  writing: Writing,
  id: number,
  agentId: number,
): Promise<Result<Order, DepositPaymentRefusal>> {
  const { tx, actor, now } = writing;
  const order = await lockOrder(tx, id);
  if (order === undefined) return fail('no-such-order');
  if ((await holdAgent(tx, agentId, 'SHARE'))?.state !== 'active') return fail('no-such-agent');
  const reached = await isWithin(tx, { kind: 'tree', agentId }, { of: 'customer', id: order.customer });
  if (!reached) return fail('no-such-agent');
  if (order.state === 'applied') return ok(order);
  if (order.state !== 'placed') return fail('order-is-over');
  if (now >= order.validUntil) return fail('order-is-out-of-date');
  if (order.quote.creditUsed > ZERO_RIAL) return fail('uses-wallet-credit');
  const takenOff = takenOffBy(order.quote, await replacedPrice(tx, order));
  const base = commissionBaseOf({ ...order.quote, takenOff });
  const earnings = commissionsOf(base, await readChain(tx, agentId));
  const payment = await insertPayment(writing, order, agentId);
  await audit(
    tx,
    {
      ...{ actor, action: 'order.pay-from-deposit', subject: `order:${id}`, reason: order.offer.name },
      before: { state: order.state },
      after: { state: 'applied', agent: agentId, paid: order.quote.payable, earnings },
    },
    now,
  );
  await applyPaid(writing, order, { payment, earnings });
  return ok({ ...order, state: 'applied', closedAt: now });
}

/** Price of the service that an order takes the place of. */
async function replacedPrice(tx: LedgerDb, { replaces }: Order): Promise<Rial | undefined> {
  if (replaces === undefined) return undefined;
  const { rows } = await sql<{ readonly price: number }>`
    SELECT price FROM service WHERE id = ${replaces}::bigint`.execute(tx);
  return rows[0] && rial(rows[0].price);
}

/** The payment as the customer's list shows it; `undefined` when a former service is worth everything. */
async function insertPayment(
  { tx, actor, now }: Writing,
  { id: orderId, customer, quote: { payable: amount } }: Order,
  agent: number,
): Promise<OrderMoney['payment']> {
  if (amount === ZERO_RIAL) return undefined;
  const reference = `order-${orderId}`;
  const at = toTime(now);
  const { rows } = await sql<{ readonly id: number }>`
    INSERT INTO payment (customer_id, purpose, order_id, gateway, amount, state, secret, reference, return_path,
      actor, created_at, ended_at)
    VALUES (${customer}::bigint, 'order', ${orderId}::bigint, ${AGENT_DEPOSIT}, ${amount}::bigint, 'paid',
      ${randomOctets(32).toString('hex')}, ${reference}, '/', ${storable(actor)}, ${at}::timestamptz,
      ${at}::timestamptz) RETURNING id`.execute(tx);
  return { id: rows[0]!.id, received: { agent, amount }, name: AGENT_DEPOSIT, reference };
}
