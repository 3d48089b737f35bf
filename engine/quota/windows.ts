import type { PlanWindow } from '../catalog/plan.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../values/instant.ts';
import {
  tehranDayStart,
  tehranMidnightAfter,
  tehranMinuteOfDay,
  tehranWeekday,
} from '../values/tehran-time.ts';

/** The window that holds an instant, the first where several do; `undefined` outside all. */
export function windowAt(windows: readonly PlanWindow[], at: Instant): PlanWindow | undefined {
  if (windows.length === 0) return undefined;
  const minute = tehranMinuteOfDay(at);
  const weekday = tehranWeekday(at);
  return windows.find(
    ({ fromMinute, toMinute, weekdays }) =>
      minute >= fromMinute && minute < toMinute && weekdays.includes(weekday),
  );
}

/** A week and a day that is an hour longer. */
const LOOK_AHEAD_MS = 8 * DAY_MS;

/** For the windows of a plan version, which are one object: the stretch of time around the last question. */
const answers = new WeakMap<readonly PlanWindow[], { readonly asked: Instant; readonly edge: Instant }>();

/** The first instant after `at` at which another window holds than at `at`; infinity when that never changes. */
export function nextWindowEdge(windows: readonly PlanWindow[], at: Instant): Instant {
  if (windows.length === 0) return Number.POSITIVE_INFINITY;
  const known = answers.get(windows);
  if (known !== undefined && known.asked <= at && at < known.edge) return known.edge;
  const edge = findEdge(windows, at);
  answers.set(windows, { asked: at, edge });
  return edge;
}

function findEdge(windows: readonly PlanWindow[], at: Instant): Instant {
  const holding = windowAt(windows, at);
  const edges = [...windowEdges(windows, at, at + LOOK_AHEAD_MS)].sort((left, right) => left - right);
  return edges.find((edge) => windowAt(windows, edge) !== holding) ?? Number.POSITIVE_INFINITY;
}

/** Most days that one record may span and still be split day by day; a longer one is odd and split at this many. */
const SPLIT_DAYS_MAX = 62;

/** Instants within (from, to) at which the Tehran day changes or a window opens or closes. */
export function windowEdges(windows: readonly PlanWindow[], from: Instant, to: Instant): readonly Instant[] {
  if (windows.length === 0 && tehranMidnightAfter(from) >= to) return [];
  const edges: Instant[] = [];
  let dayStart = tehranDayStart(from);
  for (let day = 0; day < SPLIT_DAYS_MAX && dayStart < to; day++) {
    const dayEnd = tehranMidnightAfter(dayStart);
    edges.push(dayStart);
    // Up to 1401 a day could have 23 or 25 hours; then a wall clock's minute lies an hour off, or comes twice.
    const hourMoved = dayEnd - dayStart - DAY_MS;
    // The hour that comes twice may open a window again at the moment the clock is set back.
    if (hourMoved > 0) edges.push(dayEnd - hourMoved);
    for (const { fromMinute, toMinute } of windows) {
      const opens = dayStart + fromMinute * MINUTE_MS;
      const closes = dayStart + toMinute * MINUTE_MS;
      edges.push(opens, closes);
      if (hourMoved !== 0) edges.push(opens + hourMoved, closes + hourMoved);
    }
    dayStart = dayEnd;
  }
  return edges.filter((edge) => edge > from && edge < to);
}
