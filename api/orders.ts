import type { Offer } from '../engine/catalog/offer.ts';
import type { Order } from '../engine/orders/order.ts';
import type { Quoted } from '../engine/orders/place-order.ts';
import type { Started } from '../engine/payments/pay-desk.ts';
import type { Payment } from '../engine/payments/payment.ts';
import type { orderAnswer, payAnswer, paymentAnswer, quotedAnswer } from '../schemas/http/order-answers.ts';
import type { Told } from '../schemas/http/told.ts';
import { toIso, toIsoOrNull } from './iso-time.ts';

/** An order in an answer. */
export type OrderAnswer = Told<typeof orderAnswer>;
/** An attempt to pay in an answer. */
export type PaymentAnswer = Told<typeof paymentAnswer>;
/** What became of a call to pay, in an answer. */
export type PayAnswer = Told<typeof payAnswer>;
/** What an order would cost and do, in an answer. */
export type QuotedAnswer = Told<typeof quotedAnswer>;

/** A quote as answers tell it. */
export function tellQuoted({ offer, quote, effect }: Quoted): QuotedAnswer {
  const { starts, from, until, traffic } = effect;
  return {
    offer: tellOffer(offer),
    quote,
    effect: {
      ...{ starts, from: toIso(from), until: toIsoOrNull(until) },
      ...{ octets: traffic?.grant.octets ?? null, promotion: traffic?.promotion ?? '' },
    },
  };
}

/** An order as answers tell it. */
export function tellOrder(order: Order): OrderAnswer {
  const { id, customer, username, kind, offer, months, quote, state, stateReason } = order;
  const { purchaseType, actor, placedAt, validUntil, closedAt } = order;
  return {
    ...{ id, customer, username, kind, offer: tellOffer(offer), months, quote, state, stateReason },
    ...{ purchaseType, actor, placedAt: toIso(placedAt), validUntil: toIso(validUntil) },
    closedAt: toIsoOrNull(closedAt),
  };
}

/** An attempt as answers tell it; what only the gateway and the payer may know is left out. */
export function tellPayment(payment: Payment): PaymentAnswer {
  const { id, customer, purpose, orderId, gateway, amount, state, reference, card, reason } = payment;
  return {
    ...{ id, customer, purpose, orderId: orderId ?? null, gateway, amount, state },
    ...{ reference: reference ?? null, card, reason, inquiries: payment.inquiries },
    ...{ createdAt: toIso(payment.createdAt), endedAt: toIsoOrNull(payment.endedAt) },
  };
}

/** A payment whose payer has to go to the bank, as answers tell it. */
export function tellStarted({ payment, redirect, goUrl }: Started, order?: Order): PayAnswer {
  return {
    order: order === undefined ? null : tellOrder(order),
    payment: tellPayment(payment),
    redirect,
    goUrl,
  };
}

function tellOffer({ code, name, kind }: Offer) {
  return { code, name, kind };
}
