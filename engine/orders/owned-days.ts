import { addJalaliDays, type JalaliDay, jalaliDaysBetween } from '../values/jalali.ts';

/** Who had a line before it became another's. */
export interface FormerOwner {
  /** The first day on which it was theirs no more: the day of a move belongs to who has the line at its end. */
  readonly until: JalaliDay;
  /** The customer's number, `undefined` while it was nobody's. */
  readonly customer: number | undefined;
}

/** Days that a line was one customer's; both days are in it. */
export interface OwnedDays {
  readonly customer: number | undefined;
  readonly firstDay: JalaliDay;
  readonly lastDay: JalaliDay;
}

/**
 * Whose a line was on each day from `firstDay` to `lastDay`, by day: every day is in one span, and spans that follow each
 * other are of different customers, so that each has a bill of their own (product line X06). Empty when the last day is
 * before the first.
 * @param former by `until`, each day at most once. @param owner whose it has been since.
 */
export function ownedDays(
  firstDay: JalaliDay,
  lastDay: JalaliDay,
  former: readonly FormerOwner[],
  owner: number | undefined,
): readonly OwnedDays[] {
  const spans: OwnedDays[] = [];
  let from = firstDay;
  const turns = former.map(({ until, customer }) => ({ customer, end: addJalaliDays(until, -1) }));
  for (const { customer, end } of [...turns, { customer: owner, end: lastDay }]) {
    const till = jalaliDaysBetween(end, lastDay) < 0 ? lastDay : end;
    if (jalaliDaysBetween(from, till) < 0) continue;
    const before = spans.at(-1);
    if (before !== undefined && before.customer === customer) {
      spans[spans.length - 1] = { ...before, lastDay: till };
    } else spans.push({ customer, firstDay: from, lastDay: till });
    from = addJalaliDays(till, 1);
  }
  return spans;
}
