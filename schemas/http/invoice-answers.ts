import { z } from 'zod';
import { count, nextPage, utcInstant } from './answer-fields.ts';

const rial = count.describe('Whole Rial.');
const name = z.string().describe('Series and number, such as 1405-1024.');
const kind = z.enum(['invoice', 'credit-note']);
const day = z.string().describe('Jalali, such as 1405/08/30.');

const party = z.object({
  kind: z.enum(['person', 'company']),
  name: z.string(),
  identity: z.string(),
  economicCode: z.string(),
  postalCode: z.string(),
  address: z.string(),
  phone: z.string(),
});

const payment = z.discriminatedUnion('by', [
  z.object({ by: z.literal('wallet'), amount: rial }),
  z.object({ by: z.literal('gateway'), gateway: z.string(), reference: z.string(), amount: rial }),
]);

const row = z.object({
  description: z.string(),
  term: z.object({ firstDay: day, lastDay: day, days: count }).nullable(),
  quantity: count,
  unitPrice: rial,
  amount: rial,
  vatPercent: count,
  vat: rial,
  takesBack: count.nullable().describe('Of a credit note: the row of the invoice, from 1.'),
});

const deduction = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('remaining-value'),
    amount: rial,
    name: z.string(),
    value: z.object({
      amount: rial,
      base: rial,
      left: count,
      whole: count,
      unit: z.enum(['days', 'octets']),
    }),
  }),
  z.object({ what: z.literal('wallet-credit'), amount: rial, before: rial }),
]);

const summary = {
  name,
  series: z.string(),
  number: z.int().min(1),
  kind,
  customer: z.int().min(1),
  issuedAt: utcInstant,
  username: z.string(),
  payable: rial.describe('Whole Rial; of a credit note what is given back.'),
  orderId: z.string().describe('Empty for none.'),
  billId: z.string().describe('Empty for none.'),
  corrects: name.nullable().describe('Of a credit note: the invoice that it takes back.'),
};

/** An invoice or credit note in a list. */
export const invoiceSummary = z
  .object(summary)
  .meta({ id: 'InvoiceSummary', description: 'An invoice or credit note in a list.' });

/** A page of invoices. */
export const invoicesAnswer = z
  .object({ invoices: z.array(invoiceSummary), next: nextPage })
  .describe('Invoices and credit notes, newest first.');

/** An invoice as it was issued, and what became of it. */
export const invoiceAnswer = z
  .object({
    ...summary,
    seller: party,
    buyer: party,
    linePhone: z.string(),
    rows: z.array(row),
    deductions: z.array(deduction),
    totals: z
      .object({ price: rial, vat: rial, lineRental: rial, total: rial, deducted: rial, payable: rial })
      .describe('total = price + vat + lineRental, payable = total − deducted.'),
    surplus: rial.describe('Put into the wallet.'),
    paid: z.array(payment).describe('At once; of a credit note how the money is given back.'),
    paidLater: z.array(payment).describe('Of a bill: what came in since, oldest debt first.'),
    creditNotes: z.array(name).describe('What takes it back.'),
    link: z
      .string()
      .describe('A path that shows it to whoever has it, without a login, for 30 days; more with /pdf.'),
  })
  .meta({ id: 'Invoice', description: 'An invoice or credit note as it was issued, and what became of it.' });

/** A credit note that was written. */
export const creditNoteAnswer = z
  .object({ creditNote: invoiceSummary })
  .describe('The credit note; its amount is in the wallet.');
