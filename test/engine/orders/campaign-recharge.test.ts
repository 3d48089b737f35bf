import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CampaignSchedule,
  dueRecharge,
  firstMonthOf,
  nextRecharge,
  type RechargeAttempt,
  rechargeAt,
  rechargeRow,
  rechargeRows,
} from '../../../engine/orders/campaign-recharge.ts';
import { HOUR_MS } from '../../../engine/values/instant.ts';
import {
  addJalaliMonths,
  daysLater,
  jalaliDay,
  jalaliDayAt,
  jalaliDaysBetween,
  jalaliWallTime,
} from '../../../engine/values/jalali.ts';

const NIGHT = 200;

function at(date: string, time = '03:20'): number {
  const [year, month, day] = date.split('/').map(Number);
  const [hour, minute] = time.split(':').map(Number);
  return jalaliWallTime(jalaliDay(year!, month!, day!)!, hour! * 60 + minute!);
}

const schedule: CampaignSchedule = {
  firstDay: { year: 1393, month: 5, day: 19 },
  firstMonth: 0,
  minuteOfDay: NIGHT,
  until: undefined,
};

/** The ten rows of product line P33, with what each is and when its month's recharge was due. */
const samples = [
  { date: '1393/05/19', time: '03:20', kind: 'monthly', due: '1393/05/19' },
  { date: '1393/06/19', time: '03:20', kind: 'monthly', due: '1393/06/19' },
  { date: '1393/07/20', time: '14:33', kind: 'monthly', due: '1393/07/19' },
  { date: '1393/08/19', time: '03:20', kind: 'monthly', due: '1393/08/19' },
  { date: '1393/09/19', time: '03:20', kind: 'monthly', due: '1393/09/19' },
  { date: '1393/10/05', time: '13:43', kind: 'extra', due: '1393/09/19' },
  { date: '1393/10/30', time: '12:01', kind: 'monthly', due: '1393/10/19' },
  { date: '1393/12/02', time: '12:03', kind: 'monthly', due: '1393/11/19' },
  { date: '1393/12/19', time: '03:20', kind: 'monthly', due: '1393/12/19' },
  { date: '1394/01/01', time: '01:16', kind: 'extra', due: '1393/12/19' },
] as const;

const attempts = samples.map(
  ({ date, time }): RechargeAttempt => ({ at: at(date, time), outcome: 'applied' }),
);

describe('product line P33: the campaign charges of a line', () => {
  it('are ten rows: each month its own, some late, and two extra ones', () => {
    const rows = rechargeRows(schedule, attempts, at('1394/01/02'));
    expect(rows).toEqual(
      samples.map(({ date, time, kind, due }) => ({ kind, at: at(date, time), dueAt: at(due) })),
    );
  });

  it.each(samples.filter(({ time }) => time === '03:20'))(
    '$date 03:20 is when the plan wants one',
    ({ date }) => {
      const before = attempts.filter((attempt) => attempt.at < at(date));
      expect(nextRecharge(schedule, before, at(date) - 1)).toBeLessThanOrEqual(at(date));
      expect(nextRecharge(schedule, before, at(date))).toBe(at(date));
    },
  );
});

describe('product line P34: the anchor', () => {
  it('is not moved by a late run: after 07/20 14:33 comes 08/19 03:20', () => {
    const late = attempts.slice(0, 3);
    expect(nextRecharge(schedule, late.slice(0, 2), at('1393/07/19'))).toBe(at('1393/07/19'));
    expect(nextRecharge(schedule, late.slice(0, 2), at('1393/07/20', '14:32'))).toBe(at('1393/07/19'));
    expect(nextRecharge(schedule, late, at('1393/07/20', '14:33'))).toBe(at('1393/08/19'));
  });

  it('is not moved by an extra run: after 10/05 13:43 comes 10/19 03:20', () => {
    expect(nextRecharge(schedule, attempts.slice(0, 6), at('1393/10/05', '13:43'))).toBe(at('1393/10/19'));
    expect(nextRecharge(schedule, attempts, at('1394/01/01', '01:16'))).toBe(at('1394/01/19'));
  });

  it('is not moved by a short month', () => {
    const last = { ...schedule, firstDay: { year: 1403, month: 6, day: 31 } };
    const days = [0, 1, 6, 7, 18].map((index) => jalaliDayAt(rechargeAt(last, index)));
    expect(days).toEqual([
      { year: 1403, month: 6, day: 31 },
      { year: 1403, month: 7, day: 30 },
      { year: 1403, month: 12, day: 30 },
      { year: 1404, month: 1, day: 31 },
      { year: 1404, month: 12, day: 29 },
    ]);
  });

  it('a failure is listed, and the recharge stays due until it is applied or the next one is', () => {
    const failed: RechargeAttempt = { at: at('1393/05/19', '03:20'), outcome: 'failed' };
    expect(nextRecharge(schedule, [failed], at('1393/05/19', '04:00'))).toBe(at('1393/05/19'));
    expect(nextRecharge(schedule, [failed], at('1393/06/19'))).toBe(at('1393/06/19'));
    const second: RechargeAttempt = { at: at('1393/06/19'), outcome: 'applied' };
    expect(rechargeRows(schedule, [failed, second], at('1393/06/20')).map(({ kind }) => kind)).toEqual([
      'failed',
      'missed',
      'monthly',
    ]);
  });

  it('ends with the contract', () => {
    const ending = { ...schedule, until: at('1393/06/19') };
    expect(nextRecharge(ending, attempts.slice(0, 1), at('1393/05/20'))).toBeUndefined();
    expect(rechargeRows(ending, [], at('1393/12/01')).map(({ dueAt }) => dueAt)).toEqual([at('1393/05/19')]);
  });

  it('gives each month one recharge of its own, at its time, whatever else is run', () => {
    const extras = fc.array(fc.nat(700 * 24), { maxLength: 20 });
    fc.assert(
      fc.property(extras, fc.integer({ min: 1, max: 31 }), (hours, day) => {
        const own = { ...schedule, firstDay: { year: 1393, month: 5, day } };
        const end = daysLater(rechargeAt(own, 0), 700);
        const byHand = hours.map((hour) => rechargeAt(own, 0) + 1 + hour * HOUR_MS);
        const done: RechargeAttempt[] = [];
        for (let now = rechargeAt(own, 0); now < end; ) {
          const next = nextRecharge(own, done, now)!;
          if (next <= now) done.push({ at: now, outcome: 'applied' });
          const after = nextRecharge(own, done, now)!;
          const hand = byHand.filter((moment) => moment > now && moment < after).sort((a, b) => a - b)[0];
          if (hand !== undefined) done.push({ at: hand, outcome: 'applied' });
          now = hand ?? after;
        }
        const monthly = rechargeRows(own, done, end).filter(({ kind }) => kind === 'monthly');
        expect(monthly.map(({ at: run }) => run)).toEqual(monthly.map((_, index) => rechargeAt(own, index)));
        expect(monthly.length).toBeGreaterThanOrEqual(23);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the first recharge of a campaign', () => {
  const evening = { ...schedule, minuteOfDay: 20 * 60 };
  const [noon, hour] = [at('1393/05/19', '12:00'), at('1393/05/19', '20:00')];

  it('is due with the service, before its hour', () => {
    expect(dueRecharge(evening, [], noon)).toBe(hour);
    const failed: RechargeAttempt = { at: noon, outcome: 'failed' };
    expect(dueRecharge(evening, [failed], noon + 1)).toBe(hour);
    const brief = { ...evening, until: hour };
    expect(dueRecharge(brief, [], noon)).toBe(hour);
    expect(nextRecharge(brief, [{ at: hour, outcome: 'applied' }], noon)).toBeUndefined();
  });

  it('is not given again at its hour, also where an extra one was given before that', () => {
    const first: RechargeAttempt = { at: hour, outcome: 'applied' };
    const extra: RechargeAttempt = { at: noon + HOUR_MS, outcome: 'applied' };
    for (const now of [noon, noon + HOUR_MS, hour, hour + HOUR_MS]) {
      expect(nextRecharge(evening, [extra, first], now)).toBe(at('1393/06/19', '20:00'));
      expect(dueRecharge(evening, [extra, first], now)).toBeUndefined();
    }
    const kinds = [extra, first].map((attempt) => rechargeRow(evening, [extra, first], attempt).kind);
    expect(kinds).toEqual(['extra', 'monthly']);
  });

  it('is a month later where a campaign that was given up has given that of the month', () => {
    const later = { ...evening, firstMonth: 1 } as const;
    expect(dueRecharge(later, [], noon)).toBeUndefined();
    expect(nextRecharge(later, [], hour)).toBe(at('1393/06/19', '20:00'));
    const byHand: RechargeAttempt = { at: hour + HOUR_MS, outcome: 'applied' };
    expect(rechargeRows(later, [byHand], at('1393/07/20')).map(({ kind }) => kind)).toEqual([
      'extra',
      'missed',
    ]);
    expect(
      [undefined, at('1393/04/19', '20:00'), at('1393/04/20')].map((due) => firstMonthOf(noon, due)),
    ).toEqual([0, 0, 1]);
  });

  it('never comes within a Jalali month of the last one, however often campaigns are given up', () => {
    const days = fc.array(fc.integer({ min: 0, max: 80 }), { minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(
        days,
        fc.integer({ min: 1, max: 31 }),
        fc.constantFrom(0, 200, 1439),
        (lasting, day, minuteOfDay) => {
          const due: number[] = [];
          let from = jalaliWallTime({ year: 1393, month: 5, day }, 11 * 60);
          for (const each of lasting) {
            const until = daysLater(from, each) + HOUR_MS;
            const firstMonth = firstMonthOf(from, due.at(-1));
            const own: CampaignSchedule = { firstDay: jalaliDayAt(from), firstMonth, minuteOfDay, until };
            const done: RechargeAttempt[] = [];
            for (let now = from; now < until; now = daysLater(now, 1)) {
              const given = dueRecharge(own, done, now);
              if (given === undefined) continue;
              due.push(given);
              done.push({ at: Math.max(now, given), outcome: 'applied' });
            }
            from = until;
          }
          expect(due.length).toBeGreaterThan(0);
          due.slice(1).forEach((next, index) => {
            const free = addJalaliMonths(jalaliDayAt(due[index]!), 1);
            expect(jalaliDaysBetween(free, jalaliDayAt(next))).toBeGreaterThanOrEqual(0);
          });
        },
      ),
    );
  });
});
