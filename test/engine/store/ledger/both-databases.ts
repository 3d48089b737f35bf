import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { type Ledger, openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
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

/**
 * Runs tests on both databases, on what is opened there before them. In the end the money has to be whole.
 * @param title of the tests, before the database's name. @param open what the tests share, from an empty ledger.
 */
export function onBothLedgers<Shared>(
  name: string,
  title: string,
  open: (ledger: Ledger) => Promise<Shared>,
  tests: (shared: () => Shared) => void,
): void {
  onBothDatabases(name, (database, makePlace) => {
    describe(`${title} on ${database}`, () => {
      let place: OrderPlace;
      let ledger: Ledger;
      let shared: Shared;
      beforeAll(async () => {
        place = await makePlace();
        ledger = await place.open();
        shared = await open(ledger);
      });
      afterAll(async () => {
        expect((await ledger.money.verifyChain()).faults).toBe(0);
        await ledger.close();
        await place.remove();
      });
      tests(() => shared);
    });
  });
}
