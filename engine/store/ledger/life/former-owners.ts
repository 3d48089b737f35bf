import { type RawBuilder, sql } from 'kysely';
import type { Closing, FormerOwner } from '../../../orders/owned-days.ts';
import type { Instant } from '../../../values/instant.ts';
import { jalaliDayAt } from '../../../values/jalali.ts';
import type { LedgerDb } from '../database.ts';
import { dayOfDate, toDate } from './tehran-date.ts';

/** A row of `FORMER_OWNERS`. */
export type FormerOwnerRow = readonly [until: string, customer: number | null];

/** The former owners of the `line` of a question, by day. */
export const FORMER_OWNERS: RawBuilder<readonly FormerOwnerRow[]> = sql`coalesce((
  SELECT json_agg(json_build_array(was.until, was.customer_id) ORDER BY was.until)
  FROM line_former_owner was WHERE was.line_id = line.id), '[]'::json)`;

/** The same as the rules take them. @param unowned who answers for days on which the line was nobody's. */
export function formerOwnersOf(
  rows: readonly FormerOwnerRow[],
  unowned: number | undefined,
): readonly FormerOwner[] {
  return rows.map(([until, customer]) => ({ until: dayOfDate(until), customer: customer ?? unowned }));
}

/** A row of `CLOSINGS`: epoch ms. */
export type ClosingRow = readonly [changedAt: number, isClosed: boolean];

/** What the status of the `line` of a question has been, in the order in which it was changed. */
export const CLOSINGS: RawBuilder<readonly ClosingRow[]> = sql`coalesce((
  SELECT json_agg(
    json_build_array(trunc(extract(epoch FROM was.changed_at) * 1000), was.status = 'closed') ORDER BY was.id)
  FROM line_status_history was WHERE was.line_id = line.id), '[]'::json)`;

/** The same as the rules take it. */
export function closingsOf(rows: readonly ClosingRow[]): readonly Closing[] {
  return rows.map(([changedAt, isClosed]) => ({ day: jalaliDayAt(changedAt), isClosed }));
}

/**
 * Notes whose a line has been until today, within the transaction that holds the line and gives it to another. Of several
 * moves on one day the first counts, since the others had it on no day. That a line was nobody's before its first customer
 * needs no note: only customers order services.
 */
export async function keepFormerOwner(
  tx: LedgerDb,
  lineId: number,
  customerId: number | null,
  now: Instant,
): Promise<void> {
  await sql`
    INSERT INTO line_former_owner (line_id, until, customer_id)
    SELECT ${lineId}::bigint, ${toDate(jalaliDayAt(now))}::date, ${customerId}::bigint
    WHERE ${customerId}::bigint IS NOT NULL OR EXISTS (SELECT FROM line_former_owner WHERE line_id = ${lineId}::bigint)
    ON CONFLICT DO NOTHING`.execute(tx);
}
