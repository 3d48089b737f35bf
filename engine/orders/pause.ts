import { wholeDays } from '../catalog/term.ts';
import type { Instant } from '../values/instant.ts';
import { daysLater } from '../values/jalali.ts';

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

/** A time of pauses that meet or overlap. */
interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * The end of a term that was paused: later by the whole days of each pause, so far as it begins within the term as it was
 * by then. What is over of a day is not credited, so that going off for a minute at midnight brings nothing; but nothing
 * that was left is lost over a pause that goes on beyond the end, which moves by its exact length. A day is credited once,
 * however often pauses overlap.
 */
export function pausedTerm(
  term: { readonly from: Instant; readonly until: Instant },
  pauses: readonly Pause[],
  { daysMax }: PauseRules,
  now: Instant,
): PausedTerm {
  let creditDays = 0;
  let until = term.until;
  for (const span of spansOf(term.from, pauses, now)) {
    if (span.from >= until) break;
    const days = Math.min(wholeDays(span.from, span.until), daysMax - creditDays);
    const exact = Math.min(until + span.until - span.from, daysLater(until, daysMax - creditDays));
    const credited = daysLater(until, days);
    until = credited <= span.until ? exact : credited;
    creditDays += days;
  }
  return { creditDays, until, isAtMax: creditDays === daysMax };
}

/** The pauses up to `now` by order, those that meet as one, nothing of before the term. */
function spansOf(termFrom: Instant, pauses: readonly Pause[], now: Instant): readonly Span[] {
  const spans = pauses
    .map(({ from, until = now }) => ({ from: Math.max(termFrom, from), until: Math.min(until, now) }))
    .filter(({ from, until }) => from < until)
    .sort((left, right) => left.from - right.from);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last === undefined || span.from > last.until) merged.push(span);
    else merged[merged.length - 1] = { from: last.from, until: Math.max(last.until, span.until) };
  }
  return merged;
}
