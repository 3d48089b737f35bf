import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { idempotencySuite } from '../../../conformance/idempotency.ts';
import { secrets } from './sample.ts';

idempotencySuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-keys-'));
  return {
    ledger: await openLedger({ folder: join(folder, 'pg') }, secrets),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

describe.skipIf(!hasPostgres())('on a real server', () => {
  idempotencySuite('PostgreSQL', async () => {
    const server = await PostgresServer.start();
    return {
      ledger: await openLedger({ url: server.url() }, secrets),
      remove: () => server.remove(),
    };
  });
});
