import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../engine/store/ledger/open-ledger.ts';
import { payDeskSuite } from '../../conformance/pay-desk.ts';
import { secrets } from '../store/ledger/sample.ts';

payDeskSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-payments-'));
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

  payDeskSuite('PostgreSQL', async () => {
    await server.query('CREATE DATABASE payments');
    return { open: () => openLedger({ url: server.url('payments') }, secrets), remove: async () => {} };
  });
});
