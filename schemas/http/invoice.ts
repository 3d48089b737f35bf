import { z } from 'zod';
import type { InvoiceNumber } from '../../engine/invoices/invoice.ts';
import type { TakenBack } from '../../engine/invoices/issue.ts';
import { choice } from './choice.ts';
import { storedNumber } from './customer.ts';
import { integer, PAGE_BEFORE, pageLimit, printableText } from './fields.ts';
import { shownAs } from './shown-as.ts';

/** Rows that an invoice may have; no order or month of bills comes near. */
const ROWS_MAX = 1_000;

/** A series such as `1405`, or `1405R` of credit notes. */
export const seriesText = z
  .string()
  .regex(/^[A-Za-z0-9-]{1,20}$/, 'must be a series such as 1405')
  .describe('Series, such as 1405; 1405R of credit notes.');

/** The name of an invoice, such as `1405-1024`. */
const invoiceName = shownAs(
  z
    .string()
    .regex(/^[A-Za-z0-9-]{1,20}-[1-9]\d{0,14}$/, 'must be the name of an invoice such as 1405-1024')
    .transform((text): InvoiceNumber => {
      const end = text.lastIndexOf('-');
      return { series: text.slice(0, end), number: Number(text.slice(end + 1)) };
    }),
  { type: 'string' },
);

/** `GET /invoices`: newest first. */
export const invoicesQuery = z.strictObject({
  customer: storedNumber.optional(),
  order: storedNumber.optional(),
  limit: pageLimit,
  before: invoiceName.optional().describe(PAGE_BEFORE),
});

/** `GET /invoices/{series}/{number}/pdf`. */
export const pdfQuery = z.strictObject({ language: choice('fa', 'en').default('fa') });

const someRows = z.strictObject({
  rows: z
    .array(integer(1, ROWS_MAX), 'must be a list of rows')
    .max(ROWS_MAX, `must have at most ${ROWS_MAX} rows`)
    .default([])
    .describe('Rows of the invoice, from 1.'),
  lineRental: z.boolean('must be true or false').default(false),
});

/** `POST /invoices/{series}/{number}/credit-note`. */
export const creditNoteBody = z.strictObject({
  takenBack: z
    .union([z.literal('all'), someRows], 'must be "all", or rows and lineRental')
    .default('all')
    .transform((taken): TakenBack => taken)
    .meta({ anyOf: [{ const: 'all' }, { type: 'object' }] })
    .describe('Whole rows: a part of one is taken back and invoiced anew.'),
  service: choice('keep', 'end')
    .default('keep')
    .describe('end: what the order brought ends at once; only where all of the invoice is taken back.'),
  reason: printableText(500).min(1, 'must not be empty').describe('Why, for the audit trail.'),
});
