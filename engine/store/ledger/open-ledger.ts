import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import type { EventLedger } from '../../jobs/sink-targets.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import type { LedgerStore } from '../../subscribers/ledger-store.ts';
import type { LedgerTables } from './database.ts';
import { KyselyLedger } from './kysely-ledger.ts';
import { migrateLedger } from './migrate.ts';
import { serverPool, withServerScripts } from './server-connection.ts';
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
  await withServerScripts(url, migrateLedger);
  const dialect = new PostgresDialect({ pool: serverPool(url) });
  return new KyselyLedger(new Kysely<LedgerTables>({ dialect }), secrets);
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
