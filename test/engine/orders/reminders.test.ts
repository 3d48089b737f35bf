import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EndingService,
  remindersDue,
  remindersOf,
  USUAL_REMINDERS,
} from '../../../engine/orders/reminders.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { daysLater, jalaliWallTime } from '../../../engine/values/jalali.ts';

const boughtAt = jalaliWallTime({ year: 1394, month: 10, day: 19 }, 822);
const service: EndingService = {
  orderId: 'order',
  boughtAt,
  until: daysLater(boughtAt, 30),
  renewedAt: undefined,
};
const twoDaysBefore = jalaliWallTime({ year: 1394, month: 11, day: 17 }, 630);
const onTheDay = jalaliWallTime({ year: 1394, month: 11, day: 19 }, 630);

/** Days before the end that are due at `now`. */
function due(now: number, sent: readonly number[] = [], facts: Partial<EndingService> = {}): number[] {
  const found = remindersDue({ ...service, ...facts }, USUAL_REMINDERS, new Set(sent), now);
  return found.map(({ daysBefore }) => daysBefore);
}

describe('product line P62: reminders', () => {
  it('are due on 1394/11/17 and 1394/11/19 at 10:30 for a service that ends on 11/19', () => {
    expect(remindersOf(service, USUAL_REMINDERS)).toEqual([
      { orderId: 'order', daysBefore: 2, at: twoDaysBefore },
      { orderId: 'order', daysBefore: 0, at: onTheDay },
    ]);
    expect(due(twoDaysBefore - 1)).toEqual([]);
    expect(due(twoDaysBefore)).toEqual([2]);
    expect(due(onTheDay)).toEqual([0]);
  });

  it('do not depend on the hour at which the service ends', () => {
    fc.assert(
      fc.property(fc.nat(1439), (minute) => {
        const until = jalaliWallTime({ year: 1394, month: 11, day: 19 }, minute);
        const found = remindersOf({ ...service, until }, USUAL_REMINDERS).map(({ at }) => at);
        expect(found).toEqual([twoDaysBefore, onTheDay]);
      }),
    );
  });

  it('are not sent on a later day, nor for a service that was bought after their time', () => {
    expect(due(twoDaysBefore + 13 * HOUR_MS)).toEqual([2]);
    expect(due(twoDaysBefore + 14 * HOUR_MS)).toEqual([]);
    expect(due(onTheDay, [], { boughtAt: twoDaysBefore })).toEqual([0]);
    expect(remindersOf({ ...service, boughtAt: twoDaysBefore }, USUAL_REMINDERS)).toHaveLength(1);
  });
});

describe('product line X07: a reminder', () => {
  it('is cancelled by a renewal before 10:30, and not by one after', () => {
    expect(due(onTheDay, [], { renewedAt: onTheDay - 1 })).toEqual([]);
    expect(due(onTheDay, [], { renewedAt: onTheDay + 1 })).toEqual([0]);
    expect(due(onTheDay + 2, [], { renewedAt: onTheDay + 1 })).toEqual([]);
    const renewed = { ...service, renewedAt: onTheDay - 1 };
    expect(remindersOf(renewed, USUAL_REMINDERS).map(({ daysBefore }) => daysBefore)).toEqual([2]);
  });

  it('goes out once per service and kind, however often and late the job runs', () => {
    const runs = fc.array(fc.nat(4 * DAY_MS), { maxLength: 40 });
    fc.assert(
      fc.property(runs, fc.option(fc.nat(4 * DAY_MS), { nil: undefined }), (moments, renewal) => {
        const renewedAt = renewal === undefined ? undefined : twoDaysBefore - DAY_MS + renewal;
        const sent: number[] = [];
        for (const moment of moments.toSorted((left, right) => left - right)) {
          const now = twoDaysBefore - DAY_MS + moment;
          const found = due(now, sent, { renewedAt });
          if (renewedAt !== undefined && renewedAt <= now) expect(found).toEqual([]);
          sent.push(...found);
        }
        expect(new Set(sent).size).toBe(sent.length);
        expect([0, 2]).toEqual(expect.arrayContaining(sent));
      }),
    );
  });
});
