import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, RedisServer } from '../../../../bench/servers/redis-server.ts';
import { openRedisCounters } from '../../../../engine/store/counters/redis-counter-store.ts';
import { counterStoreSuite } from '../../../conformance/counter-store.ts';

const warn = (sentence: string) => {
  throw new Error(sentence);
};

describe.skipIf(!hasRedis())('on a real server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.remove());

  counterStoreSuite('Redis', async () => ({
    open: () => openRedisCounters({ url: server.url, warn }),
    remove: async () => void (await server.call('FLUSHALL')),
  }));
  it('is there', () => expect(server.port).toBeGreaterThan(0));
});
