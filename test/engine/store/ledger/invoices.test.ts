import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { invoiceSuite } from '../../../conformance/invoices.ts';
import { secrets } from './sample.ts';

invoiceSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-invoices-'));
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

  invoiceSuite('PostgreSQL', async () => {
    await server.query('CREATE DATABASE invoices');
    return { open: () => openLedger({ url: server.url('invoices') }, secrets), remove: async () => {} };
  });
});
