import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Session } from 'chdb';
import type { StoredSession, StoredUsage } from './compare.ts';

const USAGE_FOLDER = 'usage';
const LEDGER_FOLDER = 'ledger';

/** Highest figures per session from the daily table; the name that the NAS gave it is in the events only. */
const SESSIONS = `
  SELECT username, nas, acct_session_id AS acctSessionId, input, output, free, quarantined, burned, overshot
  FROM (
    SELECT line_id, session_key, max(username) AS username, max(nas) AS nas,
      max(input_octets) AS input, max(output_octets) AS output, max(free_octets) AS free,
      max(quarantined_octets) AS quarantined, max(burned_octets) AS burned, max(overshot_octets) AS overshot
    FROM usage_session_day GROUP BY line_id, session_key
  ) AS total
  LEFT JOIN (
    SELECT line_id, session_key, max(acct_session_id) AS acct_session_id
    FROM usage_event GROUP BY line_id, session_key
  ) AS named USING (line_id, session_key)`;

const CONSUMED = `
  SELECT line.username, sum("grant".consumed_octets)::text AS octets
  FROM "grant" JOIN line ON line.id = "grant".line_id GROUP BY line.username`;

type Figure = Exclude<keyof StoredSession, 'username' | 'nas' | 'acctSessionId'>;

/**
 * Reads the stores of an engine that has ended, with own queries and none of the engine's code. Rejects when a store
 * cannot be opened.
 */
export async function readStores(dataDir: string): Promise<StoredUsage> {
  return {
    sessions: readSessions(join(dataDir, USAGE_FOLDER)),
    consumed: await readConsumed(join(dataDir, LEDGER_FOLDER)),
  };
}

function readSessions(path: string): StoredSession[] {
  const history = new Session(path);
  const rows = history.query(SESSIONS, 'JSONEachRow').split('\n');
  history.close();
  return rows
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

async function readConsumed(dataDir: string): Promise<Map<string, number>> {
  const ledger = await PGlite.create({ dataDir });
  try {
    const { rows } = await ledger.query<{ username: string; octets: string }>(CONSUMED);
    return new Map(rows.map(({ username, octets }) => [username, Number(octets)]));
  } finally {
    await ledger.close();
  }
}
