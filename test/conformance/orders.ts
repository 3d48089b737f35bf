import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Order } from '../../engine/orders/order.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../engine/values/instant.ts';
import { GB, NOON, OrderWorld, SUBSCRIBER } from './order-world.ts';

const BY = { actor: 't', reason: '' };

/** A ledger of its own for a suite. */
export interface OrderPlace {
  open(): Promise<Ledger>;
  remove(): Promise<void>;
}

/** What the tests of a suite share. */
class OrderSuite {
  readonly name: string;
  #world: OrderWorld | undefined;
  #count = 0;

  constructor(name: string) {
    this.name = name;
  }

  async open(place: OrderPlace): Promise<void> {
    this.#world = await OrderWorld.begin(await place.open());
  }

  get world(): OrderWorld {
    if (this.#world === undefined) throw new Error('the ledger is not open yet');
    return this.#world;
  }

  get ledger(): Ledger {
    return this.world.ledger;
  }

  nextName(): string {
    this.#count += 1;
    return `u${this.#count}`;
  }

  async newLine(): Promise<{ readonly username: string; readonly customer: number }> {
    const username = this.nextName();
    return { username, customer: await this.world.customer(username) };
  }
}

/** What orders and payments promise on every database. */
export function orderSuite(name: string, makePlace: () => Promise<OrderPlace>): void {
  describe(`orders and payments on ${name}`, () => {
    const suite = new OrderSuite(name);
    let place: OrderPlace;
    beforeAll(async () => {
      place = await makePlace();
      await suite.open(place);
    });
    afterAll(async () => {
      await suite.ledger.close();
      await place.remove();
    });
    servesLines(suite);
    refusesWhatChanged(suite);
    servesOnce(suite);
    takesEveryPayment(suite);
    asksAndAddsUp(suite);
  });
}

function servesLines(suite: OrderSuite): void {
  it('serves a service the moment it is paid: term, volume, invoice, message, money and outbox together', async () => {
    const { username, customer } = await suite.newLine();
    const order = await suite.world.place(username, 'm5');
    expect(order.quote).toMatchObject({ price: 600_000, vat: 60_000, payable: 660_000 });
    const done = await suite.world.pay(order);
    expect(done).toMatchObject({ state: 'applied', closedAt: NOON });
    const line = await suite.world.line(username);
    expect(line.profile.expiresAt).toBe(NOON + 30 * DAY_MS);
    expect((await suite.world.grants(username, NOON)).map(({ octets }) => octets)).toEqual([5 * GB]);
    expect(await suite.world.wallet(customer)).toBe(0);
    const outbox = await suite.ledger.pendingProjections(1_000);
    expect(outbox.filter(({ key }) => key === username).length).toBeGreaterThan(0);
    const [row] = (await suite.ledger.orders.purchases(username))!;
    expect(row).toMatchObject({
      what: 'service',
      name: 'یک‌ماهه ۵ گیگ',
      purchaseType: 'online',
      from: NOON,
    });
    expect((await suite.ledger.money.balance('gateway:sandbox'))!.balance).toBeGreaterThanOrEqual(660_000);
  });

  it('queues a second service, refuses a third, and credits who paid for one all the same (X03, X05)', async () => {
    const { username } = await suite.newLine();
    await suite.world.pay(await suite.world.place(username, 'm5'));
    const second = await suite.world.place(username, 'm5');
    const third = await suite.world.place(username, 'm8');
    await suite.world.pay(second, NOON + MINUTE_MS);
    expect((await suite.world.line(username)).profile.reserve).toMatchObject({ from: NOON + 30 * DAY_MS });
    const request = { username, kind: 'service', offerCode: 'm8', months: 1 } as const;
    const refused = await suite.ledger.orders.quote(request, SUBSCRIBER, NOON);
    expect(refused).toEqual({ ok: false, error: 'reserve-is-taken' });
    // It was placed while the place was free: what is paid for it all the same is not lost.
    const credited = await suite.world.pay(third, NOON + MINUTE_MS);
    expect(credited).toMatchObject({ state: 'credited', stateReason: 'reserve-is-taken' });
    expect(await suite.world.wallet(credited.customer)).toBe(990_000);
  });

  it('changes a service for the rest of its value, and keeps what is too much in the wallet (P52 to P54)', async () => {
    const { username, customer } = await suite.newLine();
    await suite.world.pay(await suite.world.place(username, 'free'));
    const later = NOON + 10 * DAY_MS;
    const order = await suite.world.place(username, 'm5', { kind: 'change', now: later });
    // TRUNC(1,200,000 × 20 / 30) less 600,000 and its tax.
    expect(order.quote).toMatchObject({ remainingValue: 800_000, payable: 0, surplus: 140_000 });
    expect(await suite.ledger.orders.payFromWallet(order.id, 'u1', later)).toMatchObject({ ok: true });
    expect(await suite.world.wallet(customer)).toBe(140_000);
    const line = await suite.world.line(username);
    expect(line.profile).toMatchObject({ planName: 'استاندارد ۵ گیگ', expiresAt: later + 30 * DAY_MS });
    const [now, before] = (await suite.ledger.orders.purchases(username))!;
    expect([now!.until, before!.until]).toEqual([later + 30 * DAY_MS, later]);
  });
}

function refusesWhatChanged(suite: OrderSuite): void {
  it('does not change a service that is another one by then: the money becomes credit', async () => {
    const { username } = await suite.newLine();
    await suite.world.pay(await suite.world.place(username, 'm8'));
    const order = await suite.world.place(username, 'free', { kind: 'change', now: NOON + HOUR_MS });
    const other = await suite.world.place(username, 'm5', { kind: 'change', now: NOON + HOUR_MS });
    await suite.world.ledger.orders.payFromWallet(other.id, 'u1', NOON + HOUR_MS);
    const done = await suite.world.pay(order, NOON + 2 * HOUR_MS);
    expect(done).toMatchObject({ state: 'credited', stateReason: 'service-has-changed' });
  });

  it('adds traffic to the running service only', async () => {
    const { username } = await suite.newLine();
    const request = { username, kind: 'traffic', offerCode: 'x1', months: 1 } as const;
    expect(await suite.ledger.orders.quote(request, SUBSCRIBER, NOON)).toEqual({
      ok: false,
      error: 'no-running-service',
    });
    await suite.world.pay(await suite.world.place(username, 'm5'));
    await suite.world.pay(await suite.world.place(username, 'x1', { kind: 'traffic' }));
    await suite.world.pay(await suite.world.place(username, 't1', { kind: 'traffic' }));
    const volumes = (await suite.world.grants(username, NOON)).map(({ kind, octets, until }) => [
      kind,
      octets,
      until,
    ]);
    expect(volumes).toEqual(
      expect.arrayContaining([
        ['service', 5 * GB, NOON + 30 * DAY_MS],
        ['extra', GB, NOON + 30 * DAY_MS],
        ['timed', 2 * GB, NOON + 6 * HOUR_MS],
      ]),
    );
  });

  it('renews an address from its current end, with its tax (P56)', async () => {
    const username = suite.nextName();
    await suite.world.customer(username, { staticIp: '85.9.70.25' });
    const first = await suite.world.place(username, 'ip', { kind: 'static-ip', months: 2 });
    expect(first.quote).toMatchObject({ price: 100_000, vat: 10_000 });
    await suite.world.pay(first);
    const again = await suite.world.place(username, 'ip', {
      kind: 'static-ip',
      months: 1,
      now: NOON + DAY_MS,
    });
    expect(await suite.world.pay(again, NOON + DAY_MS)).toMatchObject({ state: 'applied' });
  });

  it('lets a free charge bring a line back once, until it pays (P57 to P59)', async () => {
    const { username } = await suite.newLine();
    const given = await suite.ledger.orders.giveFreeCharge(username, 'u1', NOON);
    expect(given).toMatchObject({ ok: true, value: { charge: { days: 2 } } });
    expect((await suite.world.line(username)).profile.expiresAt).toBe(NOON + 2 * DAY_MS);
    const again = await suite.ledger.orders.giveFreeCharge(username, 'u1', NOON + 3 * DAY_MS);
    expect(again).toEqual({ ok: false, error: 'already-applied' });
    await suite.world.pay(await suite.world.place(username, 'm5', { now: NOON + HOUR_MS }), NOON + HOUR_MS);
    expect((await suite.world.line(username)).profile.expiresAt).toBe(NOON + HOUR_MS + 30 * DAY_MS);
  });
}

function servesOnce(suite: OrderSuite): void {
  it('lets one of 200 parallel purchases have a balance for one', async () => {
    const { username, customer } = await suite.newLine();
    await suite.world.credit(customer, 1_099_999, `one-of-200-${suite.name}`);
    const orders: Order[] = [];
    for (let index = 0; index < 200; index += 1) {
      const own = `${username}-${index}`;
      await suite.world.customer(own);
      await suite.ledger.people.changeLineContract(own, { customerId: customer }, BY, NOON);
      orders.push(await suite.world.place(own, 'm5'));
    }
    const paid = await Promise.all(orders.map(({ id }) => suite.ledger.orders.payFromWallet(id, 'u1', NOON)));
    expect(paid.filter(({ ok }) => ok)).toHaveLength(1);
    expect(paid.filter((one) => !one.ok && one.error === 'insufficient-credit')).toHaveLength(199);
    expect(await suite.world.wallet(customer)).toBe(439_999);
  }, 120_000);

  it('credits and applies a payment once that is confirmed 100 times at once (X03)', async () => {
    const { username, customer } = await suite.newLine();
    const order = await suite.world.place(username, 'm5');
    const payment = await suite.world.atBank(order);
    const all = await Promise.all(
      Array.from({ length: 100 }, () =>
        suite.ledger.payments.conclude(payment.id, suite.world.paid(payment), NOON),
      ),
    );
    expect(all.filter(({ isNews }) => isNews)).toHaveLength(1);
    expect(all.every((one) => one.order?.state === 'applied')).toBe(true);
    expect(await suite.world.grants(username, NOON)).toHaveLength(1);
    expect(await suite.world.wallet(customer)).toBe(0);
  });
}

function takesEveryPayment(suite: OrderSuite): void {
  it('puts a second payment of an order into the wallet', async () => {
    const { username, customer } = await suite.newLine();
    const order = await suite.world.place(username, 'm5');
    const [one, two] = [await suite.world.atBank(order), await suite.world.atBank(order)];
    await suite.ledger.payments.conclude(one.id, suite.world.paid(one), NOON);
    const second = await suite.ledger.payments.conclude(two.id, suite.world.paid(two), NOON);
    expect(second.payment).toMatchObject({ state: 'paid', reason: 'order-is-applied' });
    expect(await suite.world.wallet(customer)).toBe(660_000);
  });

  it('credits another amount than was asked for and leaves the order to be paid', async () => {
    const { username, customer } = await suite.newLine();
    const order = await suite.world.place(username, 'm5');
    const payment = await suite.world.atBank(order);
    const done = await suite.ledger.payments.conclude(payment.id, suite.world.paid(payment, 1_000), NOON);
    expect(done).toMatchObject({ payment: { reason: 'amount-differs' }, order: { state: 'placed' } });
    expect(await suite.world.wallet(customer)).toBe(1_000);
  });

  it('takes no reference twice', async () => {
    const { username, customer } = await suite.newLine();
    const [one, two] = [
      await suite.world.atBank(await suite.world.place(username, 'm5')),
      await suite.world.atBank(await suite.world.place(username, 'm8')),
    ];
    await suite.ledger.payments.conclude(one.id, suite.world.paid(one), NOON);
    const again = await suite.ledger.payments.conclude(
      two.id,
      { ...suite.world.paid(one), amount: two.amount } as never,
      NOON,
    );
    expect(again.payment).toMatchObject({ state: 'suspicious' });
    expect(await suite.world.wallet(customer)).toBe(0);
  });

  it('takes no reference twice when two payments claim it at once', async () => {
    const { username, customer } = await suite.newLine();
    const orders = [await suite.world.place(username, 'm5'), await suite.world.place(username, 'm8')];
    const payments = [await suite.world.atBank(orders[0]!), await suite.world.atBank(orders[1]!)];
    const said = payments.map(
      (payment) => ({ ...suite.world.paid(payment), reference: 'rrn-same' }) as const,
    );
    const done = await Promise.all(
      payments.map(({ id }, index) => suite.ledger.payments.conclude(id, said[index]!, NOON)),
    );
    expect(done.map(({ payment }) => payment.state).toSorted()).toEqual(['paid', 'suspicious']);
    expect(await suite.world.wallet(customer)).toBe(0);
  });

  it('takes money that a gateway first denied', async () => {
    const { username } = await suite.newLine();
    const payment = await suite.world.atBank(await suite.world.place(username, 'm5'));
    const denied = { outcome: 'not-paid', code: '-51', reason: 'failed' } as const;
    expect((await suite.ledger.payments.conclude(payment.id, denied, NOON)).payment.state).toBe('failed');
    const done = await suite.ledger.payments.conclude(payment.id, suite.world.paid(payment), NOON);
    expect(done).toMatchObject({ payment: { state: 'paid' }, order: { state: 'applied' } });
  });
}

function asksAndAddsUp(suite: OrderSuite): void {
  it('plans inquiries after 1, 3, 10 and 25 minutes and gives one worker each', async () => {
    const { username } = await suite.newLine();
    const at = NOON + 100 * DAY_MS;
    const { id } = await suite.world.atBank(await suite.world.place(username, 'm5', { now: at }), at);
    const dueAt = async (minutes: number) =>
      (await suite.ledger.payments.dueInquiries(at + minutes * MINUTE_MS, 10_000)).filter(
        (one) => one.id === id,
      ).length;
    const seen: number[] = [];
    for (const minutes of [0.9, 1, 2, 3, 9, 10, 24, 25, 30]) seen.push(await dueAt(minutes));
    expect(seen).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0]);
  });

  it('leaves books without a fault', async () => {
    expect(await suite.world.faults()).toBe(0);
  });
}
