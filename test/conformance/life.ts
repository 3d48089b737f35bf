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
export function wall(year: number, month: number, day: number, hour = 0, minute = 0): Instant {
  return jalaliWallTime(jalaliDay(year, month, day)!, hour * 60 + minute);
}

/** What time does to services, on every database. */
export function lifeSuite(name: string, makePlace: () => Promise<OrderPlace>): void {
  describe(`the life of services on ${name}`, () => {
    let place: OrderPlace;
    let ledger: Ledger;
    let world: OrderWorld;
    let now: Instant;
    let count = 0;
    beforeAll(async () => {
      place = await makePlace();
      ledger = await place.open();
    });
    afterAll(async () => {
      await ledger.close();
      await place.remove();
    });
    /** Two keepers, so that nothing depends on there being one. */
    const runAll = async () => {
      const parts = {
        ...{ life: ledger.life, mayRun: async () => true, onChanged: async () => {}, now: () => now },
        log: { warn: (fields: object) => expect.fail(JSON.stringify(fields)) },
      };
      await Promise.all([createServiceKeeper(parts).runAll(), createServiceKeeper(parts).runAll()]);
    };
    /** Looks three times a day. */
    const passUntil = async (end: Instant) => {
      while (now < end) {
        now = Math.min(end, now + 8 * HOUR_MS);
        await runAll();
        await ledger.beginReserves(now, 100);
      }
    };
    const messagesOf = async (customer: number) => {
      const filter = { limit: 100, offset: 0, receivedOnly: false };
      const { messages } = await ledger.messages.ofCustomer(customer, filter);
      return messages.map(({ content, queuedAt }) => [content.kind, queuedAt]).reverse();
    };
    const next = () => `life${++count}`;

    describe('in the months of the samples', () => {
      beforeAll(async () => {
        now = wall(1394, 7, 1, 12);
        world = await OrderWorld.begin(ledger, now);
      });

      it('follows the timeline of P62 and P63', async () => {
        const username = next();
        now = wall(1394, 10, 19, 9);
        const customer = await world.customer(username, {}, now);
        await world.pay(await world.place(username, 'm5', { now }), now);
        const seen = [wall(1394, 11, 17, 10, 29), wall(1394, 11, 17, 10, 30), wall(1394, 11, 19, 10, 30)];
        const kinds: unknown[] = [];
        for (const at of [...seen, wall(1394, 11, 20, 3, 19), wall(1394, 11, 20, 3, 20)]) {
          now = at;
          await runAll();
          kinds.push((await messagesOf(customer)).at(-1)?.[0]);
        }
        expect(kinds).toEqual([
          'purchase-applied',
          'service-ends-in-days',
          'service-ends-today',
          'service-ends-today',
          'collection-list',
        ]);
        now = wall(1394, 11, 21, 14, 9);
        await world.pay(await world.place(username, 'm5', { now }), now);
        const history = (await ledger.people.standingHistory(username, 10))!;
        expect(history.map(({ to, reason, at }) => [to, reason, jalaliDayAt(at)])).toEqual([
          ['in-collection-list', 'expired', jalaliDay(1394, 11, 20)],
          ['in-operation', 'purchase', jalaliDay(1394, 11, 21)],
        ]);
        const { profile } = await world.line(username);
        expect(profile.expiresAt).toBe(wall(1394, 12, 21, 14, 9));
      });

      it('sends each message once, whoever runs and however often, and none for a service that goes on', async () => {
        const username = next();
        now = wall(1394, 9, 19, 9);
        const customer = await world.customer(username, {}, now);
        await world.pay(await world.place(username, 'm5', { now }), now);
        await passUntil(wall(1394, 10, 18));
        await world.pay(await world.place(username, 'm5', { now }), now);
        await passUntil(wall(1394, 10, 25));
        const kinds = (await messagesOf(customer)).map(([kind]) => kind);
        expect(kinds).toEqual(['purchase-applied', 'service-ends-in-days', 'purchase-applied']);
        expect(await ledger.people.standingHistory(username, 10)).toEqual([]);
      });

      it('recharges a campaign at 03:20 on its day, late ones without moving it, and bills each month', async () => {
        const username = next();
        now = wall(1394, 7, 19, 14);
        const customer = await world.customer(username, {}, now);
        await world.declare(
          {
            offers: [
              {
                ...{ kind: 'campaign', code: 'camp', name: 'کمپین', plan: 'استاندارد ۵ گیگ' },
                ...{ term: { unit: 'month', count: 3 }, pricePerMonth: 215_000, monthLength: 'nominal' },
                recharge: { octets: 5 * GB },
              },
            ],
          },
          now,
        );
        await ledger.orders.payFromWallet((await world.place(username, 'camp', { now })).id, 'u', now);
        await runAll();
        await passUntil(wall(1394, 8, 19, 3, 19));
        now = wall(1394, 8, 19, 14, 33);
        await runAll();
        const extra = await ledger.life.rechargeNow(username, 'staff', wall(1394, 9, 5, 12));
        expect(extra).toMatchObject({ ok: true, value: { kind: 'extra' } });
        now = wall(1394, 9, 19, 3, 20);
        await runAll();
        const rows = (await ledger.life.recharges(username, now))!;
        expect(rows.map(({ kind, at }) => [kind, at])).toEqual([
          ['monthly', wall(1394, 7, 19, 14)],
          ['monthly', wall(1394, 8, 19, 14, 33)],
          ['extra', wall(1394, 9, 5, 12)],
          ['monthly', wall(1394, 9, 19, 3, 20)],
        ]);
        const bills = (await ledger.life.bills(username))!;
        expect(bills.map(({ days, amount, vat }) => [days, amount, vat])).toEqual([
          [30, 215_000, 19_350],
          [12, 86_000, 7_740],
        ]);
        expect((await ledger.money.balance(receivableOf(customer)))!.balance).toBe(328_090);
        await passUntil(wall(1394, 12, 2));
        const all = (await ledger.life.bills(username))!.toReversed();
        expect(all.map(({ days }) => days)).toEqual([12, 30, 30, 18]);
      }, 120_000);
    });

    describe('of lines', () => {
      beforeAll(() => {
        now = NOON;
      });

      it('begins a reserve when the volume of the running service is used up (X05)', async () => {
        const username = next();
        await world.customer(username);
        await world.pay(await world.place(username, 'm5'));
        await world.pay(await world.place(username, 'm8'));
        const [running] = await world.grants(username, NOON);
        await world.consume(username, running!.id, running!.octets);
        now = NOON + HOUR_MS;
        await runAll();
        const { profile } = await world.line(username);
        expect(profile).toMatchObject({ planName: 'استاندارد ۸ گیگ', reserve: undefined });
        expect(profile.expiresAt).toBe(now + 30 * DAY_MS);
        expect((await world.grants(username, now)).map(({ octets }) => octets)).toEqual([8 * GB]);
        const rows = (await ledger.orders.purchases(username))!;
        expect(rows.map(({ from, until }) => [from, until])).toEqual([
          [now, now + 30 * DAY_MS],
          [NOON, now],
        ]);
      });

      it('lets a reserve wait for the end where the running service says so', async () => {
        const username = next();
        await world.customer(username);
        const service = { kind: 'prepaid', name: 'منتظر', plan: 'استاندارد ۵ گیگ', price: 1 } as const;
        const offer = { ...service, code: 'waits', term: MONTH, reserveStart: 'end' } as const;
        await world.declare({ offers: [offer] }, NOON);
        await world.pay(await world.place(username, 'waits'));
        await world.pay(await world.place(username, 'm8'));
        const [running] = await world.grants(username, NOON);
        await world.consume(username, running!.id, running!.octets);
        now = NOON + HOUR_MS;
        await runAll();
        const { profile } = await world.line(username);
        expect(profile.reserve).toMatchObject({ from: NOON + 30 * DAY_MS });
      });

      it('credits the days of a pause, at most as many as the house allows (C19)', async () => {
        const username = next();
        await world.customer(username);
        await world.pay(await world.place(username, 'm5'));
        await world.pay(await world.place(username, 'm8'));
        now = NOON + 5 * DAY_MS;
        expect(await ledger.life.pause(username, 'u', now)).toMatchObject({ ok: true });
        expect((await world.line(username)).profile.status).toBe('suspended');
        expect(await ledger.life.pause(username, 'u', now)).toEqual({ ok: false, error: 'is-paused' });
        now = NOON + 15 * DAY_MS;
        expect(await ledger.life.endPause(username, 'u', now)).toMatchObject({ ok: true });
        const resumed = await world.line(username);
        expect(resumed.profile).toMatchObject({ status: 'active', expiresAt: NOON + 40 * DAY_MS });
        expect(resumed.profile.reserve).toMatchObject({
          from: NOON + 40 * DAY_MS,
          expiresAt: NOON + 70 * DAY_MS,
        });
        expect((await world.grants(username, NOON + 39 * DAY_MS)).map(({ octets }) => octets)).toEqual([
          5 * GB,
        ]);
        // Twenty of thirty days are left: a pause without an end ends by itself, and the service goes on.
        now = NOON + 20 * DAY_MS;
        await ledger.life.pause(username, 'u', now);
        now = NOON + 60 * DAY_MS;
        await runAll();
        expect((await world.line(username)).profile).toMatchObject({
          ...{ status: 'active', expiresAt: NOON + 60 * DAY_MS },
        });
      });

      it('takes an address that is not paid, and gives it back with the renewal', async () => {
        const username = next();
        await world.customer(username, { staticIp: '85.9.70.26' });
        now = NOON;
        await world.pay(await world.place(username, 'ip', { kind: 'static-ip' }));
        now = NOON + 40 * DAY_MS;
        await runAll();
        expect((await world.line(username)).profile.staticIp).toBe('');
        await world.pay(await world.place(username, 'ip', { kind: 'static-ip', now }), now);
        expect((await world.line(username)).profile.staticIp).toBe('85.9.70.26');
      });

      it('cancels orders that nobody paid, and credits what comes for them later', async () => {
        const username = next();
        const customer = await world.customer(username);
        now = NOON;
        const order = await world.place(username, 'm5');
        const payment = await world.atBank(order);
        await ledger.payments.conclude(payment.id, { outcome: 'not-paid', code: '', reason: '' }, now);
        now = NOON + 3 * DAY_MS;
        await runAll();
        expect((await ledger.orders.order(order.id))!).toMatchObject({ state: 'cancelled' });
        await ledger.payments.conclude(payment.id, world.paid(payment), now + MINUTE_MS);
        expect((await ledger.orders.order(order.id))!).toMatchObject({ state: 'credited' });
        expect(await world.wallet(customer)).toBe(rial(660_000));
      });

      it('leaves books without a fault', async () => {
        expect(await world.faults()).toBe(0);
      });
    });
  });
}
