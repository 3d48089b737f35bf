import { type RawBuilder, sql } from 'kysely';
import type { WorkPosition } from '../../orders/life-store.ts';
import { WorkFailed } from '../../orders/work-failed.ts';
import type { EnforcedDocuments } from '../../subscribers/document.ts';
import { DAY_MS, type Instant } from '../../values/instant.ts';
import { holdCustomer } from './customer-lines.ts';
import { type LedgerDb, toTime } from './database.ts';
import { readDocumentStanding } from './documents.ts';
import { BEGINNING, forEachDue, isBehind } from './life/work-lines.ts';
import { suspend } from './suspensions.ts';
import { tellSuspended } from './tell-documents.ts';

/**
 * `DocumentStore.enforceDocuments`: on from page to page, past whoever cannot be served and whom the rules give more time.
 */
export async function enforceDocuments(
  db: LedgerDb,
  graceDays: number,
  now: Instant,
  limit: number,
): Promise<EnforcedDocuments> {
  const suspendedLines: string[] = [];
  const failures: unknown[] = [];
  let customers = 0;
  for (let after = BEGINNING; customers < limit; ) {
    const lines = new Map<number, readonly string[]>();
    const work = async (tx: LedgerDb, { id }: WorkPosition): Promise<boolean> => {
      const suspended = await enforceFor(tx, id, graceDays, now);
      lines.set(id, suspended);
      return suspended.length > 0;
    };
    const left = limit - customers;
    const page = await forEachDue({ db, limit: left }, customersDue(graceDays, now, left, after), work);
    suspendedLines.push(...[...lines.values()].flat());
    failures.push(...page.failures);
    customers += page.done;
    if (page.next === undefined) break;
    after = page.next;
  }
  if (failures.length > 0) throw new WorkFailed(customers, failures);
  return { customers, suspendedLines };
}

/**
 * Customers with a line that is not suspended for documents yet, whose first rejection lies as far back as the days of
 * grace are long. Days of other lengths than 24 hours are told apart by the rules.
 */
function customersDue(
  graceDays: number,
  now: Instant,
  limit: number,
  after: WorkPosition,
): RawBuilder<WorkPosition> {
  return sql`
    SELECT c.id, c.documents_rejected_at::text AS at FROM customer c
    WHERE c.documents_rejected_at <= ${toTime(now - graceDays * DAY_MS)}::timestamptz
      AND EXISTS (
        SELECT 1 FROM line l WHERE l.customer_id = c.id AND l.status <> 'closed' AND NOT EXISTS (
          SELECT 1 FROM line_suspension s WHERE s.line_id = l.id AND s.cause = 'documents'))
      AND ${isBehind({ after }, sql`c.documents_rejected_at`, sql`c.id`)}
    ORDER BY c.documents_rejected_at, c.id LIMIT ${limit}`;
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
  let isNews = false;
  for (const { id, username } of lines) {
    const outcome = await suspend(tx, id, { cause: 'documents', actor: 'system', reason }, now);
    if (outcome === 'changed') suspended.push(username);
    // A line that is paused is off already, and stays so when its pause is over.
    isNews ||= outcome === 'changed' || outcome === 'noted';
  }
  if (isNews) await tellSuspended(tx, customerId, now);
  return suspended;
}
