import { addJalaliDays, type JalaliDay, jalaliDaysBetween } from '../values/jalali.ts';

/** Who had a line before it became another's. */
export interface FormerOwner {
  /** The first day on which it was theirs no more: the day of a move belongs to who has the line at its end. */
  readonly until: JalaliDay;
  /** The customer's number, `undefined` while it was nobody's. */
  readonly customer: number | undefined;
}

/** Days that follow each other; both days are in it. */
interface DaySpan {
  readonly firstDay: JalaliDay;
  readonly lastDay: JalaliDay;
}

/** Days that a line was one customer's. */
export interface OwnedDays extends DaySpan {
  readonly customer: number | undefined;
}

/** A line was closed on this day, or was open again. */
export interface Closing {
  readonly day: JalaliDay;
  readonly isClosed: boolean;
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
  const states = former.map(({ until, customer: state }) => ({ until, state }));
  return spansOf({ firstDay, lastDay }, states, owner).map(({ state: customer, ...span }) => ({
    customer,
    ...span,
  }));
}

/**
 * The same without the days on which the line was closed, which are billed to nobody. A day on which it is closed or
 * opened belongs to the state at its end: that of a closing is billed no more, that of an opening is.
 * @param closings in the order in which they were; before the first one the line was open.
 */
export function openOwnedDays(
  firstDay: JalaliDay,
  lastDay: JalaliDay,
  closings: readonly Closing[],
  former: readonly FormerOwner[],
  owner: number | undefined,
): readonly OwnedDays[] {
  const states = closings.map(({ day: until }, index) => ({
    until,
    state: closings[index - 1]?.isClosed ?? false,
  }));
  return spansOf({ firstDay, lastDay }, states, closings.at(-1)?.isClosed ?? false)
    .filter(({ state: isClosed }) => !isClosed)
    .flatMap((open) => ownedDays(open.firstDay, open.lastDay, former, owner));
}

/**
 * The state that each day of a span ended in.
 * @param former states until the day on which each was over. @param present since the last of those days.
 */
function spansOf<State>(
  { firstDay, lastDay }: DaySpan,
  former: readonly { readonly until: JalaliDay; readonly state: State }[],
  present: State,
): readonly (DaySpan & { readonly state: State })[] {
  const spans: (DaySpan & { readonly state: State })[] = [];
  let from = firstDay;
  const turns = former.map(({ until, state }) => ({ state, end: addJalaliDays(until, -1) }));
  for (const { state, end } of [...turns, { state: present, end: lastDay }]) {
    const till = jalaliDaysBetween(end, lastDay) < 0 ? lastDay : end;
    if (jalaliDaysBetween(from, till) < 0) continue;
    const before = spans.at(-1);
    if (before !== undefined && before.state === state) {
      spans[spans.length - 1] = { ...before, lastDay: till };
    } else spans.push({ state, firstDay: from, lastDay: till });
    from = addJalaliDays(till, 1);
  }
  return spans;
}
