import { sql } from 'kysely';
import { draftMessage } from '../../../messaging/draft-message.ts';
import type { MessageContent } from '../../../messaging/message.ts';
import type { HouseSettings } from '../../../orders/house-settings.ts';
import type { Instant } from '../../../values/instant.ts';
import { tehranMidnightAfter } from '../../../values/tehran-time.ts';
import type { LedgerDb } from '../database.ts';
import { queueMessages } from '../messages.ts';

/** A message about a line; of one subject each kind is sent once. */
export interface LineMessage {
  readonly content: MessageContent;
  readonly subject: string;
}

/** Puts a message about a line into the queue, to be sent today, if its customer has a mobile. */
export async function tellLine(
  tx: LedgerDb,
  line: { readonly username: string; readonly customer_id: number | null },
  { seller }: Pick<HouseSettings, 'seller'>,
  now: Instant,
  { content, subject }: LineMessage,
): Promise<void> {
  const customer = line.customer_id;
  if (customer === null) return;
  const { rows } = await sql<{ readonly mobile: string }>`
    SELECT mobile FROM customer WHERE id = ${customer}::bigint AND mobile <> ''`.execute(tx);
  const [found] = rows;
  if (found === undefined) return;
  const recipient = { customer, username: line.username, mobile: found.mobile };
  const times = { sendAt: now, notAfter: tehranMidnightAfter(now) };
  const message = draftMessage({
    ...{ recipient, content, subject, language: 'fa', senderName: seller.name, ...times },
  });
  await queueMessages(tx, [message], now);
}
