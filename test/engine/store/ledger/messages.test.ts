import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { messageStoreSuite } from '../../../conformance/message-store.ts';
import { embeddedPlace, serverPlace } from '../../messaging/message-database.ts';

messageStoreSuite('PGlite', embeddedPlace);

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  messageStoreSuite('PostgreSQL', async () => serverPlace(await server.createDatabase('messages')));
});
