import type { ClickHouseClient, ClickHouseSettings } from '@clickhouse/client';
import type { BurnPoint, PastHistory, WantedBurns } from '../../explain/past-stores.ts';
import type { EventHistory } from '../../jobs/sink-targets.ts';
import type { LoggedEvent } from '../../pipeline/counter-store.ts';
import type { HistoryBalance, LineSessions, ReconcileHistory } from '../../subscribers/reconcile.ts';
import type { HistoryRow, RecoveryHistory, SessionMark } from '../../subscribers/recovery.ts';
import type {
  AccessHistoryRow,
  DailyUsageRow,
  SessionUsageRow,
  UsageFigures,
  UsageHistory,
} from '../../subscribers/usage-history.ts';
import type { Instant } from '../../values/instant.ts';
import { accessRows, usageRows } from './event-rows.ts';
import { ACCESS_BETWEEN, burnPointOf, burnPointsQuery, rowsBetweenQuery } from './past-queries.ts';
import { ACCESS_HISTORY, DAILY_USAGE, SESSION_USAGE, TOTALS, TOTALS_OF_USERNAME } from './queries.ts';
import { balancesOf, balancesQuery, queryPieces } from './read-balances.ts';
import { historyRowOf, markOf, rowsSinceQuery, SESSION_MARKS } from './recover-sessions.ts';

type Row = Readonly<Record<string, string | number>>;

/** ClickHouse writes 64-bit integers as JSON numbers, which `JSON.parse` rounds, unless it is told otherwise. */
const READ_SETTINGS: ClickHouseSettings = { output_format_json_quote_64bit_integers: 1 };

/** The usage history on ClickHouse or its embedded twin; the SQL is the same. */
export class ClickHouseUsage
  implements UsageHistory, EventHistory, ReconcileHistory, RecoveryHistory, PastHistory
{
  private readonly client: ClickHouseClient;
  private readonly ready: () => Promise<void>;
  /** The last insert. The embedded engine keeps settings per session, so two inserts must not mix their tokens. */
  private inserting: Promise<unknown> = Promise.resolve();
  private readonly closing = new AbortController();

  /**
   * @param client owned from now on: `close` closes it.
   * @param ready resolves once the schema is up to date; asked before every use.
   */
  constructor(client: ClickHouseClient, ready: () => Promise<void>) {
    this.client = client;
    this.ready = ready;
  }

  insert(events: readonly LoggedEvent[], token: string): Promise<void> {
    const inserted = this.inserting.then(() => this.insertAll(events, token));
    this.inserting = inserted.catch(() => undefined);
    return inserted;
  }

  private async insertAll(events: readonly LoggedEvent[], token: string): Promise<void> {
    await this.ready();
    const clickhouse_settings: ClickHouseSettings = {
      async_insert: 0,
      insert_deduplicate: 1,
      deduplicate_blocks_in_dependent_materialized_views: 1,
      insert_deduplication_token: token,
      // A batch of very late events may touch more weeks than the server's default allows.
      max_partitions_per_insert_block: '0',
    };
    for (const [table, rows] of [
      ['usage_event', usageRows(events)],
      ['access_event', accessRows(events)],
    ] as const) {
      if (rows.length === 0) continue;
      // The names once instead of in every row: a quarter less work for both sides. All rows have the same ones.
      await this.client.insert({
        table,
        columns: Object.keys(rows[0]!) as [string, ...string[]],
        values: rows.map((row) => Object.values(row)),
        format: 'JSONCompactEachRow',
        clickhouse_settings,
        abort_signal: this.closing.signal,
      });
    }
  }

  async totals(username?: string): Promise<UsageFigures> {
    const rows =
      username === undefined
        ? await this.select(TOTALS, {})
        : await this.select(TOTALS_OF_USERNAME, { username });
    return figuresOf(rows[0]!);
  }

  async sessionsOf(lineId: number, from: Instant, to: Instant): Promise<readonly SessionUsageRow[]> {
    const rows = await this.select(SESSION_USAGE, { lineId, from, to });
    return rows.map((row) => ({
      sessionKey: BigInt(row.session_key!).toString(16).padStart(16, '0'),
      startedAt: safeInteger(row.started_ms),
      lastAt: safeInteger(row.last_ms),
      nas: String(row.nas_name),
      framedIp: String(row.ip),
      ...figuresOf(row),
    }));
  }

  async dailyOf(lineId: number, from: Instant, to: Instant): Promise<readonly DailyUsageRow[]> {
    const rows = await this.select(DAILY_USAGE, { lineId, from, to });
    return rows.map((row) => ({ day: String(row.day), ...figuresOf(row) }));
  }

  async accessHistory(username: string, limit: number): Promise<readonly AccessHistoryRow[]> {
    return (await this.select(ACCESS_HISTORY, { username, limit })).map(accessOf);
  }

  async historyBalances(lines: readonly LineSessions[]): Promise<readonly HistoryBalance[]> {
    const balances: HistoryBalance[] = [];
    for (const piece of queryPieces(lines)) {
      balances.push(...balancesOf(piece, await this.select(balancesQuery(piece), {})));
    }
    return balances;
  }

  async sessionMarks(first: number, last: number, since: Instant): Promise<readonly SessionMark[]> {
    return (await this.select(SESSION_MARKS, { first, last, since })).map(markOf);
  }

  async rowsSince(lineIds: readonly number[], since: Instant): Promise<readonly HistoryRow[]> {
    if (lineIds.length === 0) return [];
    return (await this.select(rowsSinceQuery(lineIds), { since })).map(historyRowOf);
  }

  async rowsBetween(lineIds: readonly number[], from: Instant, to: Instant): Promise<readonly HistoryRow[]> {
    if (lineIds.length === 0) return [];
    return (await this.select(rowsBetweenQuery(lineIds), { from, to })).map(historyRowOf);
  }

  async burnPoints(lines: readonly WantedBurns[]): Promise<readonly BurnPoint[]> {
    if (lines.length === 0) return [];
    return (await this.select(burnPointsQuery(lines), {})).map(burnPointOf);
  }

  async accessBetween(
    username: string,
    from: Instant,
    to: Instant,
    limit: number,
  ): Promise<readonly AccessHistoryRow[]> {
    return (await this.select(ACCESS_BETWEEN, { username, from, to, limit })).map(accessOf);
  }

  async ping(): Promise<void> {
    const answer = await this.client.ping({ select: true });
    if (!answer.success) throw answer.error;
    await this.ready();
  }

  /** Gives up an insert that is still in work; whoever began it repeats it under its token. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.inserting;
    await this.client.close();
  }

  private async select(query: string, parameters: Record<string, unknown>): Promise<readonly Row[]> {
    await this.ready();
    const answer = await this.client.query({
      query,
      query_params: parameters,
      format: 'JSONEachRow',
      clickhouse_settings: READ_SETTINGS,
    });
    return answer.json<Row>();
  }
}

function accessOf(row: Row): AccessHistoryRow {
  return {
    at: safeInteger(row.at_ms),
    nas: String(row.nas),
    callingStationId: String(row.calling_station_id),
    outcome: row.outcome === 'accept' ? 'accept' : 'reject',
    reason: String(row.reason),
    count: safeInteger(row.count),
  };
}

function figuresOf(row: Row): UsageFigures {
  return {
    inputOctets: safeInteger(row.sum_input),
    outputOctets: safeInteger(row.sum_output),
    chargedOctets: safeInteger(row.sum_charged),
    freeOctets: safeInteger(row.sum_free),
    quarantinedOctets: safeInteger(row.sum_quarantined),
    burnedOctets: safeInteger(row.sum_burned),
    overshotOctets: safeInteger(row.sum_overshot),
  };
}

/** @throws RangeError beyond 2^53 - 1: a figure that would be shown wrong is not shown. */
function safeInteger(value: string | number | undefined): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`not a safe integer: ${value}`);
  return number;
}
