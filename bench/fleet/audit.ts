import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Session } from 'chdb';
import type { StoredSession, StoredUsage } from './compare.ts';
import type { Servers } from './servers.ts';

const USAGE_FOLDER = 'usage';
const LEDGER_FOLDER = 'ledger';

/**
 * Highest figures per session from the daily table; the name that the NAS gave it is in the events only. Line 0
 * is that of strangers: what is shown there is nobody's. */
const SESSIONS = `
  SELECT username, nas, acct_session_id AS acctSessionId, input, output, free, quarantined, burned, overshot
  FROM (
    SELECT line_id, session_key, max(username) AS username, max(nas) AS nas,
      max(input_octets) AS input, max(output_octets) AS output, max(free_octets) AS free,
      max(quarantined_octets) AS quarantined, max(burned_octets) AS burned, max(overshot_octets) AS overshot
    FROM usage_session_day WHERE line_id != 0 GROUP BY line_id, session_key
  ) AS total
  LEFT JOIN (
    SELECT line_id, session_key, max(acct_session_id) AS acct_session_id
    FROM usage_event GROUP BY line_id, session_key
  ) AS named USING (line_id, session_key)`;

const CONSUMED = `
  SELECT line.username, sum("grant".consumed_octets)::text AS octets
  FROM "grant" JOIN line ON line.id = "grant".line_id GROUP BY line.username`;

interface Consumption {
  readonly username: string;
  readonly octets: string;
}

type Figure = Exclude<keyof StoredSession, 'username' | 'nas' | 'acctSessionId'>;

/**
 * Reads the embedded stores of an engine that has ended, with own queries and none of the engine's code. Rejects when a
 * store cannot be opened.
 */
export async function readFolders(dataDir: string): Promise<StoredUsage> {
  const history = new Session(join(dataDir, USAGE_FOLDER));
  const sessions = sessionsOf(history.query(SESSIONS, 'JSONEachRow'));
  history.close();
  const ledger = await PGlite.create({ dataDir: join(dataDir, LEDGER_FOLDER) });
  try {
    const { rows } = await ledger.query<Consumption>(CONSUMED);
    return { sessions, consumed: consumedOf(rows) };
  } finally {
    await ledger.close();
  }
}

/** Reads the same from the servers; the engine may be running. */
export async function readServers({ clickhouse, postgres }: Servers): Promise<StoredUsage> {
  return {
    sessions: sessionsOf(await clickhouse.query(`${SESSIONS} FORMAT JSONEachRow`)),
    consumed: consumedOf(await postgres.query<Consumption>(CONSUMED)),
  };
}

function sessionsOf(rows: string): StoredSession[] {
  return rows
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => {
      const { username, nas, acctSessionId, ...figures }: Record<keyof StoredSession, string> =
        JSON.parse(row);
      return { username, nas, acctSessionId, ...numbers(figures) };
    });
}

/** ClickHouse writes 64-bit integers as text. */
function numbers(figures: Record<Figure, string>): Record<Figure, number> {
  const { input, output, free, quarantined, burned, overshot } = figures;
  return {
    input: Number(input),
    output: Number(output),
    free: Number(free),
    quarantined: Number(quarantined),
    burned: Number(burned),
    overshot: Number(overshot),
  };
}

function consumedOf(rows: readonly Consumption[]): Map<string, number> {
  return new Map(rows.map(({ username, octets }) => [username, Number(octets)]));
}
