import { sql } from 'kysely';
import type { ServiceOffer } from '../../catalog/offer.ts';
import type { PausableService } from '../../orders/pause-line.ts';
import type { Instant } from '../../values/instant.ts';
import { type LedgerDb, toTime } from './database.ts';

interface ServiceRow {
  readonly id: number;
  readonly line_id: number;
  readonly offer: ServiceOffer;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  readonly paused_days: number;
}

/**
 * Services of lines that are not over at `at` and were not given up, by line and by when they begin; a line without one is
 * missing. Whose a line is does not matter.
 */
export async function readLineServices(
  tx: LedgerDb,
  lineIds: readonly number[],
  at: Instant,
): Promise<ReadonlyMap<number, readonly PausableService[]>> {
  const { rows } = await sql<ServiceRow>`
    SELECT id, line_id, offer, starts_at, ends_at, paused_days FROM service
    WHERE line_id = ANY(${lineIds}) AND replaced_at IS NULL AND ends_at > ${toTime(at)}::timestamptz
    ORDER BY starts_at, id`.execute(tx);
  const byLine = Map.groupBy(rows, ({ line_id }) => line_id);
  return new Map([...byLine].map(([lineId, own]) => [lineId, own.map(serviceOf)]));
}

function serviceOf({ id, offer, starts_at, ends_at, paused_days }: ServiceRow): PausableService {
  return { id, offer, from: starts_at, until: ends_at, pausedDays: paused_days };
}
