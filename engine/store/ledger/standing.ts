import { sql } from 'kysely';
import type { CollectionReason, LineStanding, OperationReason } from '../../orders/line-status.ts';
import type { StaffStanding, StandingEntry } from '../../subscribers/people-store.ts';
import type { Instant } from '../../values/instant.ts';
import { audit } from './audit.ts';
import { storable } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';

/** A standing, and why a line has it from now on; the note is staff's words, '' for none. */
export interface NewStanding {
  readonly standing: LineStanding;
  readonly reason: CollectionReason | OperationReason;
  readonly note: string;
  readonly actor: string;
}

/**
 * Gives a line a standing within a transaction, with a row in its history. False when it has it already, or there is no
 * such line: then nothing is written (product line P24: changes alone are rows).
 */
export async function setStanding(
  tx: LedgerDb,
  lineId: number,
  { standing, reason, note, actor }: NewStanding,
  now: Instant,
): Promise<boolean> {
  const { rows } = await sql`
    WITH changed AS (
      UPDATE line SET standing = ${standing} WHERE id = ${lineId}::bigint AND standing <> ${standing} RETURNING id
    )
    INSERT INTO line_standing (line_id, standing, reason, note, actor, changed_at)
    SELECT id, ${standing}, ${reason}, ${storable(note)}, ${storable(actor)}, ${toTime(now)}::timestamptz
    FROM changed RETURNING id`.execute(tx);
  return rows.length > 0;
}

/** `LineConditionStore.changeStanding`; `tx` is a transaction. */
export async function changeStanding(
  tx: LedgerDb,
  username: string,
  { standing, note, actor }: StaffStanding,
  now: Instant,
): Promise<boolean | undefined> {
  const line = await readStanding(tx, username);
  if (line === undefined) return undefined;
  const changed = await setStanding(tx, line.lineId, { standing, reason: 'staff', note, actor }, now);
  if (!changed) return false;
  const values = { before: { standing: line.standing }, after: { standing } };
  const subject = `line:${username}`;
  await audit(tx, { actor, reason: note, action: 'line.standing', subject, ...values }, now);
  return true;
}

/** A line's standing now; `undefined` when there is no such line. */
export async function readStanding(
  db: LedgerDb,
  username: string,
): Promise<{ readonly lineId: number; readonly standing: LineStanding } | undefined> {
  const { rows } = await sql<{ lineId: number; standing: LineStanding }>`
    SELECT id AS "lineId", standing FROM line WHERE username = ${username}`.execute(db);
  return rows[0];
}

/** Rows of a line's history after the one of this number, newest last. */
export async function readStandingHistory(
  db: LedgerDb,
  lineId: number,
  limit: number,
  after: number,
): Promise<readonly StandingEntry[]> {
  const { rows } = await sql<StandingEntry>`
    SELECT id, standing AS "to", reason, note, actor, changed_at AS at FROM line_standing
    WHERE line_id = ${lineId}::bigint AND id > ${after}::bigint ORDER BY id LIMIT ${limit}`.execute(db);
  return rows;
}
