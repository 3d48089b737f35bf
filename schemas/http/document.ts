import { z } from 'zod';
import { DOCUMENT_TYPES } from '../../engine/subscribers/document.ts';
import { storedNumber } from './customer.ts';
import { PAGE_BEFORE, pageLimit } from './fields.ts';
import { shownAs } from './shown-as.ts';

const TYPES = DOCUMENT_TYPES.map((type) => `"${type}"`).join(', ');

/** `POST /customers/{id}/documents`, a form of several parts. */
export const uploadForm = z.strictObject({
  type: z.enum(DOCUMENT_TYPES, `must be one of ${TYPES}`),
  file: shownAs(z.instanceof(File, { error: 'must be a file' }), {
    type: 'string',
    contentMediaType: 'image/*',
    description: 'A picture: JPEG, PNG or WebP.',
  }),
});

/** `POST /documents/{id}/review`. */
export const reviewBody = z.strictObject({
  verdict: z.enum(['approved', 'rejected'], 'must be "approved" or "rejected"'),
  note: z
    .string()
    .max(1_000, 'must have at most 1000 characters')
    .default('')
    .describe('Told to the customer.'),
});

/** `GET /documents`: those that wait, longest waiting first. */
export const waitingQuery = z.strictObject({
  limit: pageLimit,
  after: storedNumber.optional().describe(PAGE_BEFORE),
});
