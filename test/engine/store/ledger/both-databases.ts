import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import type { OrderPlace } from '../../../conformance/orders.ts';
import { secrets } from './sample.ts';

/**
 * Runs a suite on an embedded ledger of its own, and on a database of its own of a real server where there is one.
 * @param name of folder and database, in plain letters.
 */
export function onBothDatabases(
  name: string,
  suite: (database: string, makePlace: () => Promise<OrderPlace>) => void,
): void {
  suite('PGlite', async () => {
    const folder = mkdtempSync(join(tmpdir(), `mizan-${name}-`));
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

    suite('PostgreSQL', async () => {
      await server.query(`CREATE DATABASE ${name}`);
      return { open: () => openLedger({ url: server.url(name) }, secrets), remove: async () => {} };
    });
  });
}
