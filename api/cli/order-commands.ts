import { randomOctets } from '../../engine/runtime/random.ts';
import type { SettlementAnswer } from '../routes/settlements.ts';
import type { Call } from './client.ts';
import { type Grammar, type Options, query } from './grammar.ts';
import { payAtSandbox } from './sandbox-payer.ts';
import {
  showFreeCharge,
  showOrder,
  showOrders,
  showPay,
  showPayment,
  showPayments,
  showQuoted,
  showSettlement,
  showWallet,
} from './show-orders.ts';

/** Octets of the key of a call. */
const KEY_OCTETS = 16;

/** A call that creates or moves money: a key lets it be carried out once, however often it is sent. */
export function post(path: string, body?: object): Call {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  return { method: 'POST', path, key: randomOctets(KEY_OCTETS).toString('hex'), ...sent };
}

function orderOf(username: string, { kind = 'service', offer, months }: Options) {
  return { username, kind, offerCode: offer, ...(months === undefined ? {} : { months: Number(months) }) };
}

const ORDERING = { operand: 'USERNAME', options: ['offer', 'kind', 'months'], needs: ['offer'] } as const;

/** Orders, payments and wallets. */
export const ORDER_GRAMMARS: readonly Grammar[] = [
  {
    ...{ words: ['order', 'quote'], ...ORDERING, show: showQuoted },
    request: (username, options) => post('/orders/quote', orderOf(username, options)),
  },
  {
    ...{ words: ['order', 'place'], ...ORDERING, show: showOrder },
    request: (username, options) => post('/orders', orderOf(username, options)),
  },
  {
    ...{ words: ['order', 'pay'], operand: 'NUMBER', options: ['gateway', 'approve'], show: showPay },
    request: (id, { gateway = 'wallet' }) =>
      post(`/orders/${encodeURIComponent(id)}/pay`, { method: gateway }),
    approve: payAtSandbox,
  },
  {
    ...{ words: ['order', 'cancel'], operand: 'NUMBER', options: [], show: showOrder },
    request: (id) => post(`/orders/${encodeURIComponent(id)}/cancel`),
  },
  {
    ...{ words: ['order', 'show'], operand: 'NUMBER', options: [], show: showOrder },
    request: (id) => ({ method: 'GET', path: `/orders/${encodeURIComponent(id)}` }),
  },
  {
    ...{ words: ['order', 'list'], options: ['user', 'limit'], show: showOrders },
    request: (_, { user, limit }) => ({ method: 'GET', path: `/orders${query({ username: user, limit })}` }),
  },
  {
    ...{ words: ['free-charge'], operand: 'USERNAME', options: [], show: showFreeCharge },
    request: (username) => post(`/lines/${encodeURIComponent(username)}/free-charge`),
  },
  {
    ...{ words: ['payment', 'show'], operand: 'NUMBER', options: [], show: showPayment },
    request: (id) => ({ method: 'GET', path: `/payments/${encodeURIComponent(id)}` }),
  },
  {
    ...{ words: ['payment', 'list'], options: ['limit'], show: showPayments },
    request: (_, { limit }) => ({ method: 'GET', path: `/payments${query({ limit })}` }),
  },
  {
    ...{ words: ['wallet', 'show'], operand: 'CUSTOMER', options: ['limit'], show: showWallet },
    request: (customer, { limit }) => ({
      ...{ method: 'GET', path: `/customers/${encodeURIComponent(customer)}/wallet${query({ limit })}` },
    }),
  },
  {
    ...{ words: ['wallet', 'top-up'], operand: 'CUSTOMER', show: showPay },
    options: ['amount', 'gateway', 'approve'],
    needs: ['amount', 'gateway'],
    request: (customer, { amount, gateway }) =>
      post(`/customers/${encodeURIComponent(customer)}/top-up`, { gateway, amount: Number(amount) }),
    approve: payAtSandbox,
  },
  {
    ...{ words: ['payments', 'reconcile'], operand: 'GATEWAY', file: 'FILE.csv', show: showSettlement },
    options: ['from', 'to', 'payout', 'despite-missing'],
    request: (gateway, { from, to }) =>
      post(`/gateways/${encodeURIComponent(gateway)}/reconcile${query({ from, to })}`),
    wrap: (csv, { payout, 'despite-missing': despiteMissing }) => ({ csv, payout, despiteMissing }),
    meaning: (body) => {
      const { missingHere, missingThere, amountDiffers, repeated } = body as SettlementAnswer;
      const found = [missingHere, missingThere, amountDiffers, repeated];
      return found.every(({ length }) => length === 0) ? 'done' : 'bad';
    },
  },
];
