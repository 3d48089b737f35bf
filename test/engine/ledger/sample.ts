import fc from 'fast-check';
import {
  agentDeposit,
  bill,
  commission,
  commissionReturn,
  gatewayFee,
  gift,
  identified,
  loan,
  purchase,
  refund,
  repayment,
  settlement,
  topUp,
  unidentified,
} from '../../../engine/ledger/business-events.ts';
import type { Circumstances, Posting } from '../../../engine/ledger/posting.ts';
import { type Rial, rial } from '../../../engine/values/rial.ts';

/** 2026-11-21 11:00 in Tehran. */
export const NOW = Date.UTC(2026, 10, 21, 7, 30);

/** Circumstances under a key. */
export function because(key: string, more: Partial<Circumstances> = {}): Circumstances {
  return { key, actor: 'test', reason: 'آزمون', ...more };
}

/** A top-up through zarinpal. */
export function topUpOf(key: string, customer: number, amount: number): Posting {
  return topUp(because(key, { paymentId: key }), customer, { gateway: 'zarinpal', amount: rial(amount) });
}

/** A purchase that the wallet alone pays. */
export function purchaseOf(key: string, customer: number, price: number): Posting {
  const charge = { price: rial(price), vat: rial(0), lineRental: rial(0) };
  return purchase(because(key, { orderId: key }), { customer, charge, returned: rial(0) })!;
}

const CUSTOMERS = 3;
const anyCustomer = fc.integer({ min: 1, max: CUSTOMERS });
const anyAmount = fc.integer({ min: 1, max: 9_000_000 }).map(rial);
const anyShare = fc.oneof(fc.constant(rial(0)), anyAmount);
const anyGateway = fc.constantFrom('zarinpal', 'mellat');
const anyCharge = fc.record({ price: anyAmount, vat: anyShare, lineRental: anyShare });
const anyPaid = fc.record({ gateway: anyGateway, amount: anyAmount });
const anyFromAgent = fc.record({ agent: anyCustomer, amount: anyAmount });
const anyReceived = fc.oneof(anyPaid, anyFromAgent);

/** Any business event, to be given its key. */
export const anyEvent: fc.Arbitrary<(key: string) => Posting> = fc.oneof(
  fc.tuple(anyCustomer, anyPaid).map(
    ([customer, paid]) =>
      (key: string) =>
        topUp(because(key), customer, paid),
  ),
  fc
    .record({
      customer: anyCustomer,
      charge: anyCharge,
      returned: anyShare,
      paid: fc.option(anyReceived, { nil: undefined }),
    })
    .map((sale) => (key: string) => purchase(because(key), sale)!),
  fc.tuple(anyCustomer, anyCharge).map(
    ([customer, charge]) =>
      (key: string) =>
        bill(because(key), customer, charge),
  ),
  fc.tuple(anyCustomer, anyCharge, fc.option(anyGateway, { nil: undefined })).map(
    ([customer, charge, to]) =>
      (key: string) =>
        refund(because(key), customer, charge, to),
  ),
  fc.tuple(anyCustomer, anyAmount, fc.option(anyGateway, { nil: undefined })).map(
    ([customer, amount, from]) =>
      (key: string) =>
        repayment(because(key), customer, amount, from === undefined ? undefined : { gateway: from, amount }),
  ),
  fc.tuple(fc.constantFrom(gift, loan, identified), anyCustomer, anyAmount).map(
    ([event, customer, amount]) =>
      (key: string) =>
        event(because(key), customer, amount),
  ),
  fc.tuple(fc.constantFrom(gatewayFee, settlement), anyPaid).map(
    ([event, paid]) =>
      (key: string) =>
        event(because(key), paid),
  ),
  fc.tuple(anyCustomer, anyPaid).map(
    ([agent, paid]) =>
      (key: string) =>
        agentDeposit(because(key), agent, paid),
  ),
  fc
    .array(anyFromAgent, { minLength: 1, maxLength: 3 })
    .map((earnings) => (key: string) => commission(because(key), earnings)!),
  fc
    .array(anyFromAgent, { minLength: 1, maxLength: 3 })
    .map((returned) => (key: string) => commissionReturn(because(key), returned)!),
  anyAmount.map((amount: Rial) => (key: string) => unidentified(because(key), amount)),
);
