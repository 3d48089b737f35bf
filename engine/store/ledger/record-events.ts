import { sql } from 'kysely';
import type { NasLearned } from '../../nas/nas.ts';
import type { LoggedEvent } from '../../pipeline/counter-store.ts';
import { recordset, storable } from './bulk.ts';
import { type LedgerDb, toOptionalTime, toTime } from './database.ts';
import { type FoldedSession, foldEvents } from './fold-events.ts';

/**
 * Takes events of the log over into sessions, grants, NAS and the effect log; `tx` is a transaction. Every write is
 * a maximum, a newest-wins by (time, position) or an insert that yields to its own earlier self, so that repeating
 * it changes nothing. Rows are locked as an apply locks them: NAS by name, then grants by id.
 */
export async function recordEvents(
  tx: LedgerDb,
  events: readonly LoggedEvent[],
  partition: number,
): Promise<void> {
  const { sessions, consumed, learned } = foldEvents(events);
  if (sessions.length > 0) await recordSessions(tx, sessions);
  const byName = [...learned].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, known] of byName) await recordLearned(tx, name, known);
  if (consumed.size > 0) await recordConsumption(tx, consumed);
  await recordEffects(tx, events, partition);
  await recordProgress(tx, events, partition);
}

const NEWEST_COLUMNS = [
  'username text',
  'nas text',
  'nas_port text',
  'acct_session_id text',
  'calling_station_id text',
  'framed_ip text',
  'state text',
  'updated_at timestamptz',
  'log_position bigint',
  'close_cause text',
  'resume jsonb',
];
const COUNTER_COLUMNS = ['input', 'output', 'charged', 'free', 'quarantined', 'burned', 'overshot'].map(
  (counter) => `${counter}_octets bigint`,
);
const SESSION_COLUMNS = [
  'line_id bigint',
  'session_key text',
  'started_at timestamptz',
  ...NEWEST_COLUMNS,
  ...COUNTER_COLUMNS,
];
const nameOf = (column: string): string => column.slice(0, column.indexOf(' '));
const SESSION_NAMES = SESSION_COLUMNS.map(nameOf).join(', ');
const IS_NEWER = '(excluded.updated_at, excluded.log_position) >= (session.updated_at, session.log_position)';
const SESSION_UPDATES = [
  'started_at = least(session.started_at, excluded.started_at)',
  ...NEWEST_COLUMNS.map(nameOf).map(
    (name) => `${name} = CASE WHEN ${IS_NEWER} THEN excluded.${name} ELSE session.${name} END`,
  ),
  ...COUNTER_COLUMNS.map(nameOf).map((name) => `${name} = greatest(session.${name}, excluded.${name})`),
].join(', ');

/** Rows are locked in the order of their key, so that two writers wait for each other and never in a circle. */
async function recordSessions(tx: LedgerDb, sessions: readonly FoldedSession[]): Promise<void> {
  await sql`
    INSERT INTO session (${sql.raw(SESSION_NAMES)})
    SELECT ${sql.raw(SESSION_NAMES)} FROM ${recordset(sessions.map(sessionRow), SESSION_COLUMNS.join(', '))}
    ORDER BY line_id, session_key
    ON CONFLICT (line_id, session_key) DO UPDATE SET ${sql.raw(SESSION_UPDATES)}`.execute(tx);
}

function sessionRow({ newest, position, startedAt, counters }: FoldedSession): Record<string, unknown> {
  const row: Record<string, unknown> = {
    line_id: newest.lineId,
    session_key: storable(newest.sessionKey),
    started_at: toTime(startedAt),
    username: storable(newest.username),
    nas: storable(newest.nas),
    nas_port: storable(newest.nasPort),
    acct_session_id: storable(newest.acctSessionId),
    calling_station_id: storable(newest.callingStationId),
    framed_ip: storable(newest.framedIp),
    state: newest.state,
    updated_at: toTime(newest.at),
    log_position: position,
    close_cause: storable(newest.closeCause),
    resume: newest.resume ?? null,
  };
  COUNTER_COLUMNS.forEach((column, index) => {
    row[nameOf(column)] = counters[index];
  });
  return row;
}

async function recordConsumption(tx: LedgerDb, consumed: ReadonlyMap<string, number>): Promise<void> {
  const rows = [...consumed].map(([id, octets]) => ({ id: storable(id), octets }));
  await sql`
    WITH consumed AS (
      SELECT g.id, r.octets FROM "grant" g
      JOIN ${recordset(rows, 'id text, octets bigint')} ON r.id = g.id
      WHERE g.consumed_octets < r.octets
      ORDER BY g.id FOR UPDATE OF g
    )
    UPDATE "grant" SET consumed_octets = greatest(consumed_octets, consumed.octets)
    FROM consumed WHERE "grant".id = consumed.id`.execute(tx);
}

/** What is known about a NAS only ever tightens: the earliest proof, the latest boot. As `mergeLearned`. */
async function recordLearned(tx: LedgerDb, name: string, learned: NasLearned): Promise<void> {
  const since = toOptionalTime(learned.messageAuthenticatorSince);
  const gigawords = toOptionalTime(learned.gigawordsSince);
  const bootedAt = toOptionalTime(learned.bootedAt);
  await sql`
    UPDATE nas SET
      message_authenticator_since = least(message_authenticator_since, ${since}::timestamptz),
      gigawords_since = least(gigawords_since, ${gigawords}::timestamptz),
      booted_at = CASE WHEN boot < ${learned.boot}::bigint THEN ${bootedAt}::timestamptz ELSE booted_at END,
      boot = greatest(boot, ${learned.boot}::bigint)
    WHERE name = ${storable(name)}`.execute(tx);
}

const EFFECT_COLUMNS = [
  'log_partition integer',
  'log_position bigint',
  'at timestamptz',
  'username text',
  'session_key text',
  'nas text',
  'kind text',
  'reason text',
  'result text',
  'error_cause integer',
  'attempts integer',
  'latency_ms double precision',
];
const EFFECT_NAMES = EFFECT_COLUMNS.map(nameOf).join(', ');

async function recordEffects(tx: LedgerDb, events: readonly LoggedEvent[], partition: number): Promise<void> {
  const rows = events.flatMap(({ position, event }) => {
    if (event.type !== 'effect') return [];
    return {
      log_partition: partition,
      log_position: position,
      at: toTime(event.at),
      username: storable(event.username),
      session_key: storable(event.sessionKey),
      nas: storable(event.nas),
      kind: event.kind,
      reason: event.reason,
      result: event.result,
      error_cause: event.errorCause,
      attempts: event.attempts,
      latency_ms: event.latencyMs,
    };
  });
  if (rows.length === 0) return;
  await sql`
    INSERT INTO effect_log (${sql.raw(EFFECT_NAMES)})
    SELECT ${sql.raw(EFFECT_NAMES)} FROM ${recordset(rows, EFFECT_COLUMNS.join(', '))}
    ON CONFLICT DO NOTHING`.execute(tx);
}

/** How far the partition's log is known to have come, once the ledger keeps a record of the partition. */
async function recordProgress(
  tx: LedgerDb,
  events: readonly LoggedEvent[],
  partition: number,
): Promise<void> {
  let position = 0;
  let at = 0;
  for (const logged of events) {
    position = Math.max(position, logged.position);
    if (logged.event.type === 'usage') at = Math.max(at, logged.event.at);
  }
  await sql`
    UPDATE counter_partition SET last_event = greatest(last_event, ${position}::bigint),
      last_event_at = greatest(last_event_at, ${at === 0 ? null : toTime(at)}::timestamptz)
    WHERE partition = ${partition}::integer`.execute(tx);
}
