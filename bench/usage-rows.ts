import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient } from '@clickhouse/client';
import { createChdbConnection } from 'chdb/connection';
import { openUsage } from '../engine/store/usage/open-usage.ts';
import { median } from './packets/ratios.ts';
import { DAYS, interimsSql, linesFor, ROWS_PER_LINE } from './usage-rows/interims.ts';

const OCTETS_PER_ROW_AIM = 16;
const MILLISECONDS_AIM = 50;
const DAY_MS = 86_400_000;
const ROWS_AT_ONCE = 2_000_000;
const QUERIES = 21;
/** Days or sessions that thirty days of a line have at least: a few days pass without a session. */
const ROWS_AT_LEAST = 20;

interface Part {
  readonly table: string;
  readonly rows: number;
  readonly octets: number;
  readonly parts: number;
}

type Client = ReturnType<typeof createClient>;

/**
 * What the usage history takes per Interim-Update and how long it needs for one line's last thirty days among many rows, on
 * the embedded ClickHouse with the program's own tables and queries. One line of JSON per figure.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rows: { type: 'string', default: '10000000' }, keep: { type: 'string', default: '' } },
  });
  const folder = values.keep === '' ? mkdtempSync(join(tmpdir(), 'mizan-usage-rows-')) : values.keep;
  // Makes the tables. One connection at a time may have the folder.
  await (await openUsage({ folder })).close();
  const lines = linesFor(Number(values.rows));
  const now = Date.now();
  const from = now - DAYS * DAY_MS;
  try {
    const client = connect(folder);
    const begun = performance.now();
    await fill(client, lines, from);
    const seconds = (performance.now() - begun) / 1000;
    const rows = lines * ROWS_PER_LINE;
    print({ rows, lines, daysPerLine: DAYS, filledInSeconds: Math.round(seconds) });
    const asInserted = await parts(client);
    await client.command({ query: 'OPTIMIZE TABLE usage_event FINAL' });
    await client.command({ query: 'OPTIMIZE TABLE usage_session_day FINAL' });
    const merged = await parts(client);
    print({ asInserted, merged });
    print({ octetsPerRowByColumn: await columns(client) });
    await client.close();
    const octetsPerRow = merged.reduce((sum, { octets }) => sum + octets, 0) / rows;
    const query = await timeQueries(folder, lines, now);
    print({ query });
    print({
      ratios: {
        octetsPerInterim: aim(Number(octetsPerRow.toFixed(2)), OCTETS_PER_ROW_AIM),
        lastThirtyDaysMs: { ...aim(query.days.median, MILLISECONDS_AIM), amongRows: rows },
      },
    });
  } finally {
    if (values.keep === '') rmSync(folder, { recursive: true });
  }
}

/** The two packages each carry a copy of the interface, which TypeScript takes for two. */
function connect(folder: string): Client {
  type Connection = NonNullable<Parameters<typeof createClient>[0]>['connection'];
  return createClient({ connection: createChdbConnection({ path: folder }) as unknown as Connection });
}

async function fill(client: Client, lines: number, from: number): Promise<void> {
  const linesAtOnce = Math.max(1, Math.floor(ROWS_AT_ONCE / ROWS_PER_LINE));
  for (let first = 0; first < lines; first += linesAtOnce) {
    const count = Math.min(linesAtOnce, lines - first);
    await client.command({ query: interimsSql(first, count, from) });
    process.stderr.write(`${first + count} of ${lines} lines\n`);
  }
}

async function parts(client: Client): Promise<Part[]> {
  return select<Part>(
    client,
    `SELECT table, toUInt32(sum(rows)) AS rows, toFloat64(sum(bytes_on_disk)) AS octets, toUInt32(count()) AS parts
     FROM system.parts WHERE active AND table LIKE 'usage_%' GROUP BY table ORDER BY table`,
  );
}

/** Compressed octets per row of each column of the events, the largest first. */
async function columns(client: Client): Promise<Record<string, number>> {
  const rows = await select<{ name: string; octets: number }>(
    client,
    `SELECT column AS name, round(sum(column_data_compressed_bytes) / sum(rows), 2) AS octets
     FROM system.parts_columns WHERE active AND table = 'usage_event' GROUP BY column ORDER BY octets DESC`,
  );
  return Object.fromEntries(rows.map(({ name, octets }) => [name, octets]));
}

/** Milliseconds of the two questions that a subscriber's page asks, each of other lines than the one before. */
async function timeQueries(folder: string, lines: number, now: number) {
  const usage = await openUsage({ folder });
  const range = [now - 30 * DAY_MS, now] as const;
  const time = async (ask: (line: number) => Promise<readonly unknown[]>) => {
    const times: number[] = [];
    for (let query = 0; query < QUERIES; query++) {
      const line = 1 + Math.floor(((query + 0.5) * lines) / QUERIES);
      const begun = performance.now();
      const rows = await ask(line);
      times.push(performance.now() - begun);
      if (rows.length < ROWS_AT_LEAST) throw new Error(`line ${line} has only ${rows.length} rows`);
    }
    return { median: round(median(times)), first: round(times[0]!), worst: round(Math.max(...times)) };
  };
  try {
    return {
      days: await time((line) => usage.dailyOf(line, ...range)),
      sessions: await time((line) => usage.sessionsOf(line, ...range)),
    };
  } finally {
    await usage.close();
  }
}

async function select<Row>(client: Client, query: string): Promise<Row[]> {
  const answer = await client.query({ query, format: 'JSONEachRow' });
  return answer.json<Row>();
}

function aim(value: number, bound: number): object {
  return { value, aim: `<= ${bound}`, met: value <= bound };
}

function round(value: number): number {
  return Number(value.toFixed(1));
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main();
