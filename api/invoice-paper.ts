import { renderInvoicePdf } from '../engine/documents/invoice-pdf.ts';
import { type QrCode, qrCode } from '../engine/documents/qr-code.ts';
import type { Invoice, InvoiceNumber } from '../engine/invoices/invoice.ts';
import type { InvoiceLinks } from '../engine/invoices/invoice-link.ts';
import { type InvoiceSheet, invoiceName, invoiceSheet } from '../engine/invoices/invoice-sheet.ts';
import type { InvoiceFile } from '../engine/invoices/invoice-store.ts';
import type { InvoiceLanguage } from '../engine/invoices/invoice-words.ts';
import { DAY_MS, type Instant } from '../engine/values/instant.ts';

/** For as long as books are kept (ten years, article 13 of the Commercial Code) the code on paper leads to the invoice. */
const PAPER_DAYS = 3_653;

/** For how long a link lives that is handed out. */
const LINK_DAYS = 30;

/** Documents that are kept, some 40 kB each: who looks at one often does so twice. */
const KEPT = 32;

/** What invoices are shown with to people without a login. */
export interface InvoiceAccess {
  readonly links: InvoiceLinks;
  /** Where browsers reach us from outside, without a slash at its end; '' when nobody has said. */
  readonly publicUrl: string;
  readonly pdfs: InvoicePdfs;
}

/** An invoice on paper and page. */
export interface InvoicePaper {
  readonly sheet: InvoiceSheet;
  readonly qr: QrCode;
}

/** The texts and the code of an invoice's page. */
export function paperOf(file: InvoiceFile, language: InvoiceLanguage, access: InvoiceAccess): InvoicePaper {
  const sheet = invoiceSheet(
    printable(file),
    language,
    verificationUrl(file.invoice, access),
    file.creditNotes,
  );
  return { sheet, qr: qrCode(sheet.verification) };
}

/** A link for whoever is to see the invoice, 30 days long: a path of ours. */
export function linkOf(invoice: InvoiceNumber, { links }: InvoiceAccess, now: Instant): string {
  return `/i/${links.sign(invoice, now + LINK_DAYS * DAY_MS)}`;
}

/** Makes PDF files, and keeps the last ones. */
export class InvoicePdfs {
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>();

  /** The file; the same one again while nothing of the invoice has changed. */
  pdfOf(file: InvoiceFile, language: InvoiceLanguage, access: InvoiceAccess): Uint8Array<ArrayBuffer> {
    const { invoice, paidLater, creditNotes } = file;
    const name = JSON.stringify([language, invoiceName(invoice), paidLater, creditNotes.map(invoiceName)]);
    const pdf =
      this.#kept.get(name) ??
      renderInvoicePdf(printable(file), language, verificationUrl(invoice, access), creditNotes);
    // The last one that was asked for goes to the end of the line.
    this.#kept.delete(name);
    this.#kept.set(name, pdf);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return pdf;
  }
}

/** Headers of a file to be saved as `invoice-1405-12.pdf`. */
export function pdfHeaders(invoice: Invoice): Record<string, string> {
  const kind = invoice.kind === 'invoice' ? 'invoice' : 'credit-note';
  return {
    'content-type': 'application/pdf',
    'content-disposition': `attachment; filename="${kind}-${invoiceName(invoice)}.pdf"`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  };
}

/** The same at any time, so that the same invoice is the same file. */
function verificationUrl(invoice: Invoice, { links, publicUrl }: InvoiceAccess): string {
  if (publicUrl === '') return '';
  return `${publicUrl}/i/${links.sign(invoice, invoice.issuedAt + PAPER_DAYS * DAY_MS)}`;
}

/** The invoice with all of its payments, as it is printed. */
function printable({ invoice, paidLater }: InvoiceFile): Invoice {
  return paidLater.length === 0 ? invoice : { ...invoice, paid: [...invoice.paid, ...paidLater] };
}
