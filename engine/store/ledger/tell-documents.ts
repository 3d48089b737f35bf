import { sql } from 'kysely';
import { draftMessage } from '../../messaging/draft-message.ts';
import type { MessageContent } from '../../messaging/message.ts';
import { settingsAt } from '../../orders/house-settings.ts';
import { DOCUMENT_NAMES, type Document } from '../../subscribers/document.ts';
import { DAY_MS, type Instant } from '../../values/instant.ts';
import { daysLater } from '../../values/jalali.ts';
import { readCatalogue } from './catalogue.ts';
import type { LedgerDb } from './database.ts';
import { queueMessages } from './messages.ts';

/** Queues, in the transaction of the review, that a document was rejected and by when another one is wanted (P22). */
export async function tellRejected(
  tx: LedgerDb,
  { id, customerId, type }: Pick<Document, 'id' | 'customerId' | 'type'>,
  now: Instant,
): Promise<void> {
  await tell(tx, customerId, now, (rejectedAt, graceDays) => {
    const deadline = daysLater(rejectedAt, graceDays);
    // Who is off already is told nothing of a day that is over.
    if (deadline <= now) return undefined;
    const params = { document: DOCUMENT_NAMES[type], deadline };
    return { content: { kind: 'document-rejected', params }, subject: `${id}-${now}` };
  });
}

/** Queues, in the transaction of the suspension, that the time for documents is over: once, however many lines are off. */
export async function tellSuspended(tx: LedgerDb, customerId: number, now: Instant): Promise<void> {
  await tell(tx, customerId, now, (rejectedAt) => ({
    content: { kind: 'document-suspended', params: {} },
    subject: `${customerId}-${rejectedAt}`,
  }));
}

interface Told {
  readonly content: MessageContent;
  readonly subject: string;
}

/** Nothing is queued without a mobile, and nothing where no rejection waits to be made good. */
async function tell(
  tx: LedgerDb,
  customer: number,
  now: Instant,
  what: (rejectedAt: Instant, graceDays: number) => Told | undefined,
): Promise<void> {
  const { rows } = await sql<{ readonly mobile: string; readonly rejected_at: Instant }>`
    SELECT mobile, documents_rejected_at AS rejected_at FROM customer
    WHERE id = ${customer}::bigint AND mobile <> '' AND documents_rejected_at IS NOT NULL`.execute(tx);
  const [found] = rows;
  if (found === undefined) return;
  const settings = settingsAt((await readCatalogue(tx)).settings, now);
  const told = what(found.rejected_at, settings.documentGraceDays);
  if (told === undefined) return;
  const recipient = { customer, username: '', mobile: found.mobile };
  const times = { sendAt: now, notAfter: now + DAY_MS };
  const message = draftMessage({
    ...{ ...told, ...times, recipient, language: 'fa', senderName: settings.seller.name },
  });
  await queueMessages(tx, [message], now);
}
