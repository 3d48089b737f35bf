import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../api/cli/commands.ts';
import { DAY_MS, HOUR_MS } from '../../engine/values/instant.ts';
import { GB, MONTH, OrderWorld } from '../conformance/order-world.ts';
import { ask, openWorld, START, type World } from './world.ts';

const API = '/api/v1';
let world: World;
let house: OrderWorld;

beforeAll(async () => {
  world = await openWorld();
  house = await OrderWorld.begin(world.ledger, START);
  await house.declare(
    {
      offers: [
        {
          ...{ kind: 'campaign', code: 'camp', name: 'کمپین', plan: 'استاندارد ۵ گیگ', term: MONTH },
          ...{ pricePerMonth: 215_000, recharge: { octets: 5 * GB } },
        },
      ],
    },
    START,
  );
});
afterAll(() => world.close());

/** What `mizan` prints after these words, and the status of the answer. */
async function mizan(
  ...words: readonly string[]
): Promise<{ readonly status: number; readonly text: string }> {
  const command = readCommand(words);
  if (command.kind !== 'call') throw new Error(JSON.stringify(command));
  const { method, path, key, body } = command.call;
  const headers: Readonly<Record<string, string>> = key === undefined ? {} : { 'idempotency-key': key };
  const sent = body === undefined ? {} : { body: JSON.parse(body) };
  const answer = await ask(world.app, `${API}${path}`, { method, headers, ...sent });
  const told: unknown = await answer.json();
  const { status, ok } = answer;
  return { status, text: ok ? command.show(told) : (told as { code: string }).code };
}

describe('a paused line', () => {
  it('is off, keeps its days, and shows its pauses', async () => {
    const username = 'paused';
    await house.customer(username, {}, START);
    await house.pay(await house.place(username, 'm5', { now: START }), START);
    expect(await mizan('pauses', username)).toEqual({ status: 200, text: 'No pauses.' });
    expect((await mizan('pause', username)).text).toMatch(/^Paused from .*; ends by itself at /);
    expect(await mizan('pause', username)).toEqual({ status: 409, text: 'is-paused' });
    world.clock.moveTo(START + 3 * DAY_MS);
    expect((await mizan('end-pause', username)).text).toMatch(/^Paused from .* to /);
    expect((await house.line(username)).profile.expiresAt).toBe(START + 33 * DAY_MS);
    expect(await mizan('end-pause', username)).toEqual({ status: 409, text: 'is-not-paused' });
    expect((await mizan('pauses', username)).text.split('\n')).toHaveLength(2);
    expect((await mizan('pauses', 'nobody')).status).toBe(404);
  });
});

describe('a campaign', () => {
  it('tells of its recharges, purchases and bills', async () => {
    const username = 'campaign';
    const now = world.clock.now();
    await house.customer(username, {}, now);
    const order = await house.place(username, 'camp', { now });
    await world.ledger.orders.payFromWallet(order.id, 'u', now);
    expect((await mizan('recharges', username)).text).toBe('No campaign.');
    await world.ledger.life.work('recharge', now, 10);
    expect((await mizan('recharge', username)).text).toMatch(/\(extra\)\.$/);
    expect((await mizan('recharges', username)).text).toMatch(/monthly +5\.00 GB +کمپین/);
    expect((await mizan('purchases', username)).text).toContain('کمپین');
    expect((await mizan('bills', username)).text).toBe('No bills.');
    world.clock.moveTo(now + 31 * DAY_MS + HOUR_MS);
    await world.ledger.life.work('bill', world.clock.now(), 10);
    expect((await mizan('bills', username)).text).toMatch(/1405\/09\/03 +1405\/09\/30 +28 +200,666 +20,066/);
    expect(await mizan('recharge', username)).toEqual({ status: 409, text: 'no-campaign' });
  });
});

describe('a recharge by hand', () => {
  it('is given once, also when its answer is forgotten', async () => {
    const username = 'recharged';
    const now = world.clock.now();
    await house.customer(username, {}, now);
    const order = await house.place(username, 'camp', { now });
    await world.ledger.orders.payFromWallet(order.id, 'u', now);
    const recharge = async () => {
      const call = { method: 'POST', headers: { 'idempotency-key': 'once' } };
      const answer = await ask(world.app, `${API}/lines/${username}/recharge`, call);
      return [answer.status, await answer.json()];
    };
    const first = await recharge();
    expect(first).toMatchObject([201, { kind: 'monthly' }]);
    // As after a crash before the answer was kept.
    expect(await world.ledger.idempotency.removeBefore(now + HOUR_MS, 100)).toBeGreaterThan(0);
    expect(await recharge()).toEqual(first);
    expect(await world.ledger.life.recharges(username, now)).toHaveLength(1);
  });
});

describe('time on a clock for tests', () => {
  it('is not passed where no jobs run', async () => {
    expect((await mizan('pass-time', '2027-01-01T00:00:00Z')).status).toBe(404);
  });
});
