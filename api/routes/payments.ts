import { storedNumber } from '../../schemas/http/customer.ts';
import { paymentsQuery } from '../../schemas/http/order.ts';
import { gatewaysAnswer, paymentAnswer, paymentsAnswer } from '../../schemas/http/order-answers.ts';
import type { ApiDeps } from '../deps.ts';
import { tellPayment } from '../orders.ts';
import { refused } from '../refusal.ts';
import { Resource } from '../route.ts';

/** Attempts to pay, successful or not (product line P14), and what may be paid at. */
export function paymentRoutes({ ledger: { payments }, desk }: ApiDeps): Resource {
  return new Resource('Payments')
    .serve(
      {
        ...{ method: 'get', path: '/payments', operationId: 'listPayments' },
        summary: 'List attempts to pay, newest first',
        query: paymentsQuery,
        answers: { 200: paymentsAnswer },
      },
      async ({ query: { order: orderId, ...filter } }) => {
        const found = await payments.payments({ ...filter, orderId });
        return {
          payments: found.map(tellPayment),
          next: found.length === filter.limit ? found.at(-1)!.id : null,
        };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/payments/{id}', operationId: 'getPayment' },
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
