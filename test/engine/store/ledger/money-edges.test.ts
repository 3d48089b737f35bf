import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIFE_WORKS, type LifeWork } from '../../../../engine/orders/life-store.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../../../engine/values/instant.ts';
import { jalaliWallTime } from '../../../../engine/values/jalali.ts';
import { GB, NOON, OrderWorld } from '../../../conformance/order-world.ts';
import { workOut as workToEnd } from '../../../conformance/work-out.ts';
import { secrets } from './sample.ts';

// What a review looked for: money or service lost between two people, two years, or two works of time.
const folder = mkdtempSync(join(tmpdir(), 'mizan-money-edges-'));
const BY = { actor: 'sara', reason: 'asked for' };
let world: OrderWorld;
beforeAll(async () => {
  world = await OrderWorld.begin(await openLedger({ folder: join(folder, 'pg') }, secrets));
  const plans = [
    { name: 'ماهی ۵ گیگ', days: 365, quota: { octets: 5 * GB, charge: 'download', per: 'month' } },
    { name: 'روزی ۱ گیگ', days: 30, quota: { octets: GB, charge: 'download', per: 'day' } },
  ] as const;
  await world.ledger.apply({ plans: plans.map((plan) => ({ ...plan, exhausted: 'disconnect' })) }, NOON);
  const days = (count: number) => ({ unit: 'day', count }) as const;
  const month = { unit: 'month', count: 3 } as const;
  await world.declare(
    {
      offers: [
        ...([
          {
            kind: 'prepaid',
            code: 'y5',
            name: 'یکساله',
            plan: plans[0].name,
            term: days(365),
            price: 8_000_000,
          },
          {
            kind: 'prepaid',
            code: 'd1',
            name: 'روزانه',
            plan: plans[1].name,
            term: days(30),
            price: 500_000,
          },
          {
            kind: 'postpaid',
            code: 'bill',
            name: 'پس‌پرداخت',
            plan: 'نامحدود',
            term: month,
            pricePerMonth: 300_000,
          },
          { kind: 'extra', code: 'huge', name: 'بی‌شمار', price: 1_000, octets: 9e15, validity: 'service' },
        ] as const),
        {
          ...{ kind: 'prepaid', code: 'welcome', name: 'خوش آمد', plan: 'استاندارد ۵ گیگ', term: days(30) },
          ...{ price: 1_000, audience: { purchase: 'first' } },
        },
        {
          ...{ kind: 'campaign', code: 'camp', name: 'کمپین', plan: 'استاندارد ۸ گیگ' },
          ...{ term: month, pricePerMonth: 215_000, recharge: { octets: 5 * GB } },
        },
      ],
    },
    NOON,
  );
});
afterAll(async () => {
  await world.ledger.close();
  rmSync(folder, { recursive: true });
});

/** Does all of a work, with nothing that cannot be done. */
async function workOut(work: LifeWork, now: Instant): Promise<void> {
  expect((await workToEnd(world.ledger.life, work, now)).failures).toEqual([]);
}

async function passTo(now: Instant): Promise<void> {
  await world.ledger.beginReserves(now, 100);
  for (const work of LIFE_WORKS) await workOut(work, now);
}

/** Uses up the volume that a line has at full speed now. */
async function useUp(username: string, at: Instant): Promise<void> {
  for (const { id, octets } of await world.grants(username, at)) await world.consume(username, id, octets);
}

async function giveAway(username: string, customerId: number | null): Promise<void> {
  const done = await world.ledger.people.changeLineContract(username, { customerId }, BY, NOON);
  if (!done.ok) throw new Error(done.error);
}

describe('a volume that comes back', () => {
  for (const [code, username] of [
    ['y5', 'month1'],
    ['d1', 'day1'],
  ] as const) {
    it(`leaves the days of ${code} to who has used up one period and renews (X05, P51)`, async () => {
      await world.customer(username);
      await world.pay(await world.place(username, code));
      const { expiresAt } = (await world.line(username)).profile;
      const now = NOON + HOUR_MS;
      await useUp(username, now);
      await world.pay(await world.place(username, code, { now }), now);
      const renewed = (await world.line(username)).profile;
      expect([renewed.expiresAt, renewed.reserve?.from]).toEqual([expiresAt, expiresAt]);
      await passTo(now + MINUTE_MS);
      expect((await world.line(username)).profile).toMatchObject({ expiresAt, reserve: { from: expiresAt } });
    });
  }
});

describe('a line that is given to another customer', () => {
  it('is not changed by what the former one ordered; the money is his', async () => {
    const former = await world.customer('given1');
    await world.pay(await world.place('given1', 'm8'));
    const order = await world.place('given1', 'm5', { kind: 'change', now: NOON + HOUR_MS });
    const other = await world.customer('given2');
    await giveAway('given1', other);
    const service = (await world.line('given1')).profile.planName;
    const paid = await world.ledger.orders.payFromWallet(order.id, 'u', NOON + HOUR_MS);
    expect(paid).toEqual({ ok: false, error: 'line-has-moved' });
    expect((await world.line('given1')).profile.planName).toBe(service);
    expect(await world.wallet(former)).toBe(0);
  });

  it('puts what the former one has paid into his wallet', async () => {
    const former = await world.customer('given3');
    const payment = await world.atBank(await world.place('given3', 'm5'));
    await giveAway('given3', await world.customer('given4'));
    const done = await world.ledger.payments.conclude(payment.id, world.paid(payment), NOON);
    expect(done).toMatchObject({ payment: { reason: 'line-has-moved' }, order: { state: 'credited' } });
    expect(await world.wallet(former)).toBe(660_000);
  });
});

describe('a line that has no customer for a while', () => {
  it('keeps neither its pause nor any other work from ending', async () => {
    const customer = await world.customer('nobody1');
    await world.pay(await world.place('nobody1', 'm5'));
    await world.ledger.life.pause('nobody1', 'u', NOON + DAY_MS);
    await giveAway('nobody1', null);
    const late = NOON + 40 * DAY_MS;
    await workOut('end-pauses', late);
    await giveAway('nobody1', customer);
    await workOut('end-pauses', late);
    expect((await world.line('nobody1')).profile.status).toBe('active');
  });

  it('does not keep the addresses of others from being withdrawn (P56)', async () => {
    for (const [username, staticIp] of [
      ['nobody2', '85.9.70.40'],
      ['taken2', '85.9.70.41'],
    ] as const) {
      await world.customer(username, { staticIp });
      await world.pay(await world.place(username, 'ip', { kind: 'static-ip' }));
    }
    await giveAway('nobody2', null);
    await workOut('withdraw-addresses', NOON + 60 * DAY_MS);
    expect((await world.line('taken2')).profile.staticIp).toBe('');
  });

  it('goes on with its campaign once it has one again (P34)', async () => {
    const customer = await world.customer('nobody3');
    await world.ledger.orders.payFromWallet((await world.place('nobody3', 'camp')).id, 'u', NOON);
    await workOut('recharge', NOON);
    await giveAway('nobody3', null);
    const due = NOON + 32 * DAY_MS;
    await workOut('recharge', due);
    await giveAway('nobody3', customer);
    await workOut('recharge', due + 2 * HOUR_MS);
    const volumes = (await world.grants('nobody3', due + 2 * HOUR_MS)).filter(({ id }) =>
      id.startsWith('campaign:'),
    );
    expect(volumes).toHaveLength(1);
  });
});

describe('bills', () => {
  const monthEnd = jalaliWallTime({ year: 1405, month: 11, day: 1 }, 240);

  it('are for no day after a line was closed, and for who had the line when nobody has it any more', async () => {
    for (const username of ['closed2', 'nobody4']) {
      await world.customer(username);
      const order = await world.place(username, 'bill');
      expect(await world.ledger.orders.payFromWallet(order.id, 'u', NOON)).toMatchObject({ ok: true });
    }
    const closedAt = jalaliWallTime({ year: 1405, month: 9, day: 11 }, 720);
    await world.ledger.setStatus('closed2', { status: 'closed', reason: '', actor: 'sara' }, closedAt);
    await giveAway('nobody4', null);
    await workOut('bill', monthEnd);
    const daysOf = async (username: string) =>
      ((await world.ledger.life.bills(username)) ?? []).map(({ days }) => days).reverse();
    expect(await daysOf('closed2')).toEqual([1, 10]);
    expect(await daysOf('nobody4')).toEqual([1, 30, 30]);
  });
});

describe('an order between placing and paying', () => {
  it('bears the tax of the day of its invoice, or becomes credit (P52, T01)', async () => {
    await world.declare(
      {
        settings: [
          {
            name: 'vatRates',
            value: [
              { fromYear: 1405, toYear: 1405, percent: 10 },
              { fromYear: 1406, toYear: 1406, percent: 12 },
            ],
          },
        ],
      },
      NOON + 1,
    );
    const newYear = jalaliWallTime({ year: 1406, month: 1, day: 1 }, 0);
    const customer = await world.customer('nowruz1', {}, newYear - DAY_MS);
    const payment = await world.atBank(
      await world.place('nowruz1', 'm5', { now: newYear - HOUR_MS }),
      newYear - MINUTE_MS,
    );
    const now = newYear + MINUTE_MS;
    const done = await world.ledger.payments.conclude(payment.id, world.paid(payment), now);
    expect(done).toMatchObject({ payment: { state: 'paid', reason: 'tax-has-changed' } });
    expect(await world.wallet(customer)).toBe(660_000);
    const again = await world.place('nowruz1', 'm5', { now });
    expect(again.quote).toMatchObject({ vat: 72_000, creditUsed: 660_000, payable: 12_000 });
  });

  it('sells what is for a first purchase once, however often it was ordered before', async () => {
    const customer = await world.customer('first1');
    const orders = [await world.place('first1', 'welcome'), await world.place('first1', 'welcome')];
    const states = [];
    for (const order of orders) states.push((await world.pay(order)).state);
    expect(states).toEqual(['applied', 'credited']);
    expect(await world.wallet(customer)).toBe(1_100);
  });

  it('gives the promotion of the moment at which it was placed (P28)', async () => {
    await world.customer('promo1');
    await world.pay(await world.place('promo1', 'm5'));
    const now = NOON + HOUR_MS;
    const [from, until] = [now - 1, now + HOUR_MS].map((at) => new Date(at).toISOString()) as [
      string,
      string,
    ];
    const promotions = [{ name: 'نوروز', extraPercent: 10, kinds: ['extra' as const], from, until }];
    await world.declare({ promotions }, now - 1);
    const order = await world.place('promo1', 'x1', { kind: 'traffic', now });
    await world.pay(order, now + 2 * HOUR_MS);
    const extra = (await world.line('promo1')).grants.find(({ kind }) => kind === 'extra');
    expect(extra?.octets).toBe(Math.trunc(1.1 * GB));
  });

  it('becomes credit when it cannot be worked out any more, and is not tried for ever (X03)', async () => {
    const customer = await world.customer('huge1');
    await world.pay(await world.place('huge1', 'm5'));
    const now = NOON + 5 * HOUR_MS;
    const until = new Date(now + DAY_MS).toISOString();
    const payment = await world.atBank(await world.place('huge1', 'huge', { kind: 'traffic', now }), now);
    const promotions = [{ name: 'بهار', extraPercent: 50, kinds: ['extra' as const], until }];
    await world.declare({ promotions }, now - 1);
    const done = await world.ledger.payments.conclude(payment.id, world.paid(payment), now);
    expect(done).toMatchObject({ payment: { state: 'paid' }, order: { state: 'credited' } });
    expect(await world.wallet(customer)).toBe(1_100);
  });
});

it('leaves books without a fault', async () => {
  expect(await world.faults()).toBe(0);
});
