import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LIFE_WORKS } from '../../../../engine/orders/life-store.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../../../engine/values/instant.ts';
import { jalaliWallTime } from '../../../../engine/values/jalali.ts';
import { GB, NOON, OrderWorld, SUBSCRIBER } from '../../../conformance/order-world.ts';
import { workOut } from '../../../conformance/work-out.ts';
import { secrets } from './sample.ts';

// What a simulated year of customers has found: a service that meets a pause, another one, or a new year.
const folder = mkdtempSync(join(tmpdir(), 'mizan-edges-'));
let world: OrderWorld;
beforeAll(async () => {
  world = await OrderWorld.begin(await openLedger({ folder: join(folder, 'pg') }, secrets));
  await world.declare(
    {
      offers: [
        {
          ...{ kind: 'campaign', code: 'camp', name: 'کمپین', plan: 'استاندارد ۸ گیگ' },
          ...{ term: { unit: 'month', count: 3 }, pricePerMonth: 215_000, recharge: { octets: 5 * GB } },
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

async function passTo(now: Instant): Promise<void> {
  await world.ledger.beginReserves(now, 100);
  for (const work of LIFE_WORKS) expect((await workOut(world.ledger.life, work, now)).failures).toEqual([]);
}

async function messages(customer: number): Promise<readonly string[]> {
  const filter = { limit: 100, offset: 0, receivedOnly: false };
  const { messages: found } = await world.ledger.messages.ofCustomer(customer, filter);
  return found.map(({ content }) => content.kind);
}

/** Volumes of campaigns that a line has at an instant. */
async function recharges(username: string, at: Instant) {
  return (await world.grants(username, at)).filter(({ id }) => id.startsWith('campaign:'));
}

it('tells each of two lines of its free charge, also when both have changed as often', async () => {
  const customers = [await world.customer('free1'), await world.customer('free2')];
  for (const username of ['free1', 'free2']) await world.ledger.orders.giveFreeCharge(username, 'u', NOON);
  expect(await Promise.all(customers.map(messages))).toEqual([['free-charge'], ['free-charge']]);
});

it('reminds of the end of a service that has free volume, which moves no end (P59, P62)', async () => {
  const customer = await world.customer('free3');
  await world.pay(await world.place('free3', 'm5'));
  const [grant] = await world.grants('free3', NOON + HOUR_MS);
  await world.consume('free3', grant!.id, grant!.octets);
  const charged = await world.ledger.orders.giveFreeCharge('free3', 'u', NOON + DAY_MS);
  expect(charged).toMatchObject({ ok: true, value: { charge: { days: 0 } } });
  await passTo(NOON + 28 * DAY_MS);
  expect((await messages(customer))[0]).toBe('service-ends-in-days');
});

it('leaves a line without service in the collection list when only its address is renewed', async () => {
  await world.customer('ip1', { staticIp: '85.9.70.30' });
  const now = NOON + 5 * DAY_MS;
  await passTo(now);
  await world.pay(await world.place('ip1', 'ip', { kind: 'static-ip', now }), now);
  await passTo(now + DAY_MS);
  const history = (await world.ledger.people.standingHistory('ip1', 10))!;
  expect(history.map(({ to }) => to)).toEqual(['in-collection-list']);
});

it('does not undo in the night what staff have said of a line, so that its history goes forward (P24)', async () => {
  await world.customer('staff1');
  const now = NOON + 5 * DAY_MS;
  await passTo(now);
  const said = { standing: 'in-operation', note: 'promised', actor: 'staff' } as const;
  await world.ledger.people.changeStanding('staff1', said, now);
  await passTo(now + 2 * DAY_MS);
  const history = (await world.ledger.people.standingHistory('staff1', 10))!;
  expect(history.map(({ to, reason }) => [to, reason])).toEqual([
    ['in-collection-list', 'expired'],
    ['in-operation', 'staff'],
  ]);
});

it('recharges a campaign that waited when it begins, also where a pause has put that off (P34)', async () => {
  await world.customer('wait1');
  await world.pay(await world.place('wait1', 'm5'));
  const campaign = await world.place('wait1', 'camp');
  await world.ledger.orders.payFromWallet(campaign.id, 'u', NOON);
  await world.ledger.life.pause('wait1', 'u', NOON + 5 * DAY_MS);
  await world.ledger.life.endPause('wait1', 'u', NOON + 15 * DAY_MS);
  await passTo(NOON + 31 * DAY_MS);
  expect(await recharges('wait1', NOON + 31 * DAY_MS)).toEqual([]);
  await passTo(NOON + 40 * DAY_MS);
  expect(await recharges('wait1', NOON + 40 * DAY_MS)).toMatchObject([{ octets: 5 * GB }]);
});

it('recharges a campaign that waited at once when it begins before its time (X05)', async () => {
  await world.customer('wait2');
  await world.pay(await world.place('wait2', 'm5'));
  await world.ledger.orders.payFromWallet((await world.place('wait2', 'camp')).id, 'u', NOON);
  const [running] = await world.grants('wait2', NOON);
  await world.consume('wait2', running!.id, running!.octets);
  await passTo(NOON + HOUR_MS);
  expect(await recharges('wait2', NOON + HOUR_MS)).toMatchObject([{ octets: 5 * GB, from: NOON + HOUR_MS }]);
});

it('begins nothing in the place of a paused service, whose days would be given back twice (C19)', async () => {
  const customer = await world.customer('paused1');
  await world.pay(await world.place('paused1', 'm8'));
  const before = await world.place('paused1', 'm5', { kind: 'change', now: NOON + 9 * DAY_MS });
  const now = NOON + 10 * DAY_MS;
  await world.ledger.life.pause('paused1', 'u', now);
  const request = { username: 'paused1', kind: 'change', offerCode: 'm5', months: 1 } as const;
  const refused = await world.ledger.orders.quote(request, SUBSCRIBER, now);
  expect(refused).toEqual({ ok: false, error: 'line-is-paused' });
  const paid = await world.ledger.orders.payFromWallet(before.id, 'u', NOON + 9 * DAY_MS + HOUR_MS);
  expect(paid).toEqual({ ok: false, error: 'line-is-paused' });
  expect(await world.wallet(customer)).toBe(0);
  const [stored] = await world.ledger.invoices.invoices({ customer, limit: 1 });
  const { series, number } = stored!.invoice;
  const wish = { invoice: { series, number }, takenBack: 'all', service: 'end', key: 'paused1' } as const;
  const ended = await world.ledger.invoices.refund(wish, { actor: 'staff', reason: '' }, now);
  expect(ended).toEqual({ ok: false, error: 'line-is-paused' });
  // What waits may be bought.
  expect(await world.ledger.orders.quote({ ...request, kind: 'service' }, SUBSCRIBER, now)).toMatchObject({
    ok: true,
  });
});

it('keeps extra volume for as long as the service that it was bought for (C19)', async () => {
  await world.customer('paused2');
  await world.pay(await world.place('paused2', 'm5'));
  await world.pay(await world.place('paused2', 'x1', { kind: 'traffic' }));
  await world.ledger.life.pause('paused2', 'u', NOON + 5 * DAY_MS);
  await world.ledger.life.endPause('paused2', 'u', NOON + 9 * DAY_MS);
  const ends = (await world.grants('paused2', NOON + 10 * DAY_MS)).map(({ kind, until }) => [kind, until]);
  expect(ends.toSorted()).toEqual([
    ['extra', NOON + 34 * DAY_MS],
    ['service', NOON + 34 * DAY_MS],
  ]);
});

it('keeps the last hours of a service for the days of its pause (C19)', async () => {
  await world.customer('paused3');
  await world.pay(await world.place('paused3', 'm5'));
  await world.ledger.life.pause('paused3', 'u', NOON + 30 * DAY_MS - HOUR_MS);
  await world.ledger.life.endPause('paused3', 'u', NOON + 32 * DAY_MS);
  expect((await world.line('paused3')).profile.expiresAt).toBe(NOON + 32 * DAY_MS + HOUR_MS);
});

it('gives no value back for volume that was used after the change was ordered', async () => {
  const username = 'fallen1';
  const customer = await world.customer(username);
  await world.pay(await world.place(username, 'm5'));
  const order = await world.place(username, 'm8', { kind: 'change', now: NOON + HOUR_MS });
  const [grant] = await world.grants(username, NOON);
  await world.consume(username, grant!.id, 3 * GB);
  await world.credit(customer, order.quote.payable, `for-${username}`);
  const request = { username, kind: 'change', offerCode: 'm8', months: 1 } as const;
  const refused = await world.ledger.orders.payFromWallet(order.id, 'u1', NOON + HOUR_MS);
  expect(refused).toEqual({ ok: false, error: 'value-has-fallen' });
  const done = await world.pay(order, NOON + HOUR_MS);
  expect(done).toMatchObject({ state: 'credited', stateReason: 'value-has-fallen' });
  const again = await world.ledger.orders.quote(request, SUBSCRIBER, NOON + HOUR_MS);
  expect(again).toMatchObject({ value: { quote: { remainingValue: 240_000, payable: 0 } } });
});

it('lets the figures of an order hold no longer than the tax of its year (P52)', async () => {
  await world.customer('year1');
  const newYear = jalaliWallTime({ year: 1406, month: 1, day: 1 }, 0);
  const now = newYear - 3 * HOUR_MS;
  const order = await world.place('year1', 'm5', { now });
  expect(order.validUntil).toBe(newYear);
  const late = await world.ledger.orders.payFromWallet(order.id, 'u', newYear);
  expect(late).toEqual({ ok: false, error: 'order-is-out-of-date' });
});
