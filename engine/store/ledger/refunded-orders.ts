import { sql } from 'kysely';
import { type Rial, rial } from '../../values/rial.ts';
import type { LedgerDb } from './database.ts';

/** What credit notes have given back of an order: the price, and the tax on it. */
export interface RefundedSum {
  readonly price: Rial;
  readonly vat: Rial;
}

/**
 * What was given back of each of some orders by all credit notes of its invoice; orders of which nothing was taken back are
 * left out. A refund holds the line of its order, so the sums stay for whoever has locked the line.
 */
export async function refundedOf(
  tx: LedgerDb,
  orderIds: readonly number[],
): Promise<ReadonlyMap<number, RefundedSum>> {
  if (orderIds.length === 0) return new Map();
  const { rows } = await sql<{ readonly order_id: string; readonly price: number; readonly vat: number }>`
    SELECT taken.order_id, sum((note.document -> 'totals' ->> 'price')::bigint)::bigint AS price,
      sum((note.document -> 'totals' ->> 'vat')::bigint)::bigint AS vat
    FROM invoice taken JOIN invoice note
      ON note.corrects_series = taken.series AND note.corrects_number = taken.number
    WHERE taken.kind = 'invoice' AND taken.order_id <> '' AND taken.order_id = ANY(${orderIds.map(String)}::text[])
    GROUP BY taken.order_id`.execute(tx);
  return new Map(
    rows.map(({ order_id, price, vat }) => [Number(order_id), { price: rial(price), vat: rial(vat) }]),
  );
}
