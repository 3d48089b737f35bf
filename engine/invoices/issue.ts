import { type VatRate, vatRateAt } from '../catalog/vat.ts';
import type { Charge } from '../ledger/business-events.ts';
import type { Bill } from '../orders/postpaid-bills.ts';
import type { Quote } from '../orders/quote.ts';
import type { Instant } from '../values/instant.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { type Rial, subtractRial, ZERO_RIAL } from '../values/rial.ts';
import { truncShare } from '../values/trunc-share.ts';
import {
  type Invoice,
  type InvoiceDeduction,
  type InvoiceDraft,
  type InvoiceLine,
  type InvoiceParty,
  type InvoicePayment,
  type InvoiceRow,
  invoiceTotals,
  paidAmount,
} from './invoice.ts';

/** What an invoice says beside its figures. */
export interface InvoiceCircumstances {
  readonly issuedAt: Instant;
  readonly seller: InvoiceParty;
  readonly buyer: InvoiceParty;
  readonly line: InvoiceLine;
  readonly paid: readonly InvoicePayment[];
  /** '' for none. */
  readonly orderId?: string;
  readonly billId?: string;
}

/**
 * The invoice of an order (product lines P50 to P53, P56). The tax is the quote's, which must be of the day of issue.
 * @throws RangeError when more was paid than is to be paid.
 */
export function invoiceOfQuote(quote: Quote, circumstances: InvoiceCircumstances): InvoiceDraft {
  const percent = quote.lines.find((line) => line.what === 'vat')?.percent ?? 0;
  const rows: InvoiceRow[] = [];
  const deductions: InvoiceDeduction[] = [];
  for (const line of quote.lines) {
    if (line.what === 'price') {
      const { name, each, count, amount } = line;
      rows.push({ ...plainRow(name, percent, quote.vat), quantity: count, unitPrice: each, amount });
    } else if (line.what === 'remaining-value') {
      const amount = subtractRial(line.amount, quote.surplus);
      deductions.push({ what: line.what, amount, name: line.name, value: line.value });
    } else if (line.what === 'wallet-credit') {
      deductions.push({ what: line.what, amount: line.amount, before: line.before });
    }
  }
  return draft(circumstances, rows, quote.lineRental, deductions, quote.surplus);
}

/**
 * The invoice of postpaid bills (product lines P29 to P31), a row each. The tax is of the day of issue, not of the month
 * that was used, and is cut for every row.
 * @param vatRates the house's own; see `vatRateAt`.
 * @throws RangeError when more was paid than is to be paid.
 */
export function invoiceOfBills(
  bills: readonly Bill[],
  vatRates: readonly VatRate[],
  circumstances: InvoiceCircumstances,
): Result<InvoiceDraft, 'tax-of-year-unknown'> {
  const percent = vatRateAt(circumstances.issuedAt, vatRates);
  if (percent === undefined) return fail('tax-of-year-unknown');
  const rows = bills.map(({ name, firstDay, lastDay, days, amount }) => ({
    ...plainRow(name, percent, truncShare(amount, percent, 100)),
    term: { firstDay, lastDay, days },
    unitPrice: amount,
    amount,
  }));
  return ok(draft(circumstances, rows, ZERO_RIAL, [], ZERO_RIAL));
}

/** What a credit note takes back. */
export type TakenBack =
  | 'all'
  | {
      /** Rows of the invoice, counted from 1. */
      readonly rows: readonly number[];
      readonly lineRental: boolean;
    };

/** Why no credit note can be written. */
export type CreditNoteError =
  | 'not-an-invoice'
  | 'no-such-row'
  | 'already-taken-back'
  | 'nothing-to-take-back';

/** What a credit note says beside its figures; `paid` is how the money is given back. */
export interface CreditNoteCircumstances {
  readonly issuedAt: Instant;
  readonly takenBack: TakenBack;
  /** Credit notes of this invoice that were issued already. */
  readonly earlier: readonly Invoice[];
  /** Where the money goes: the wallet, or the gateway that was paid at with its reference. */
  readonly to: { readonly by: 'wallet' } | Omit<InvoicePayment & { by: 'gateway' }, 'amount'>;
}

/**
 * Takes an invoice back, or whole rows of it, at the tax that they bore. Nothing is taken back twice; nothing is deducted:
 * what was paid with a former service or with credit is given back as money (`refund` of the ledger).
 */
export function creditNoteOf(
  invoice: Invoice,
  { issuedAt, takenBack, earlier, to }: CreditNoteCircumstances,
): Result<InvoiceDraft, CreditNoteError> {
  if (invoice.kind !== 'invoice') return fail('not-an-invoice');
  const wanted = takenBack === 'all' ? everything(invoice) : takenBack;
  const before = earlier.filter(({ corrects }) => isOf(invoice, corrects));
  const gone = new Set(before.flatMap(({ rows }) => rows.map((row) => row.takesBack)));
  const isRentalGone = before.some(({ totals }) => totals.lineRental > 0);
  if (wanted.rows.some((row) => invoice.rows[row - 1] === undefined)) return fail('no-such-row');
  const isTwice = new Set(wanted.rows).size < wanted.rows.length || wanted.rows.some((row) => gone.has(row));
  if (isTwice || (wanted.lineRental && isRentalGone)) return fail('already-taken-back');
  const rows = wanted.rows.map((takesBack) => ({ ...invoice.rows[takesBack - 1]!, takesBack }));
  const rental = wanted.lineRental ? invoice.totals.lineRental : ZERO_RIAL;
  const totals = invoiceTotals(rows, rental, []);
  if (totals.total === 0) return fail('nothing-to-take-back');
  const { seller, buyer, line, orderId, billId, series, number } = invoice;
  return ok({
    ...{ kind: 'credit-note', issuedAt, seller, buyer, line, rows, deductions: [], totals },
    ...{ surplus: ZERO_RIAL, paid: [{ ...to, amount: totals.payable }] },
    ...{ corrects: { series, number }, orderId, billId },
  });
}

/** The figures that the ledger is charged with, or gives back for a credit note. */
export function chargeOf({ totals }: Pick<InvoiceDraft, 'totals'>): Charge {
  return { price: totals.price, vat: totals.vat, lineRental: totals.lineRental };
}

function everything({ rows, totals }: Invoice): Exclude<TakenBack, 'all'> {
  return { rows: rows.map((_, index) => index + 1), lineRental: totals.lineRental > 0 };
}

function isOf({ series, number }: Invoice, corrects: Invoice['corrects']): boolean {
  return corrects?.series === series && corrects.number === number;
}

function plainRow(
  description: string,
  vatPercent: number,
  vat: Rial,
): Omit<InvoiceRow, 'unitPrice' | 'amount'> {
  return { description, vatPercent, vat, quantity: 1, term: undefined, takesBack: undefined };
}

function draft(
  circumstances: InvoiceCircumstances,
  rows: readonly InvoiceRow[],
  lineRental: Rial,
  deductions: readonly InvoiceDeduction[],
  surplus: Rial,
): InvoiceDraft {
  const { issuedAt, seller, buyer, line, paid, orderId = '', billId = '' } = circumstances;
  const totals = invoiceTotals(rows, lineRental, deductions);
  if (paidAmount(paid) > totals.payable) throw new RangeError('more paid than is to be paid');
  const goods = { rows, deductions, totals, surplus, paid };
  return { kind: 'invoice', issuedAt, seller, buyer, line, ...goods, corrects: undefined, orderId, billId };
}
