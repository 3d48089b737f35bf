import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReserveStart } from '../../../engine/catalog/offer.ts';
import {
  type BoughtService,
  buyService,
  changeService,
  coverEnd,
  exhaustService,
  NO_SERVICE,
  runningService,
  type ServiceLife,
  serviceLifeAt,
} from '../../../engine/orders/service-life.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { daysLater, jalaliWallTime } from '../../../engine/values/jalali.ts';

const start = jalaliWallTime({ year: 1394, month: 10, day: 19 }, 13 * 60 + 42);

function month(boughtAt: number, orderId = 'order', planName = 'standard'): BoughtService {
  return { orderId, planName, term: { unit: 'day', count: 30 }, boughtAt };
}

/** What a purchase does; a refusal fails the test. */
function bought(
  life: ServiceLife,
  service: BoughtService,
  isExhausted = false,
  reserveStart: ReserveStart = 'end',
) {
  const result = buyService(life, service, isExhausted, reserveStart);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('product line X05: a purchase', () => {
  const first = bought(NO_SERVICE, month(start, 'first'));

  it('begins at once on a line without service', () => {
    expect(first).toMatchObject({ starts: 'now', from: start, until: daysLater(start, 30) });
    expect(runningService(first.life, start)?.orderId).toBe('first');
    expect(runningService(first.life, first.until - 1)?.orderId).toBe('first');
    expect(runningService(first.life, first.until)).toBeUndefined();
  });

  it('queues while a service runs, begins at its end, and the pair has no gap', () => {
    const second = bought(first.life, month(daysLater(start, 10), 'second'));
    expect(second).toMatchObject({
      starts: 'queued',
      from: first.until,
      until: daysLater(start, 60),
    });
    expect(coverEnd(second.life)).toBe(second.until);
    expect(runningService(second.life, first.until - 1)?.orderId).toBe('first');
    // Also when nobody looked for days.
    for (const later of [first.until, first.until + 5 * DAY_MS]) {
      expect(runningService(second.life, later)).toMatchObject({ orderId: 'second', from: first.until });
    }
    expect(runningService(second.life, second.until)).toBeUndefined();
    expect(buyService(second.life, month(daysLater(start, 11)), false, 'end')).toEqual({
      ok: false,
      error: 'reserve-is-taken',
    });
    expect(bought(second.life, month(daysLater(start, 31), 'third'))).toMatchObject({
      starts: 'queued',
      from: second.until,
    });
  });

  it('begins at once on a line whose service has ended', () => {
    const later = first.until + 3 * HOUR_MS;
    const second = bought(first.life, month(later));
    expect(second).toMatchObject({ starts: 'now', from: later, until: daysLater(later, 30) });
  });

  it('begins at once on a line without volume, where reserves begin on that', () => {
    const later = daysLater(start, 20);
    expect(bought(first.life, month(later, 'second'), true, 'end').starts).toBe('queued');
    const second = bought(first.life, month(later, 'second'), true, 'end-or-exhaustion');
    expect(second).toMatchObject({ starts: 'now', from: later, until: daysLater(later, 30) });
    expect(bought(first.life, month(later), false, 'end-or-exhaustion').starts).toBe('queued');
  });
});

describe('product line X05: a reserve', () => {
  const reserved = bought(bought(NO_SERVICE, month(start)).life, month(start + 1, 'reserve')).life;

  it('begins when the volume is used up, if the plan says so', () => {
    const used = daysLater(start, 12);
    expect(exhaustService(reserved, used, 'end')).toEqual(reserved);
    const begun = exhaustService(reserved, used, 'end-or-exhaustion');
    expect(begun.reserve).toBeUndefined();
    expect(begun.running).toMatchObject({ orderId: 'reserve', from: used, until: daysLater(used, 30) });
  });

  it('does not begin twice, and none begins on a line without one', () => {
    const late = daysLater(start, 31);
    const begun = exhaustService(reserved, late, 'end-or-exhaustion');
    expect(begun.running).toMatchObject({ orderId: 'reserve', from: daysLater(start, 30) });
    expect(exhaustService(begun, late, 'end-or-exhaustion')).toEqual(begun);
    expect(exhaustService(NO_SERVICE, late, 'end-or-exhaustion')).toEqual(NO_SERVICE);
  });
});

describe('product line P54: a change of service', () => {
  it('puts the new service in the place of the old one from now on, and the reserve behind it', () => {
    const life = bought(bought(NO_SERVICE, month(start)).life, month(start + 1, 'reserve')).life;
    const now = daysLater(start, 5);
    const changed = changeService(life, month(now, 'new', 'emerald'));
    if (!changed.ok) throw new Error(changed.error);
    expect(changed.value.running).toEqual({
      ...month(now, 'new', 'emerald'),
      from: now,
      until: daysLater(now, 30),
    });
    expect(coverEnd(changed.value)).toBe(daysLater(now, 60));
    expect(runningService(changed.value, daysLater(now, 30))?.orderId).toBe('reserve');
  });

  it('needs a running service', () => {
    const life = bought(NO_SERVICE, month(start)).life;
    const error = { ok: false, error: 'no-running-service' };
    expect(changeService(NO_SERVICE, month(start))).toEqual(error);
    expect(changeService(life, month(daysLater(start, 30)))).toEqual(error);
  });
});

describe('any row of purchases', () => {
  const purchases = fc.array(fc.record({ after: fc.nat(45 * 24), days: fc.integer({ min: 1, max: 90 }) }), {
    maxLength: 12,
  });

  it('product line X05: gives each service its whole term, one after the other', () => {
    fc.assert(
      fc.property(purchases, (rows) => {
        let life: ServiceLife = NO_SERVICE;
        let now = start;
        let end = Number.NEGATIVE_INFINITY;
        for (const { after, days } of rows) {
          now += after * HOUR_MS;
          const service = { ...month(now), term: { unit: 'day', count: days } as const };
          const result = buyService(life, service, false, 'end');
          if (!result.ok) {
            expect(serviceLifeAt(life, now).reserve).toBeDefined();
            continue;
          }
          const { from, until, starts } = result.value;
          expect(from).toBe(starts === 'queued' ? end : now);
          expect(starts === 'queued').toBe(end > now);
          expect(until).toBe(daysLater(from, days));
          expect(coverEnd(result.value.life)).toBe(until);
          life = result.value.life;
          end = until;
        }
      }),
    );
  });
});
