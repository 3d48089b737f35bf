import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { orderSuite } from '../../../conformance/orders.ts';
import { secrets } from './sample.ts';

orderSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-orders-'));
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

  orderSuite('PostgreSQL', async () => {
    await server.query('CREATE DATABASE orders');
    return { open: () => openLedger({ url: server.url('orders') }, secrets), remove: async () => {} };
  });
});
