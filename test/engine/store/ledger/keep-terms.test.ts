import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { ledgerTermsSuite } from '../../../conformance/ledger-terms.ts';
import { secrets } from './sample.ts';

ledgerTermsSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-terms-'));
  return {
    ledger: await openLedger({ folder: join(folder, 'pg') }, secrets),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

describe.skipIf(!hasPostgres())('PostgreSQL, where it is installed', () => {
  ledgerTermsSuite('PostgreSQL', async () => {
    const server = await PostgresServer.start();
    return {
      ledger: await openLedger({ url: await server.createDatabase('terms') }, secrets),
      remove: () => server.remove(),
    };
  });
});
