import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { moneyLedgerSuite } from '../../../conformance/money-ledger.ts';
import { embeddedPlace, serverPlace } from './script-places.ts';

moneyLedgerSuite('PGlite', async () => embeddedPlace());

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  moneyLedgerSuite('PostgreSQL, as a role that owns its database and is no superuser', () =>
    serverPlace(server, 'money'),
  );
});
