import { type Octets, octets, ZERO_OCTETS } from '../values/octets.ts';
import { add, addWraps, difference, highest, isAtLeast, pair, sum, ZERO_PAIR } from './counter-pair.ts';
import type { Anomaly, RecordOrder } from './record.ts';
import { compareOrder, secondsBetween } from './record-order.ts';
import type { CounterPair, SessionCounters } from './session.ts';

/** Counters of a session that has not been reported yet. */
export const NO_COUNTERS: SessionCounters = {
  segment: 0,
  closed: ZERO_PAIR,
  previous: ZERO_PAIR,
  current: ZERO_PAIR,
  inputWraps: 0,
  outputWraps: 0,
  segmentFrom: undefined,
  last: undefined,
  held: undefined,
};

/** The counters of one record, and what is known about the line and its NAS when it is read. */
export interface Reading extends CounterPair {
  readonly order: RecordOrder;
  /** The NAS sends gigawords, so its counters do not wrap at 2^32. */
  readonly gigawordsKnown: boolean;
  /** The session ends here, so there will be no later record to confirm a jump. */
  readonly final: boolean;
  /** Fastest believable rate of the line, both directions together. */
  readonly octetsPerSecondMax: number;
}

/** What a reading added to a session. */
export interface Counted {
  readonly counters: SessionCounters;
  /** Octets to be rated, upload and download. */
  readonly delta: CounterPair;
  /** Octets that are counted but never billed: a jump that the next record confirmed. */
  readonly quarantinedOctets: Octets;
  readonly anomaly: Anomaly | undefined;
}

/** A session's total octets by direction: all its segments together. */
export function totalOctets(counters: SessionCounters): CounterPair {
  const { closed, previous, current } = counters;
  return {
    inputOctets: octets(closed.inputOctets + previous.inputOctets + current.inputOctets),
    outputOctets: octets(closed.outputOctets + previous.outputOctets + current.outputOctets),
  };
}

/**
 * Counts one reading. The total of a session is the sum over its counter segments of the highest value seen, so
 * duplicates, replays and late packets change nothing (design section 7):
 * older than the newest → may only raise the segment it belongs to; newer and lower → a 32-bit wrap where the NAS
 * never sends gigawords and the line is fast enough, else a new segment; newer and implausibly high → held until the
 * next record confirms (quarantined) or refutes it (ignored).
 */
export function countOctets(counters: SessionCounters, reading: Reading): Counted {
  if (!isCountable(counters, reading)) return nothingCounted(counters, 'implausible-jump');
  if (counters.last === undefined || counters.segmentFrom === undefined) {
    return raise({ ...counters, segmentFrom: reading.order }, reading, reading, undefined);
  }
  const order = compareOrder(reading.order, counters.last);
  if (order < 0) return countLate(counters, counters.segmentFrom, reading);
  const unwrapped = unwrap(counters, reading);
  if (unwrapped !== undefined) return raise(unwrapped.counters, unwrapped.value, reading, unwrapped.anomaly);
  if (order === 0) return raise(counters, highest(counters.current, reading), reading, undefined);
  return startSegment(counters, reading);
}

/** The reading on the scale of the running segment when it is not lower, wraps added; `undefined` for a reset. */
function unwrap(
  counters: SessionCounters,
  reading: Reading,
): { counters: SessionCounters; value: CounterPair; anomaly: Anomaly | undefined } | undefined {
  const value = reading.gigawordsKnown
    ? reading
    : addWraps(reading, counters.inputWraps, counters.outputWraps);
  if (isAtLeast(value, counters.current)) return { counters, value, anomaly: undefined };
  if (reading.gigawordsKnown) return undefined;
  const inputWraps = counters.inputWraps + (value.inputOctets < counters.current.inputOctets ? 1 : 0);
  const outputWraps = counters.outputWraps + (value.outputOctets < counters.current.outputOctets ? 1 : 0);
  const wrapped = addWraps(reading, inputWraps, outputWraps);
  const possible = isAtLeast(wrapped, counters.current) && isPlausible(counters, wrapped, reading);
  if (!possible || compareOrder(reading.order, counters.last as RecordOrder) === 0) return undefined;
  return { counters: { ...counters, inputWraps, outputWraps }, value: wrapped, anomaly: 'counter-wrap' };
}

/** Takes a value that is at least the running segment's, unless it jumps further than the line could have. */
function raise(
  counters: SessionCounters,
  value: CounterPair,
  reading: Reading,
  anomaly: Anomaly | undefined,
): Counted {
  const { held } = counters;
  if (held !== undefined) {
    const order = compareOrder(reading.order, held.order);
    if (order === 0 && !reading.final) return nothingCounted(counters, undefined);
    if (order < 0) return raiseBelowHeld(counters, held, value, reading);
  }
  const confirmed = held !== undefined && isAtLeast(value, held);
  const base: SessionCounters = confirmed
    ? { ...counters, current: pair(held), last: held.order, held: undefined }
    : held === undefined
      ? counters
      : { ...counters, held: undefined };
  const quarantined = confirmed ? sum(difference(held, counters.current)) : 0;
  const change = confirmed ? 'jump-confirmed' : held === undefined ? anomaly : 'jump-refuted';
  if (!isPlausible(base, value, reading)) return hold(base, value, reading, quarantined);
  return {
    counters: { ...base, current: pair(value), last: newest(base.last, reading.order) },
    delta: difference(value, base.current),
    quarantinedOctets: octets(quarantined),
    anomaly: change,
  };
}

/** A record that overtook nothing but the held jump: it came before it, so it can neither confirm nor refute it. */
function raiseBelowHeld(
  counters: SessionCounters,
  held: NonNullable<SessionCounters['held']>,
  value: CounterPair,
  reading: Reading,
): Counted {
  if (!isPlausible(counters, value, reading)) return nothingCounted(counters, 'implausible-jump');
  const current = pair(value);
  const isBelow = isAtLeast(held, current);
  return {
    counters: {
      ...counters,
      current,
      last: newest(counters.last, reading.order),
      held: isBelow ? held : undefined,
    },
    delta: difference(current, counters.current),
    quarantinedOctets: ZERO_OCTETS,
    anomaly: isBelow ? undefined : 'jump-refuted',
  };
}

/** Keeps an implausible value aside; a final record has no successor, so there it is quarantined at once. */
function hold(counters: SessionCounters, value: CounterPair, reading: Reading, quarantined: number): Counted {
  const held = { ...pair(value), order: reading.order };
  if (!reading.final) {
    return {
      counters: { ...counters, held },
      delta: ZERO_PAIR,
      quarantinedOctets: octets(quarantined),
      anomaly: 'implausible-jump',
    };
  }
  return {
    counters: { ...counters, current: pair(value), last: reading.order, held: undefined },
    delta: ZERO_PAIR,
    quarantinedOctets: octets(quarantined + sum(difference(value, counters.current))),
    anomaly: 'implausible-jump',
  };
}

/**
 * A newer record with lower counters: the NAS began to count from zero again. When the line could not have carried
 * both counters since the newest record, only the direction that fell began anew and the other one goes on.
 */
function startSegment(counters: SessionCounters, reading: Reading): Counted {
  const { current } = counters;
  const fresh: SessionCounters = {
    segment: counters.segment + 1,
    closed: add(counters.closed, counters.previous),
    previous: current,
    current: ZERO_PAIR,
    inputWraps: 0,
    outputWraps: 0,
    segmentFrom: reading.order,
    last: counters.last,
    held: undefined,
  };
  if (isPlausible(fresh, reading, reading)) return raise(fresh, reading, reading, 'counter-reset');
  const goesOn: CounterPair = {
    inputOctets: reading.inputOctets >= current.inputOctets ? current.inputOctets : ZERO_OCTETS,
    outputOctets: reading.outputOctets >= current.outputOctets ? current.outputOctets : ZERO_OCTETS,
  };
  const partly = { ...fresh, previous: difference(current, goesOn), current: goesOn };
  return raise(isPlausible(partly, reading, reading) ? partly : fresh, reading, reading, 'counter-reset');
}

/** A record older than the newest one: it can only show that an earlier moment had counted more than was known. */
function countLate(counters: SessionCounters, segmentFrom: RecordOrder, reading: Reading): Counted {
  const unchanged = nothingCounted(counters, 'late');
  if (!isPlausibleTotal(reading)) return unchanged;
  const beforeSegment = compareOrder(reading.order, segmentFrom) < 0;
  if (beforeSegment && counters.segment > 0) {
    const previous = raisedPrevious(counters, reading);
    return {
      ...unchanged,
      counters: { ...counters, previous },
      delta: difference(previous, counters.previous),
    };
  }
  if (beforeSegment && isAtLeast(counters.current, reading)) {
    return { ...unchanged, counters: { ...counters, segmentFrom: reading.order } };
  }
  if (!reading.gigawordsKnown || isAtLeast(counters.current, reading)) return unchanged;
  return {
    counters: {
      ...counters,
      segment: counters.segment + 1,
      closed: add(counters.closed, counters.previous),
      previous: pair(reading),
      segmentFrom: counters.last,
    },
    delta: pair(reading),
    quarantinedOctets: ZERO_OCTETS,
    anomaly: 'counter-reset',
  };
}

/**
 * The previous segment after a late record from before the running one: all segments before the running one are at
 * least what that record shows. A record of the previous segment is above or below what is known of it in both
 * directions; a mixed one is an early record of the running segment. A direction in which the previous segment holds
 * nothing went on in the running one.
 */
function raisedPrevious({ closed, previous, current }: SessionCounters, reading: Reading): CounterPair {
  const shown = difference(reading, closed);
  if (!isAtLeast(shown, previous)) return previous;
  const raised = (before: Octets, now: Octets, seen: Octets) => (before === 0 && seen <= now ? before : seen);
  return {
    inputOctets: raised(previous.inputOctets, current.inputOctets, shown.inputOctets),
    outputOctets: raised(previous.outputOctets, current.outputOctets, shown.outputOctets),
  };
}

/** Ends a session without a further record: a jump that is still held is declared quarantined. */
export function settleHeld(counters: SessionCounters): Counted {
  const { held } = counters;
  if (held === undefined) return nothingCounted(counters, undefined);
  return {
    counters: { ...counters, current: pair(held), last: held.order, held: undefined },
    delta: ZERO_PAIR,
    quarantinedOctets: octets(sum(difference(held, counters.current))),
    anomaly: 'jump-confirmed',
  };
}

/** A reading that changes nothing, with what is odd about it. */
export function nothingCounted(counters: SessionCounters, anomaly: Anomaly | undefined): Counted {
  return { counters, delta: ZERO_PAIR, quarantinedOctets: ZERO_OCTETS, anomaly };
}

/** Most octets of a session (4.5 PB): absurd counters, however often a NAS resets them, stay exact integers. */
const SESSION_OCTETS_MAX = 2 ** 52;

function isCountable(counters: SessionCounters, reading: Reading): boolean {
  return sum(totalOctets(counters)) + sum(reading) <= SESSION_OCTETS_MAX;
}

const PLAUSIBLE_FACTOR = 2;
const PLAUSIBLE_SECONDS_MIN = 60;

/** At most twice what the line can carry since the newest record (design section 7), with a minute's grace. */
function isPlausible(counters: SessionCounters, value: CounterPair, reading: Reading): boolean {
  const { last } = counters;
  const seconds = last === undefined ? reading.order.sessionTimeSeconds : secondsBetween(last, reading.order);
  if (seconds === undefined) return reading.octetsPerSecondMax > 0;
  const believable = reading.octetsPerSecondMax * Math.max(seconds, PLAUSIBLE_SECONDS_MIN) * PLAUSIBLE_FACTOR;
  return sum(difference(value, counters.current)) <= believable;
}

/** The same bound for a record on its own, from the start of its session. */
function isPlausibleTotal(reading: Reading): boolean {
  const seconds = reading.order.sessionTimeSeconds;
  if (seconds === undefined) return true;
  const believable = reading.octetsPerSecondMax * Math.max(seconds, PLAUSIBLE_SECONDS_MIN) * PLAUSIBLE_FACTOR;
  return sum(reading) <= believable;
}

function newest(left: RecordOrder | undefined, right: RecordOrder): RecordOrder {
  return left !== undefined && compareOrder(right, left) < 0 ? left : right;
}
