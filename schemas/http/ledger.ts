import { z } from 'zod';

/** Number of an entry of the ledger. */
const entryNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'must be the number of an entry')
  .transform(Number);

/** `GET /ledger/verify`: from which entry on, and a place of the chain that was kept outside. */
export const verifyQuery = z.strictObject({
  from: entryNumber.optional(),
  kept: z
    .string()
    .regex(/^[1-9]\d{0,14}:[0-9a-f]{64}$/, 'must be the number of an entry, a colon and its hash')
    .transform((text) => {
      const [number = '', hash = ''] = text.split(':');
      return { number: Number(number), hash };
    })
    .optional(),
});

/** `GET /ledger/accounts/{code}`: a page of entries, newest first; `before` is `next` of the page before. */
export const accountQuery = z.strictObject({
  limit: z
    .string()
    .regex(/^[1-9]\d{0,2}$/, 'must be a whole number from 1 to 999')
    .transform(Number)
    .default(100),
  before: entryNumber.optional(),
});
