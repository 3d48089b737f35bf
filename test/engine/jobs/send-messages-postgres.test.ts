import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../bench/servers/postgres-server.ts';
import { SECOND_MS } from '../../../engine/values/instant.ts';
import { serverPlace } from '../messaging/message-database.ts';
import { CarelessProvider, SendingWorld } from './message-world.ts';

describe.skipIf(!hasPostgres())('workers on one PostgreSQL', () => {
  let server: PostgresServer;
  let world: SendingWorld;
  beforeAll(async () => {
    server = await PostgresServer.start();
    world = await SendingWorld.open(serverPlace(await server.createDatabase('sending')));
  }, 60_000);
  afterAll(async () => {
    await world.close();
    await server.remove();
  });

  it('send every message once between them, while one of them dies and messages are queued again', async () => {
    await world.queue(400);
    const provider = new CarelessProvider();
    provider.onSend = () => sleep(2);
    const dying = new CarelessProvider();
    dying.onSend = () => new Promise(() => undefined);
    dying.sent.push = (...messages) => provider.sent.push(...messages);
    const settings = { perSecond: 10_000 };
    void world.sender(dying, settings).runOnce();
    const workers = [1, 2, 3].map(() => world.sender(provider, settings));
    const work = async () => {
      await Promise.all(
        workers.map(async (worker) => {
          while (await worker.runOnce());
        }),
      );
    };
    await Promise.all([work(), world.queue(400), world.queue(400)]);
    await work();
    world.pass(120 * SECOND_MS);
    await work();
    expect(await world.states()).toEqual({ sent: 400 });
    expect(provider.sent).toHaveLength(400);
    expect(provider.doubles).toBe(0);
    const found = workers.map((worker) => worker.counts().found);
    expect(found.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });
});
