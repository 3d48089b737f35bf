import { sql } from 'kysely';
import { draftMessage } from '../../../engine/messaging/draft-message.ts';
import type { MessageContent, MessageDraft } from '../../../engine/messaging/message.ts';
import type { LedgerDb } from '../../../engine/store/ledger/database.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { rial } from '../../../engine/values/rial.ts';

/** 1404/08/30 10:30 in Tehran. */
export const NOW = Date.parse('2025-11-21T10:30:00+03:30');

/** A content of each kind, in the words of the field. */
export const CONTENTS: readonly MessageContent[] = [
  { kind: 'service-ends-in-days', params: { days: 2, endsAt: NOW + 2 * DAY_MS } },
  { kind: 'service-ends-today', params: { endsAt: NOW } },
  { kind: 'collection-list', params: { since: NOW } },
  { kind: 'purchase-applied', params: { item: 'سرويس يك ماهه 50 گيگ', until: NOW + 30 * DAY_MS } },
  { kind: 'payment-credited', params: { amount: rial(1_250_000), reference: '140408301030' } },
  { kind: 'document-rejected', params: { document: 'كارت ملی', deadline: NOW + 7 * DAY_MS } },
  { kind: 'document-suspended', params: {} },
  { kind: 'bill-issued', params: { number: '1404-17', amount: rial(999), dueAt: NOW + 10 * DAY_MS } },
  { kind: 'free-charge', params: { octets: octets(1.5 * 1024 ** 3), until: NOW + DAY_MS } },
  { kind: 'volume-85', params: { left: octets(512 * 1024 ** 2) } },
  { kind: 'volume-ended', params: { effect: 'slowed' } },
];

/** A message under a key, due at `NOW`; customer 1 unless told otherwise. */
export function draftOf(dedupeKey: string, change: Partial<MessageDraft> = {}): MessageDraft {
  const draft = draftMessage({
    recipient: { customer: 1, username: 'u1', mobile: '+989123456789' },
    content: CONTENTS[0]!,
    subject: '17',
    language: 'fa',
    senderName: 'میزان',
    sendAt: NOW,
    notAfter: NOW + 30 * DAY_MS,
  });
  return { ...draft, dedupeKey, ...change };
}

/** Customers 1 to `count`. */
export async function addCustomers(db: LedgerDb, count: number): Promise<void> {
  await sql`
    INSERT INTO customer (kind, name, revision, created_at, updated_at)
    SELECT 'person', 'c' || n, 1, now(), now() FROM generate_series(1, ${count}::integer) AS n`.execute(db);
}
