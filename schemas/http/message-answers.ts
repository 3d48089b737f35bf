import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';

const id = z.int().min(1);
const state = z.enum(['queued', 'sending', 'sent', 'delivered', 'failed', 'blocked', 'cancelled']);

/** A page of a customer's messages. */
export const customerMessagesAnswer = z
  .object({
    from: count.describe('Number of the first row, 0 on an empty page.'),
    to: count,
    total: count.describe('Rows of all pages.'),
    rows: z.array(
      z.object({
        row: id.describe('From 1, over all pages.'),
        id,
        at: utcInstant.describe('When it was sent.'),
        senderName: z.string(),
        mobile: z.string(),
        reason: z.string().describe('In words.'),
        text: z.string(),
        state,
      }),
    ),
  })
  .describe('Messages that the customer got, newest first.');

/** A page of all messages. */
export const messagesAnswer = z
  .object({
    messages: z.array(
      z
        .object({
          id,
          customer: id,
          username: z.string().describe('The line that it is about, empty for none.'),
          mobile: z.string(),
          kind: z.string().describe('Why it was sent.'),
          text: z.string(),
          parts: count,
          state,
          provider: z.string().describe('Empty before it was tried.'),
          attempts: count,
          reason: z.string().describe('Why it was not sent, empty when nothing is wrong.'),
          cost: count.nullable().describe('Whole Rial, null when the provider does not say.'),
          queuedAt: utcInstant,
          sendAt: utcInstant,
          sentAt: utcInstant.nullable(),
          endedAt: utcInstant.nullable(),
        })
        .meta({ id: 'Message', description: 'A message to a customer.' }),
    ),
    next: id.nullable().describe('Asks for the next page; null when this was the last.'),
  })
  .describe('Newest first.');
