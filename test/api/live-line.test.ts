import { expect, it } from 'vitest';
import { liveLine } from '../../api/live-line.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { octets } from '../../engine/values/octets.ts';
import { T0 } from '../engine/accounting/samples.ts';
import { GB, grantOf, historyOf, lineOf, planOf } from '../engine/pipeline/samples.ts';

it('counts what is left at full speed, and not the slower volume behind it', () => {
  const line = lineOf([grantOf('a', 2 * GB, { consumed: octets(GB) }), grantOf('b', GB, { tier: 1 })]);
  const told = liveLine(line, () => historyOf(planOf()), T0);
  expect([told.remainingOctets, told.grantedOctets, told.consumedOctets]).toEqual([GB, 2 * GB, GB]);
});

it('tells the term in force: the reserved one once it has begun', () => {
  const reserve = { planName: 'silver', from: T0 + DAY_MS, expiresAt: T0 + 31 * DAY_MS };
  const line = lineOf([], { expiresAt: T0 + DAY_MS, reserve });
  const told = (now: number) => {
    const { plan, expiresAt } = liveLine(line, (name) => historyOf(planOf({ name })), now);
    return [plan, Date.parse(expiresAt!)];
  };
  expect(told(T0)).toEqual(['gold', T0 + DAY_MS]);
  expect(told(T0 + DAY_MS)).toEqual(['silver', reserve.expiresAt]);
});

it('names the device that the line is bound to', () => {
  const bound = { ...lineOf([]), boundMac: 'aabb' };
  const lockedTo = (locksFirstMac: boolean) =>
    liveLine(bound, () => historyOf(planOf({ locksFirstMac })), T0).lockedTo;
  expect([lockedTo(true), lockedTo(false)]).toEqual(['aabb', '']);
});
