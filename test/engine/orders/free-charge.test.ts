import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deductFreeCharge,
  type FreeChargeFacts,
  type FreeChargePolicy,
  freeCharge,
  freeChargeDebt,
} from '../../../engine/orders/free-charge.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { daysLater, jalaliWallTime } from '../../../engine/values/jalali.ts';
import { octets } from '../../../engine/values/octets.ts';

const MB = 1024 ** 2;
const GB = 1024 ** 3;
const now = jalaliWallTime({ year: 1394, month: 11, day: 20 }, 600);

/** «2 روز به همراه 100 مگابایت ترافیک» */
const policy: FreeChargePolicy = { days: 2, octets: octets(100 * MB), onDaysOut: 'days', kind: 'gift' };
const running = daysLater(now, 9);
const facts: FreeChargeFacts = {
  serviceUntil: now - HOUR_MS,
  isExhausted: true,
  lastPaidAt: daysLater(now, -31),
  lastChargedAt: undefined,
  isOwed: false,
};

describe('a free charge', () => {
  it('product line P57: is two days with 100 MB', () => {
    const value = { days: 2, octets: 100 * MB, at: now, until: daysLater(now, 2) };
    expect(freeCharge(policy, facts, now)).toEqual({ ok: true, value });
  });

  it.each([
    { out: 'traffic', serviceUntil: running, isExhausted: true, onDaysOut: 'days', days: 0, volume: 100 },
    { out: 'traffic', serviceUntil: running, isExhausted: true, onDaysOut: 'both', days: 0, volume: 100 },
    { out: 'days', serviceUntil: now, isExhausted: false, onDaysOut: 'days', days: 2, volume: 0 },
    { out: 'days', serviceUntil: now, isExhausted: false, onDaysOut: 'both', days: 2, volume: 100 },
    { out: 'both', serviceUntil: now, isExhausted: true, onDaysOut: 'days', days: 2, volume: 100 },
  ] as const)('product line P58: $out out gives $days days and $volume MB ($onDaysOut)', (row) => {
    const { serviceUntil, isExhausted, onDaysOut, days, volume } = row;
    const until = days === 0 ? running : daysLater(now, 2);
    expect(freeCharge({ ...policy, onDaysOut }, { ...facts, serviceUntil, isExhausted }, now)).toEqual({
      ok: true,
      value: { days, octets: volume * MB, at: now, until },
    });
  });

  it('product line P58: is refused while nothing ran out', () => {
    const plenty = { ...facts, serviceUntil: running, isExhausted: false };
    expect(freeCharge(policy, plenty, now)).toEqual({ ok: false, error: 'nothing-ran-out' });
  });

  it('product line P59: is given once, until a service is paid for', () => {
    const charged = { ...facts, lastChargedAt: now };
    expect(freeCharge(policy, charged, daysLater(now, 3))).toEqual({ ok: false, error: 'already-applied' });
    const owed = { ...charged, lastPaidAt: now + 1, isOwed: true };
    expect(freeCharge(policy, owed, daysLater(now, 3))).toEqual({ ok: false, error: 'already-applied' });
    const paid = { ...charged, lastPaidAt: now + 1, serviceUntil: daysLater(now, 30) };
    expect(freeCharge(policy, paid, daysLater(now, 31))).toMatchObject({ ok: true });
  });

  it('product line P59: is given at most once per paid service, however often it is asked for', () => {
    const asks = fc.array(fc.record({ after: fc.nat(20), isPaid: fc.boolean() }), { maxLength: 30 });
    fc.assert(
      fc.property(asks, (rows) => {
        let at = now;
        let { lastPaidAt, lastChargedAt } = facts;
        let [paid, given] = [1, 0];
        for (const { after, isPaid } of rows) {
          at += after * DAY_MS + 1;
          if (isPaid) [lastPaidAt, paid] = [at, paid + 1];
          else if (freeCharge(policy, { ...facts, lastPaidAt, lastChargedAt }, at).ok) {
            [lastChargedAt, given] = [at, given + 1];
          }
        }
        expect(given).toBeLessThanOrEqual(paid);
      }),
    );
  });

  it('is not for a line that never had a service', () => {
    const fresh = { ...facts, serviceUntil: undefined, lastPaidAt: undefined };
    expect(freeCharge(policy, fresh, now)).toEqual({ ok: false, error: 'never-paid' });
  });
});

describe('product line P60: what was used of it', () => {
  const charge = { days: 2, octets: octets(100 * MB), at: now, until: daysLater(now, 2) };
  const bought = { from: daysLater(now, 1), until: daysLater(now, 31), volume: octets(5 * GB) };

  it('is a gift', () => {
    const debt = freeChargeDebt({ kind: 'gift' }, charge, octets(60 * MB), daysLater(now, 1));
    expect(debt).toEqual({ days: 0, octets: 0 });
    expect(deductFreeCharge(bought, debt)).toEqual({ until: bought.until, volume: 5 * GB });
  });

  it('or a loan, which is taken from the next purchase', () => {
    const debt = freeChargeDebt({ kind: 'loan' }, charge, octets(60 * MB), daysLater(now, 1));
    expect(debt).toEqual({ days: 1, octets: 60 * MB });
    expect(deductFreeCharge(bought, debt)).toEqual({ until: daysLater(now, 30), volume: 5 * GB - 60 * MB });
    expect(deductFreeCharge({ ...bought, volume: undefined }, debt).volume).toBeUndefined();
  });

  it('is never more than was given, and leaves the next purchase a day of what it was', () => {
    fc.assert(
      fc.property(fc.nat(300 * MB), fc.nat(40), fc.nat(200 * MB), fc.nat(3), (used, day, volume, days) => {
        const debt = freeChargeDebt({ kind: 'loan' }, charge, octets(used), daysLater(now, day));
        expect(debt).toEqual({ days: Math.min(day, 2), octets: Math.min(used, 100 * MB) });
        const next = { from: now, until: daysLater(now, days), volume: octets(volume) };
        const left = deductFreeCharge(next, debt);
        expect(left.volume).toBe(Math.max(0, volume - debt.octets));
        expect(left.until).toBe(daysLater(now, Math.max(Math.min(days, 1), days - debt.days)));
      }),
    );
  });
});
