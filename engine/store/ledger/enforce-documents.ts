import { sql } from 'kysely';
import type { EnforcedDocuments } from '../../subscribers/document.ts';
import { DAY_MS, type Instant } from '../../values/instant.ts';
import { holdCustomer } from './customer-lines.ts';
import { type LedgerDb, toTime } from './database.ts';
import { readDocumentStanding } from './documents.ts';
import { inTransaction } from './in-transaction.ts';
import { suspend } from './suspensions.ts';
import { tellSuspended } from './tell-documents.ts';

/** `DocumentStore.enforceDocuments`. */
export async function enforceDocuments(
  db: LedgerDb,
  graceDays: number,
  now: Instant,
  limit: number,
): Promise<EnforcedDocuments> {
  const due = await customersDue(db, graceDays, now, limit);
  const suspendedLines: string[] = [];
  for (const id of due) {
    suspendedLines.push(...(await inTransaction(db, (tx) => enforceFor(tx, id, graceDays, now))));
  }
  return { customers: due.length, suspendedLines };
}

/**
 * Customers with a line that is not suspended for documents yet, whose first rejection lies as far back as the days of
 * grace are long. Days of other lengths than 24 hours are told apart by the rules.
 */
async function customersDue(
  db: LedgerDb,
  graceDays: number,
  now: Instant,
  limit: number,
): Promise<readonly number[]> {
  const { rows } = await sql<{ id: number }>`
    SELECT c.id FROM customer c
    WHERE c.documents_rejected_at <= ${toTime(now - graceDays * DAY_MS)}::timestamptz
      AND EXISTS (
        SELECT 1 FROM line l WHERE l.customer_id = c.id AND l.status <> 'closed' AND NOT EXISTS (
          SELECT 1 FROM line_suspension s WHERE s.line_id = l.id AND s.cause = 'documents'))
    ORDER BY c.documents_rejected_at, c.id LIMIT ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Whoever reviewed a document meanwhile had the customer's row, and whoever gave a line away had that line's: what is read
 * here is what holds.
 */
async function enforceFor(
  tx: LedgerDb,
  customerId: number,
  graceDays: number,
  now: Instant,
): Promise<readonly string[]> {
  if (!(await holdCustomer(tx, customerId))) return [];
  const standing = await readDocumentStanding(tx, customerId, graceDays, now);
  if (standing.state !== 'suspended') return [];
  const { rows: lines } = await sql<{ id: number; username: string }>`
    SELECT id, username FROM line WHERE customer_id = ${customerId}::bigint AND status <> 'closed'
    ORDER BY id FOR UPDATE`.execute(tx);
  const reason = `rejected and not replaced: ${standing.missing.join(', ')}`;
  const suspended: string[] = [];
  for (const { id, username } of lines) {
    const outcome = await suspend(tx, id, { cause: 'documents', actor: 'system', reason }, now);
    if (outcome === 'changed') suspended.push(username);
  }
  if (suspended.length > 0) await tellSuspended(tx, customerId, now);
  return suspended;
}
