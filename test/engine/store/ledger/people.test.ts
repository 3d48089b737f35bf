import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { peopleSuite } from '../../../conformance/people.ts';
import { embeddedPlace, serverPlace } from './script-places.ts';

peopleSuite('PGlite', async () => embeddedPlace());

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  peopleSuite('PostgreSQL', () => serverPlace(server, 'people'));
});
