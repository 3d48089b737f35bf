import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServiceKeeper } from '../../engine/jobs/keep-services.ts';
import { receivableOf } from '../../engine/ledger/account.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../engine/values/instant.ts';
import { jalaliDay, jalaliDayAt, jalaliWallTime } from '../../engine/values/jalali.ts';
import { rial } from '../../engine/values/rial.ts';
import { GB, MONTH, NOON, OrderWorld } from './order-world.ts';
import type { OrderPlace } from './orders.ts';

/** An instant of Tehran's wall in the sample's years. */
function wall(year: number, month: number, day: number, hour = 0, minute = 0): Instant {
  return jalaliWallTime(jalaliDay(year, month, day)!, hour * 60 + minute);
}

/** What the tests of a suite share: a ledger, and a time that they move. */
class LifeSuite {
  now: Instant = wall(1394, 7, 1, 12);
  #world: OrderWorld | undefined;
  #count = 0;

  async open(place: OrderPlace): Promise<void> {
    this.#world = await OrderWorld.begin(await place.open(), this.now);
  }

  get world(): OrderWorld {
    if (this.#world === undefined) throw new Error('the ledger is not open yet');
    return this.#world;
  }

  get ledger(): Ledger {
    return this.world.ledger;
  }

  next(): string {
    this.#count += 1;
    return `life${this.#count}`;
  }

  /** Two keepers, so that nothing depends on there being one. */
  async runAll(): Promise<void> {
    const parts = {
      ...{ life: this.ledger.life, mayRun: async () => true, onChanged: async () => {}, now: () => this.now },
      log: { warn: (fields: object) => expect.fail(JSON.stringify(fields)) },
    };
    await Promise.all([createServiceKeeper(parts).runAll(), createServiceKeeper(parts).runAll()]);
  }

  /** Looks three times a day. */
  async passUntil(end: Instant): Promise<void> {
    while (this.now < end) {
      this.now = Math.min(end, this.now + 8 * HOUR_MS);
      await this.runAll();
      await this.ledger.beginReserves(this.now, 100);
    }
  }

  /** Kinds of a customer's messages by time. */
  async messagesOf(customer: number): Promise<readonly string[]> {
    const filter = { limit: 100, offset: 0, receivedOnly: false };
    const { messages } = await this.ledger.messages.ofCustomer(customer, filter);
    return messages.map(({ content }) => content.kind).reverse();
  }
}

/** What time does to services, on every database. */
export function lifeSuite(name: string, makePlace: () => Promise<OrderPlace>): void {
  describe(`the life of services on ${name}`, () => {
    const suite = new LifeSuite();
    let place: OrderPlace;
    beforeAll(async () => {
      place = await makePlace();
      await suite.open(place);
    });
    afterAll(async () => {
      await suite.ledger.close();
      await place.remove();
    });
    describe('in the months of the samples', () => {
      sendsMessages(suite);
      rechargesAndBills(suite);
    });
    describe('of lines', () => {
      beforeAll(() => {
        suite.now = NOON;
      });
      beginsReserves(suite);
      movesEnds(suite);
      cleansUp(suite);
    });
  });
}

function sendsMessages(suite: LifeSuite): void {
  it('follows the timeline of P62 and P63', async () => {
    const username = suite.next();
    suite.now = wall(1394, 10, 19, 9);
    const customer = await suite.world.customer(username, {}, suite.now);
    await suite.world.pay(await suite.world.place(username, 'm5', { now: suite.now }), suite.now);
    const seen = [wall(1394, 11, 17, 10, 29), wall(1394, 11, 17, 10, 30), wall(1394, 11, 19, 10, 30)];
    const kinds: unknown[] = [];
    for (const at of [...seen, wall(1394, 11, 20, 3, 19), wall(1394, 11, 20, 3, 20)]) {
      suite.now = at;
      await suite.runAll();
      kinds.push((await suite.messagesOf(customer)).at(-1));
    }
    expect(kinds).toEqual([
      'purchase-applied',
      'service-ends-in-days',
      'service-ends-today',
      'service-ends-today',
      'collection-list',
    ]);
    suite.now = wall(1394, 11, 21, 14, 9);
    await suite.world.pay(await suite.world.place(username, 'm5', { now: suite.now }), suite.now);
    const history = (await suite.ledger.people.standingHistory(username, 10))!;
    expect(history.map(({ to, reason, at }) => [to, reason, jalaliDayAt(at)])).toEqual([
      ['in-collection-list', 'expired', jalaliDay(1394, 11, 20)],
      ['in-operation', 'purchase', jalaliDay(1394, 11, 21)],
    ]);
    const { profile } = await suite.world.line(username);
    expect(profile.expiresAt).toBe(wall(1394, 12, 21, 14, 9));
  });

  it('sends each message once, whoever runs, and none for a service that goes on', async () => {
    const username = suite.next();
    suite.now = wall(1394, 9, 19, 9);
    const customer = await suite.world.customer(username, {}, suite.now);
    await suite.world.pay(await suite.world.place(username, 'm5', { now: suite.now }), suite.now);
    await suite.passUntil(wall(1394, 10, 18));
    await suite.world.pay(await suite.world.place(username, 'm5', { now: suite.now }), suite.now);
    await suite.passUntil(wall(1394, 10, 25));
    const kinds = await suite.messagesOf(customer);
    expect(kinds).toEqual(['purchase-applied', 'service-ends-in-days', 'purchase-applied']);
    expect(await suite.ledger.people.standingHistory(username, 10)).toEqual([]);
  });
}

function rechargesAndBills(suite: LifeSuite): void {
  it('recharges a campaign at 03:20 on its day, and bills each month (P34)', async () => {
    const username = suite.next();
    suite.now = wall(1394, 7, 19, 14);
    const customer = await suite.world.customer(username, {}, suite.now);
    await suite.world.declare(
      {
        offers: [
          {
            ...{ kind: 'campaign', code: 'camp', name: 'کمپین', plan: 'استاندارد ۵ گیگ' },
            ...{ term: { unit: 'month', count: 3 }, pricePerMonth: 215_000, monthLength: 'nominal' },
            recharge: { octets: 5 * GB },
          },
        ],
      },
      suite.now,
    );
    await suite.ledger.orders.payFromWallet(
      (await suite.world.place(username, 'camp', { now: suite.now })).id,
      'u',
      suite.now,
    );
    await suite.runAll();
    await suite.passUntil(wall(1394, 8, 19, 3, 19));
    suite.now = wall(1394, 8, 19, 14, 33);
    await suite.runAll();
    const extra = await suite.ledger.life.rechargeNow(username, 'staff', wall(1394, 9, 5, 12));
    expect(extra).toMatchObject({ ok: true, value: { kind: 'extra' } });
    suite.now = wall(1394, 9, 19, 3, 20);
    await suite.runAll();
    const rows = (await suite.ledger.life.recharges(username, suite.now))!;
    expect(rows.map(({ kind, at }) => [kind, at])).toEqual([
      ['monthly', wall(1394, 7, 19, 14)],
      ['monthly', wall(1394, 8, 19, 14, 33)],
      ['extra', wall(1394, 9, 5, 12)],
      ['monthly', wall(1394, 9, 19, 3, 20)],
    ]);
    const bills = (await suite.ledger.life.bills(username))!;
    expect(bills.map(({ days, amount, vat }) => [days, amount, vat])).toEqual([
      [30, 215_000, 19_350],
      [12, 86_000, 7_740],
    ]);
    expect((await suite.ledger.money.balance(receivableOf(customer)))!.balance).toBe(328_090);
    await suite.passUntil(wall(1394, 12, 2));
    const all = (await suite.ledger.life.bills(username))!.toReversed();
    expect(all.map(({ days }) => days)).toEqual([12, 30, 30, 18]);
  }, 120_000);
}

function beginsReserves(suite: LifeSuite): void {
  it('begins a reserve when the volume of the running service is used up (X05)', async () => {
    const username = suite.next();
    await suite.world.customer(username);
    await suite.world.pay(await suite.world.place(username, 'm5'));
    await suite.world.pay(await suite.world.place(username, 'm8'));
    const [running] = await suite.world.grants(username, NOON);
    await suite.world.consume(username, running!.id, running!.octets);
    suite.now = NOON + HOUR_MS;
    await suite.runAll();
    const { profile } = await suite.world.line(username);
    expect(profile).toMatchObject({ planName: 'استاندارد ۸ گیگ', reserve: undefined });
    expect(profile.expiresAt).toBe(suite.now + 30 * DAY_MS);
    expect((await suite.world.grants(username, suite.now)).map(({ octets }) => octets)).toEqual([8 * GB]);
    const rows = (await suite.ledger.orders.purchases(username))!;
    expect(rows.map(({ from, until }) => [from, until])).toEqual([
      [suite.now, suite.now + 30 * DAY_MS],
      [NOON, suite.now],
    ]);
  });

  it('lets a reserve wait for the end where the running service says so', async () => {
    const username = suite.next();
    await suite.world.customer(username);
    const service = { kind: 'prepaid', name: 'منتظر', plan: 'استاندارد ۵ گیگ', price: 1 } as const;
    const offer = { ...service, code: 'waits', term: MONTH, reserveStart: 'end' } as const;
    await suite.world.declare({ offers: [offer] }, NOON);
    await suite.world.pay(await suite.world.place(username, 'waits'));
    await suite.world.pay(await suite.world.place(username, 'm8'));
    const [running] = await suite.world.grants(username, NOON);
    await suite.world.consume(username, running!.id, running!.octets);
    suite.now = NOON + HOUR_MS;
    await suite.runAll();
    const { profile } = await suite.world.line(username);
    expect(profile.reserve).toMatchObject({ from: NOON + 30 * DAY_MS });
  });
}

function movesEnds(suite: LifeSuite): void {
  it('credits the days of a pause, at most as many as the house allows (C19)', async () => {
    const username = suite.next();
    await suite.world.customer(username);
    await suite.world.pay(await suite.world.place(username, 'm5'));
    await suite.world.pay(await suite.world.place(username, 'm8'));
    suite.now = NOON + 5 * DAY_MS;
    expect(await suite.ledger.life.pause(username, 'u', suite.now)).toMatchObject({ ok: true });
    expect((await suite.world.line(username)).profile.status).toBe('suspended');
    expect(await suite.ledger.life.pause(username, 'u', suite.now)).toEqual({
      ok: false,
      error: 'is-paused',
    });
    suite.now = NOON + 15 * DAY_MS;
    expect(await suite.ledger.life.endPause(username, 'u', suite.now)).toMatchObject({ ok: true });
    const resumed = await suite.world.line(username);
    expect(resumed.profile).toMatchObject({ status: 'active', expiresAt: NOON + 40 * DAY_MS });
    expect(resumed.profile.reserve).toMatchObject({
      from: NOON + 40 * DAY_MS,
      expiresAt: NOON + 70 * DAY_MS,
    });
    expect((await suite.world.grants(username, NOON + 39 * DAY_MS)).map(({ octets }) => octets)).toEqual([
      5 * GB,
    ]);
    // Twenty of thirty days are left: a pause without an end ends by itself, and the service goes on.
    suite.now = NOON + 20 * DAY_MS;
    await suite.ledger.life.pause(username, 'u', suite.now);
    suite.now = NOON + 60 * DAY_MS;
    await suite.runAll();
    expect((await suite.world.line(username)).profile).toMatchObject({
      ...{ status: 'active', expiresAt: NOON + 60 * DAY_MS },
    });
  });

  it('takes an address that is not paid, and gives it back with the renewal', async () => {
    const username = suite.next();
    await suite.world.customer(username, { staticIp: '85.9.70.26' });
    suite.now = NOON;
    await suite.world.pay(await suite.world.place(username, 'ip', { kind: 'static-ip' }));
    suite.now = NOON + 40 * DAY_MS;
    await suite.runAll();
    expect((await suite.world.line(username)).profile.staticIp).toBe('');
    await suite.world.pay(
      await suite.world.place(username, 'ip', { kind: 'static-ip', now: suite.now }),
      suite.now,
    );
    expect((await suite.world.line(username)).profile.staticIp).toBe('85.9.70.26');
  });
}

function cleansUp(suite: LifeSuite): void {
  it('cancels orders that nobody paid, and credits what comes for them later', async () => {
    const username = suite.next();
    const customer = await suite.world.customer(username);
    suite.now = NOON;
    const order = await suite.world.place(username, 'm5');
    const payment = await suite.world.atBank(order);
    await suite.ledger.payments.conclude(
      payment.id,
      { outcome: 'not-paid', code: '', reason: '' },
      suite.now,
    );
    suite.now = NOON + 3 * DAY_MS;
    await suite.runAll();
    expect((await suite.ledger.orders.order(order.id))!).toMatchObject({ state: 'cancelled' });
    await suite.ledger.payments.conclude(payment.id, suite.world.paid(payment), suite.now + MINUTE_MS);
    expect((await suite.ledger.orders.order(order.id))!).toMatchObject({ state: 'credited' });
    expect(await suite.world.wallet(customer)).toBe(rial(660_000));
  });

  it('leaves books without a fault', async () => {
    expect(await suite.world.faults()).toBe(0);
  });
}
