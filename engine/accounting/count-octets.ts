import { type Octets, octets, ZERO_OCTETS } from '../values/octets.ts';
import type { Anomaly, RecordOrder } from './record.ts';
import { compareOrder, secondsBetween } from './record-order.ts';
import type { CounterPair, SessionCounters } from './session.ts';

const WRAP = 2 ** 32;

/** Both counters at zero. */
export const ZERO_PAIR: CounterPair = { inputOctets: ZERO_OCTETS, outputOctets: ZERO_OCTETS };

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
  if (held !== undefined && compareOrder(reading.order, held.order) === 0 && !reading.final) {
    return { counters, delta: ZERO_PAIR, quarantinedOctets: ZERO_OCTETS, anomaly: undefined };
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

/** A newer record with lower counters: the NAS began to count from zero again. */
function startSegment(counters: SessionCounters, reading: Reading): Counted {
  const fresh: SessionCounters = {
    segment: counters.segment + 1,
    closed: add(counters.closed, counters.previous),
    previous: counters.current,
    current: ZERO_PAIR,
    inputWraps: 0,
    outputWraps: 0,
    segmentFrom: reading.order,
    last: counters.last,
    held: undefined,
  };
  return raise(fresh, reading, reading, 'counter-reset');
}

/** A record older than the newest one: it can only show that an earlier moment had counted more than was known. */
function countLate(counters: SessionCounters, segmentFrom: RecordOrder, reading: Reading): Counted {
  const unchanged = { counters, delta: ZERO_PAIR, quarantinedOctets: ZERO_OCTETS, anomaly: 'late' } as const;
  if (!isPlausibleTotal(reading)) return unchanged;
  const beforeSegment = compareOrder(reading.order, segmentFrom) < 0;
  if (beforeSegment && counters.segment > 0) {
    const previous = highest(counters.previous, reading);
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

/** Ends a session without a further record: a jump that is still held is declared quarantined. */
export function settleHeld(counters: SessionCounters): Counted {
  const { held } = counters;
  if (held === undefined) {
    return { counters, delta: ZERO_PAIR, quarantinedOctets: ZERO_OCTETS, anomaly: undefined };
  }
  return {
    counters: { ...counters, current: pair(held), last: held.order, held: undefined },
    delta: ZERO_PAIR,
    quarantinedOctets: octets(sum(difference(held, counters.current))),
    anomaly: 'jump-confirmed',
  };
}

const PLAUSIBLE_FACTOR = 2;
const PLAUSIBLE_SECONDS_MIN = 60;

/** At most twice what the line can carry since the newest record (design section 7), with a minute's grace. */
function isPlausible(counters: SessionCounters, value: CounterPair, reading: Reading): boolean {
  const { last } = counters;
  const seconds = last === undefined ? reading.order.sessionTimeSeconds : secondsBetween(last, reading.order);
  if (seconds === undefined) return true;
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

function pair(value: CounterPair): CounterPair {
  return { inputOctets: value.inputOctets, outputOctets: value.outputOctets };
}

function add(left: CounterPair, right: CounterPair): CounterPair {
  return {
    inputOctets: octets(left.inputOctets + right.inputOctets),
    outputOctets: octets(left.outputOctets + right.outputOctets),
  };
}

function addWraps(value: CounterPair, inputWraps: number, outputWraps: number): CounterPair {
  if (inputWraps === 0 && outputWraps === 0) return value;
  return {
    inputOctets: octets(value.inputOctets + inputWraps * WRAP),
    outputOctets: octets(value.outputOctets + outputWraps * WRAP),
  };
}

function difference(higher: CounterPair, lower: CounterPair): CounterPair {
  return {
    inputOctets: octets(Math.max(0, higher.inputOctets - lower.inputOctets)),
    outputOctets: octets(Math.max(0, higher.outputOctets - lower.outputOctets)),
  };
}

function highest(left: CounterPair, right: CounterPair): CounterPair {
  return {
    inputOctets: octets(Math.max(left.inputOctets, right.inputOctets)),
    outputOctets: octets(Math.max(left.outputOctets, right.outputOctets)),
  };
}

function isAtLeast(value: CounterPair, floor: CounterPair): boolean {
  return value.inputOctets >= floor.inputOctets && value.outputOctets >= floor.outputOctets;
}

function sum(value: CounterPair): number {
  return value.inputOctets + value.outputOctets;
}
