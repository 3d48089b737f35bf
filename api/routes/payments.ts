import { scopeOf } from '../../engine/subscribers/scope.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { paymentsQuery } from '../../schemas/http/order.ts';
import { gatewaysAnswer, paymentAnswer, paymentsAnswer } from '../../schemas/http/order-answers.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { tellPayment } from '../orders.ts';
import { refused } from '../refusal.ts';
import { Resource } from '../route.ts';

/** Attempts to pay, successful or not (product line P14), and what may be paid at. */
export function paymentRoutes(deps: ApiDeps): Resource {
  const {
    ledger: { payments },
    desk,
  } = deps;
  return new Resource('Payments', deps)
    .serve(
      {
        ...{ method: 'get', path: '/payments', operationId: 'listPayments' },
        ...{ callers: ['staff', 'agent'], reach: 'listed' },
        summary: 'List attempts to pay, newest first',
        query: paymentsQuery,
        answers: { 200: paymentsAnswer },
      },
      async ({ query: { order: orderId, ...filter } }, c) => {
        const scope = scopeOf(principalOf(c));
        const found = await payments.payments({ ...filter, orderId, scope });
        return {
          payments: found.map(tellPayment),
          next: found.length === filter.limit ? found.at(-1)!.id : null,
        };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/payments/{id}', operationId: 'getPayment' },
        ...{ callers: ['staff', 'agent'], reach: { of: 'payment', name: 'id' } },
        summary: 'Show an attempt to pay',
        params: { id: storedNumber.describe('Number of the payment.') },
        answers: { 200: paymentAnswer },
        problems: { 404: 'There is no payment of this number.' },
      },
      async ({ params: { id } }, c) => {
        const payment = await payments.payment(id);
        return payment === undefined ? refused(c, 'no-such-payment') : tellPayment(payment);
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/gateways', operationId: 'listGateways' },
        summary: 'List the gateways to pay at',
        answers: { 200: gatewaysAnswer },
      },
      () => ({ gateways: (desk?.gateways ?? []).map((name) => ({ name })) }),
    );
}
