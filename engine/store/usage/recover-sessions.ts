import type { SessionState } from '../../accounting/session.ts';
import type { SessionResume } from '../../accounting/session-resume.ts';
import type { HistoryRow, SessionMark } from '../../subscribers/recovery.ts';
import { EVENT_FIGURES } from './derived-columns.ts';

/** A row as ClickHouse answers it; 64-bit integers come as text. */
export type RecoveredRow = Readonly<Record<string, string | number>>;

/** Figures of the events by their names. */
const FIGURES = Object.entries(EVENT_FIGURES)
  .map(([name, figure]) => `${figure} AS ${name}`)
  .join(', ');

const COUNTERS = ['input', 'output', 'charged', 'free', 'quarantined', 'burned', 'overshot'];

/** Session keys are numbers in the history and 16 hexadecimal digits elsewhere. */
const SESSION_KEY = "leftPad(lower(hex(session_key)), 16, '0') AS key";

/** `RecoveryHistory.sessionMarks`. The highest figures of a session stand on its newest day. */
export const SESSION_MARKS: string = `
  SELECT line_id, ${SESSION_KEY}, toUnixTimestamp64Milli(max(t_last)) AS last_ms,
    ${COUNTERS.map((counter) => `max(${counter}_octets)`).join(' + ')} AS figures_sum
  FROM usage_session_day
  WHERE line_id BETWEEN {first: UInt64} AND {last: UInt64}
    AND day >= toDate(fromUnixTimestamp64Milli({since: Int64}), 'Asia/Tehran') - 1
  GROUP BY line_id, session_key
  HAVING last_ms >= {since: Int64}`;

/**
 * `RecoveryHistory.rowsSince`. None of a session's figures goes back and neither does its time, so that they tell the
 * order in which its rows were written; what an answer of the NAS changed comes after its record.
 * The numbers stand in the text because parameters travel in the address, which proxies cut at a few thousand letters.
 */
export function rowsSinceQuery(lineIds: readonly number[]): string {
  return rowsQuery(lineIds, 'at >= fromUnixTimestamp64Milli({since: Int64})');
}

/** Rows of the lines that fulfil a condition, those of a session in the order in which they were written. */
export function rowsQuery(lineIds: readonly number[], condition: string): string {
  return `
    SELECT line_id, username, ${SESSION_KEY}, toString(kind) AS kind, toString(state) AS state, toString(nas) AS nas,
      nas_port, acct_session_id, calling_station_id, framed_ip, toUnixTimestamp64Milli(started_at) AS started_ms,
      toUnixTimestamp64Milli(at) AS at_ms, segment, toString(close_cause) AS close_cause,
      toString(resume) AS resume,
      ${FIGURES}
    FROM usage_event
    WHERE line_id IN (${lineIds.join(', ')}) AND ${condition}
    ORDER BY line_id, session_key, at, input_octets + output_octets, charged_octets + free_octets,
      burned_octets + overshot_octets, quarantined_octets, segment, state, resume = '', kind = 'split'`;
}

/** A mark as it was answered. */
export function markOf(row: RecoveredRow): SessionMark {
  return {
    lineId: Number(row.line_id),
    sessionKey: String(row.key),
    lastAt: Number(row.last_ms),
    figuresSum: Number(row.figures_sum),
  };
}

/** A row of the history as it was answered. */
export function historyRowOf(row: RecoveredRow): HistoryRow {
  return {
    lineId: Number(row.line_id),
    username: String(row.username),
    key: String(row.key),
    kind: row.kind as HistoryRow['kind'],
    state: row.state as SessionState,
    nas: String(row.nas),
    nasPort: String(row.nas_port),
    acctSessionId: String(row.acct_session_id),
    callingStationId: String(row.calling_station_id),
    framedIp: String(row.framed_ip),
    startedAt: Number(row.started_ms),
    updatedAt: Number(row.at_ms),
    segment: Number(row.segment),
    closeCause: String(row.close_cause),
    inputOctets: Number(row.input_octets),
    outputOctets: Number(row.output_octets),
    chargedOctets: Number(row.charged_octets),
    freeOctets: Number(row.free_octets),
    quarantinedOctets: Number(row.quarantined_octets),
    burnedOctets: Number(row.burned_octets),
    overshotOctets: Number(row.overshot_octets),
    resume: row.resume === '' ? undefined : (JSON.parse(String(row.resume)) as SessionResume),
  };
}
