import { NO_USAGE } from '../accounting/apply-record.ts';
import { NO_COUNTERS } from '../accounting/count-octets.ts';
import { difference } from '../accounting/counter-pair.ts';
import type { AppliedService, CounterPair, Session } from '../accounting/session.ts';
import { type ResumedSession, unpackResume } from '../accounting/session-resume.ts';
import type { HistoryRow } from '../subscribers/recovery.ts';
import type { Instant } from '../values/instant.ts';
import { octets } from '../values/octets.ts';

/** What one row of the history added to its session. */
export interface ReplayStretch {
  readonly from: Instant;
  readonly to: Instant;
  readonly delta: CounterPair;
  /** What was taken from the grants for it. */
  readonly burnedOctets: number;
  /** Octets were set aside by it, so that what is left to be rated is not known by direction. */
  readonly isQuarantined: boolean;
}

/** The stretches of one record in order, and the session as it was rated. */
export interface ReplayRecord {
  readonly sessionKey: string;
  readonly at: Instant;
  readonly stretches: readonly ReplayStretch[];
  readonly session: Session;
  /** Ten-thousandths of an octet that the record left to be burned; `undefined` where its own row is not there. */
  readonly remainderAfter: number | undefined;
}

const SERVICE_UNKNOWN: AppliedService = { mode: 'full', downKbps: 0, upKbps: 0 };

/**
 * The records of a line's rows by time, those of a session in their order. Rows within a record have no resume; the record's
 * own row follows.
 */
export function replayRecords(rows: readonly HistoryRow[]): readonly ReplayRecord[] {
  const bySession = Map.groupBy(rows, ({ key }) => key);
  const records = [...bySession.values()].flatMap(recordsOfSession);
  return records.sort((left, right) => left.at - right.at);
}

function recordsOfSession(rows: readonly HistoryRow[]): readonly ReplayRecord[] {
  const records: ReplayRecord[] = [];
  let before: HistoryRow | undefined;
  let stretches: ReplayStretch[] = [];
  for (const [index, row] of rows.entries()) {
    if (isOfCopy(row, rows[index + 1])) continue;
    stretches.push(stretchOf(row, before));
    before = row;
    if (row.resume === undefined && index < rows.length - 1) continue;
    const resumed = unpackResume(row.resume ?? [], {
      at: row.updatedAt,
      startedAt: row.startedAt,
      total: totalOf(row),
    });
    const session = sessionOf(row, resumed);
    const remainderAfter = row.resume === undefined ? undefined : resumed.weightRemainder;
    records.push({ sessionKey: row.key, at: row.updatedAt, stretches, session, remainderAfter });
    stretches = [];
  }
  return records;
}

/**
 * A copy of a packet may be split at an edge that its session reaches with the next record only: of two rows within records
 * at one instant the later tells what was used up to there.
 */
function isOfCopy(row: HistoryRow, next: HistoryRow | undefined): boolean {
  return row.resume === undefined && next?.resume === undefined && next?.updatedAt === row.updatedAt;
}

function stretchOf(row: HistoryRow, before: HistoryRow | undefined): ReplayStretch {
  const from = before?.updatedAt ?? Math.min(row.startedAt, row.updatedAt);
  return {
    from: Math.min(from, row.updatedAt),
    to: row.updatedAt,
    delta: before === undefined ? totalOf(row) : difference(totalOf(row), totalOf(before)),
    burnedOctets: row.burnedOctets - (before?.burnedOctets ?? 0),
    isQuarantined: row.quarantinedOctets !== (before?.quarantinedOctets ?? 0),
  };
}

function totalOf({ inputOctets, outputOctets }: HistoryRow): CounterPair {
  return { inputOctets: octets(inputOctets), outputOctets: octets(outputOctets) };
}

/** The session as far as rating looks at it. */
function sessionOf(row: HistoryRow, { applied, trafficClass, nasBoot }: ResumedSession): Session {
  const {
    key,
    nas,
    nasPort,
    acctSessionId,
    callingStationId,
    framedIp,
    state,
    startedAt,
    updatedAt,
    closeCause,
  } = row;
  return {
    ...{
      key,
      nas,
      nasBoot,
      nasPort,
      acctSessionId,
      callingStationId,
      framedIp,
      trafficClass,
      state,
      closeCause,
    },
    ...{ startedAt, updatedAt, seenAt: updatedAt },
    nasAddress: '',
    framedIpv6Prefix: '',
    interimSeconds: 0,
    counters: { ...NO_COUNTERS, current: totalOf(row) },
    usage: NO_USAGE,
    applied: applied ?? SERVICE_UNKNOWN,
    pendingEffect: undefined,
  };
}
