import { z } from 'zod';
import { parseRange } from '../../engine/addresses/address-range.ts';
import { boundedList } from './bounded.ts';
import { attributeText, PAGE_BEFORE, pageLimit } from './fields.ts';

/** IPv4 addresses: a block, a first and a last one, or one. */
const addressRange = z
  .string()
  .refine(
    (text) => parseRange(text) !== undefined,
    'must be IPv4 addresses such as 10.20.0.0/22 or 10.20.8.10-10.20.8.200',
  );

/** A pool of ours in a provisioning document. Without ranges it is no pool of ours any more. */
export const poolDeclaration = z
  .strictObject({
    name: attributeText.min(1, 'must not be empty'),
    ranges: boundedList(addressRange, 1_000, 'must be at most 1000 ranges'),
  })
  .meta({
    id: 'PoolDeclaration',
    description: 'A pool of addresses, as it is declared; without ranges it is none of ours any more.',
  });

/** `GET /pools/{name}`: a page of leases; `after` is `next` of the page before. */
export const poolQuery = z.strictObject({
  limit: pageLimit,
  after: z
    .string()
    .regex(/^\d{1,20}$/, 'must be what the page before gave as next')
    .optional()
    .describe(PAGE_BEFORE),
});
