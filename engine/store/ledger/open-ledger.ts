import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect } from 'kysely';
import type { PastLedger } from '../../explain/past-stores.ts';
import type { EventLedger } from '../../jobs/sink-targets.ts';
import type { SecretBox } from '../../runtime/secret-box.ts';
import { isUnreachable } from '../../runtime/unreachable.ts';
import type { LedgerStore } from '../../subscribers/ledger-store.ts';
import type { ReconcileLedger } from '../../subscribers/reconcile.ts';
import type { RecoveryLedger } from '../../subscribers/recovery.ts';
import type { TermsLedger } from '../../subscribers/terms-ledger.ts';
import { type BusinessLedger, openBusiness } from './business.ts';
import type { LedgerDb, LedgerTables } from './database.ts';
import { KyselyLedger } from './kysely-ledger.ts';
import { migrateLedger } from './migrate.ts';
import { serverPool, withServerScripts } from './server-connection.ts';
import { embeddedTypes } from './value-parsers.ts';

/** Where the ledger is: a PostgreSQL URL, or a folder for the embedded engine (one process at a time). */
export type LedgerPlace = { readonly url: string } | { readonly folder: string };

/** Everything that the ledger is to the rest of the program. */
export interface Ledger
  extends LedgerStore,
    EventLedger,
    ReconcileLedger,
    RecoveryLedger,
    PastLedger,
    TermsLedger,
    BusinessLedger {}

/**
 * Opens the ledger and brings its schema up to date. The embedded engine does not lock its folder: the caller holds
 * `lockFolder` on it or on a folder above. A server that does not answer is no reason to reject: every call then rejects
 * until it does. Rejects when the database answers and refuses us, or cannot be migrated.
 * @param warn told of a server that is away.
 */
export function openLedger(
  place: LedgerPlace,
  secrets: SecretBox,
  warn: Warn = () => undefined,
): Promise<Ledger> {
  return 'url' in place ? openServer(place.url, secrets, warn) : openEmbedded(place.folder, secrets);
}

type Warn = (sentence: string) => void;

/**
 * The schema is brought up to date before the first query, whenever that can be: the program serves packets while
 * PostgreSQL is away, at its start too.
 */
async function openServer(url: string, secrets: SecretBox, warn: Warn): Promise<Ledger> {
  const pool = async () => {
    await withServerScripts(url, migrateLedger);
    return serverPool(url);
  };
  const ledger = ledgerOn(new Kysely<LedgerTables>({ dialect: new PostgresDialect({ pool }) }), secrets);
  try {
    await ledger.ping();
  } catch (reason) {
    if (!isUnreachable(reason)) {
      await ledger.close();
      throw reason;
    }
    warn(
      `PostgreSQL at ${new URL(url).host} does not answer (${String(reason)}); it is tried again and again`,
    );
  }
  return ledger;
}

async function openEmbedded(folder: string, secrets: SecretBox): Promise<Ledger> {
  const pglite = await PGlite.create({ dataDir: folder, ...embeddedTypes() });
  try {
    await migrateLedger({ run: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [] });
  } catch (reason) {
    await pglite.close();
    throw reason;
  }
  return ledgerOn(new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) }), secrets);
}

function ledgerOn(db: LedgerDb, secrets: SecretBox): Ledger {
  return Object.assign(new KyselyLedger(db, secrets), openBusiness(db, secrets));
}
