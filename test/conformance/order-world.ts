import type { ServiceOffer } from '../../engine/catalog/offer.ts';
import { walletOf } from '../../engine/ledger/account.ts';
import { topUp } from '../../engine/ledger/business-events.ts';
import type { CatalogueDocument } from '../../engine/orders/catalogue-document.ts';
import type { Order, OrderKind } from '../../engine/orders/order.ts';
import type { Verified } from '../../engine/payments/gateway.ts';
import type { Payment } from '../../engine/payments/payment.ts';
import type { Grant } from '../../engine/quota/grant.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, type Instant } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import { usageEvent } from '../engine/store/ledger/sample.ts';
import { personNamed } from '../person-sample.ts';

/** 1405/08/30 11:00 in Tehran. */
export const NOON: Instant = Date.UTC(2026, 10, 21, 7, 30);
export const GB = 1024 ** 3;
export const SUBSCRIBER = { role: 'subscriber', actor: 'u1' } as const;

const BY = { actor: 'test', reason: '' };

/** Term of the sample services. */
export const MONTH: ServiceOffer['term'] = { unit: 'day', count: 30 };

const PLANS = [
  { name: 'استاندارد ۵ گیگ', days: 30, quota: { octets: 5 * GB, charge: 'download' } },
  { name: 'استاندارد ۸ گیگ', days: 30, quota: { octets: 8 * GB, charge: 'download' } },
  { name: 'نامحدود', days: 30 },
] as const;

/** Samples; the tax of 1405 is an assumption of this test. */
const CATALOGUE: CatalogueDocument = {
  offers: [
    { kind: 'prepaid', code: 'm5', name: 'یک‌ماهه ۵ گیگ', plan: PLANS[0].name, term: MONTH, price: 600_000 },
    { kind: 'prepaid', code: 'm8', name: 'یک‌ماهه ۸ گیگ', plan: PLANS[1].name, term: MONTH, price: 900_000 },
    { kind: 'prepaid', code: 'free', name: 'نامحدود', plan: PLANS[2].name, term: MONTH, price: 1_200_000 },
    { kind: 'extra', code: 'x1', name: '۱ گیگ', price: 100_000, octets: GB, validity: 'service' },
    {
      kind: 'timed',
      code: 't1',
      name: 'شبانه',
      price: 50_000,
      octets: 2 * GB,
      term: { unit: 'hour', count: 6 },
    },
    { kind: 'static-ip', code: 'ip', name: 'IP استاتیک', pricePerMonth: 50_000 },
  ],
  settings: [{ name: 'vatRates', value: [{ fromYear: 1405, toYear: 1405, percent: 10 }] }],
};

/** A ledger with the sample catalogue, and shorter words for what tests do with it. */
export class OrderWorld {
  readonly ledger: Ledger;
  #position = 0;

  private constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  /** @param ledger empty. */
  static async begin(ledger: Ledger, now: Instant = NOON): Promise<OrderWorld> {
    await applied(ledger, { plans: PLANS.map((plan) => ({ ...plan, exhausted: 'disconnect' })) }, now);
    const world = new OrderWorld(ledger);
    await world.declare(CATALOGUE, now);
    return world;
  }

  /** Adds to the catalogue. */
  async declare(document: CatalogueDocument, now: Instant): Promise<void> {
    const declared = await this.ledger.catalogue.declare(document, 'test', now);
    if (!declared.ok) throw new Error(JSON.stringify(declared.error));
  }

  /** Uses up some of a grant, as the sink would tell the ledger. */
  async consume(username: string, grantId: string, octets: number): Promise<void> {
    const { lineId } = await this.line(username);
    const event = usageEvent({
      lineId,
      username,
      sessionKey: `session-of-${username}`,
      consumed: [[grantId, octets]],
    });
    this.#position += 1;
    await this.ledger.recordEvents([{ position: this.#position, event }], 0);
  }

  /** A customer with a line that is out of service since a minute, so that a purchase begins at once. */
  async customer(
    username: string,
    more: Readonly<Record<string, unknown>> = {},
    now: Instant = NOON,
  ): Promise<number> {
    const expiresAt = new Date(now - 60_000).toISOString();
    const line = { username, password: 'p', plan: PLANS[0].name, expiresAt, ...more };
    await applied(this.ledger, { lines: [line] }, now - 31 * DAY_MS);
    const made = await this.ledger.people.createCustomer(
      personNamed(username, { mobile: '+989121234567' }),
      BY,
      NOON,
    );
    if (!made.ok) throw new Error(JSON.stringify(made.error));
    const { id } = made.value;
    await this.ledger.people.changeLineContract(username, { customerId: id, county: 'کرج' }, BY, NOON);
    return id;
  }

  /** Gives a wallet credit. */
  async credit(customer: number, amount: number, key: string): Promise<void> {
    const circumstances = { key, actor: 'test', reason: '' };
    const posting = topUp(circumstances, customer, { gateway: 'sandbox', amount: rial(amount) });
    const posted = await this.ledger.money.post(posting, NOON);
    if (!posted.ok) throw new Error(JSON.stringify(posted.error));
  }

  /** What is in a wallet. */
  async wallet(customer: number): Promise<number> {
    return (await this.ledger.money.balance(walletOf(customer)))?.balance ?? 0;
  }

  async place(
    username: string,
    offerCode: string,
    { kind = 'service', now = NOON, months = 1 }: { kind?: OrderKind; now?: Instant; months?: number } = {},
  ): Promise<Order> {
    const placed = await this.ledger.orders.place({ username, kind, offerCode, months }, SUBSCRIBER, now);
    if (!placed.ok) throw new Error(placed.error);
    return placed.value;
  }

  /** An attempt to pay an order whose payer is at the bank. */
  async atBank(order: Order, now: Instant = NOON): Promise<Payment> {
    const opened = await this.ledger.payments.open(
      {
        ...{ purpose: 'order', customer: order.customer, orderId: order.id, gateway: 'sandbox' },
        ...{ secret: `s${Math.random()}`, returnPath: '/', actor: 'u1' },
      },
      now,
    );
    if (!opened.ok) throw new Error(opened.error);
    await this.ledger.payments.sent(opened.value.id, `token-${opened.value.id}`, now);
    return opened.value;
  }

  /** A word of the gateway that all was paid. */
  paid(payment: Payment, amount: number = payment.amount): Verified {
    const reference = `rrn-${payment.id}`;
    return { outcome: 'paid', reference, amount: rial(amount), card: '603770******5443', fee: undefined };
  }

  /** Pays an order at the bank. */
  async pay(order: Order, now: Instant = NOON): Promise<Order> {
    const payment = await this.atBank(order, now);
    const concluded = await this.ledger.payments.conclude(payment.id, this.paid(payment), now);
    return concluded.order!;
  }

  async line(username: string) {
    return (await this.ledger.line(username))!;
  }

  /** Grants of a line that are valid at `at`. */
  async grants(username: string, at: Instant): Promise<readonly Grant[]> {
    const { grants } = await this.line(username);
    return grants.filter(({ from, until }) => from <= at && (until === undefined || at < until));
  }

  /** The ledger as a whole: no fault, and every account as its lines say. */
  async faults(): Promise<number> {
    return (await this.ledger.money.verifyChain()).faults;
  }
}

async function applied(
  ledger: Ledger,
  document: Parameters<Ledger['apply']>[0],
  now: Instant,
): Promise<void> {
  const done = await ledger.apply(document, now);
  if (!done.ok) throw new Error(JSON.stringify(done.error));
}
