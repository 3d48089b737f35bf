import type { ChargeMode, WeightWindow } from '../catalog/plan.ts';
import type { Instant } from '../values/instant.ts';
import { DAY_MS, MINUTE_MS } from '../values/instant.ts';
import { type Octets, octets, ZERO_OCTETS } from '../values/octets.ts';
import {
  tehranDayStart,
  tehranMidnightAfter,
  tehranMinuteOfDay,
  tehranWeekday,
} from '../values/tehran-time.ts';
import type { Stretch } from './split.ts';

/** How octets are charged: the direction, and the hours in which they weigh more or less. */
export interface Tariff {
  /** `none`: nothing is charged (unlimited plans). */
  readonly charge: ChargeMode | 'none';
  readonly windows: readonly WeightWindow[];
}

/** What a stretch costs: `charged + free` is all its octets; the charged ones count `percent` hundredths each. */
export interface Rating {
  readonly chargedOctets: Octets;
  readonly freeOctets: Octets;
  readonly percent: number;
}

/** Normal weight: every charged octet takes one octet of volume. */
const FULL_PERCENT = 100;

/** Rates a stretch that lies within one window (see `tariffEdges`); its middle decides which window that is. */
export function rateStretch(stretch: Stretch, tariff: Tariff): Rating {
  const total = octets(stretch.inputOctets + stretch.outputOctets);
  if (tariff.charge === 'none')
    return { chargedOctets: ZERO_OCTETS, freeOctets: total, percent: FULL_PERCENT };
  const percent = percentAt(tariff.windows, (stretch.from + stretch.to) / 2);
  if (percent === 0) return { chargedOctets: ZERO_OCTETS, freeOctets: total, percent };
  if (tariff.charge === 'both') return { chargedOctets: total, freeOctets: ZERO_OCTETS, percent };
  return { chargedOctets: stretch.outputOctets, freeOctets: stretch.inputOctets, percent };
}

/** Weight in force at an instant; the first window that fits decides, outside all windows it is 100. */
export function percentAt(windows: readonly WeightWindow[], at: Instant): number {
  if (windows.length === 0) return FULL_PERCENT;
  const minute = tehranMinuteOfDay(at);
  const weekday = tehranWeekday(at);
  for (const window of windows) {
    if (minute >= window.fromMinute && minute < window.toMinute && window.weekdays.includes(weekday)) {
      return window.percent;
    }
  }
  return FULL_PERCENT;
}

/** Most days that one record may span and still be split day by day; a longer one is odd and split at this many. */
const SPLIT_DAYS_MAX = 62;

/** Instants within (from, to) at which the Tehran day changes or a window opens or closes. */
export function tariffEdges(
  windows: readonly WeightWindow[],
  from: Instant,
  to: Instant,
): readonly Instant[] {
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
