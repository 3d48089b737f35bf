import { type Grammar, query } from './grammar.ts';
import { post } from './order-commands.ts';
import { showCreditNote, showInvoice, showInvoices, showMessages, showSaved } from './show-invoices.ts';

/** `1405-1024` is number 1024 of series 1405. */
function pathOf(name: string): string {
  const end = name.lastIndexOf('-');
  const [series, number] = [name.slice(0, Math.max(0, end)), name.slice(end + 1)];
  return `/invoices/${encodeURIComponent(series || '-')}/${encodeURIComponent(number)}`;
}

/** Invoices, and messages to customers. */
export const INVOICE_GRAMMARS: readonly Grammar[] = [
  {
    ...{ words: ['invoice', 'list'], options: ['customer', 'order', 'limit'], show: showInvoices },
    request: (_, { customer, order, limit }) => ({
      ...{ method: 'GET', path: `/invoices${query({ customer, order, limit })}` },
    }),
  },
  {
    ...{ words: ['invoice', 'show'], operand: 'INVOICE', options: [], show: showInvoice },
    request: (name) => ({ method: 'GET', path: pathOf(name) }),
  },
  {
    ...{ words: ['invoice', 'pdf'], operand: 'INVOICE', options: ['language', 'out'], show: showSaved },
    request: (name, { language, out = `invoice-${name.replaceAll(/[^\w-]/g, '')}.pdf` }) => ({
      ...{ method: 'GET', path: `${pathOf(name)}/pdf${query({ language })}`, saveAs: String(out) },
    }),
  },
  {
    ...{ words: ['invoice', 'refund'], operand: 'INVOICE', show: showCreditNote },
    options: ['reason', 'end'],
    needs: ['reason'],
    request: (name, { reason, end }) =>
      post(`${pathOf(name)}/credit-note`, { reason, service: end === true ? 'end' : 'keep' }),
  },
  {
    ...{ words: ['messages'], operand: 'CUSTOMER', options: ['page'], show: showMessages },
    request: (customer, { page }) => ({
      method: 'GET',
      path: `/customers/${encodeURIComponent(customer)}/messages${query({ page, size: '20', language: 'en' })}`,
    }),
  },
];
