import { sql } from 'kysely';
import { followLine } from '../../orders/follow-line.ts';
import type { Instant } from '../../values/instant.ts';
import { inPieces, recordset } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';
import { readLineServices } from './line-services.ts';
import type { ChangedLine } from './write-lines.ts';

/** Lines looked at in one statement. */
const LINES_AT_ONCE = 2_000;

/**
 * Gives the services of lines that a document has declared the edges of their lines, so that what is valued, paused and
 * billed is what the lines have; `tx` is the transaction that writes those.
 */
export async function followLines(
  tx: LedgerDb,
  changed: readonly ChangedLine[],
  now: Instant,
): Promise<void> {
  for (const piece of inPieces(changed.filter(hasOtherTerms), LINES_AT_ONCE)) {
    const ids = piece.map(({ storedRow }) => storedRow!.id);
    const services = await readLineServices(tx, ids, now);
    const followed = piece.map(({ next, stored, storedRow }) =>
      followLine(services.get(storedRow!.id) ?? [], stored!, next, now),
    );
    await endServices(
      tx,
      followed.flatMap(({ ended }) => ended),
      now,
    );
    await moveServices(
      tx,
      followed.flatMap(({ moved }) => moved),
      now,
    );
  }
}

function hasOtherTerms({ next, stored }: ChangedLine): boolean {
  if (stored === undefined) return false;
  const { expiresAt, reserve } = stored;
  return next.expiresAt !== expiresAt || JSON.stringify(next.reserve) !== JSON.stringify(reserve);
}

/** A service that no order brought was not sold, and nobody gives it up: it is over, and a later import may tell of it again. */
async function endServices(tx: LedgerDb, ids: readonly number[], now: Instant): Promise<void> {
  if (ids.length === 0) return;
  const at = toTime(now);
  await sql`
    UPDATE service SET replaced_at = CASE WHEN order_id IS NOT NULL THEN ${at}::timestamptz END,
      ends_at = CASE WHEN order_id IS NOT NULL THEN ends_at ELSE greatest(starts_at, ${at}::timestamptz) END
    WHERE id = ANY(${ids})`.execute(tx);
  await sql`UPDATE campaign_schedule SET next_at = NULL WHERE service_id = ANY(${ids})`.execute(tx);
}

/**
 * A service that was thought to be billed to its end is looked at again, and so is a campaign that had nothing to come:
 * each finds out what its new end means.
 */
async function moveServices(
  tx: LedgerDb,
  moved: readonly { readonly id: number; readonly from: Instant; readonly until: Instant }[],
  now: Instant,
): Promise<void> {
  if (moved.length === 0) return;
  const rows = moved.map(({ id, from, until }) => ({ id, starts_at: toTime(from), ends_at: toTime(until) }));
  const edges = recordset(rows, 'id bigint, starts_at timestamptz, ends_at timestamptz');
  const at = toTime(now);
  await sql`UPDATE service SET starts_at = r.starts_at, ends_at = r.ends_at, billed_out = false
    FROM ${edges} WHERE service.id = r.id`.execute(tx);
  await sql`
    UPDATE campaign_schedule SET next_at = CASE
      WHEN r.starts_at > ${at}::timestamptz THEN r.starts_at ELSE coalesce(next_at, ${at}::timestamptz) END
    FROM ${edges} WHERE service_id = r.id`.execute(tx);
}
