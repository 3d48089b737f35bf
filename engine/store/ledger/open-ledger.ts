import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import { Pool, types } from 'pg';
import type { EventLedger } from '../../jobs/sink-targets.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import type { LedgerStore } from '../../subscribers/ledger-store.ts';
import type { LedgerTables } from './database.ts';
import { KyselyLedger } from './kysely-ledger.ts';
import { migrateLedger } from './migrate.ts';
import { valueParsers } from './value-parsers.ts';

/** Where the ledger is: a PostgreSQL URL, or a folder for the embedded engine (one process at a time). */
export type LedgerPlace = { readonly url: string } | { readonly folder: string };

/**
 * Opens the ledger and brings its schema up to date. The embedded engine does not lock its folder: the caller holds
 * `lockFolder` on it or on a folder above. Rejects when the database does not answer or cannot be migrated.
 */
export function openLedger(place: LedgerPlace, secrets: SecretBox): Promise<LedgerStore & EventLedger> {
  return 'url' in place ? openServer(place.url, secrets) : openEmbedded(place.folder, secrets);
}

async function openServer(url: string, secrets: SecretBox): Promise<KyselyLedger> {
  const pool = new Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 10_000,
    types: serverTypes,
  });
  // A broken idle connection is replaced by the next query, which reports its own failure.
  pool.on('error', () => undefined);
  try {
    const client = await pool.connect();
    try {
      await migrateLedger({ run: async (script) => lastRows(await client.query(script)) });
    } finally {
      client.release();
    }
  } catch (reason) {
    await pool.end();
    throw reason;
  }
  return new KyselyLedger(new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) }), secrets);
}

async function openEmbedded(folder: string, secrets: SecretBox): Promise<KyselyLedger> {
  const pglite = await PGlite.create({ dataDir: folder, parsers: { ...valueParsers } });
  try {
    await migrateLedger({ run: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [] });
  } catch (reason) {
    await pglite.close();
    throw reason;
  }
  return new KyselyLedger(new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) }), secrets);
}

/** Our parsers where there is one, the driver's own elsewhere. */
const serverTypes = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    valueParsers[oid] ?? types.getTypeParser(oid, format),
} as typeof types;

/** Rows of the last statement; the driver answers a script of several with an array of results. */
function lastRows(result: unknown): Readonly<Record<string, unknown>>[] {
  const last = (Array.isArray(result) ? result.at(-1) : result) as { rows?: Record<string, unknown>[] };
  return last?.rows ?? [];
}
