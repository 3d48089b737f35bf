import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Closing,
  type FormerOwner,
  openOwnedDays,
  ownedDays,
} from '../../../engine/orders/owned-days.ts';
import { postpaidBills } from '../../../engine/orders/postpaid-bills.ts';
import { addJalaliDays, type JalaliDay, jalaliDaysBetween } from '../../../engine/values/jalali.ts';
import { rial } from '../../../engine/values/rial.ts';

const DAY_ONE: JalaliDay = { year: 1404, month: 11, day: 5 };
const nth = (index: number): JalaliDay => addJalaliDays(DAY_ONE, index);
const indexOf = (day: JalaliDay): number => jalaliDaysBetween(DAY_ONE, day);

/** Moves of a line, each on a day and to a customer or nobody, by day. */
const moves = fc
  .array(
    fc.record({
      day: fc.integer({ min: -20, max: 150 }),
      to: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    }),
    { maxLength: 12 },
  )
  .map((all) => all.toSorted((left, right) => left.day - right.day));

/** What is kept of moves: whose it was until each day, the first of a day alone. */
function kept(all: readonly { readonly day: number; readonly to: number | undefined }[]) {
  const former: FormerOwner[] = [];
  let owner: number | undefined = 9;
  for (const { day, to } of all) {
    if (former.length === 0 || indexOf(former.at(-1)!.until) !== day) {
      former.push({ until: nth(day), customer: owner });
    }
    owner = to;
  }
  return { former, owner };
}

describe('product line X06: a line that is closed and opened', () => {
  const closings = fc
    .array(fc.record({ day: fc.integer({ min: -20, max: 150 }), isClosed: fc.boolean() }), { maxLength: 12 })
    .map((all) => all.toSorted((left, right) => left.day - right.day));

  it('has on each day at whose end it was open that of whom it was then, once', () => {
    fc.assert(
      fc.property(closings, moves, fc.nat(130), (turns, all, last) => {
        const { former, owner } = kept(all);
        const told = turns.map(({ day, isClosed }): Closing => ({ day: nth(day), isClosed }));
        const found = openOwnedDays(nth(0), nth(last), told, former, owner).flatMap((span) =>
          Array.from({ length: jalaliDaysBetween(span.firstDay, span.lastDay) + 1 }, (_, index) => [
            indexOf(span.firstDay) + index,
            span.customer,
          ]),
        );
        const wanted = Array.from({ length: last + 1 }, (_, index) => {
          const isClosed = turns.findLast(({ day }) => day <= index)?.isClosed ?? false;
          const move = all.findLast(({ day }) => day <= index);
          return isClosed ? [] : [[index, move === undefined ? 9 : move.to]];
        });
        expect(found).toEqual(wanted.flat());
      }),
    );
  });

  it('is billed the day on which it is opened, and not that on which it is closed', () => {
    const told = [
      { day: nth(3), isClosed: true },
      { day: nth(6), isClosed: false },
    ];
    expect(openOwnedDays(nth(0), nth(9), told, [], 7)).toEqual([
      { customer: 7, firstDay: nth(0), lastDay: nth(2) },
      { customer: 7, firstDay: nth(6), lastDay: nth(9) },
    ]);
    const within = [
      { day: nth(3), isClosed: true },
      { day: nth(3), isClosed: false },
    ];
    expect(openOwnedDays(nth(0), nth(9), within, [], 7)).toHaveLength(1);
  });
});

describe('product line X06: a line that is given to others', () => {
  it('was on each day that of whom it was last given to until then', () => {
    fc.assert(
      fc.property(moves, fc.nat(130), (all, last) => {
        const { former, owner } = kept(all);
        const spans = ownedDays(nth(0), nth(last), former, owner);
        const found = spans.flatMap(({ customer, firstDay, lastDay }) =>
          Array.from({ length: jalaliDaysBetween(firstDay, lastDay) + 1 }, (_, index) => [
            indexOf(firstDay) + index,
            customer,
          ]),
        );
        const wanted = Array.from({ length: last + 1 }, (_, index) => {
          const move = all.findLast(({ day }) => day <= index);
          return [index, move === undefined ? 9 : move.to];
        });
        expect(found).toEqual(wanted);
        spans.slice(1).forEach((span, index) => {
          expect(span.customer).not.toBe(spans[index]!.customer);
        });
      }),
    );
  });

  it('has bills whose days add up to those of a line that stays, month by month, however often it moves', () => {
    const monthLength = fc.constantFrom('nominal' as const, 'actual' as const);
    fc.assert(
      fc.property(moves, fc.nat(130), monthLength, (all, last, length) => {
        const { former, owner } = kept(all);
        const service = { name: 's', pricePerMonth: rial(215_000), monthLength: length };
        const today = nth(140);
        const whole = postpaidBills([{ ...service, firstDay: nth(0), lastDay: nth(last) }], today);
        const parts = ownedDays(nth(0), nth(last), former, owner).flatMap(({ firstDay, lastDay }) =>
          postpaidBills([{ ...service, firstDay, lastDay }], today),
        );
        const daysOf = (bills: typeof whole) => {
          const months = new Map<number, number>();
          for (const { firstDay, days } of bills) {
            months.set(firstDay.month, (months.get(firstDay.month) ?? 0) + days);
          }
          return [...months];
        };
        expect(daysOf(parts)).toEqual(daysOf(whole));
        const amount = (bills: typeof whole) => bills.reduce((sum, bill) => sum + bill.amount, 0);
        const lost = amount(whole) - amount(parts);
        expect(lost >= 0 && lost <= parts.length).toBe(true);
      }),
    );
  });

  it('of no days has none', () => expect(ownedDays(nth(3), nth(2), [], 1)).toEqual([]));
});
