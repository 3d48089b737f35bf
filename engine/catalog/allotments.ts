import { DAY_MS, HOUR_MS, type Instant } from '../values/instant.ts';
import { addJalaliMonths, jalaliDayAt, jalaliDayStart } from '../values/jalali.ts';
import { tehranDayStart } from '../values/tehran-time.ts';
import type { QuotaPeriod } from './plan.ts';

/** A part of a term that has a volume of its own. */
export interface Period {
  readonly from: Instant;
  /** First instant after it. */
  readonly until: Instant;
}

const NOON_MS = 12 * HOUR_MS;
const DAYS_OF_WEEK = 7;

/** Shortest length of a period, for a count that is never too low. */
const SHORTEST_DAYS: Readonly<Record<Exclude<QuotaPeriod, 'term'>, number>> = { day: 1, week: 7, month: 29 };

/**
 * The periods of a term, one after the other: the first begins with it, each following one at a Tehran midnight, the last
 * ends with it. A week is seven days from the term's first day. A month begins on the Jalali day of the month of the
 * term's first day, and on the last one of a month that is shorter, which moves no later one (product P34). A term
 * that ends before it begins is one period of that shape.
 */
export function allotmentPeriods(per: QuotaPeriod, from: Instant, until: Instant): readonly Period[] {
  const periods: Period[] = [];
  let begin = from;
  const edgeAfter = periodEdges(per, from);
  for (let count = 1; ; count += 1) {
    const edge = edgeAfter(count);
    if (edge >= until) break;
    periods.push({ from: begin, until: edge });
    begin = edge;
  }
  periods.push({ from: begin, until });
  return periods;
}

/** No fewer periods than the term has; worked out without them, so that an endless term can be refused. */
export function periodsAtMost(per: QuotaPeriod, from: Instant, until: Instant): number {
  if (per === 'term' || until <= from) return 1;
  return Math.ceil((until - from) / (SHORTEST_DAYS[per] * DAY_MS)) + 2;
}

/** Tells where the `count`th period ends when the term goes on for longer. */
function periodEdges(per: QuotaPeriod, from: Instant): (count: number) => Instant {
  if (per === 'term') return () => Number.POSITIVE_INFINITY;
  const firstDay = tehranDayStart(from);
  if (per === 'month') {
    const anchor = jalaliDayAt(from);
    return (count) => jalaliDayStart(addJalaliMonths(anchor, count));
  }
  const days = per === 'week' ? DAYS_OF_WEEK : 1;
  // A day's noon is within that day also where its clock was changed.
  return (count) => tehranDayStart(firstDay + count * days * DAY_MS + NOON_MS);
}
