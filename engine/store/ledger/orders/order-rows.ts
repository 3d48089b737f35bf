import { type RawBuilder, sql } from 'kysely';
import type { Offer } from '../../../catalog/offer.ts';
import type { Order, OrderKind, OrderState } from '../../../orders/order.ts';
import type { Quote } from '../../../orders/quote.ts';
import type { Instant } from '../../../values/instant.ts';
import { type LedgerDb, toTime } from '../database.ts';

interface OrderRow {
  readonly id: number;
  readonly customer_id: number;
  readonly line_id: number;
  readonly username: string;
  readonly kind: OrderKind;
  readonly offer: Offer;
  readonly months: number;
  readonly quote: Quote;
  readonly replaces: number | null;
  readonly state: OrderState;
  readonly state_reason: string;
  readonly purchase_type: Order['purchaseType'];
  readonly actor: string;
  readonly placed_at: Instant;
  readonly valid_until: Instant;
  readonly closed_at: Instant | null;
}

/** Orders that fulfil a condition on table `o`, in an order and with a limit or lock if any. */
export async function selectOrders(
  db: LedgerDb,
  condition: RawBuilder<unknown>,
  tail: RawBuilder<unknown> = sql``,
): Promise<readonly Order[]> {
  const { rows } = await sql<OrderRow>`
    SELECT o.*, line.username FROM customer_order o JOIN line ON line.id = o.line_id
    WHERE ${condition} ${tail}`.execute(db);
  return rows.map(orderOf);
}

/** One order, which stays as it is until the transaction ends. */
export async function lockOrder(tx: LedgerDb, id: number): Promise<Order | undefined> {
  const [order] = await selectOrders(tx, sql`o.id = ${id}::bigint`, sql`FOR UPDATE OF o`);
  return order;
}

/** Gives an order its last state; the caller has locked it and asked `mayFollow`. */
export async function closeOrder(
  tx: LedgerDb,
  id: number,
  state: Exclude<OrderState, 'placed'>,
  reason: string,
  now: Instant,
): Promise<void> {
  await sql`UPDATE customer_order SET state = ${state}, state_reason = ${reason},
    closed_at = ${toTime(now)}::timestamptz WHERE id = ${id}::bigint`.execute(tx);
}

function orderOf(row: OrderRow): Order {
  return {
    ...{ id: row.id, customer: row.customer_id, lineId: row.line_id, username: row.username },
    ...{ kind: row.kind, offer: row.offer, months: row.months, quote: row.quote },
    ...{ replaces: row.replaces ?? undefined, state: row.state, stateReason: row.state_reason },
    ...{ purchaseType: row.purchase_type, actor: row.actor, placedAt: row.placed_at },
    ...{ validUntil: row.valid_until, closedAt: row.closed_at ?? undefined },
  };
}
