import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Session } from 'chdb';
import { isOpen } from '../../engine/accounting/session-life.ts';
import { type CountersPlace, openCounters } from '../../engine/store/counters/open-counters.ts';
import type { Stage } from '../fleet/stage.ts';
import type { HeldSessions, StoredSession, StoredStorm } from './judge-storm.ts';
import type { StormLine } from './storm-line.ts';

const LOADS_AT_ONCE = 500;

const HISTORY = `
  SELECT username, max(acct_session_id) AS acctSessionId, max(input_octets) AS input, max(output_octets) AS output,
    countIf(state = 'closed') AS closings, arrayFilter(cause -> cause != '', groupUniqArray(close_cause)) AS causes,
    max(burned_octets) AS burned
  FROM usage_event GROUP BY line_id, username, session_key FORMAT JSONEachRow`;

const REJECTS = `SELECT sum(count) AS rejects FROM access_event WHERE outcome = 'reject' FORMAT JSONEachRow`;

const LEDGER = `
  SELECT username, acct_session_id, input_octets::text AS input, output_octets::text AS output, state, close_cause
  FROM session`;

const CONSUMED = `SELECT sum(consumed_octets)::text AS octets FROM "grant"`;

interface LedgerRow {
  readonly username: string;
  readonly acct_session_id: string;
  readonly input: string;
  readonly output: string;
  readonly state: string;
  readonly close_cause: string;
}

/** The stores' own query languages. */
interface Queries {
  history(sql: string): Promise<string>;
  ledger<T>(sql: string): Promise<readonly T[]>;
  close(): Promise<void>;
}

/** Reads all three stores of an engine that has ended. Rejects when one cannot be opened. */
export async function readStorm(stage: Stage, lines: readonly StormLine[]): Promise<StoredStorm> {
  const queries = await openQueries(stage);
  try {
    const history = rowsOf(await queries.history(HISTORY)).map(historySession);
    const [consumed] = await queries.ledger<{ octets: string }>(CONSUMED);
    const [rejected] = rowsOf(await queries.history(REJECTS));
    return {
      history,
      ledger: (await queries.ledger<LedgerRow>(LEDGER)).map(ledgerSession),
      counters: await readCounters(countersPlace(stage), lines),
      consumed: Number(consumed?.octets),
      burned: history.reduce((sum, { burned }) => sum + burned, 0),
      rejects: Number(rejected?.rejects ?? 0),
    };
  } finally {
    await queries.close();
  }
}

/** Where the engine keeps its counters. */
export function countersPlace({ servers, dataDir }: Stage): CountersPlace {
  return servers ? { url: servers.redis.url } : { folder: join(dataDir, 'counters') };
}

async function openQueries({ servers, dataDir }: Stage): Promise<Queries> {
  if (servers) {
    return {
      history: (sql) => servers.clickhouse.query(sql),
      ledger: (sql) => servers.postgres.query(sql),
      close: async () => {},
    };
  }
  const history = new Session(join(dataDir, 'usage'));
  const ledger = await PGlite.create({ dataDir: join(dataDir, 'ledger') });
  return {
    history: async (sql) => history.query(sql.replace(/ FORMAT \w+$/, ''), 'JSONEachRow'),
    ledger: async <T>(sql: string) => (await ledger.query<T>(sql)).rows,
    close: async () => {
      history.close();
      await ledger.close();
    },
  };
}

function rowsOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row));
}

/** ClickHouse writes 64-bit integers as text. */
function historySession(row: Record<string, unknown>): StoredSession & { readonly burned: number } {
  return {
    username: String(row.username),
    acctSessionId: String(row.acctSessionId),
    input: Number(row.input),
    output: Number(row.output),
    closings: Number(row.closings),
    causes: row.causes as string[],
    burned: Number(row.burned),
  };
}

function ledgerSession(row: LedgerRow): StoredSession {
  return {
    username: row.username,
    acctSessionId: row.acct_session_id,
    input: Number(row.input),
    output: Number(row.output),
    closings: row.state === 'closed' ? 1 : 0,
    causes: row.close_cause === '' ? [] : [row.close_cause],
  };
}

async function readCounters(
  place: CountersPlace,
  lines: readonly StormLine[],
): Promise<Map<string, HeldSessions>> {
  const counters = await openCounters(place, (sentence) => process.stderr.write(`${sentence}\n`));
  const held = new Map<string, HeldSessions>();
  try {
    for (let first = 0; first < lines.length; first += LOADS_AT_ONCE) {
      const page = lines.slice(first, first + LOADS_AT_ONCE);
      const loaded = await Promise.all(page.map(({ username }) => counters.load(username)));
      for (const [index, { state }] of loaded.entries()) {
        const sessions = state?.sessions ?? [];
        held.set(page[index]!.username, {
          open: sessions
            .filter(isOpen)
            .map(({ acctSessionId, state: life }) => ({ acctSessionId, state: life })),
          closed: sessions
            .filter((session) => !isOpen(session))
            .map(({ acctSessionId, closeCause }) => ({ acctSessionId, cause: closeCause })),
        });
      }
    }
  } finally {
    await counters.close();
  }
  return held;
}
