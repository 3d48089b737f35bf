import { z } from 'zod';
import { readDay } from '../../engine/subscribers/read-day.ts';
import { asciiDigits } from '../../engine/values/persian-text.ts';
import { choice } from './choice.ts';
import { storedNumber } from './customer.ts';
import { attributeText, PAGE_BEFORE, pageLimit, printableText, rialAmount } from './fields.ts';
import { shownAs } from './shown-as.ts';

/** Base64 of a picture; a body has 8 MiB at most. */
const receipt = shownAs(
  z
    .string()
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, 'must be base64')
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64'))),
  { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/*' },
);

const day = shownAs(
  z
    .string()
    .refine((text) => readDay(text) !== undefined, 'must be a day such as 1405/08/30 or 2026-11-21')
    .transform((text) => readDay(text)!),
  { type: 'string' },
);

const trace = z
  .string()
  .transform((text) => asciiDigits(text).trim())
  .pipe(z.string().regex(/^[0-9A-Za-z/-]{1,40}$/, 'must be 1 to 40 digits or letters'));

/** `POST /customers/{id}/deposits`. */
export const depositBody = z.strictObject({
  orderId: z.int().min(1).optional().describe('Order that it pays; without one it is credit.'),
  amount: rialAmount(1).describe('Whole Rial.'),
  bank: attributeText.min(1, 'must not be empty').describe('As GET /deposit-accounts calls it.'),
  trace: shownAs(trace, { type: 'string' }).describe('Trace number on the receipt.'),
  depositedOn: day.describe('1405/08/30 or 2026-11-21.'),
  receipt: receipt.optional().describe('A picture of the receipt: JPEG, PNG or WebP.'),
});

/** `GET /deposits`: by number, the longest waiting first. */
export const depositsQuery = z.strictObject({
  state: choice('waiting', 'approved', 'rejected').optional(),
  customer: storedNumber.optional(),
  limit: pageLimit,
  after: storedNumber.optional().describe(PAGE_BEFORE),
});

/** Longest note of a review in octets. */
const NOTE_MAX = 1_000;

/** `POST /deposits/{id}/approve`. */
export const approvalBody = z.strictObject({ note: printableText(NOTE_MAX).default('') });

/** `POST /deposits/{id}/reject`. */
export const rejectionBody = z.strictObject({
  note: printableText(NOTE_MAX).min(1, 'must say why').describe('Told to the customer.'),
});
