import type { Context } from 'hono';
import type { OrderedBy } from '../../engine/orders/order.ts';
import { scopeOf } from '../../engine/subscribers/scope.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { orderBody, ordersQuery, payBody } from '../../schemas/http/order.ts';
import {
  freeChargeAnswer,
  orderAnswer,
  ordersAnswer,
  payAnswer,
  purchasesAnswer,
  quotedAnswer,
} from '../../schemas/http/order-answers.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { tellOrder, tellQuoted, tellStarted } from '../orders.ts';
import { lineParams, NO_SUCH_LINE } from '../path-username.ts';
import { NOT_APPLIED, NOT_GIVEN, refusalsOf, refused } from '../refusal.ts';
import { Resource } from '../route.ts';
import { GATEWAY_FAULTS, START_CONFLICTS, startPayment } from '../start-payment.ts';

const NO_SUCH_ORDER = 'There is no order of this number.';

/** A payment from the wallet alone. */
const WALLET = 'wallet';

const NOT_SOLD = [
  'no-customer',
  'not-for-role',
  'not-in-county',
  'first-purchase-only',
  'repeat-purchase-only',
  'tax-of-year-unknown',
  ...NOT_GIVEN,
] as const;

const ORDERING = {
  body: orderBody,
  problems: { 404: 'There is no such line or offer.', 409: refusalsOf(...NOT_SOLD) },
} as const;

const ONE_ORDER = { params: { id: storedNumber.describe('Number of the order.') } } as const;

/** Orders: quoted, placed, listed, paid, taken back; and what lines have of them. */
export function orderRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Orders', deps);
  servePlacing(routes, deps);
  serveReading(routes, deps);
  servePaying(routes, deps);
  serveLines(routes, deps);
  return routes;
}

function servePlacing(routes: Resource, { ledger: { orders }, clock }: ApiDeps): void {
  const by = (c: Context): OrderedBy => {
    const principal = principalOf(c);
    return { role: principal.kind === 'agent' ? principal.role : 'staff', actor: principal.actor };
  };
  routes
    .serve(
      {
        ...{ method: 'post', path: '/orders/quote', operationId: 'quoteOrder', ...ORDERING },
        ...{ callers: ['staff', 'agent'], reach: { of: 'line', in: 'body', name: 'username' } },
        summary: 'Tell what an order would cost and do',
        answers: { 200: quotedAnswer },
      },
      async ({ body }, c) => {
        const quoted = await orders.quote(body, by(c), clock.now());
        return quoted.ok ? tellQuoted(quoted.value) : refused(c, quoted.error);
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/orders', operationId: 'placeOrder', ...ORDERING },
        ...{ callers: ['staff', 'agent'], reach: { of: 'line', in: 'body', name: 'username' } },
        summary: 'Place an order: a proforma that may be paid',
        idempotencyKey: 'required',
        answers: { 201: orderAnswer },
      },
      async ({ body }, c) => {
        const placed = await orders.place(body, by(c), clock.now());
        return placed.ok ? tellOrder(placed.value) : refused(c, placed.error);
      },
    );
}

function serveReading(routes: Resource, { ledger: { orders }, clock }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'get', path: '/orders', operationId: 'listOrders' },
        ...{ callers: ['staff', 'agent'], reach: 'listed' },
        summary: 'List orders, newest first',
        query: ordersQuery,
        answers: { 200: ordersAnswer },
      },
      async ({ query }, c) => {
        const found = await orders.orders({ ...query, scope: scopeOf(principalOf(c)) });
        return {
          orders: found.map(tellOrder),
          next: found.length === query.limit ? found.at(-1)!.id : null,
        };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/orders/{id}', operationId: 'getOrder', ...ONE_ORDER },
        ...{ callers: ['staff', 'agent'], reach: { of: 'order', name: 'id' } },
        summary: 'Show an order',
        answers: { 200: orderAnswer },
        problems: { 404: NO_SUCH_ORDER },
      },
      async ({ params: { id } }, c) => {
        const order = await orders.order(id);
        return order === undefined ? refused(c, 'no-such-order') : tellOrder(order);
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/orders/{id}/cancel', operationId: 'cancelOrder', ...ONE_ORDER },
        ...{ callers: ['staff', 'agent'], reach: { of: 'order', name: 'id' } },
        summary: 'Take back an order that is not paid',
        idempotencyKey: 'optional',
        answers: { 200: orderAnswer },
        problems: { 404: NO_SUCH_ORDER, 409: refusalsOf('order-is-over') },
      },
      async ({ params: { id } }, c) => {
        const cancelled = await orders.cancel(id, principalOf(c).actor, clock.now());
        return cancelled.ok ? tellOrder(cancelled.value) : refused(c, cancelled.error);
      },
    );
}

function servePaying(routes: Resource, deps: ApiDeps): void {
  const { ledger, clock, onApplied } = deps;
  const conflicts = refusalsOf(...START_CONFLICTS, 'insufficient-credit', ...NOT_APPLIED);
  routes.serve(
    {
      ...{ method: 'post', path: '/orders/{id}/pay', operationId: 'payOrder', ...ONE_ORDER },
      summary: 'Pay an order, from the wallet or at a gateway',
      description:
        'From the wallet it is applied at once. For a gateway the answer tells where the browser of the payer has to go; ' +
        'the order is applied once the gateway says that it is paid.',
      body: payBody,
      idempotencyKey: 'required',
      answers: { 200: payAnswer },
      problems: {
        404: 'There is no such order or gateway.',
        409: conflicts,
        502: refusalsOf(...GATEWAY_FAULTS),
      },
    },
    async ({ params: { id }, body: { method, returnPath } }, c) => {
      if (method === WALLET) {
        const paid = await ledger.orders.payFromWallet(id, principalOf(c).actor, clock.now());
        if (!paid.ok) return refused(c, paid.error);
        await onApplied();
        return { order: tellOrder(paid.value), payment: null, redirect: null, goUrl: null };
      }
      const order = await ledger.orders.order(id);
      if (order === undefined) return refused(c, 'no-such-order');
      const started = await startPayment(c, deps, {
        ...{ purpose: 'order', customer: order.customer, orderId: id, gateway: method, returnPath },
        description: order.offer.name,
      });
      return started.ok ? tellStarted(started.value, order) : started.error;
    },
  );
}

function serveLines(routes: Resource, { ledger: { orders }, clock, onApplied }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'get', path: '/lines/{username}/purchases', operationId: 'listPurchases' },
        ...{ callers: ['staff', 'agent'], reach: { of: 'line', name: 'username' } },
        summary: 'List all services and traffic of a line',
        params: lineParams,
        answers: { 200: purchasesAnswer },
        problems: { 404: NO_SUCH_LINE },
      },
      async ({ params: { username } }, c) => {
        const rows = await orders.purchases(username);
        if (rows === undefined) return refused(c, 'no-such-line');
        const purchases = rows.map(({ boughtAt, from, until, octets, ...row }) => ({
          ...row,
          ...{ boughtAt: toIso(boughtAt), from: toIso(from), until: toIso(until), octets: octets ?? null },
        }));
        return { username, purchases };
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/lines/{username}/free-charge', operationId: 'giveFreeCharge' },
        summary: 'Give a line that ran out its free charge',
        params: lineParams,
        idempotencyKey: 'required',
        answers: { 200: freeChargeAnswer },
        problems: {
          404: NO_SUCH_LINE,
          409: refusalsOf(
            ...(['not-offered', 'already-applied', 'nothing-ran-out', 'never-paid'] as const),
            ...(['line-is-closed', 'no-customer'] as const),
          ),
        },
      },
      async ({ params: { username } }, c) => {
        const given = await orders.giveFreeCharge(username, principalOf(c).actor, clock.now());
        if (!given.ok) return refused(c, given.error);
        await onApplied();
        const { charge, kind } = given.value;
        const { days, octets, until } = charge;
        return { username, kind, days, octets, until: toIso(until) };
      },
    );
}
