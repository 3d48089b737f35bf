import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { catalogueSuite } from '../../../conformance/catalogue.ts';
import { secrets } from './sample.ts';

catalogueSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-catalogue-'));
  return {
    open: () => openLedger({ folder: join(folder, 'pg') }, secrets),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  catalogueSuite('PostgreSQL', async () => {
    const url = await server.createDatabase('catalogue');
    return { open: () => openLedger({ url }, secrets), remove: async () => undefined };
  });
});
