import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { ledgerAddressesSuite } from '../../../conformance/ledger-addresses.ts';
import { secrets } from './sample.ts';

ledgerAddressesSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-addresses-'));
  return {
    open: () => openLedger({ folder: join(folder, 'pg') }, secrets),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

describe.skipIf(!hasPostgres())('on a real server', () => {
  ledgerAddressesSuite('PostgreSQL', async () => {
    const server = await PostgresServer.start();
    return {
      open: () => openLedger({ url: server.url() }, secrets),
      remove: () => server.remove(),
    };
  });
});
