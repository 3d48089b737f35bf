import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { lifeSuite } from '../../../conformance/life.ts';
import { secrets } from './sample.ts';

lifeSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-life-'));
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

  lifeSuite('PostgreSQL', async () => {
    await server.query('CREATE DATABASE life');
    return { open: () => openLedger({ url: server.url('life') }, secrets), remove: async () => {} };
  });
});
