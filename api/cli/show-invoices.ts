import type { InvoiceAnswer, InvoiceSummaryAnswer } from '../routes/invoices.ts';
import type { CustomerMessagesAnswer } from '../routes/messages.ts';
import { type Column, formatFields, formatInstant, formatTable } from './format.ts';
import type { Show } from './show.ts';
import { formatRial } from './show-ledger.ts';

const summaryColumns: readonly Column<InvoiceSummaryAnswer>[] = [
  { heading: 'NUMBER', cell: ({ name }) => name },
  { heading: 'ISSUED', cell: ({ issuedAt }) => formatInstant(issuedAt) },
  { heading: 'CUSTOMER', align: 'right', cell: ({ customer }) => String(customer) },
  { heading: 'USERNAME', cell: ({ username }) => username },
  { heading: 'PAYABLE', align: 'right', cell: ({ payable, kind }) => signed(kind, payable) },
  { heading: 'OF', cell: ofWhat },
];

const rowColumns: readonly Column<InvoiceAnswer['rows'][number]>[] = [
  { heading: 'WHAT', cell: ({ description }) => description },
  { heading: 'FROM', cell: ({ term }) => term?.firstDay ?? '' },
  { heading: 'TO', cell: ({ term }) => term?.lastDay ?? '' },
  { heading: 'COUNT', align: 'right', cell: ({ quantity }) => String(quantity) },
  { heading: 'EACH', align: 'right', cell: ({ unitPrice }) => formatRial(unitPrice) },
  { heading: 'AMOUNT', align: 'right', cell: ({ amount }) => formatRial(amount) },
  { heading: 'TAX', align: 'right', cell: ({ vat, vatPercent }) => `${formatRial(vat)} (${vatPercent} %)` },
];

const messageColumns: readonly Column<CustomerMessagesAnswer['rows'][number]>[] = [
  { heading: 'ROW', align: 'right', cell: ({ row }) => String(row) },
  { heading: 'AT', cell: ({ at }) => formatInstant(at) },
  { heading: 'SENDER', cell: ({ senderName }) => senderName },
  { heading: 'MOBILE', cell: ({ mobile }) => mobile },
  { heading: 'STATE', cell: ({ state }) => state },
  { heading: 'REASON', cell: ({ reason }) => reason },
];

/** What a credit note gives back stands with a minus, beside what is to be paid. */
function signed(kind: InvoiceSummaryAnswer['kind'], amount: number): string {
  return `${kind === 'credit-note' ? '-' : ''}${formatRial(amount)}`;
}

function ofWhat({ corrects, orderId, billId }: InvoiceSummaryAnswer): string {
  if (corrects !== null) return `invoice ${corrects}`;
  return orderId === '' ? `bill ${billId}` : `order ${orderId}`;
}

function paymentText(payment: InvoiceAnswer['paid'][number]): string {
  const { by, amount } = payment;
  if (by === 'wallet') return `${formatRial(amount)} Rial, wallet`;
  return `${formatRial(amount)} Rial, ${payment.gateway} ${payment.reference}`;
}

/** `invoice list`. */
export const showInvoices: Show = (body) => {
  const { invoices, next } = body as { invoices: readonly InvoiceSummaryAnswer[]; next: string | null };
  if (invoices.length === 0) return 'No invoices.';
  const table = formatTable(summaryColumns, invoices);
  return next === null ? table : `${table}\n\nThere are more; ask for them with --limit.`;
};

/** `invoice show`. */
export const showInvoice: Show = (body) => {
  const invoice = body as InvoiceAnswer;
  const { totals, deductions, surplus, paid, paidLater, creditNotes } = invoice;
  const head = formatFields([
    [invoice.kind === 'invoice' ? 'Invoice' : 'Credit note', invoice.name],
    ['Of', ofWhat(invoice)],
    ['Issued', formatInstant(invoice.issuedAt)],
    ['Buyer', `${invoice.buyer.name} (customer ${invoice.customer})`],
    ['Line', invoice.username],
    ...(creditNotes.length === 0 ? [] : [['Taken back by', creditNotes.join(', ')] as const]),
  ]);
  const foot = formatFields([
    ['Price', formatRial(totals.price)],
    ['Tax', formatRial(totals.vat)],
    ['Line rental', formatRial(totals.lineRental)],
    ...deductions.map(({ what, amount }) => [what, `-${formatRial(amount)}`] as const),
    [invoice.kind === 'invoice' ? 'Payable' : 'Given back', `${formatRial(totals.payable)} Rial`],
    ...(surplus === 0 ? [] : [['To the wallet', `${formatRial(surplus)} Rial`] as const]),
    ...[...paid, ...paidLater].map((payment) => ['Paid', paymentText(payment)] as const),
    ['Page', `${invoice.link} (30 days, for whoever has it)`],
  ]);
  return `${head}\n\n${formatTable(rowColumns, invoice.rows)}\n\n${foot}`;
};

/** `invoice pdf`. */
export const showSaved: Show = (body) => {
  const { file, octets } = body as { file: string; octets: number };
  return `${file}: ${octets} octets.`;
};

/** `invoice refund`. */
export const showCreditNote: Show = (body) => {
  const { creditNote } = body as { creditNote: InvoiceSummaryAnswer };
  const { name, payable, customer } = creditNote;
  return `Credit note ${name}: ${formatRial(payable)} Rial are in the wallet of customer ${customer}.`;
};

/** `messages`: as the customer is shown them. */
export const showMessages: Show = (body) => {
  const { from, to, total, rows } = body as CustomerMessagesAnswer;
  if (rows.length === 0)
    return total === 0 ? 'No messages.' : `No messages on this page; there are ${total}.`;
  return `${formatTable(messageColumns, rows)}\n\n${from} - ${to} of ${total}`;
};
