import { sql } from 'kysely';
import type { AuditEntry, AuditFilter, AuditNote, AuditValue } from '../../subscribers/audit-trail.ts';
import type { Instant } from '../../values/instant.ts';
import { inPieces, recordset, storable } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';

/** Adds a row to the audit trail within a transaction, whose other work stays or goes with it. */
export async function audit(tx: LedgerDb, note: AuditNote, now: Instant): Promise<void> {
  const { actor, action, subject, reason, before, after } = note;
  await sql`
    INSERT INTO audit_log (at, actor, action, subject, reason, before, after)
    VALUES (${toTime(now)}::timestamptz, ${storable(actor)}, ${action}, ${storable(subject)}, ${storable(reason)},
      ${jsonOf(before)}::jsonb, ${jsonOf(after)}::jsonb)`.execute(tx);
}

/** Rows added in one statement. */
const ROWS_AT_ONCE = 2_000;

/** Adds many rows as `audit` adds one, in their order. */
export async function auditAll(tx: LedgerDb, notes: readonly AuditNote[], now: Instant): Promise<void> {
  for (const piece of inPieces(notes, ROWS_AT_ONCE)) {
    const rows = piece.map(({ actor, action, subject, reason, before, after }) => ({
      ...{ actor: storable(actor), action, subject: storable(subject), reason: storable(reason) },
      ...{ before: jsonOf(before), after: jsonOf(after) },
    }));
    await sql`
      INSERT INTO audit_log (at, actor, action, subject, reason, before, after)
      SELECT ${toTime(now)}::timestamptz, actor, action, subject, reason, before::jsonb, after::jsonb
      FROM ${recordset(
        rows,
        'actor text, action text, subject text, reason text, before text, after text',
      )}`.execute(tx);
  }
}

/** `AuditStore.auditTrail`. */
export async function readAuditTrail(db: LedgerDb, filter: AuditFilter): Promise<readonly AuditEntry[]> {
  const { subject, actor, limit, before } = filter;
  const { rows } = await sql<AuditEntry>`
    SELECT id, at, actor, action, subject, reason, before, after FROM audit_log
    WHERE ${subject === undefined ? sql`true` : sql`subject = ${storable(subject)}`}
      AND ${actor === undefined ? sql`true` : sql`actor = ${storable(actor)}`}
      AND ${before === undefined ? sql`true` : sql`id < ${before}::bigint`}
    ORDER BY id DESC LIMIT ${limit}`.execute(db);
  return rows;
}

/** NUL, and halves of pairs, have no place in jsonb. */
function jsonOf(value: AuditValue): string | null {
  if (value === null) return null;
  return JSON.stringify(value, (_, part) => (typeof part === 'string' ? storable(part) : part));
}
