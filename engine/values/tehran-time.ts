import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from './instant.ts';

const TIME_ZONE = 'Asia/Tehran';

const wallClock = new Intl.DateTimeFormat('en-US', {
  timeZone: TIME_ZONE,
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
});

/** Iran's clock changed at 00:00 on the wall, which is on a half hour of UTC. */
const HALF_HOUR_MS = HOUR_MS / 2;

/** Half hours whose offset is remembered: a memo, not state, since the same instant always gives the same answer. */
const MEMO_ENTRIES_MAX = 10_000;

const offsets = new Map<number, number>();

/** Milliseconds that Tehran's wall clock is ahead of UTC at `at` (3.5 h; 4.5 h in the summers up to 1401). */
export function tehranOffsetMs(at: Instant): number {
  const halfHour = Math.floor(at / HALF_HOUR_MS);
  const known = offsets.get(halfHour);
  if (known !== undefined) return known;
  if (offsets.size >= MEMO_ENTRIES_MAX) offsets.clear();
  const offset = readOffset(at);
  offsets.set(halfHour, offset);
  return offset;
}

function readOffset(at: Instant): number {
  const fields: Record<string, number> = {};
  for (const part of wallClock.formatToParts(at)) fields[part.type] = Number(part.value);
  const { year, month, day, hour, minute } = fields as Record<
    'year' | 'month' | 'day' | 'hour' | 'minute',
    number
  >;
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** First instant of the Tehran day after the one that holds `at`. */
export function tehranMidnightAfter(at: Instant): Instant {
  return tehranDayStart(tehranDayStart(at) + DAY_MS + 2 * HOUR_MS);
}

/** First instant of the Tehran day that holds `at`. Iran's clock changes fell on midnight, never within a day. */
export function tehranDayStart(at: Instant): Instant {
  const wall = at + tehranOffsetMs(at);
  const wallMidnight = Math.floor(wall / DAY_MS) * DAY_MS;
  const guess = wallMidnight - tehranOffsetMs(at);
  const offset = tehranOffsetMs(guess);
  return offset === tehranOffsetMs(at) ? guess : wallMidnight - offset;
}

/** Minutes since midnight on Tehran's wall clock, 0 to 1439. */
export function tehranMinuteOfDay(at: Instant): number {
  return Math.floor(((((at + tehranOffsetMs(at)) % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);
}

/** Day of the week in Tehran, Saturday 0 to Friday 6. */
export function tehranWeekday(at: Instant): number {
  const days = Math.floor((at + tehranOffsetMs(at)) / DAY_MS);
  return (((days + 5) % 7) + 7) % 7;
}
