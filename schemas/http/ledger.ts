import { z } from 'zod';
import { PAGE_BEFORE, pageLimit } from './fields.ts';
import { shownAs } from './shown-as.ts';

/** Number of an entry of the ledger. */
const entryNumber = shownAs(
  z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'must be the number of an entry')
    .transform(Number),
  { type: 'integer', minimum: 1 },
);

/** `GET /ledger/verify`: from which entry on, and a place of the chain that was kept outside. */
export const verifyQuery = z.strictObject({
  from: entryNumber.optional().describe('The first entry to read; what is before it is believed.'),
  kept: z
    .string()
    .regex(/^[1-9]\d{0,14}:[0-9a-f]{64}$/, 'must be the number of an entry, a colon and its hash')
    .transform((text) => {
      const [number = '', hash = ''] = text.split(':');
      return { number: Number(number), hash };
    })
    .optional()
    .describe('A place of the chain that was kept outside: NUMBER:HASH.'),
});

/** `GET /ledger/accounts/{code}`: a page of entries, newest first; `before` is `next` of the page before. */
export const accountQuery = z.strictObject({
  limit: pageLimit,
  before: entryNumber.optional().describe(PAGE_BEFORE),
});
