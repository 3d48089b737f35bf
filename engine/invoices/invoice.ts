import type { RemainingValue } from '../orders/remaining-value.ts';
import type { Instant } from '../values/instant.ts';
import type { JalaliDay } from '../values/jalali.ts';
import { addRial, type Rial, subtractRial } from '../values/rial.ts';
import { truncShare } from '../values/trunc-share.ts';

/** Who sells or buys. A text is '' where it is not known; the numbers are ASCII digits as `values` reads them. */
export interface InvoiceParty {
  readonly kind: 'person' | 'company';
  readonly name: string;
  /** National id «کد ملی» of a person, company id «شناسه ملی» of a company. */
  readonly identity: string;
  /** «شماره اقتصادی» */
  readonly economicCode: string;
  readonly postalCode: string;
  readonly address: string;
  readonly phone: string;
}

/** The line that the goods are for. */
export interface InvoiceLine {
  readonly username: string;
  readonly phone: string;
}

/** Days that a row is for, both included, and how many of them are billed. */
export interface InvoiceTerm {
  readonly firstDay: JalaliDay;
  readonly lastDay: JalaliDay;
  readonly days: number;
}

/** Goods: `amount` = quantity × unitPrice, `vat` = TRUNC(amount × vatPercent / 100) at the day of the invoice. */
export interface InvoiceRow {
  readonly description: string;
  readonly term: InvoiceTerm | undefined;
  readonly quantity: number;
  readonly unitPrice: Rial;
  readonly amount: Rial;
  readonly vatPercent: number;
  readonly vat: Rial;
  /** Of a credit note: which row of the invoice it takes back, counted from 1. */
  readonly takesBack: number | undefined;
}

/** What is taken off; `amount` never is more than there was to pay. */
export type InvoiceDeduction =
  | {
      readonly what: 'remaining-value';
      readonly amount: Rial;
      /** The former service «سرویس فعلی». */
      readonly name: string;
      /** How its whole value was found; what it has more than `amount` is the invoice's `surplus`. */
      readonly value: RemainingValue;
    }
  | {
      readonly what: 'wallet-credit';
      readonly amount: Rial;
      /** In the wallet before. */
      readonly before: Rial;
    };

/** Money that was paid for an invoice, or that was given back for a credit note. */
export type InvoicePayment =
  | { readonly by: 'gateway'; readonly gateway: string; readonly reference: string; readonly amount: Rial }
  | { readonly by: 'wallet'; readonly amount: Rial };

/** Sums of an invoice. total = price + vat + lineRental, payable = total - deducted. */
export interface InvoiceTotals {
  readonly price: Rial;
  readonly vat: Rial;
  /** «آبونمان», without tax. */
  readonly lineRental: Rial;
  readonly total: Rial;
  readonly deducted: Rial;
  /** «مبلغ قابل پرداخت»; of a credit note what the buyer gets back. */
  readonly payable: Rial;
}

/** How an invoice is called: a series such as `1405`, and its number within, from 1 without gaps. */
export interface InvoiceNumber {
  readonly series: string;
  readonly number: number;
}

/** An invoice before it has its number, which only the issuing transaction gives (lago-api#1774, itflow#94). */
export interface InvoiceDraft {
  readonly kind: 'invoice' | 'credit-note';
  /** The tax point (product line T01). */
  readonly issuedAt: Instant;
  readonly seller: InvoiceParty;
  readonly buyer: InvoiceParty;
  readonly line: InvoiceLine;
  readonly rows: readonly InvoiceRow[];
  readonly deductions: readonly InvoiceDeduction[];
  readonly totals: InvoiceTotals;
  /** Put into the wallet, because the former service was worth more than everything costs (product line P53). */
  readonly surplus: Rial;
  readonly paid: readonly InvoicePayment[];
  /** Of a credit note: the invoice that it takes back, wholly or in part. */
  readonly corrects: InvoiceNumber | undefined;
  /** '' for none, as in the ledger. */
  readonly orderId: string;
  readonly billId: string;
}

/** An invoice that was issued: it is never changed, only corrected by a credit note (lago#99). */
export interface Invoice extends InvoiceDraft, InvoiceNumber {}

const SERIES = /^[A-Za-z0-9-]{1,20}$/;

/**
 * Gives a draft its number.
 * @throws RangeError when the number is no positive integer, the series is not 1 to 20 ASCII letters, digits and
 *   hyphens, or the figures do not add up: a draft of this folder's functions always does.
 */
export function issueInvoice(draft: InvoiceDraft, { series, number }: InvoiceNumber): Invoice {
  if (!SERIES.test(series) || !Number.isSafeInteger(number) || number < 1) {
    throw new RangeError(`no number of an invoice: ${series} ${number}`);
  }
  if (!addsUp(draft)) throw new RangeError(`an invoice that does not add up: ${series} ${number}`);
  return { ...draft, series, number };
}

/** Sums of rows, rental and deductions; throws RangeError when more is deducted than there is. */
export function invoiceTotals(
  rows: readonly InvoiceRow[],
  lineRental: Rial,
  deductions: readonly InvoiceDeduction[],
): InvoiceTotals {
  const price = addRial(...rows.map((row) => row.amount));
  const vat = addRial(...rows.map((row) => row.vat));
  const total = addRial(price, vat, lineRental);
  const deducted = addRial(...deductions.map(({ amount }) => amount));
  return { price, vat, lineRental, total, deducted, payable: subtractRial(total, deducted) };
}

/** True when everything that is to be paid was paid, also when that is nothing. */
export function isPaid({ totals, paid }: Pick<InvoiceDraft, 'totals' | 'paid'>): boolean {
  return paidAmount(paid) === totals.payable;
}

/** What was paid at gateways and from the wallet. */
export function paidAmount(paid: readonly InvoicePayment[]): Rial {
  return addRial(...paid.map(({ amount }) => amount));
}

/** True when the sums are those of the rows and no more was paid than is to be paid. */
function addsUp({ rows, deductions, totals, paid }: InvoiceDraft): boolean {
  const sums = invoiceTotals(rows, totals.lineRental, deductions);
  const same = (Object.keys(sums) as (keyof InvoiceTotals)[]).every((key) => sums[key] === totals[key]);
  return same && rows.every(isRowRight) && paidAmount(paid) <= totals.payable;
}

function isRowRight({ quantity, unitPrice, amount, vatPercent, vat }: InvoiceRow): boolean {
  return quantity * unitPrice === amount && truncShare(amount, vatPercent, 100) === vat;
}
