import { sql } from 'kysely';
import { vatRateAt } from '../../../catalog/vat.ts';
import type { InvoicePayment } from '../../../invoices/invoice.ts';
import { invoiceOfQuote } from '../../../invoices/issue.ts';
import { kindOf } from '../../../ledger/account.ts';
import { commission, type Earning, purchase, type Received } from '../../../ledger/business-events.ts';
import type { PostFault } from '../../../ledger/money-ledger.ts';
import type { Posting } from '../../../ledger/posting.ts';
import { draftMessage } from '../../../messaging/draft-message.ts';
import type { MessageContent } from '../../../messaging/message.ts';
import { type Applied, applyOrder, type NotApplicable } from '../../../orders/apply-order.ts';
import { type HouseSettings, settingsAt } from '../../../orders/house-settings.ts';
import { type LineAccount, runningAccount } from '../../../orders/line-account.ts';
import type { Order } from '../../../orders/order.ts';
import { hasLostValue } from '../../../orders/replaced-service.ts';
import { DAY_MS, type Instant } from '../../../values/instant.ts';
import { type Rial, ZERO_RIAL } from '../../../values/rial.ts';
import { returnedCommission } from '../agents/return-commission.ts';
import { readCatalogue } from '../catalogue.ts';
import type { LedgerDb } from '../database.ts';
import { queueMessages } from '../messages.ts';
import { postMoney } from '../post-money.ts';
import { readPlanLookup } from '../read-plans.ts';
import { type BuyerFacts, insertInvoice, readBuyer, sellerParty } from './issue-invoice.ts';
import { type LoadedAccount, loadAccount } from './load-account.ts';
import { closeOrder } from './order-rows.ts';
import { type Writing, writeApplied } from './write-applied.ts';

/** Why a paid order is not applied. */
export type CannotApply =
  | NotApplicable
  | 'service-has-changed'
  | 'value-has-fallen'
  | 'address-is-taken'
  | 'line-has-moved'
  | 'tax-has-changed'
  | 'first-purchase-only'
  | 'insufficient-credit'
  | 'insufficient-deposit';

/** Thrown to take a transaction back in which an order turned out not to be applicable. */
export class NotApplied extends Error {
  readonly reason: CannotApply;

  constructor(reason: CannotApply) {
    super(reason);
    this.reason = reason;
  }
}

/** The money for an order: what a payment brought, or nothing when the wallet alone pays. */
export interface OrderMoney {
  readonly payment?:
    | { readonly id: number; readonly received: Received; readonly name: string; readonly reference: string }
    | undefined;
  /** What agents earn by it. */
  readonly earnings?: readonly Earning[] | undefined;
}

/**
 * Applies a placed order within a transaction that has locked it, at the figures of its quote: line, services, invoice,
 * message and money. The money comes last, as others wait for it.
 * @throws NotApplied when it cannot be given; the transaction is to be taken back.
 */
export async function applyPaid(writing: Writing, order: Order, money: OrderMoney): Promise<Applied> {
  const { payment } = money;
  const { tx, secrets, now } = writing;
  const loaded = await loadAccount(tx, secrets, order.username, true);
  if (!loaded.ok) throw new NotApplied('line-is-closed');
  const { settings, applied } = await applyTo(writing, loaded.value, order);
  await writeApplied(writing, loaded.value, order, applied);
  await closeOrder(tx, order.id, 'applied', '', now);
  const buyer = await readBuyer(tx, order.customer, order.lineId);
  await writeInvoice(writing, order, buyer, settings, payment);
  const item = order.offer.name;
  await tellCustomer(writing, buyer, order, settings, {
    kind: 'purchase-applied',
    params: { item, until: applied.until ?? null },
  });
  const postings = [...postingsOf(writing, order, money), ...(await returnsOf(writing, order))];
  for (const outcome of await postMoney(
    tx,
    postings.map((posting) => ({ posting, now })),
  )) {
    if (!outcome.ok) throw refusalOf(order, outcome.error);
  }
  return applied;
}

/** The sale, and what agents earn by it; none when no money moves at all. */
function postingsOf(
  { actor }: Writing,
  { id, customer, offer, quote }: Order,
  { payment, earnings = [] }: OrderMoney,
): readonly Posting[] {
  const { price, vat, lineRental, remainingValue: returned } = quote;
  const circumstances = {
    ...{ actor, reason: offer.name, orderId: String(id) },
    paymentId: payment === undefined ? '' : String(payment.id),
  };
  const key = payment === undefined ? `order:${id}` : `payment:${payment.id}`;
  const charge = { price, vat, lineRental };
  const sale = purchase({ ...circumstances, key }, { customer, charge, returned, paid: payment?.received });
  const earned = commission({ ...circumstances, key: `commission:order:${id}` }, earnings);
  return [sale, earned].filter((posting) => posting !== undefined);
}

/** What agents give back of commission of the service before, when its remaining value is more than the new price. */
async function returnsOf(
  { tx, actor, now }: Writing,
  { id, offer, quote: { price, remainingValue } }: Order,
): Promise<readonly Posting[]> {
  if (remainingValue <= price) return [];
  const circumstances = { key: `commission-return:order:${id}`, actor, reason: offer.name };
  return returnedCommission(tx, id, circumstances, now);
}

/** What the ledger refuses takes the whole transaction back. */
function refusalOf({ id }: Order, fault: PostFault): Error {
  if (fault.kind === 'insufficient-credit') {
    return new NotApplied(kindOf(fault.account) === 'agent' ? 'insufficient-deposit' : 'insufficient-credit');
  }
  return new Error(`a key of order ${id} belongs to entry ${fault.number}, which moves other money`);
}

async function applyTo(
  { tx, now }: Writing,
  { account }: LoadedAccount,
  order: Order,
): Promise<{ readonly settings: HouseSettings; readonly applied: Applied }> {
  const catalogue = await readCatalogue(tx);
  const settings = settingsAt(catalogue.settings, now);
  const change = changeSince(order, account, settings, now);
  if (change !== undefined) throw new NotApplied(change);
  const plans = await readPlanLookup(tx);
  const { service } = runningAccount(account, now);
  if (order.kind === 'change') {
    if (service?.id !== order.replaces) throw new NotApplied('service-has-changed');
    const facts = { plans, settings, now };
    if (service && hasLostValue(order, account, service, facts)) throw new NotApplied('value-has-fallen');
  }
  const { id: orderId, kind, offer, months, purchaseType, quote } = order;
  const applied = applyOrder(
    account,
    { ...{ orderId, kind, offer, months, purchaseType }, price: quote.price, vat: quote.vat },
    {
      ...{
        plans,
        promotions: catalogue.promotions,
        orderedAt: order.placedAt,
        now,
      },
      reserveStart: settings.reserveStart,
    },
  );
  if (!applied.ok) throw new NotApplied(applied.error);
  const { staticIp } = applied.value.line;
  if (staticIp !== account.line.staticIp && (await isTaken(tx, staticIp))) {
    throw new NotApplied('address-is-taken');
  }
  return { settings, applied: applied.value };
}

/** What keeps an order from being applied that was not so when it was placed; `undefined` when nothing does. */
function changeSince(
  { customer, offer, quote, kind }: Order,
  account: LineAccount,
  { vatRates }: HouseSettings,
  now: Instant,
): CannotApply | undefined {
  if (account.customer !== customer) return 'line-has-moved';
  const percent = quote.lines.find((line) => line.what === 'vat')?.percent;
  if (quote.price > 0 && percent !== vatRateAt(now, vatRates)) return 'tax-has-changed';
  const isFirst = kind === 'service' && offer.audience.purchase === 'first';
  return isFirst && account.services.length > 0 ? 'first-purchase-only' : undefined;
}

/** An address that was withdrawn may be another line's by now. */
async function isTaken(tx: LedgerDb, address: string): Promise<boolean> {
  return (await sql`SELECT 1 FROM line WHERE static_ip = ${address}`.execute(tx)).rows.length > 0;
}

async function writeInvoice(
  { tx, now }: Writing,
  order: Order,
  buyer: BuyerFacts,
  settings: HouseSettings,
  payment: OrderMoney['payment'],
): Promise<void> {
  await insertInvoice(
    tx,
    order.customer,
    invoiceOfQuote(order.quote, {
      ...{ issuedAt: now, seller: sellerParty(settings.seller), buyer: buyer.party },
      line: { username: order.username, phone: buyer.linePhone },
      paid: paidWith(order.quote.payable, payment),
      orderId: String(order.id),
    }),
  );
}

function paidWith(amount: Rial, payment: OrderMoney['payment']): readonly InvoicePayment[] {
  if (amount === ZERO_RIAL) return [];
  if (payment === undefined) return [{ by: 'wallet', amount }];
  return [{ by: 'gateway', gateway: payment.name, reference: payment.reference, amount }];
}

/** Puts a message to a customer into the queue, if a mobile is known; of one `id` each kind is sent once. */
export async function tellCustomer(
  { tx, now }: Pick<Writing, 'tx' | 'now'>,
  { mobile }: Pick<BuyerFacts, 'mobile'>,
  { customer, username, id }: Pick<Order, 'customer' | 'username'> & { readonly id: number | string },
  { seller }: Pick<HouseSettings, 'seller'>,
  content: MessageContent,
): Promise<void> {
  if (mobile === '') return;
  const message = draftMessage({
    ...{ recipient: { customer, username, mobile }, content, subject: String(id), language: 'fa' },
    ...{ sendAt: now, notAfter: now + DAY_MS, senderName: seller.name },
  });
  await queueMessages(tx, [message], now);
}
