import { expect, it } from 'vitest';
import { calendarDays } from '../../../engine/catalog/term.ts';
import { type LineEvent, standingChanges } from '../../../engine/orders/line-status.ts';
import { remindersDue, USUAL_REMINDERS } from '../../../engine/orders/reminders.ts';
import {
  type BoughtService,
  buyService,
  coverEnd,
  NO_SERVICE,
  runningService,
  type ServiceLife,
} from '../../../engine/orders/service-life.ts';
import { MINUTE_MS } from '../../../engine/values/instant.ts';
import { daysLater, type JalaliDay, jalaliDayAt, jalaliWallTime } from '../../../engine/values/jalali.ts';
import { tehranMinuteOfDay } from '../../../engine/values/tehran-time.ts';

function wall(month: number, day: number, hour: number, minute: number): number {
  return jalaliWallTime({ year: 1394, month, day }, hour * 60 + minute);
}

/** `11/21 14:09` */
function told(at: number): string {
  const { month, day }: JalaliDay = jalaliDayAt(at);
  const minute = tehranMinuteOfDay(at);
  return [`${month}/${day}`, `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`].join(' ');
}

/** Purchases of 30 days each: the last two as product line P63 has them, and the one before. */
const purchases = [wall(9, 18, 10, 0), wall(10, 19, 13, 42), wall(11, 21, 14, 9)];

/** A line whose owner buys when told, watched every half hour, and what was seen. */
function watch(from: number, days: number): { readonly log: string[]; readonly life: ServiceLife } {
  const log: string[] = [];
  const events: LineEvent[] = [];
  const sent = new Map<string, Set<number>>();
  let life: ServiceLife = NO_SERVICE;
  let rowsSeen = 0;
  const steps = new Set(purchases);
  for (let at = from; at < daysLater(from, days); at += 30 * MINUTE_MS) steps.add(at);
  for (const now of [...steps].sort((left, right) => left - right)) {
    if (purchases.includes(now)) {
      const bought: BoughtService = {
        orderId: told(now),
        planName: '5 GB',
        term: { unit: 'day', count: 30 },
        boughtAt: now,
      };
      const result = buyService(life, bought, false, 'end');
      if (!result.ok) throw new Error(result.error);
      ({ life } = result.value);
      events.push({ what: 'purchase', at: now, coverUntil: coverEnd(life)! });
      log.push(`${told(now)} bought, ${result.value.starts}, ends ${told(result.value.until)}`);
    }
    const { running } = life;
    if (running !== undefined) {
      const { orderId, boughtAt, until } = running;
      const ofOrder = sent.get(orderId) ?? new Set();
      sent.set(orderId, ofOrder);
      const facts = { orderId, boughtAt, until, renewedAt: life.reserve?.boughtAt };
      for (const { daysBefore } of remindersDue(facts, USUAL_REMINDERS, ofOrder, now)) {
        ofOrder.add(daysBefore);
        log.push(`${told(now)} message, ${daysBefore} days before`);
      }
    }
    const changes = standingChanges(events, now);
    for (const { at, to } of changes.slice(rowsSeen)) log.push(`${told(at)} ${to}`);
    rowsSeen = changes.length;
  }
  return { log, life };
}

it('product line P63: 120 days of a line, from 1394/09/01 on', () => {
  const { log, life } = watch(wall(9, 1, 0, 0), 120);
  expect(log).toEqual([
    '9/18 10:00 bought, now, ends 10/18 10:00',
    '9/18 10:00 in-operation',
    '10/16 10:30 message, 2 days before',
    '10/18 10:30 message, 0 days before',
    '10/19 0:00 in-collection-list',
    '10/19 13:42 bought, now, ends 11/19 13:42',
    '10/19 13:42 in-operation',
    '11/17 10:30 message, 2 days before',
    '11/19 10:30 message, 0 days before',
    '11/20 0:00 in-collection-list',
    '11/21 14:09 bought, now, ends 12/21 14:09',
    '11/21 14:09 in-operation',
    '12/19 10:30 message, 2 days before',
    '12/21 10:30 message, 0 days before',
    '12/22 0:00 in-collection-list',
  ]);
  const onThe25th = wall(11, 25, 18, 0);
  expect(calendarDays(onThe25th, runningService(life, onThe25th)!.until)).toBe(26);
});
