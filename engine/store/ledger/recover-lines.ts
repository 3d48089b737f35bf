import { type Selectable, sql } from 'kysely';
import { SESSION_LIMITS } from '../../accounting/limits.ts';
import type { SessionState } from '../../accounting/session.ts';
import type { SessionResume } from '../../accounting/session-resume.ts';
import type {
  ClosedSince,
  PartitionRecord,
  SessionName,
  SunkLine,
  SunkSession,
} from '../../subscribers/recovery.ts';
import type { Instant } from '../../values/instant.ts';
import { recordset, storable } from './bulk.ts';
import { type LedgerDb, type LineTable, toTime } from './database.ts';
import { type GrantArray, grantOfArray, grantsOfLine, inGrantWindow, ms } from './grant-array.ts';
import { inTransaction } from './in-transaction.ts';
import { lineProfileOf } from './rows.ts';

/** `RecoveryLedger.partitionRecords`. */
export async function partitionRecords(db: LedgerDb): Promise<readonly PartitionRecord[]> {
  const rows = await db.selectFrom('counter_partition').selectAll().orderBy('partition').execute();
  return rows.map((row) => ({
    partition: row.partition,
    epoch: row.epoch,
    lastEvent: row.last_event,
    lastEventAt: row.last_event_at ?? undefined,
  }));
}

/** `RecoveryLedger.putPartition`. */
export async function putPartition(
  db: LedgerDb,
  partition: number,
  epoch: string,
  lastEvent: number,
  now: Instant,
): Promise<void> {
  await sql`
    INSERT INTO counter_partition (partition, epoch, last_event, begun_at)
    VALUES (${partition}::integer, ${epoch}, ${lastEvent}::bigint, ${toTime(now)}::timestamptz)
    ON CONFLICT (partition) DO UPDATE SET epoch = excluded.epoch, begun_at = excluded.begun_at,
      last_event = greatest(counter_partition.last_event, excluded.last_event)`.execute(db);
}

/** Closed sessions of a line that are read at most: one more than the counters keep, which then is the newest forgotten one. */
const CLOSED_AT_MOST = SESSION_LIMITS.tombstonesMax + 1;

/** A session as an array: a third of the letters of an object, and one JSON text per line to be parsed. */
const SESSION_ARRAY = `json_build_array(s.session_key, s.nas, s.nas_port, s.acct_session_id, s.calling_station_id,
  s.framed_ip, s.state, ${ms('s.started_at')}, ${ms('s.updated_at')}, s.input_octets, s.output_octets,
  s.charged_octets, s.free_octets, s.quarantined_octets, s.burned_octets, s.overshot_octets, s.close_cause, s.resume)`;

type SessionArray = readonly [
  ...texts: [string, string, string, string, string, string, SessionState],
  ...times: [number, number],
  ...octets: [number, number, number, number, number, number, number],
  closeCause: string,
  resume: SessionResume | null,
];

type LineRow = Selectable<LineTable> & {
  readonly grants: readonly GrantArray[] | null;
  readonly sessions: readonly SessionArray[] | null;
};

/** Words of `session_given_up`, the index: a query must name them as the index does. */
const GIVEN_UP = "close_cause IN ('lost', 'taken-over', 'replaced', 'too-old')";

/**
 * `RecoveryLedger.sunkLines`. PostgreSQL would compile the statement anew for every page, which takes ten times as long as
 * running it.
 */
export function readSunkLines(
  db: LedgerDb,
  after: number,
  limit: number,
  closed: ClosedSince,
  now: Instant,
): Promise<readonly SunkLine[]> {
  return inTransaction(db, async (tx) => {
    await sql`SET LOCAL jit = off`.execute(tx);
    return selectSunkLines(tx, after, limit, closed, now);
  });
}

/**
 * One statement, so that a line fits its grants and sessions. Each line's sessions are found by indexes that the sink's
 * updates of open sessions do not touch.
 */
async function selectSunkLines(
  db: LedgerDb,
  after: number,
  limit: number,
  closed: ClosedSince,
  now: Instant,
): Promise<readonly SunkLine[]> {
  const stopped = toTime(closed.stopped);
  const { rows } = await sql<LineRow>`
    SELECT line.*,
      ${grantsOfLine(inGrantWindow(now))} AS grants,
      (SELECT json_agg(${sql.raw(SESSION_ARRAY)}) FROM (
        SELECT * FROM session WHERE line_id = line.id AND closed_at IS NULL
        UNION ALL
        (SELECT * FROM session WHERE line_id = line.id AND closed_at > ${stopped}::timestamptz
          ORDER BY closed_at DESC LIMIT ${CLOSED_AT_MOST})
        UNION ALL
        (SELECT * FROM session WHERE line_id = line.id AND ${sql.raw(GIVEN_UP)}
          AND closed_at <= ${stopped}::timestamptz AND closed_at > ${toTime(closed.givenUp)}::timestamptz
          ORDER BY closed_at DESC LIMIT ${CLOSED_AT_MOST})
        UNION ALL
        (SELECT * FROM session WHERE line_id = line.id AND closed_at <= ${stopped}::timestamptz
          AND NOT (${sql.raw(GIVEN_UP)} AND closed_at > ${toTime(closed.givenUp)}::timestamptz)
          ORDER BY closed_at DESC LIMIT 1)
      ) s) AS sessions
    FROM (SELECT * FROM line WHERE id > ${after}::bigint ORDER BY id LIMIT ${limit}) line
    ORDER BY line.id`.execute(db);
  return rows.map((row) => ({
    profile: lineProfileOf(row),
    grants: (row.grants ?? []).map(grantOfArray),
    sessions: (row.sessions ?? []).map(sessionOfArray),
  }));
}

/** `RecoveryLedger.sunkSessions`. */
export async function readSunkSessions(
  db: LedgerDb,
  names: readonly SessionName[],
): Promise<readonly (SunkSession & { readonly lineId: number })[]> {
  if (names.length === 0) return [];
  const wanted = names.map(({ lineId, sessionKey }) => ({ line: lineId, key: storable(sessionKey) }));
  const { rows } = await sql<{ readonly line: number; readonly session: SessionArray }>`
    SELECT s.line_id AS line, ${sql.raw(SESSION_ARRAY)} AS session
    FROM ${recordset(wanted, 'line bigint, key text')}
    JOIN session s ON s.line_id = r.line AND s.session_key = r.key`.execute(db);
  return rows.map(({ line, session }) => ({ lineId: line, ...sessionOfArray(session) }));
}

function sessionOfArray(array: SessionArray): SunkSession {
  const figure = (index: number): number => Math.min(array[index] as number, Number.MAX_SAFE_INTEGER);
  return {
    key: array[0],
    nas: array[1],
    nasPort: array[2],
    acctSessionId: array[3],
    callingStationId: array[4],
    framedIp: array[5],
    state: array[6],
    startedAt: array[7],
    updatedAt: array[8],
    inputOctets: figure(9),
    outputOctets: figure(10),
    chargedOctets: figure(11),
    freeOctets: figure(12),
    quarantinedOctets: figure(13),
    burnedOctets: figure(14),
    overshotOctets: figure(15),
    closeCause: array[16],
    resume: array[17] ?? undefined,
  };
}
