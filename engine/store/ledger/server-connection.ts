import { Socket } from 'node:net';
import { Client, type ClientConfig, Pool, types } from 'pg';
import { inTime } from '../../runtime/in-time.ts';
import type { ScriptRunner } from './migrate.ts';
import { valueParsers } from './value-parsers.ts';

/** Connections of one process at most: the sink and the projector use one each, the pages share the rest. */
const CONNECTIONS_MAX = 8;

/** How long a call waits for a connection, whether it is to be made or all are taken. */
const CONNECT_WITHIN_MS = 10_000;

/** The server ends a statement, or a transaction that does nothing, after this time. */
const STATEMENT_WITHIN_MS = 60_000;

/** A server that says nothing for longer than any statement may take is gone: the connection is given up. */
const SILENCE_MS = 75_000;

/** How long `close` waits for calls in work. */
const CLOSE_WITHIN_MS = 3_000;

/** A pool of connections to PostgreSQL; none is made before the first query. */
export function serverPool(url: string): Pool {
  const pool = new Pool({
    connectionString: url,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    statement_timeout: STATEMENT_WITHIN_MS,
    idle_in_transaction_session_timeout: STATEMENT_WITHIN_MS,
    keepAlive: true,
    stream: attentiveSocket,
    types: serverTypes,
  });
  // A broken idle connection is replaced by the next query, which reports its own failure.
  pool.on('error', () => undefined);
  // One that breaks in a transaction between two queries has nobody else who listens, and would end the program.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return endingInTime(pool);
}

/** Calls `work` with a connection of its own, on which a migration may take as long as it needs. */
export async function withServerScripts(
  url: string,
  work: (runner: ScriptRunner) => Promise<void>,
): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    keepAlive: true,
  });
  // Queries report it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work({ run: async (script) => lastRows(await client.query(script)) });
  } finally {
    await client.end();
  }
}

/** Our parsers where there is one, the driver's own elsewhere. */
const serverTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    valueParsers[oid] ?? types.getTypeParser(oid, format),
} as NonNullable<ClientConfig['types']>;

/** Without it a machine that vanished would be waited for until TCP gives up, a quarter of an hour later. */
function attentiveSocket(): Socket {
  const socket = new Socket();
  socket.setTimeout(SILENCE_MS, () => {
    socket.destroy(new Error(`PostgreSQL said nothing for ${SILENCE_MS} ms`));
  });
  return socket;
}

/** `end` waits for every query in work; a query to a server that is gone must not keep the program from ending. */
function endingInTime(pool: Pool): Pool {
  const end = pool.end.bind(pool) as () => Promise<void>;
  pool.end = (): Promise<void> => inTime(end(), CLOSE_WITHIN_MS).catch(() => undefined);
  return pool;
}

/** Rows of the last statement; the driver answers a script of several with an array of results. */
function lastRows(result: unknown): Readonly<Record<string, unknown>>[] {
  const last = (Array.isArray(result) ? result.at(-1) : result) as { rows?: Record<string, unknown>[] };
  return last?.rows ?? [];
}
