import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { SecretBox } from '../../engine/runtime/secret-box.ts';
import { openBusiness } from '../../engine/store/ledger/business.ts';
import type { LedgerTables } from '../../engine/store/ledger/database.ts';
import { KyselyLedger } from '../../engine/store/ledger/kysely-ledger.ts';
import { migrateLedger } from '../../engine/store/ledger/migrate.ts';
import { type Ledger, openLedger } from '../../engine/store/ledger/open-ledger.ts';
import { serverPool } from '../../engine/store/ledger/server-connection.ts';
import { embeddedTypes } from '../../engine/store/ledger/value-parsers.ts';
import { PostgresServer } from '../servers/postgres-server.ts';

/** A row of the database: bigint and timestamptz are numbers. */
export type Row = Readonly<Record<string, unknown>>;

/** A ledger, and the way of the auditor past it to its tables. */
export interface House {
  readonly ledger: Ledger;
  query<R = Row>(text: string): Promise<readonly R[]>;
  close(): Promise<void>;
}

/** Opens an empty ledger: in memory, or on a server of its own. */
export function openHouse(isServer: boolean): Promise<House> {
  const secrets = new SecretBox(Buffer.alloc(32, 7));
  return isServer ? openServer(secrets) : openEmbedded(secrets);
}

async function openEmbedded(secrets: SecretBox): Promise<House> {
  const pglite = await PGlite.create({ dataDir: 'memory://', ...embeddedTypes() });
  await migrateLedger({ run: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [] });
  const dialect = new PGliteDialect({ pglite });
  const db = new Kysely<LedgerTables>({ dialect });
  const ledger = Object.assign(new KyselyLedger(db, secrets), openBusiness(db, secrets));
  return {
    ledger,
    query: async <R>(text: string) => (await pglite.query<R>(text)).rows,
    close: () => ledger.close(),
  };
}

async function openServer(secrets: SecretBox): Promise<House> {
  const server = await PostgresServer.start(['synchronous_commit=off', 'shared_buffers=128MB']);
  const url = await server.createDatabase('billing');
  const ledger = await openLedger({ url }, secrets);
  const pool = serverPool(url);
  return {
    ledger,
    query: async <R>(text: string) => (await pool.query(text)).rows as R[],
    close: async () => {
      await ledger.close();
      await pool.end();
      await server.remove();
    },
  };
}
