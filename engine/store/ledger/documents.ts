import { type RawBuilder, sql } from 'kysely';
import {
  type DocumentStanding,
  type DocumentVerdict,
  documentStanding,
} from '../../orders/document-deadline.ts';
import type { ChangeNote } from '../../subscribers/audit-trail.ts';
import {
  type AddDocumentFault,
  type Document,
  type DocumentReview,
  type NewDocument,
  type Reviewed,
  type ReviewFault,
  type StoredPicture,
  WAITING_DOCUMENTS_MAX,
} from '../../subscribers/document.ts';
import type { Instant } from '../../values/instant.ts';
import { fail, ok, type Result } from '../../values/result.ts';
import { audit } from './audit.ts';
import { storable } from './bulk.ts';
import { holdCustomer, readLinesOf } from './customer-lines.ts';
import { type LedgerDb, toOptionalTime, toTime } from './database.ts';
import { resume } from './suspensions.ts';
import { tellRejected } from './tell-documents.ts';

interface DocumentRow extends Omit<Document, 'review'> {
  readonly reviewedBy: string | null;
  readonly reviewedAt: Instant | null;
  readonly note: string;
}

const DOCUMENT =
  sql.raw(`id, customer_id AS "customerId", type, file_name AS "fileName", media_type AS "mediaType",
  octet_length(content) AS octets, state, uploaded_by AS "uploadedBy", uploaded_at AS "uploadedAt",
  reviewed_by AS "reviewedBy", reviewed_at AS "reviewedAt", note`);

/** `DocumentStore.addDocument`; `tx` is a transaction. */
export async function addDocument(
  tx: LedgerDb,
  { customerId, type, fileName, mediaType, content }: NewDocument,
  by: ChangeNote,
  now: Instant,
): Promise<Result<Document, AddDocumentFault>> {
  if (!(await holdCustomer(tx, customerId))) return fail('no-such-customer');
  const { rows: waiting } = await sql`
    SELECT id FROM document WHERE customer_id = ${customerId}::bigint AND state = 'waiting'`.execute(tx);
  if (waiting.length >= WAITING_DOCUMENTS_MAX) return fail('too-many-waiting');
  const { rows } = await sql<DocumentRow>`
    INSERT INTO document (customer_id, type, file_name, media_type, content, state, uploaded_by, uploaded_at)
    VALUES (${customerId}::bigint, ${type}, ${storable(fileName)}, ${mediaType}, ${Buffer.from(content)}::bytea,
      'waiting', ${storable(by.actor)}, ${toTime(now)}::timestamptz) RETURNING ${DOCUMENT}`.execute(tx);
  const document = documentOf(rows[0]!);
  const after = { document: document.id, type, octets: document.octets };
  const subject = `customer:${customerId}`;
  await audit(tx, { ...by, action: 'document.upload', subject, before: null, after }, now);
  return ok(document);
}

/** Documents without their pictures, by number. */
export async function readDocuments(
  db: LedgerDb,
  condition: RawBuilder<unknown>,
  limit?: number,
): Promise<readonly Document[]> {
  const page = limit === undefined ? sql`` : sql`LIMIT ${limit}`;
  const { rows } = await sql<DocumentRow>`
    SELECT ${DOCUMENT} FROM document WHERE ${condition} ORDER BY id ${page}`.execute(db);
  return rows.map(documentOf);
}

/** `DocumentStore.picture`. */
export async function readPicture(db: LedgerDb, id: number): Promise<StoredPicture | undefined> {
  const { rows } = await sql<StoredPicture>`
    SELECT media_type AS "mediaType", content FROM document WHERE id = ${id}::bigint`.execute(db);
  return rows[0];
}

/** `DocumentStore.reviewDocument`; `tx` is a transaction. The customer's row is the lock of all their documents. */
export async function reviewDocument(
  tx: LedgerDb,
  { documentId, verdict, note, actor }: DocumentReview,
  now: Instant,
): Promise<Result<Reviewed, ReviewFault>> {
  const [found] = await readDocuments(tx, sql`id = ${documentId}::bigint`);
  if (found === undefined) return fail('no-such-document');
  const { customerId } = found;
  await holdCustomer(tx, customerId);
  const [before] = await readDocuments(tx, sql`id = ${documentId}::bigint`);
  if (before!.state === verdict) return fail('already-reviewed');
  await sql`
    UPDATE document SET state = ${verdict}, reviewed_by = ${storable(actor)},
      reviewed_at = ${toTime(now)}::timestamptz, note = ${storable(note)}
    WHERE id = ${documentId}::bigint`.execute(tx);
  const told = { document: documentId, type: found.type };
  await audit(
    tx,
    {
      ...{ actor, reason: note, action: `document.${verdict}`, subject: `customer:${customerId}` },
      before: { ...told, state: before!.state },
      after: { ...told, state: verdict },
    },
    now,
  );
  const resumedLines = await applyVerdicts(tx, customerId, { actor, reason: 'documents are approved' }, now);
  if (verdict === 'rejected') await tellRejected(tx, found, now);
  const [document] = await readDocuments(tx, sql`id = ${documentId}::bigint`);
  return ok({ document: document!, resumedLines });
}

/** `DocumentStore.documentStanding`. */
export async function readDocumentStanding(
  db: LedgerDb,
  customerId: number,
  graceDays: number,
  now: Instant,
): Promise<DocumentStanding> {
  return documentStanding(await readVerdicts(db, customerId), graceDays, now);
}

/** Notes since when a rejection waits to be made good; lines come back when none does. */
async function applyVerdicts(
  tx: LedgerDb,
  customerId: number,
  by: ChangeNote,
  now: Instant,
): Promise<readonly string[]> {
  // The end of no days of grace is their beginning.
  const standing = await readDocumentStanding(tx, customerId, 0, now);
  const rejectedAt = standing.state === 'complete' ? undefined : standing.deadline;
  await sql`
    UPDATE customer SET documents_rejected_at = ${toOptionalTime(rejectedAt)}::timestamptz
    WHERE id = ${customerId}::bigint`.execute(tx);
  if (rejectedAt !== undefined) return [];
  const resumed: string[] = [];
  for (const { lineId, username } of await readLinesOf(tx, customerId)) {
    const outcome = await resume(tx, lineId, { ...by, cause: 'documents' }, now);
    if (outcome === 'changed') resumed.push(username);
  }
  return resumed;
}

async function readVerdicts(db: LedgerDb, customerId: number): Promise<readonly DocumentVerdict[]> {
  const { rows } = await sql<DocumentVerdict>`
    SELECT type AS "documentType", reviewed_at AS at, state AS verdict FROM document
    WHERE customer_id = ${customerId}::bigint AND state <> 'waiting' ORDER BY reviewed_at, id`.execute(db);
  return rows;
}

function documentOf({ reviewedBy, reviewedAt, note, ...document }: DocumentRow): Document {
  const review =
    reviewedAt === null || reviewedBy === null ? undefined : { by: reviewedBy, at: reviewedAt, note };
  return { ...document, review };
}
