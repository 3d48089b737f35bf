import type { freeChargeAnswer } from '../../schemas/http/order-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { walletAnswer } from '../../schemas/http/wallet-answers.ts';
import type { OrderAnswer, PayAnswer, PaymentAnswer, QuotedAnswer } from '../orders.ts';
import type { SettlementAnswer } from '../routes/settlements.ts';
import { answered } from './answered.ts';
import { type Column, formatFields, formatInstant, formatOctets, formatTable } from './format.ts';
import type { Show } from './show.ts';
import { formatRial, rowColumns } from './show-ledger.ts';

type QuoteLine = QuotedAnswer['quote']['lines'][number];

const lineColumns: readonly Column<QuoteLine>[] = [
  { heading: 'FIGURE', cell: ({ what }) => what },
  { heading: 'RIAL', align: 'right', cell: ({ amount, what }) => `${signOf(what)}${formatRial(amount)}` },
  { heading: 'OF', cell: reasonOf },
];

function signOf(what: QuoteLine['what']): string {
  return what === 'remaining-value' || what === 'wallet-credit' ? '-' : '';
}

function reasonOf(line: QuoteLine): string {
  switch (line.what) {
    case 'price':
      return line.count === 1 ? line.name : `${line.name}, ${line.count} × ${formatRial(line.each)}`;
    case 'vat':
      return `${line.percent} % of ${formatRial(line.of)}`;
    case 'remaining-value':
      return `${line.name}: ${formatRial(line.value.base)} × ${line.value.left} / ${line.value.whole} ${line.value.unit}`;
    case 'wallet-credit':
      return `${formatRial(line.before)} in the wallet`;
    default:
      return '';
  }
}

function quoteText({ lines, payable, surplus }: QuotedAnswer['quote']): string {
  const sums = formatFields([
    ['Payable', `${formatRial(payable)} Rial`],
    ...(surplus === 0 ? [] : [['To the wallet', `${formatRial(surplus)} Rial`] as const]),
  ]);
  return `${formatTable(lineColumns, lines)}\n\n${sums}`;
}

/** `order quote`: what it would cost and do. */
export const showQuoted: Show = (body) => {
  const { offer, quote, effect } = body as QuotedAnswer;
  const fields = formatFields([
    ['Offer', `${offer.name} (${offer.code})`],
    ['Begins', effect.starts === 'now' ? 'at once' : formatInstant(effect.from)],
    ['Ends', formatInstant(effect.until)],
    ...(effect.octets === null ? [] : [['Volume', formatOctets(effect.octets)] as const]),
  ]);
  return `${fields}\n\n${quoteText(quote)}`;
};

/** `order place`, `order show` and `order cancel`. */
export const showOrder: Show = (body) => orderText(body as OrderAnswer);

function orderText(order: OrderAnswer): string {
  const { id, username, customer, offer, state, stateReason, placedAt, validUntil, quote } = order;
  const fields = formatFields([
    ['Order', String(id)],
    ['Line', `${username} of customer ${customer}`],
    ['Offer', `${offer.name} (${offer.code})`],
    ['State', stateReason === '' ? state : `${state}: ${stateReason}`],
    ['Placed', formatInstant(placedAt)],
    ['Holds until', formatInstant(validUntil)],
  ]);
  return `${fields}\n\n${quoteText(quote)}`;
}

const orderColumns: readonly Column<OrderAnswer>[] = [
  { heading: 'ORDER', align: 'right', cell: ({ id }) => String(id) },
  { heading: 'PLACED', cell: ({ placedAt }) => formatInstant(placedAt) },
  { heading: 'LINE', cell: ({ username }) => username },
  { heading: 'KIND', cell: ({ kind }) => kind },
  { heading: 'OFFER', cell: ({ offer }) => offer.name },
  { heading: 'PAYABLE', align: 'right', cell: ({ quote }) => formatRial(quote.payable) },
  { heading: 'STATE', cell: ({ state }) => state },
  { heading: 'REASON', cell: ({ stateReason }) => stateReason },
];

/** `order list`. */
export const showOrders: Show = (body) => {
  const { orders } = body as { readonly orders: readonly OrderAnswer[] };
  return orders.length === 0 ? 'No orders.' : formatTable(orderColumns, orders);
};

/** `order pay` and `wallet top-up`: done, or where the payer has to go. */
export const showPay: Show = (body) => {
  // What was paid at the sandbox bank is shown as a payment.
  if (!('goUrl' in (body as object))) return showPayment(body);
  const { order, payment, goUrl } = body as PayAnswer;
  if (goUrl === null) return order === null ? 'Paid.' : orderText(order);
  return `Payment ${payment!.id} of ${formatRial(payment!.amount)} Rial waits; the payer goes to\n${goUrl}`;
};

const paymentColumns: readonly Column<PaymentAnswer>[] = [
  { heading: 'PAYMENT', align: 'right', cell: ({ id }) => String(id) },
  { heading: 'AT', cell: ({ createdAt }) => formatInstant(createdAt) },
  { heading: 'CUSTOMER', align: 'right', cell: ({ customer }) => String(customer) },
  { heading: 'FOR', cell: ({ purpose, orderId }) => (orderId === null ? purpose : `order ${orderId}`) },
  { heading: 'GATEWAY', cell: ({ gateway }) => gateway },
  { heading: 'RIAL', align: 'right', cell: ({ amount }) => formatRial(amount) },
  { heading: 'STATE', cell: ({ state }) => state },
  { heading: 'REFERENCE', cell: ({ reference }) => reference ?? '' },
  { heading: 'REASON', cell: ({ reason }) => reason },
];

/** `payment show`. */
export const showPayment: Show = (body) => formatTable(paymentColumns, [body as PaymentAnswer]);

/** `payment list`. */
export const showPayments: Show = (body) => {
  const { payments } = body as { readonly payments: readonly PaymentAnswer[] };
  return payments.length === 0 ? 'No payments.' : formatTable(paymentColumns, payments);
};

/** `free-charge`. */
export const showFreeCharge: Show = (body) => {
  const { username, kind, days, octets, until } = body as Told<typeof freeChargeAnswer>;
  return `${username} has ${days} days and ${formatOctets(octets)} until ${formatInstant(until)} (${kind}).`;
};

/** `wallet show`. */
export const showWallet: Show = (body) => {
  const wallet = answered<Told<typeof walletAnswer>>(body, 'number', 'balance', 'creditLimit', 'receivable');
  const { balance, creditLimit, receivable, entries } = wallet;
  const fields = formatFields([
    ['In the wallet', `${formatRial(balance)} Rial`],
    ['May go below 0 by', `${formatRial(creditLimit)} Rial`],
    ['Owes us', `${formatRial(receivable)} Rial`],
  ]);
  return entries.length === 0 ? fields : `${fields}\n\n${formatTable(rowColumns, entries)}`;
};

/** `payments reconcile`. */
export const showSettlement: Show = (body) => {
  const found = body as SettlementAnswer;
  const { rows, matched, amount, fees, missingHere, missingThere, amountDiffers, repeated, payout } = found;
  const fields = formatFields([
    ['Rows', `${rows}, ${matched} as here`],
    ['Amount', `${formatRial(amount)} Rial, of which ${formatRial(fees)} are kept`],
    ['Missing here', referencesOf(missingHere)],
    ['Missing there', referencesOf(missingThere)],
    ['Other amount', referencesOf(amountDiffers.map(({ row }) => row))],
    ['Repeated', referencesOf(repeated)],
    ['Payout', payout === null ? '-' : `${formatRial(payout.amount)} Rial, entry ${payout.entry}`],
  ]);
  return fields;
};

function referencesOf(found: readonly { readonly reference: string | null }[]): string {
  if (found.length === 0) return 'none';
  const shown = found.slice(0, 10).map(({ reference }) => reference);
  return `${found.length}: ${shown.join(', ')}${found.length > shown.length ? ' …' : ''}`;
}
