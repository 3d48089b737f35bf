import type { InvoiceRow } from '../../engine/invoices/invoice.ts';
import { invoiceName } from '../../engine/invoices/invoice-sheet.ts';
import type { InvoiceFile, StoredInvoice } from '../../engine/invoices/invoice-store.ts';
import { dayFigures } from '../../engine/invoices/invoice-text.ts';
import { scopeOf } from '../../engine/subscribers/scope.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { creditNoteBody, invoicesQuery, pdfQuery, seriesText } from '../../schemas/http/invoice.ts';
import {
  creditNoteAnswer,
  invoiceAnswer,
  type invoiceSummary,
  invoicesAnswer,
} from '../../schemas/http/invoice-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { requestKeyOf } from '../idempotency.ts';
import { linkOf, pdfHeaders } from '../invoice-paper.ts';
import { toIso } from '../iso-time.ts';
import { notFound } from '../problem.ts';
import { refusalsOf, refused } from '../refusal.ts';
import { Resource } from '../route.ts';

/** An invoice in a list as the API tells it. */
export type InvoiceSummaryAnswer = Told<typeof invoiceSummary>;

/** An invoice as the API tells it. */
export type InvoiceAnswer = Told<typeof invoiceAnswer>;

const NO_SUCH_INVOICE = 'There is no invoice of this series and number.';

const ONE_INVOICE = {
  params: { series: seriesText, number: storedNumber.describe('Number within the series.') },
  problems: { 404: NO_SUCH_INVOICE },
} as const;

const NOT_TAKEN_BACK = [
  'not-an-invoice',
  'no-such-row',
  'already-taken-back',
  'nothing-to-take-back',
  'not-all-is-taken-back',
  'value-was-taken-off',
  'service-is-over',
  'nothing-to-end',
  'line-is-paused',
  'line-has-moved',
  'key-is-taken',
] as const;

/** Invoices and credit notes: listed, shown, printed, taken back. */
export function invoiceRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Invoices', deps);
  serveReading(routes, deps);
  serveRefunds(routes, deps);
  return routes;
}

function serveReading(routes: Resource, { ledger: { invoices }, invoiceAccess, clock }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'get', path: '/invoices', operationId: 'listInvoices' },
        ...{ callers: ['staff', 'agent'], reach: 'listed' },
        summary: 'List invoices and credit notes, newest first',
        query: invoicesQuery,
        answers: { 200: invoicesAnswer },
      },
      async ({ query: { order: orderId, ...filter } }, c) => {
        const scope = scopeOf(principalOf(c));
        const found = await invoices.invoices({ ...filter, orderId, scope });
        const last = found.length === filter.limit ? found.at(-1) : undefined;
        return {
          invoices: found.map(summaryOf),
          next: last === undefined ? null : invoiceName(last.invoice),
        };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/invoices/{series}/{number}', operationId: 'getInvoice', ...ONE_INVOICE },
        ...{ callers: ['staff', 'agent'], reach: { of: 'invoice' } },
        summary: 'Show an invoice or credit note, with a link for who has no login',
        answers: { 200: invoiceAnswer },
      },
      async ({ params }, c) => {
        const file = await invoices.invoice(params);
        if (file === undefined) return notFound(c, NO_SUCH_INVOICE);
        return answerOf(file, linkOf(file.invoice, invoiceAccess, clock.now()));
      },
    )
    .serve(
      {
        ...{
          method: 'get',
          path: '/invoices/{series}/{number}/pdf',
          operationId: 'getInvoicePdf',
          ...ONE_INVOICE,
        },
        summary: 'Get an invoice or credit note as PDF',
        ...{ callers: ['staff', 'agent'], reach: { of: 'invoice' } },
        query: pdfQuery,
        answers: { 200: { type: 'application/pdf', what: 'The invoice on A4.' } },
      },
      async ({ params, query: { language } }, c) => {
        const file = await invoices.invoice(params);
        if (file === undefined) return notFound(c, NO_SUCH_INVOICE);
        const pdf = invoiceAccess.pdfs.pdfOf(file, language, invoiceAccess);
        return c.body(pdf, 200, pdfHeaders(file.invoice));
      },
    );
}

function serveRefunds(routes: Resource, { ledger: { invoices }, clock, onApplied }: ApiDeps): void {
  routes.serve(
    {
      ...{ method: 'post', path: '/invoices/{series}/{number}/credit-note', operationId: 'takeInvoiceBack' },
      summary: 'Take an invoice back: a credit note, and its amount into the wallet',
      description:
        'The debt of a bill that is not paid is paid from it. A service is ended at once, if wanted; one that waits begins then.',
      params: ONE_INVOICE.params,
      body: creditNoteBody,
      answers: { 201: creditNoteAnswer },
      problems: { 404: NO_SUCH_INVOICE, 409: refusalsOf(...NOT_TAKEN_BACK) },
      idempotencyKey: 'required',
    },
    async ({ params: invoice, body: { reason, ...wanted } }, c) => {
      const { actor } = principalOf(c);
      const request = { ...wanted, invoice, key: requestKeyOf(c)! };
      const done = await invoices.refund(request, { actor, reason }, clock.now());
      if (!done.ok) return refused(c, done.error);
      if (wanted.service === 'end') await onApplied();
      const { customer, creditNote } = done.value;
      return { creditNote: summaryOf({ customer, invoice: creditNote }) };
    },
  );
}

function summaryOf({ customer, invoice }: StoredInvoice): InvoiceSummaryAnswer {
  const { series, number, kind, issuedAt, line, totals, orderId, billId, corrects } = invoice;
  return {
    ...{ name: invoiceName(invoice), series, number, kind, customer, issuedAt: toIso(issuedAt) },
    ...{ username: line.username, payable: totals.payable, orderId, billId },
    corrects: corrects === undefined ? null : invoiceName(corrects),
  };
}

function answerOf(file: InvoiceFile, link: string): InvoiceAnswer {
  const { invoice, paidLater, creditNotes } = file;
  const { seller, buyer, line, deductions, totals, surplus, paid } = invoice;
  return {
    ...summaryOf(file),
    ...{ seller, buyer, linePhone: line.phone, rows: invoice.rows.map(rowOf), deductions, totals, surplus },
    ...{ paid, paidLater, creditNotes: creditNotes.map(invoiceName), link },
  };
}

function rowOf({ term, takesBack, ...row }: InvoiceRow): InvoiceAnswer['rows'][number] {
  const days = term && { ...term, firstDay: dayFigures(term.firstDay), lastDay: dayFigures(term.lastDay) };
  return { ...row, term: days ?? null, takesBack: takesBack ?? null };
}
