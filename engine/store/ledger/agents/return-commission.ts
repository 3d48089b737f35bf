import { sql } from 'kysely';
import type { AccountCode } from '../../../ledger/account.ts';
import { commissionReturn, type Earning } from '../../../ledger/business-events.ts';
import type { LedgerEntry } from '../../../ledger/chain.ts';
import type { Circumstances, Posting } from '../../../ledger/posting.ts';
import type { Order } from '../../../orders/order.ts';
import type { Quote } from '../../../orders/quote.ts';
import { commissionToReturn, givenBackOf, priceShare } from '../../../subscribers/agent.ts';
import type { Instant } from '../../../values/instant.ts';
import { type Rial, rial, ZERO_RIAL } from '../../../values/rial.ts';
import { audit } from '../audit.ts';
import type { LedgerDb } from '../database.ts';
import { selectEntries } from '../money-rows.ts';
import { selectOrders } from '../orders/order-rows.ts';
import { refundedOf } from '../refunded-orders.ts';

/**
 * What agents give back of their commission when a sale is refunded, or when a change has taken off more than it costs, within
 * the transaction of it, which holds the line: of the sale and of each that it is in the place of the share of all that does
 * not stand any more, less what was given back before. It is taken whether a deposit has it or not, so that a customer's
 * refund never waits for an agent and nothing is given up. None when there is nothing to give back.
 * @param orderId of the refunded sale or of the change; its own credit notes are written.
 * @param circumstances their key is that of the order's own posting, and begins those of the sales before it.
 */
export async function returnedCommission(
  tx: LedgerDb,
  orderId: number,
  circumstances: Circumstances,
  now: Instant,
): Promise<readonly Posting[]> {
  const orders = await readSales(tx, orderId);
  const ids = orders.map(({ id }) => id);
  const refunded = await refundedOf(tx, ids);
  const chain = orders.map(({ id, quote }, index) => ({
    ...{ price: quote.price, refunded: refunded.get(id)?.price ?? ZERO_RIAL },
    takenOff: takenOffBy(quote, orders[index + 1]?.quote.price),
  }));
  const gone = givenBackOf(chain);
  const isCommission = sql`e.order_id = ANY(${ids.map(String)}::text[])
    AND e.kind IN ('commission', 'commission-return')`;
  const entries = await selectEntries(tx, isCommission, sql`e.number`);
  const postings: Posting[] = [];
  for (const [index, { id, quote }] of orders.entries()) {
    const own = entries.filter((entry) => entry.orderId === String(id));
    const returned = returnsOf(own, { price: gone[index]!, of: quote.price });
    const key = index === 0 ? circumstances.key : `${circumstances.key}:${id}`;
    const posting = commissionReturn({ ...circumstances, key, orderId: String(id) }, returned);
    if (posting === undefined) continue;
    await noteReturn(tx, id, own, returned, circumstances, now);
    postings.push(posting);
  }
  return postings;
}

/** The order and those whose services it took the place of, one after the other, newest first. */
function readSales(tx: LedgerDb, orderId: number): Promise<readonly Order[]> {
  const chain = sql`WITH RECURSIVE chain (id) AS (
      SELECT ${orderId}::bigint
      UNION ALL
      SELECT s.order_id FROM chain JOIN customer_order o ON o.id = chain.id JOIN service s ON s.id = o.replaces
      WHERE s.order_id IS NOT NULL
    ) SELECT id FROM chain`;
  return selectOrders(tx, sql`o.id IN (${chain})`, sql`ORDER BY o.id DESC`);
}

/**
 * What a change has taken off of the price of the service before.
 * @param price of that service, without tax; `undefined` when no order brought it.
 */
export function takenOffBy({ lines }: Pick<Quote, 'lines'>, price: Rial | undefined): Rial {
  const line = lines.find(({ what }) => what === 'remaining-value');
  if (line?.what !== 'remaining-value' || price === undefined) return ZERO_RIAL;
  return priceShare(line.value, price);
}

function returnsOf(
  entries: readonly LedgerEntry[],
  givenBack: { readonly price: Rial; readonly of: Rial },
): readonly Earning[] {
  const before = depositsOf(entries, 'commission-return');
  return [...depositsOf(entries, 'commission')].map(([account, amount]) => ({
    agent: Number(account.split(':')[1]),
    amount: commissionToReturn(rial(amount), givenBack, rial(0 - (before.get(account) ?? 0))),
  }));
}

async function noteReturn(
  tx: LedgerDb,
  orderId: number,
  entries: readonly LedgerEntry[],
  returned: readonly Earning[],
  { actor, reason }: Circumstances,
  now: Instant,
): Promise<void> {
  const earned = [...depositsOf(entries, 'commission')].map(([account, amount]) => ({ account, amount }));
  const note = { actor, reason, action: 'commission.return', subject: `order:${orderId}` };
  await audit(tx, { ...note, before: { earned }, after: { returned } }, now);
}

/** What entries of a kind have added to each deposit; below 0 what they took. */
function depositsOf(
  entries: readonly LedgerEntry[],
  kind: LedgerEntry['kind'],
): ReadonlyMap<AccountCode, number> {
  const sums = new Map<AccountCode, number>();
  for (const { account, amount } of entries
    .filter((entry) => entry.kind === kind)
    .flatMap(({ lines }) => lines)) {
    if (account !== 'commissions') sums.set(account, (sums.get(account) ?? 0) - amount);
  }
  return sums;
}
