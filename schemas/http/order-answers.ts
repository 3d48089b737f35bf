import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';

const id = z.int().min(1);
const rial = count.describe('Whole Rial.');
const nextNumber = id.nullable().describe('Asks for the next page; null when this was the last.');
const bought = z.object({ code: z.string(), name: z.string(), kind: z.string() });

const quoteLine = z.discriminatedUnion('what', [
  z.object({ what: z.literal('price'), amount: rial, name: z.string(), each: rial, count }),
  z.object({ what: z.literal('vat'), amount: rial, percent: count, of: rial }),
  z.object({ what: z.literal('line-rental'), amount: rial }),
  z.object({
    what: z.literal('remaining-value'),
    amount: rial,
    name: z.string(),
    value: z
      .object({ amount: rial, base: rial, left: count, whole: count, unit: z.enum(['days', 'octets']) })
      .describe('amount = base × left / whole, cut to whole Rial.'),
  }),
  z.object({ what: z.literal('wallet-credit'), amount: rial, before: rial }),
]);

const quote = z
  .object({
    lines: z.array(quoteLine).describe('The figures in their order, each with what it is made of.'),
    price: rial,
    vat: rial,
    lineRental: rial,
    remainingValue: rial,
    creditUsed: rial.describe('Taken from the wallet.'),
    payable: rial.describe('To be paid at a bank.'),
    surplus: rial.describe('Put into the wallet.'),
    creditAfter: rial.describe('Of the wallet, once the order is done.'),
  })
  .meta({ id: 'Quote', description: 'What an order costs, figure by figure.' });

/** What an order would cost and do. */
export const quotedAnswer = z
  .object({
    offer: bought,
    quote,
    effect: z
      .object({
        starts: z.enum(['now', 'queued']),
        from: utcInstant,
        until: utcInstant.nullable(),
        octets: count.nullable().describe('Volume that traffic brings, promotions included.'),
        promotion: z.string().describe('Empty without one.'),
      })
      .describe('What the line would get if it were paid now.'),
  })
  .describe('What it would cost and do; nothing is stored.');

/** An order. */
export const orderAnswer = z
  .object({
    id: id.describe('To ask about it.'),
    customer: id,
    username: z.string(),
    kind: z.enum(['service', 'change', 'traffic', 'static-ip']),
    offer: bought.describe('As it was when the order was placed.'),
    months: id,
    quote,
    state: z.enum(['placed', 'applied', 'credited', 'cancelled']),
    stateReason: z.string().describe('Why it was cancelled or credited, empty otherwise.'),
    purchaseType: z.enum(['admin', 'agent', 'online']),
    actor: z.string(),
    placedAt: utcInstant,
    validUntil: utcInstant.describe('A payment that begins before this is taken for these figures.'),
    closedAt: utcInstant.nullable(),
  })
  .meta({ id: 'Order', description: 'An order, and what became of it.' });

/** A page of orders. */
export const ordersAnswer = z
  .object({ orders: z.array(orderAnswer), next: nextNumber })
  .describe('Orders, newest first.');

/** An attempt to pay. */
export const paymentAnswer = z
  .object({
    id: id.describe('What the gateway knows it by.'),
    customer: id,
    purpose: z.enum(['order', 'top-up', 'debt']),
    orderId: id.nullable(),
    gateway: z.string(),
    amount: rial,
    state: z.enum(['created', 'pending', 'paid', 'failed', 'reversed', 'suspicious']),
    reference: z.string().nullable().describe('What the bank calls the payment.'),
    card: z.string().describe('Six first and four last digits; empty when it is not told.'),
    reason: z
      .string()
      .describe('Why it failed; of a paid one what became of the money if not what it was for.'),
    inquiries: count.describe('How often the gateway was asked on its own.'),
    createdAt: utcInstant,
    endedAt: utcInstant.nullable(),
  })
  .meta({ id: 'Payment', description: 'An attempt to pay, successful or not.' });

/** A page of payments. */
export const paymentsAnswer = z
  .object({ payments: z.array(paymentAnswer), next: nextNumber })
  .describe('Attempts to pay, newest first.');

/** What became of a call to pay: done, or the payer has to go to a bank. */
export const payAnswer = z
  .object({
    order: orderAnswer.nullable(),
    payment: paymentAnswer.nullable().describe('Null when no bank is needed.'),
    redirect: z
      .object({
        method: z.enum(['GET', 'POST']),
        url: z.string(),
        fields: z.record(z.string(), z.string()).describe('Of the form, for POST.'),
      })
      .nullable()
      .describe('What the bank wants of the browser of the payer; null when nothing is left to do.'),
    goUrl: z.string().nullable().describe('A page of ours that sends the browser there.'),
  })
  .describe('Paid and applied, or where the payer has to go.');

/** All services and traffic of a line. */
export const purchasesAnswer = z
  .object({
    username: z.string(),
    purchases: z.array(
      z.object({
        what: z.enum(['service', 'traffic']),
        name: z.string(),
        boughtAt: utcInstant,
        purchaseType: z.enum(['admin', 'agent', 'online']),
        from: utcInstant,
        until: utcInstant,
        octets: count.nullable().describe('Of traffic.'),
        note: z.string(),
      }),
    ),
  })
  .describe('Newest first.');

/** A free charge that was given. */
export const freeChargeAnswer = z
  .object({
    username: z.string(),
    kind: z.enum(['gift', 'loan']),
    days: count,
    octets: count,
    until: utcInstant,
  })
  .describe('Given.');

/** Gateways to pay at. */
export const gatewaysAnswer = z
  .object({ gateways: z.array(z.object({ name: z.string() })) })
  .describe('In the order in which payers should see them.');
