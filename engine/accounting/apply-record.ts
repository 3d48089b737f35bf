import type { Instant } from '../values/instant.ts';
import { addOctets, type Octets, octets, ZERO_OCTETS } from '../values/octets.ts';
import {
  type Counted,
  countOctets,
  NO_COUNTERS,
  nothingCounted,
  settleHeld,
  totalOctets,
} from './count-octets.ts';
import { SESSION_LIMITS } from './limits.ts';
import type { AccountingRecord, Anomaly, RecordOrder } from './record.ts';
import { beganAt, compareOrder } from './record-order.ts';
import type { AppliedService, CounterPair, Session, SessionCounters, SessionUsage } from './session.ts';
import { terminateCauseName } from './terminate-cause.ts';

/** What is known about line and plan when a record is applied. */
export interface RecordContext {
  /** Key for the session if the record opens one. */
  readonly newKey: string;
  /** Fastest believable rate of the line in octets per second, both directions together. */
  readonly octetsPerSecondMax: number;
  readonly interimSeconds: number;
  /** Service that a session without a login in our sight is assumed to have. */
  readonly applied: AppliedService;
}

/** A session after a record, and the octets that have to be rated. */
export interface AppliedRecord {
  readonly session: Session;
  readonly delta: CounterPair;
  /** The octets of `delta` flowed after `from` and up to `to`. */
  readonly from: Instant;
  readonly to: Instant;
  readonly quarantinedOctets: Octets;
  readonly anomalies: readonly Anomaly[];
}

/** Nothing used yet. */
export const NO_USAGE: SessionUsage = {
  chargedOctets: ZERO_OCTETS,
  freeOctets: ZERO_OCTETS,
  quarantinedOctets: ZERO_OCTETS,
  burnedOctets: ZERO_OCTETS,
  overshotOctets: ZERO_OCTETS,
  weightRemainder: 0,
};

/**
 * Applies one record to its session (a new one when `known` is undefined). Any order and any repetition of the records
 * of a session gives the same total; the state moves live → closed by Stop only, and a session that we closed ourselves
 * comes back to life when it reports again.
 */
export function applyRecord(
  known: Session | undefined,
  record: AccountingRecord,
  context: RecordContext,
): AppliedRecord {
  const base = known ?? openSession(record, context);
  const anomalies: Anomaly[] = [];
  if (known === undefined && record.kind !== 'start') anomalies.push('start-missing');
  const tooOld = known === undefined && record.receivedAt - record.order.at > SESSION_LIMITS.recordAgeMsMax;
  if (tooOld) anomalies.push('too-old');
  const counted = countRecord(base, record, tooOld ? 0 : context.octetsPerSecondMax);
  if (counted.anomaly !== undefined) anomalies.push(counted.anomaly);
  const isLate = counted.anomaly === 'late';
  const moved = moveOn(base, record, counted.counters, isLate, anomalies);
  const session: Session = tooOld ? { ...moved, state: 'closed', closeCause: 'too-old' } : moved;
  // A closed session waits for no next record, so a jump still held is declared quarantined.
  const settled = session.state === 'closed' ? settleHeld(session.counters) : undefined;
  const settledOctets = settled?.quarantinedOctets ?? ZERO_OCTETS;
  const to = record.order.at;
  return {
    session:
      settled === undefined || settledOctets === 0 ? session : { ...session, counters: settled.counters },
    delta: counted.delta,
    from: isLate ? to : Math.min(base.updatedAt, to),
    to,
    quarantinedOctets: addOctets(counted.quarantinedOctets, settledOctets),
    anomalies,
  };
}

function openSession(record: AccountingRecord, context: RecordContext): Session {
  const startedAt = beganAt(record.order);
  return {
    key: context.newKey,
    nas: record.nas,
    nasBoot: record.nasBoot,
    nasAddress: record.nasAddress,
    acctSessionId: '',
    nasPort: record.nasPort,
    callingStationId: record.callingStationId,
    framedIp: record.framedIp,
    trafficClass: record.trafficClass,
    framedIpv6Prefix: record.framedIpv6Prefix,
    state: 'live',
    startedAt,
    updatedAt: startedAt,
    seenAt: record.receivedAt,
    interimSeconds: context.interimSeconds,
    counters: NO_COUNTERS,
    usage: NO_USAGE,
    applied: context.applied,
    pendingEffect: undefined,
    closeCause: '',
  };
}

/**
 * Reads the record's counters. A Start counts from zero; one that comes again tells nothing new, and never that the
 * counters of its own Acct-Session-Id began anew. A Stop of zeros says that the NAS had forgotten them (accel-ppp#273).
 */
function countRecord(base: Session, record: AccountingRecord, octetsPerSecondMax: number): Counted {
  const { counters } = base;
  if (record.kind === 'start') {
    const isRepeated = counters.last !== undefined && record.acctSessionId === base.acctSessionId;
    if (isRepeated) return nothingCounted(counters, 'late');
  } else if (record.inputOctets === undefined && record.outputOctets === undefined) {
    return nothingCounted(counters, undefined);
  } else if (record.kind === 'stop' && (record.inputOctets ?? 0) + (record.outputOctets ?? 0) === 0) {
    return nothingCounted(counters, isCounting(counters) ? 'zero-stop' : undefined);
  }
  return countOctets(counters, {
    inputOctets: readingOf('inputOctets', 'outputOctets', 'inputWraps', counters, record),
    outputOctets: readingOf('outputOctets', 'inputOctets', 'outputWraps', counters, record),
    order: record.kind === 'start' ? atItsBeginning(record.order) : record.order,
    gigawordsKnown: record.gigawordsKnown,
    final: record.kind === 'stop',
    octetsPerSecondMax,
  });
}

/** A Start without Acct-Session-Time was sent at 0 s, so that no retry of it looks younger than an Interim. */
function atItsBeginning(order: RecordOrder): RecordOrder {
  return { ...order, sessionTimeSeconds: order.sessionTimeSeconds ?? 0 };
}

function isCounting(counters: SessionCounters): boolean {
  const { inputOctets, outputOctets } = totalOctets(counters);
  return inputOctets + outputOctets > 0 || counters.held !== undefined;
}

/**
 * One counter of a record. A counter that is left out, or that is zero while the other one has not fallen, stands
 * still: taken for a zero it would look like a reset, and the other direction would be counted twice.
 */
function readingOf(
  direction: keyof CounterPair,
  other: keyof CounterPair,
  wraps: 'inputWraps' | 'outputWraps',
  counters: SessionCounters,
  record: AccountingRecord,
): Octets {
  const value = record[direction];
  const otherValue = record[other] ?? 0;
  const isForgotten = value === 0 && otherValue > 0 && otherValue >= counters.current[other];
  if (value !== undefined && !isForgotten) return value;
  const isLate = counters.last !== undefined && compareOrder(record.order, counters.last) < 0;
  if (record.kind === 'start' || isLate) return ZERO_OCTETS;
  const current = counters.current[direction];
  return record.gigawordsKnown ? current : octets(current - counters[wraps] * 2 ** 32);
}

/** Identification, times and state after a record. */
function moveOn(
  base: Session,
  record: AccountingRecord,
  counters: SessionCounters,
  isLate: boolean,
  anomalies: Anomaly[],
): Session {
  const { last } = base.counters;
  const isMoved = record.framedIp !== '' && base.framedIp !== '' && record.framedIp !== base.framedIp;
  if (isMoved && base.state !== 'closed' && !isLate) anomalies.push('other-address');
  const next: Session = {
    ...base,
    nasBoot: Math.max(base.nasBoot, record.nasBoot),
    nasAddress: record.nasAddress,
    acctSessionId: base.acctSessionId === '' || !isLate ? record.acctSessionId : base.acctSessionId,
    nasPort: record.nasPort === '' ? base.nasPort : record.nasPort,
    callingStationId: record.callingStationId === '' ? base.callingStationId : record.callingStationId,
    framedIp: record.framedIp === '' ? base.framedIp : record.framedIp,
    framedIpv6Prefix: record.framedIpv6Prefix === '' ? base.framedIpv6Prefix : record.framedIpv6Prefix,
    startedAt: Math.min(base.startedAt, beganAt(record.order)),
    updatedAt:
      isLate || isOfMoment(record, last) ? base.updatedAt : Math.max(base.updatedAt, record.order.at),
    seenAt: Math.max(base.seenAt, record.receivedAt),
    counters,
  };
  if (record.kind === 'stop') {
    return {
      ...next,
      state: 'closed',
      closeCause: terminateCauseName(record.terminateCause),
      pendingEffect: undefined,
    };
  }
  if (base.state === 'live') return next;
  if (base.state !== 'closed') return { ...next, state: 'live' };
  const isNews = last === undefined || compareOrder(record.order, last) > 0;
  if (!isOwnCause(base.closeCause) || isLate || !isNews) {
    anomalies.push('after-stop');
    return next;
  }
  anomalies.push('revived');
  return { ...next, state: 'live', closeCause: '' };
}

/** The NAS's own clocks say that the record tells of the moment of `last`; its arrival then says nothing new. */
function isOfMoment({ order }: AccountingRecord, last: RecordOrder | undefined): boolean {
  if (last === undefined || compareOrder(order, last) !== 0) return false;
  const { eventTimestampSeconds: stamp, sessionTimeSeconds: seconds } = order;
  return stamp === undefined
    ? seconds !== undefined && seconds === last.sessionTimeSeconds
    : stamp === last.eventTimestampSeconds;
}

/** Why we closed a session without a Stop; such a session may come back. */
export type OwnCloseCause = 'lost' | 'taken-over' | 'replaced' | 'too-old';

const OWN_CAUSES: ReadonlySet<string> = new Set([
  'lost',
  'taken-over',
  'replaced',
  'too-old',
] satisfies OwnCloseCause[]);

/** True for the word of a closing that was ours, so that the session may still be alive at its NAS. */
export function isOwnCause(cause: string): boolean {
  return OWN_CAUSES.has(cause);
}
