import { afterEach, beforeEach, expect, it } from 'vitest';
import { isOnline } from '../../../engine/accounting/session-life.ts';
import { createTermKeeper, type TermKeeper } from '../../../engine/jobs/keep-terms.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../engine/values/instant.ts';
import { T0 } from '../accounting/samples.ts';
import { ReconcileWorld, report } from './reconcile-world.ts';

let world: ReconcileWorld;
let keeper: TermKeeper;

beforeEach(async () => {
  world = await ReconcileWorld.open();
  keeper = createTermKeeper({
    ledger: world.ledger,
    mayRun: async () => true,
    now: () => world.now,
    log: { warn: () => undefined },
  });
});
afterEach(() => world.close());

const nas = [{ name: 'bras1', address: '10.0.0.1', secret: 's', vendor: 'mikrotik' as const }];
const speed = { downKbps: 8_000, upKbps: 1_000 };

/** The order under way for a line that is online. */
async function orderOf(username: string) {
  return (await world.stateOf(username)).sessions.find(isOnline)!.pendingEffect;
}

it('orders the new speed for lines online within seconds of the change, and for nobody else', async () => {
  const plan = { name: 'home', days: 30, speed };
  const usernames = ['a', 'b', 'c'];
  const lines = [...usernames, 'offline'].map((username) => ({ username, plan: 'home' }));
  await world.apply({ nas, plans: [plan], lines });
  for (const name of usernames) await world.account(report(name, 's1', { kind: 'start', seconds: 0 }));
  await world.sink.drain();
  await world.apply({ plans: [{ ...plan, speed: { ...speed, downKbps: 2_000 } }] });
  expect(await orderOf('a')).toBeUndefined();
  world.now += 3 * SECOND_MS;
  expect(await keeper.runOnce()).toBe(3);
  await world.project();
  const ordered = { kind: 'change-speed', requestedAt: world.now, attempts: 1 };
  for (const name of usernames) expect(await orderOf(name)).toMatchObject(ordered);
  world.now += SECOND_MS;
  expect(await keeper.runOnce()).toBe(0);
});

it('counts on through 100 daily volumes and the reserved term behind them, to the octet', async () => {
  const plans = [
    { name: 'daily', days: 100, quota: { octets: 1_000, charge: 'both', per: 'day' } },
    { name: 'after', days: 30, quota: { octets: 50_000, charge: 'both' } },
  ] as const;
  const line = { username: 'ali', plan: 'daily', reserve: { plan: 'after' } };
  await world.apply({ nas, plans, lines: [line] });
  await world.account(report('ali', 's1', { kind: 'start', seconds: 0 }));
  let most = 0;
  for (let day = 1; day <= 112; day += 1) {
    world.now = T0 + day * DAY_MS - MINUTE_MS;
    const seconds = (world.now - T0) / SECOND_MS;
    await world.account(report('ali', 's1', { kind: 'interim', seconds, output: day * 600 }));
    await keeper.runOnce();
    await world.project();
    most = Math.max(most, (await world.stateOf('ali')).grants.length);
    if (day % 28 !== 0) continue;
    await world.sink.drain();
    expect(await world.reconcile()).toMatchObject({ judged: 1, unreconciledOctets: 0 });
  }
  const { profile, grants, sessions } = await world.stateOf('ali');
  expect(profile).toMatchObject({ planName: 'after', reserve: undefined, expiresAt: T0 + 130 * DAY_MS });
  expect(most).toBeLessThanOrEqual(83);
  expect(grants.find(({ id }) => id === 'service:ali:1.1')).toBeUndefined();
  const all = (await world.ledger.line('ali'))!.grants;
  expect(all).toHaveLength(102);
  expect(all.reduce((sum, grant) => sum + grant.consumed, 0)).toBe(sessions[0]!.usage.burnedOctets);
  expect(sessions[0]!.usage).toMatchObject({ burnedOctets: 112 * 600, overshotOctets: 0 });
  const reserved = all.find(({ id }) => id === 'service:ali:1r')!;
  expect(reserved.consumed).toBeGreaterThan(11 * 600);
  expect(reserved.consumed).toBeLessThan(13 * 600);
}, 60_000);
