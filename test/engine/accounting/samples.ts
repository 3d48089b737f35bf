import {
  type AppliedRecord,
  applyRecord,
  type RecordContext,
} from '../../../engine/accounting/apply-record.ts';
import { totalOctets } from '../../../engine/accounting/count-octets.ts';
import type { AccountingRecord, Anomaly } from '../../../engine/accounting/record.ts';
import type { Session } from '../../../engine/accounting/session.ts';
import { octets } from '../../../engine/values/octets.ts';

/** 2026-01-10 09:30 in Tehran. */
export const T0 = Date.UTC(2026, 0, 10, 6);

/** A line of 100 Mbit/s, both directions together. */
export const LINE_OCTETS_PER_SECOND = 12_500_000;

/** One report of a NAS in the words of a test: seconds since login, and cumulative counters. */
export interface Report {
  readonly kind?: AccountingRecord['kind'];
  readonly seconds: number;
  readonly input?: number;
  readonly output?: number;
}

/** The record of a report, with an Event-Timestamp that is right, an Acct-Session-Time, and prompt arrival. */
export function recordOf(report: Report, changes: Partial<AccountingRecord> = {}): AccountingRecord {
  const at = T0 + report.seconds * 1000;
  const counter = (value: number | undefined) => (value === undefined ? undefined : octets(value));
  return {
    kind: report.kind ?? 'interim',
    username: 'ali',
    nas: 'bras',
    nasBoot: 0,
    nasAddress: '10.0.0.1',
    acctSessionId: '80000001',
    nasPort: '7',
    callingStationId: 'AA-BB-CC-DD-EE-01',
    trafficClass: '',
    framedIp: '100.64.0.7',
    framedIpv6Prefix: '',
    classKey: undefined,
    order: {
      eventTimestampSeconds: at / 1000,
      sessionTimeSeconds: report.kind === 'start' ? undefined : report.seconds,
      at,
    },
    receivedAt: at,
    inputOctets: counter(report.input),
    outputOctets: counter(report.output),
    gigawordsKnown: true,
    terminateCause: report.kind === 'stop' ? 1 : 0,
    ...changes,
  };
}

/** What is known of line and plan in these tests. */
export const CONTEXT: RecordContext = {
  newKey: '00000000000000aa',
  octetsPerSecondMax: LINE_OCTETS_PER_SECOND,
  interimSeconds: 300,
  applied: { mode: 'full', downKbps: 80_000, upKbps: 20_000 },
};

/** A session after several records, and everything that was said about them. */
export interface Played {
  readonly session: Session;
  readonly total: number;
  /** Octets handed on for rating. */
  readonly rated: number;
  readonly quarantined: number;
  readonly anomalies: readonly Anomaly[];
}

/** Applies records in the given order to one session. */
export function play(records: readonly AccountingRecord[], context: RecordContext = CONTEXT): Played {
  let session: Session | undefined;
  let rated = 0;
  let quarantined = 0;
  const anomalies: Anomaly[] = [];
  for (const record of records) {
    const applied: AppliedRecord = applyRecord(session, record, context);
    session = applied.session;
    rated += applied.delta.inputOctets + applied.delta.outputOctets;
    quarantined += applied.quarantinedOctets;
    anomalies.push(...applied.anomalies);
  }
  if (session === undefined) throw new Error('no records to play');
  const { inputOctets, outputOctets } = totalOctets(session.counters);
  return { session, total: inputOctets + outputOctets, rated, quarantined, anomalies };
}

/** All orders of a list. */
export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((first, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [first, ...rest]),
  );
}

/** All subsets of a list but the empty one. */
export function subsets<T>(items: readonly T[]): T[][] {
  const all: T[][] = [];
  for (let mask = 1; mask < 2 ** items.length; mask++) {
    all.push(items.filter((_, index) => (mask >> index) & 1));
  }
  return all;
}
