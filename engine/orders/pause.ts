import { calendarDays } from '../catalog/term.ts';
import type { Instant } from '../values/instant.ts';
import { daysLater, jalaliDayAt, jalaliDaysBetween } from '../values/jalali.ts';

/** A time in which a subscriber wants no service and loses no days, such as a winter away. */
export interface Pause {
  readonly from: Instant;
  /** `undefined` while it goes on. */
  readonly until: Instant | undefined;
}

/** Bounds of the house. */
export interface PauseRules {
  /** Days that one term may be made longer by; longer pauses credit no more. */
  readonly daysMax: number;
}

/** A term with the days of its pauses. */
export interface PausedTerm {
  readonly creditDays: number;
  /** End of the term with them. */
  readonly until: Instant;
  /** True when the credit is at its bound: a pause that goes on is to be ended. */
  readonly isAtMax: boolean;
}

/** Days counted from the term's first one; `to` is not among them. */
interface DayRange {
  readonly from: number;
  readonly to: number;
}

/**
 * The end of a term that was paused: later by the days between the date of each pause's beginning and that of its end, so
 * far as the pause begins within the term as it was by then. A day is credited once, however often pauses overlap.
 */
export function pausedTerm(
  term: { readonly from: Instant; readonly until: Instant },
  pauses: readonly Pause[],
  { daysMax }: PauseRules,
  now: Instant,
): PausedTerm {
  const sold = calendarDays(term.from, term.until);
  let creditDays = 0;
  for (const { from, to } of dayRanges(term.from, pauses, now)) {
    if (from >= sold + creditDays) break;
    creditDays = Math.min(daysMax, creditDays + to - from);
  }
  return { creditDays, until: daysLater(term.until, creditDays), isAtMax: creditDays === daysMax };
}

/** The pauses up to `now` as ranges of days by order, those that meet as one, nothing of before the term. */
function dayRanges(termFrom: Instant, pauses: readonly Pause[], now: Instant): readonly DayRange[] {
  const firstDay = jalaliDayAt(termFrom);
  const dayOf = (at: Instant) => Math.max(0, jalaliDaysBetween(firstDay, jalaliDayAt(at)));
  const ranges = pauses
    .map(({ from, until = now }) => ({ from: dayOf(from), to: dayOf(Math.min(until, now)) }))
    .filter(({ from, to }) => from < to)
    .sort((left, right) => left.from - right.from);
  const merged: DayRange[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last === undefined || range.from > last.to) merged.push(range);
    else merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
  }
  return merged;
}
