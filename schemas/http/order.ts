import { z } from 'zod';
import { choice } from './choice.ts';
import { storedNumber } from './customer.ts';
import { integer, PAGE_BEFORE, pageLimit, plainName, rialAmount, usernameText } from './fields.ts';

/** Longest number of months that an address is paid for at once. */
const MONTHS_MAX = 120;

/** `POST /orders/quote` and `POST /orders`. */
export const orderBody = z.strictObject({
  username: usernameText.describe('Of the line it is for.'),
  kind: choice('service', 'change', 'traffic', 'static-ip').describe(
    'service: buy or renew; change: in the place of the running one; traffic: extra or timed; static-ip: renew.',
  ),
  offerCode: plainName,
  months: integer(1, MONTHS_MAX).default(1).describe('Of an address.'),
});

/** `GET /orders`: newest first. */
export const ordersQuery = z.strictObject({
  customer: storedNumber.optional(),
  username: usernameText.optional(),
  limit: pageLimit,
  before: storedNumber.optional().describe(PAGE_BEFORE),
});

/** A path of our own pages. */
const returnPath = z
  .string()
  .max(500, 'must have at most 500 characters')
  .default('')
  .describe('Page of ours that the browser goes to afterwards, such as /my/orders; a plain one without it.');

/** Name of a gateway. */
export const gatewayName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be the name of a gateway')
  .describe('As GET /gateways tells it.');

/** `POST /orders/{id}/pay`. */
export const payBody = z.strictObject({
  method: gatewayName.describe('wallet, or a gateway as GET /gateways tells it.'),
  returnPath,
});

const amount = rialAmount(1).describe('Whole Rial.');

/** `POST /customers/{id}/top-up`. */
export const topUpBody = z.strictObject({ gateway: gatewayName, amount, returnPath });

/** `POST /customers/{id}/pay-debt`. */
export const debtBody = z.strictObject({
  method: gatewayName.describe('wallet, or a gateway as GET /gateways tells it.'),
  amount: amount.optional().describe('Whole Rial; all that is owed without it.'),
  returnPath,
});

/** `GET /payments`: newest first. */
export const paymentsQuery = z.strictObject({
  customer: storedNumber.optional(),
  order: storedNumber.optional(),
  state: choice('created', 'pending', 'paid', 'failed', 'reversed', 'suspicious').optional(),
  limit: pageLimit,
  before: storedNumber.optional().describe(PAGE_BEFORE),
});
