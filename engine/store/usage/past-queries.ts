import type { BurnPoint, WantedBurns } from '../../explain/past-stores.ts';
import { HOUR_MS } from '../../values/instant.ts';
import { tehranDayStart } from '../../values/tehran-time.ts';
import { EVENT_FIGURES } from './derived-columns.ts';
import { type RecoveredRow, rowsQuery } from './recover-sessions.ts';

/** `PastHistory.rowsBetween`. */
export function rowsBetweenQuery(lineIds: readonly number[]): string {
  return rowsQuery(
    lineIds,
    'at > fromUnixTimestamp64Milli({from: Int64}) AND at <= fromUnixTimestamp64Milli({to: Int64})',
  );
}

/** `PastHistory.accessBetween`; a row stored twice is shown once. */
export const ACCESS_BETWEEN = `
  SELECT toUnixTimestamp64Milli(at) AS at_ms, nas, calling_station_id, outcome, reason, count
  FROM access_event
  WHERE username = {username: String} AND at > fromUnixTimestamp64Milli({from: Int64})
    AND at <= fromUnixTimestamp64Milli({to: Int64})
  ORDER BY at DESC, log_position DESC
  LIMIT 1 BY at, log_position
  LIMIT {limit: UInt32}`;

/** Most days that one record may span: a session's last day before `since` lies within them. */
const SPAN_DAYS = 62;

const KEY = "leftPad(lower(hex(session_key)), 16, '0') AS key";

/**
 * `PastHistory.burnPoints`. The rows of days carry the ends of days, raw events the hours within the days of edges. The
 * numbers stand in the text because parameters travel in the address, which proxies cut at a few thousand letters.
 */
export function burnPointsQuery(lines: readonly WantedBurns[]): string {
  const ids = lines.map(({ lineId }) => lineId).join(', ');
  const since = Math.min(...lines.map((line) => line.since));
  const until = Math.max(...lines.flatMap(({ edges }) => edges));
  const days = lines.flatMap(({ lineId, edges }) =>
    [...dayNames(edges)].map((day) => `(${lineId}, '${day}')`),
  );
  // A counter read at midnight belongs to the day that ends there.
  const dayOf = "toString(toDate(at - INTERVAL 1 MILLISECOND, 'Asia/Tehran'))";
  return `
    SELECT line_id, ${KEY}, ms, burned FROM (
      SELECT line_id, session_key, toUnixTimestamp64Milli(max(t_last)) AS ms, max(burned_octets) AS burned
      FROM usage_session_day
      WHERE line_id IN (${ids})
        AND day >= toDate(fromUnixTimestamp64Milli(toInt64(${since})), 'Asia/Tehran') - ${SPAN_DAYS}
      GROUP BY line_id, session_key, day
      UNION ALL
      SELECT line_id, session_key, toUnixTimestamp64Milli(at) AS ms, ${EVENT_FIGURES.burned_octets} AS burned
      FROM usage_event
      WHERE line_id IN (${ids}) AND at >= fromUnixTimestamp64Milli(toInt64(${since - 26 * HOUR_MS}))
        AND at <= fromUnixTimestamp64Milli(toInt64(${until}))
        AND (line_id, ${dayOf}) IN (${days.join(', ')})
    )`;
}

/** Names of the Tehran days in which the edges lie, an edge at midnight at the end of its day. */
function dayNames(edges: readonly number[]): ReadonlySet<string> {
  const noon = (edge: number) => tehranDayStart(edge - 1) + 12 * HOUR_MS;
  return new Set(edges.map((edge) => new Date(noon(edge)).toISOString().slice(0, 10)));
}

/** A point as it was answered. */
export function burnPointOf(row: RecoveredRow): BurnPoint {
  return {
    lineId: Number(row.line_id),
    sessionKey: String(row.key),
    at: Number(row.ms),
    burnedOctets: Number(row.burned),
  };
}
