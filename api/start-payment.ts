import type { Context } from 'hono';
import type { PayOrder, Started, StartRefusal } from '../engine/payments/pay-desk.ts';
import { fail, ok, type Result } from '../engine/values/result.ts';
import { principalOf } from './auth.ts';
import type { ApiDeps } from './deps.ts';
import { type RefusalCode, refused } from './refusal.ts';

/** Refusals of a payment at a gateway, for the document. */
export const START_CONFLICTS = [
  'order-is-over',
  'order-is-out-of-date',
  'nothing-to-pay',
] as const satisfies readonly StartRefusal[];

/** What a payment at a gateway is refused with when the gateway is at fault, for the document. */
export const GATEWAY_FAULTS = [
  'gateway-refused',
  'gateway-does-not-answer',
] as const satisfies readonly StartRefusal[];

/** Begins a payment at a gateway for whoever asks, or gives the answer why there is none. */
export async function startPayment(
  c: Context,
  { desk, ledger }: Pick<ApiDeps, 'desk' | 'ledger'>,
  payment: Omit<PayOrder, 'actor' | 'mobile'>,
): Promise<Result<Started, Response>> {
  const refuse = (code: RefusalCode) => fail(refused(c, code));
  if (desk === undefined) return refuse('no-such-gateway');
  const customer = await ledger.people.customer(payment.customer);
  if (customer === undefined) return refuse('no-such-customer');
  const { actor } = principalOf(c);
  const started = await desk.start({ ...payment, actor, mobile: customer.mobile });
  return started.ok ? ok(started.value) : refuse(started.error);
}
