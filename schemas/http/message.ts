import { z } from 'zod';
import { choice } from './choice.ts';
import { storedNumber } from './customer.ts';
import { PAGE_BEFORE, pageLimit } from './fields.ts';
import { shownAs } from './shown-as.ts';

/** `GET /customers/{id}/messages`: as subscribers are shown it (product line P61). */
export const customerMessagesQuery = z.strictObject({
  size: choice('10', '15', '20').default('10').transform(Number).describe('Rows of a page.'),
  page: shownAs(
    z
      .string()
      .regex(/^[1-9]\d{0,5}$/, 'must be the number of a page, from 1')
      .transform(Number)
      .default(1),
    { type: 'integer', minimum: 1, default: 1, description: 'Number of the page.' },
  ),
  language: choice('fa', 'en').default('fa').describe('Of the reasons.'),
});

/** `GET /messages`: newest first. */
export const messagesQuery = z.strictObject({
  state: choice('queued', 'sending', 'sent', 'delivered', 'failed', 'blocked', 'cancelled').optional(),
  limit: pageLimit,
  before: storedNumber.optional().describe(PAGE_BEFORE),
});
