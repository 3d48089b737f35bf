import { type Instant, SECOND_MS } from '../values/instant.ts';
import { type Octets, ZERO_OCTETS } from '../values/octets.ts';
import { type Counted, countOctets, NO_COUNTERS, totalOctets, ZERO_PAIR } from './count-octets.ts';
import { SESSION_LIMITS } from './limits.ts';
import type { AccountingRecord, Anomaly } from './record.ts';
import { compareOrder } from './record-order.ts';
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
 * comes back to life when it reports again (radius.md §3 items 1–8).
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
  const counted = countRecord(base.counters, record, tooOld ? 0 : context.octetsPerSecondMax);
  if (counted.anomaly !== undefined) anomalies.push(counted.anomaly);
  const isLate = counted.anomaly === 'late';
  const session = moveOn(base, record, counted.counters, isLate, anomalies);
  const to = record.order.at;
  return {
    session: tooOld ? { ...session, state: 'closed', closeCause: 'too-old' } : session,
    delta: counted.delta,
    from: isLate ? to : Math.min(base.updatedAt, to),
    to,
    quarantinedOctets: counted.quarantinedOctets,
    anomalies,
  };
}

function openSession(record: AccountingRecord, context: RecordContext): Session {
  const startedAt = record.order.at - (record.order.sessionTimeSeconds ?? 0) * SECOND_MS;
  return {
    key: context.newKey,
    nas: record.nas,
    nasBoot: record.nasBoot,
    nasAddress: record.nasAddress,
    acctSessionId: '',
    nasPort: record.nasPort,
    callingStationId: record.callingStationId,
    framedIp: record.framedIp,
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

/** Reads the record's counters; a Start counts from zero, and a Stop of zeros never lowers a total (accel-ppp#273). */
function countRecord(
  counters: SessionCounters,
  record: AccountingRecord,
  octetsPerSecondMax: number,
): Counted {
  const nothing = { counters, delta: ZERO_PAIR, quarantinedOctets: ZERO_OCTETS } as const;
  const inputOctets = record.inputOctets ?? ZERO_OCTETS;
  const outputOctets = record.outputOctets ?? ZERO_OCTETS;
  if (record.kind !== 'start') {
    if (record.inputOctets === undefined && record.outputOctets === undefined) {
      return { ...nothing, anomaly: undefined };
    }
    const total = totalOctets(counters);
    const wasCounting = total.inputOctets + total.outputOctets > 0;
    if (record.kind === 'stop' && inputOctets + outputOctets === 0 && wasCounting) {
      return { ...nothing, anomaly: 'zero-stop' };
    }
  }
  return countOctets(counters, {
    inputOctets,
    outputOctets,
    order: record.order,
    gigawordsKnown: record.gigawordsKnown,
    final: record.kind === 'stop',
    octetsPerSecondMax,
  });
}

/** Identification, times and state after a record. */
function moveOn(
  base: Session,
  record: AccountingRecord,
  counters: SessionCounters,
  isLate: boolean,
  anomalies: Anomaly[],
): Session {
  const reserved = base.state === 'reserved';
  const startedAt = reserved
    ? record.order.at - (record.order.sessionTimeSeconds ?? 0) * SECOND_MS
    : base.startedAt;
  const next: Session = {
    ...base,
    nasBoot: Math.max(base.nasBoot, record.nasBoot),
    nasAddress: record.nasAddress,
    acctSessionId: base.acctSessionId === '' || !isLate ? record.acctSessionId : base.acctSessionId,
    nasPort: record.nasPort === '' ? base.nasPort : record.nasPort,
    callingStationId: record.callingStationId === '' ? base.callingStationId : record.callingStationId,
    framedIp: record.framedIp === '' ? base.framedIp : record.framedIp,
    framedIpv6Prefix: record.framedIpv6Prefix === '' ? base.framedIpv6Prefix : record.framedIpv6Prefix,
    startedAt: Math.min(base.startedAt, startedAt),
    updatedAt: isLate ? base.updatedAt : Math.max(base.updatedAt, record.order.at),
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
  if (base.state !== 'closed') return { ...next, state: 'live' };
  const isNews = counters.last === undefined || compareOrder(record.order, counters.last) >= 0;
  if (!isOwnCause(base.closeCause) || isLate || !isNews) {
    anomalies.push('after-stop');
    return next;
  }
  anomalies.push('revived');
  return { ...next, state: 'live', closeCause: '' };
}

/** Why we closed a session without a Stop; such a session may come back. */
export type OwnCloseCause = 'lost' | 'taken-over' | 'replaced' | 'too-old';

const OWN_CAUSES: ReadonlySet<string> = new Set([
  'lost',
  'taken-over',
  'replaced',
  'too-old',
] satisfies OwnCloseCause[]);

function isOwnCause(cause: string): boolean {
  return OWN_CAUSES.has(cause);
}
