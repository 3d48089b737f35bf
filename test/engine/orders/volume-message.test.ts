import { expect, it } from 'vitest';
import type { Plan } from '../../../engine/catalog/plan.ts';
import { volumeMessage } from '../../../engine/orders/volume-message.ts';
import { octets } from '../../../engine/values/octets.ts';

const PLAN: Plan = {
  ...{ name: 'p', days: 30, quota: { octets: octets(1_000), charge: 'download', per: 'term' } },
  ...{
    speed: undefined,
    tiers: [],
    exhausted: 'disconnect',
    expired: 'disconnect',
    windows: [],
    classes: [],
  },
  ...{
    concurrentSessions: 1,
    locksFirstMac: false,
    softLanding: false,
    pool: undefined,
    interimSeconds: 600,
  },
};
const told = (used: number, plan: Plan = PLAN, granted = 1_000, reserveFollows = false) =>
  volumeMessage({ granted, used, reserveFollows }, plan);

it('comes at 85 % and not before, exact up to the largest volume', () => {
  expect(told(849)).toBeUndefined();
  expect(told(850)).toEqual({ kind: 'volume-85', params: { left: 150 } });
  expect(told(999)).toEqual({ kind: 'volume-85', params: { left: 1 } });
  const most = Number.MAX_SAFE_INTEGER;
  const left = Number((BigInt(most) * 15n) / 100n);
  expect(told(most - left, PLAN, most)).toMatchObject({ kind: 'volume-85', params: { left } });
  expect(told(most - left - 1, PLAN, most)).toBeUndefined();
});

it('says at the end what the plan does then', () => {
  const slow = { downKbps: 128, upKbps: 128 };
  expect(told(1_000)).toEqual({ kind: 'volume-ended', params: { effect: 'stopped' } });
  expect(told(1_001, { ...PLAN, exhausted: 'captive' })).toMatchObject({ params: { effect: 'stopped' } });
  expect(told(1_000, { ...PLAN, exhausted: slow })).toMatchObject({ params: { effect: 'slowed' } });
  const tiers = [{ ...slow, octets: octets(500) }];
  expect(told(1_000, { ...PLAN, tiers })).toMatchObject({ params: { effect: 'slowed' } });
});

it('does not come without a volume, where it comes back the next day, or where another service follows', () => {
  expect(told(1_000, { ...PLAN, quota: undefined })).toBeUndefined();
  expect(told(0, PLAN, 0)).toBeUndefined();
  expect(told(1_000, { ...PLAN, quota: { ...PLAN.quota!, per: 'day' } })).toBeUndefined();
  expect(told(1_000, PLAN, 1_000, true)).toBeUndefined();
  expect(told(900, PLAN, 1_000, true)).toMatchObject({ kind: 'volume-85' });
});
