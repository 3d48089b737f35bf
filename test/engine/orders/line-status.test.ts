import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectionStart, type LineEvent, standingChanges } from '../../../engine/orders/line-status.ts';
import { HOUR_MS } from '../../../engine/values/instant.ts';
import {
  daysLater,
  jalaliDay,
  jalaliDayAt,
  jalaliDayStart,
  jalaliWallTime,
} from '../../../engine/values/jalali.ts';

/** `1394/07/18`, at noon unless a minute of the day is given. */
function at(date: string, minuteOfDay = 720): number {
  const [year, month, day] = date.split('/').map(Number);
  return jalaliWallTime(jalaliDay(year!, month!, day!)!, minuteOfDay);
}

function dateOf(instant: number): string {
  const { year, month, day } = jalaliDayAt(instant);
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('/');
}

function purchase(instant: number, days = 30): LineEvent {
  return { what: 'purchase', at: instant, coverUntil: daysLater(instant, days) };
}

/** Date, status and reason of each row. */
function rows(events: readonly LineEvent[], now: number): string[] {
  return standingChanges(events, now).map(({ at: when, to, reason }) => `${dateOf(when)} ${to} ${reason}`);
}

describe('product line P25: the collection list', () => {
  it.each([
    ['1394/07/18', '1394/08/19'],
    ['1394/09/18', '1394/10/19'],
    ['1394/10/19', '1394/11/20'],
  ])('%s and 30 days: from %s on', (bought, collected) => {
    for (const minute of [0, 1439]) {
      const until = daysLater(at(bought, minute), 30);
      expect(collectionStart(until)).toBe(at(collected, 0));
    }
    const day = at(collected, 0);
    expect(rows([purchase(at(bought))], day - 1)).toEqual([`${bought} in-operation purchase`]);
    expect(rows([purchase(at(bought))], day)).toEqual([
      `${bought} in-operation purchase`,
      `${collected} in-collection-list expired`,
    ]);
  });

  it('is left on the day of the purchase', () => {
    const events = [purchase(at('1394/07/18')), purchase(at('1394/08/19', 600))];
    expect(rows(events, at('1394/09/01'))).toEqual([
      '1394/07/18 in-operation purchase',
      '1394/08/19 in-collection-list expired',
      '1394/08/19 in-operation purchase',
    ]);
  });

  it('is not entered by a line that bought before its end, or on the day of it', () => {
    const events = [purchase(at('1394/07/18')), purchase(at('1394/08/18', 1400))];
    expect(rows(events, at('1394/09/18'))).toEqual(['1394/07/18 in-operation purchase']);
  });

  it('product line P59: is entered after a free charge that no purchase followed', () => {
    const charged = at('1394/08/20', 600);
    const events: LineEvent[] = [
      purchase(at('1394/07/18')),
      { what: 'free-charge', at: charged, coverUntil: daysLater(charged, 2) },
    ];
    expect(rows(events, at('1394/09/18')).slice(1)).toEqual([
      '1394/08/19 in-collection-list expired',
      '1394/08/20 in-operation free-charge',
      '1394/08/23 in-collection-list expired',
    ]);
  });
});

describe('product line P24: a day with four changes', () => {
  it('keeps them all, each with its reason and note', () => {
    const day = '1394/09/18';
    const events: LineEvent[] = [
      purchase(at('1394/08/19')),
      { what: 'exhausted', at: at(day, 480) },
      { what: 'staff', at: at(day, 540), to: 'in-operation', note: 'تماس مشترک' },
      { what: 'exhausted', at: at(day, 550) },
      { what: 'exhausted', at: at(day, 551) },
      purchase(at(day, 600)),
    ];
    expect(rows(events, at('1394/10/01')).slice(1)).toEqual([
      `${day} in-collection-list exhausted`,
      `${day} in-operation staff`,
      `${day} in-collection-list exhausted`,
      `${day} in-operation purchase`,
    ]);
    expect(standingChanges(events, at('1394/10/01'))[2]).toMatchObject({ note: 'تماس مشترک' });
  });
});

describe('product line P23: the history of a status', () => {
  const stories = fc.array(
    fc.record({
      after: fc.nat(60 * 24),
      what: fc.constantFrom('purchase', 'free-charge', 'exhausted', 'in-operation', 'in-collection-list'),
      days: fc.integer({ min: 1, max: 40 }),
    }),
    { maxLength: 15 },
  );

  it('alternates, goes by time, and never changes what it said before', () => {
    fc.assert(
      fc.property(stories, fc.nat(60), (story, days) => {
        let when = at('1394/07/18');
        const events = story.map(({ after, what, days: bought }): LineEvent => {
          when += after * HOUR_MS;
          if (what === 'exhausted') return { what, at: when };
          if (what === 'in-operation' || what === 'in-collection-list') {
            return { what: 'staff', at: when, to: what, note: '' };
          }
          return { what, at: when, coverUntil: daysLater(when, bought) };
        });
        const later = standingChanges(events, daysLater(when, 60));
        const sooner = standingChanges(events, daysLater(at('1394/07/18'), days));
        expect(later.slice(0, sooner.length)).toEqual(sooner);
        later.slice(1).forEach(({ at: changed, to, reason }, index) => {
          expect(to).not.toBe(later[index]!.to);
          expect(changed).toBeGreaterThanOrEqual(later[index]!.at);
          if (reason === 'expired') expect(changed).toBe(jalaliDayStart(jalaliDayAt(changed)));
        });
      }),
    );
  });
});
