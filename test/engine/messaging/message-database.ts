import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import type { LedgerTables } from '../../../engine/store/ledger/database.ts';
import { migrateLedger } from '../../../engine/store/ledger/migrate.ts';
import { serverPool, withServerScripts } from '../../../engine/store/ledger/server-connection.ts';
import { embeddedTypes } from '../../../engine/store/ledger/value-parsers.ts';
import type { MessagePlace } from '../../conformance/message-world.ts';

/** An embedded ledger in memory, with the program's schema. */
export async function embeddedPlace(): Promise<MessagePlace> {
  const pglite = await PGlite.create(embeddedTypes());
  await migrateLedger({ run: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [] });
  const db = new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) });
  return { db, remove: () => db.destroy() };
}

/** A ledger on a server, with the program's schema. */
export async function serverPlace(url: string): Promise<MessagePlace> {
  await withServerScripts(url, migrateLedger);
  const db = new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool: serverPool(url) }) });
  return { db, remove: () => db.destroy() };
}
