import { EVENT_FIGURES } from './derived-columns.ts';

/** The cumulative counters, each in a column `<name>_octets`. */
const COUNTERS = ['input', 'output', 'charged', 'free', 'quarantined', 'burned', 'overshot'];

function each(write: (counter: string) => string): string {
  return COUNTERS.map(write).join(', ');
}

function totals(condition: string): string {
  return `
    SELECT ${each((c) => `sum(max_${c}) AS sum_${c}`)}
    FROM (
      SELECT ${each((c) => `max(${c}_octets) AS max_${c}`)}
      FROM usage_session_day ${condition}
      GROUP BY line_id, session_key
    )`;
}

/** All that was ever used: per session the highest counters, and of those the sum. */
export const TOTALS: string = totals('');

/** The same for one username. */
export const TOTALS_OF_USERNAME: string = totals('WHERE username = {username: String}');

/**
 * Sessions of a line with their usage in (from, to]: counters at the end of the range less those at its beginning.
 * The days carry what lies before the range and what the raw events no longer hold; a day's counters count from its
 * newest record on. Raw events carry the hours within the day on which the range begins or ends.
 */
export const SESSION_USAGE = `
  SELECT session_key, toUnixTimestamp64Milli(min(started_at)) AS started_ms, max(ms) AS last_ms,
    max(nas) AS nas_name, max(framed_ip) AS ip,
    ${each((c) => `max(${c}_octets) - maxIf(${c}_octets, ms <= {from: Int64}) AS sum_${c}`)}
  FROM (
    SELECT session_key, toUnixTimestamp64Milli(t_last) AS ms, started_at, nas, framed_ip,
      ${each((c) => `${c}_octets`)}
    FROM usage_session_day
    WHERE line_id = {lineId: UInt64} AND t_last <= fromUnixTimestamp64Milli({to: Int64})
    UNION ALL
    SELECT session_key, toUnixTimestamp64Milli(at) AS ms, started_at, toString(nas) AS nas, framed_ip,
      ${each((c) => `${EVENT_FIGURES[`${c}_octets`]} AS ${c}_octets`)}
    FROM usage_event
    WHERE line_id = {lineId: UInt64} AND at <= fromUnixTimestamp64Milli({to: Int64})
      AND at > fromUnixTimestamp64Milli({from: Int64}) - INTERVAL 26 HOUR
  )
  GROUP BY session_key
  HAVING last_ms > {from: Int64}
  ORDER BY started_ms, session_key`;

/**
 * What a line used per day: each session's running maximum at the end of the day less that of the day before, so
 * that a late record never makes a day negative and the days add up to the total.
 */
export const DAILY_USAGE = `
  SELECT day, ${each((c) => `sum(used_${c}) AS sum_${c}`)}
  FROM (
    SELECT day, ${each((c) => `max(max_${c}) OVER upToDay - max(max_${c}) OVER before AS used_${c}`)}
    FROM (
      SELECT day, session_key, ${each((c) => `max(${c}_octets) AS max_${c}`)}
      FROM usage_session_day
      WHERE line_id = {lineId: UInt64}
      GROUP BY day, session_key
    )
    WINDOW
      upToDay AS (PARTITION BY session_key ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
      before AS (PARTITION BY session_key ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  )
  WHERE day BETWEEN toDate(fromUnixTimestamp64Milli({from: Int64}), 'Asia/Tehran')
    AND toDate(fromUnixTimestamp64Milli({to: Int64} - 1), 'Asia/Tehran')
  GROUP BY day
  ORDER BY day`;

/** Newest answers to a username's Access-Requests; a row stored twice is shown once. */
export const ACCESS_HISTORY = `
  SELECT toUnixTimestamp64Milli(at) AS at_ms, nas, calling_station_id, outcome, reason, count
  FROM access_event
  WHERE username = {username: String}
  ORDER BY at DESC, log_position DESC
  LIMIT 1 BY at, log_position
  LIMIT {limit: UInt32}`;
