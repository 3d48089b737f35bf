import type { EndRefusal } from '../orders/end-service.ts';
import type { ChangeNote } from '../subscribers/audit-trail.ts';
import type { Scope } from '../subscribers/scope.ts';
import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { Invoice, InvoiceNumber, InvoicePayment } from './invoice.ts';
import type { CreditNoteError, TakenBack } from './issue.ts';

/** An invoice or credit note, and whose it is. */
export interface StoredInvoice {
  readonly customer: number;
  readonly invoice: Invoice;
}

/** An invoice with what happened to it after its issue. */
export interface InvoiceFile extends StoredInvoice {
  /** Credit notes that take it back, oldest first. */
  readonly creditNotes: readonly Invoice[];
  /** How a debt was paid later, as far as the ledger tells (`paymentsOfDebt`); none of what was paid at once. */
  readonly paidLater: readonly InvoicePayment[];
}

/** Which invoices and credit notes to list, newest first. */
export interface InvoiceFilter {
  /** Only those of customers within it. */
  readonly scope?: Scope | undefined;
  readonly customer?: number | undefined;
  readonly orderId?: number | undefined;
  readonly limit: number;
  /** Only those issued before this one: the last one of the page before. */
  readonly before?: InvoiceNumber | undefined;
}

/** An invoice that is to be taken back. */
export interface RefundRequest {
  readonly invoice: InvoiceNumber;
  readonly takenBack: TakenBack;
  /** What becomes of what the order brought: `end` only when all of the invoice is taken back by this. */
  readonly service: 'keep' | 'end';
  /** A name of this request: it is carried out once, and gives the same credit note again. */
  readonly key: string;
}

/** Why an invoice is not taken back. */
export type RefundRefusal =
  | CreditNoteError
  | EndRefusal
  | 'no-such-invoice'
  /** Another order has taken off what the service was still worth: that one may be taken back. */
  | 'value-was-taken-off'
  /** The line is another customer's by now, or nobody's: what it has is not ended. */
  | 'line-has-moved'
  /** Rows of the invoice stay, so the service stays, too. */
  | 'not-all-is-taken-back'
  /** The key belongs to a credit note of another invoice. */
  | 'key-is-taken';

/** What taking back came to. */
export interface Refunded {
  readonly customer: number;
  readonly creditNote: Invoice;
  /** False when an earlier call of the same key had written it. */
  readonly isNews: boolean;
}

/** Invoices as they were issued; only orders, bills and refunds bring new ones. */
export interface InvoiceStore {
  invoice(name: InvoiceNumber): Promise<InvoiceFile | undefined>;
  invoices(filter: InvoiceFilter): Promise<readonly StoredInvoice[]>;
  /**
   * Writes a credit note and puts its amount into the wallet, in one transaction with its number, the audit trail and, where
   * that is wanted, the end of the service. Of a bill that is not paid the debt is paid from that credit.
   */
  refund(request: RefundRequest, by: ChangeNote, now: Instant): Promise<Result<Refunded, RefundRefusal>>;
}

/** Whose the invoices are. */
export interface InvoiceOwner {
  readonly invoices: InvoiceStore;
}
