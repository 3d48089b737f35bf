import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { depositSuite } from '../../../conformance/deposits.ts';
import { secrets } from './sample.ts';

depositSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-deposits-'));
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

  depositSuite('PostgreSQL', async () => {
    await server.query('CREATE DATABASE deposits');
    return { open: () => openLedger({ url: server.url('deposits') }, secrets), remove: async () => {} };
  });
});
