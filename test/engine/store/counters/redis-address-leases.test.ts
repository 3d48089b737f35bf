import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RedisCluster } from '../../../../bench/servers/redis-cluster.ts';
import { hasRedis, RedisServer } from '../../../../bench/servers/redis-server.ts';
import { openRedisCounters } from '../../../../engine/store/counters/redis-counter-store.ts';
import { addressLeasesSuite } from '../../../conformance/address-leases.ts';

const warn = (sentence: string) => {
  throw new Error(sentence);
};

describe.skipIf(!hasRedis())('on a real server', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.remove());

  addressLeasesSuite('Redis', async () => ({
    open: () => openRedisCounters({ url: server.url, partitions: 1, warn }),
    remove: async () => void (await server.call('FLUSHALL')),
  }));
  it('is there', () => expect(server.port).toBeGreaterThan(0));
});

describe.skipIf(!hasRedis())('on a real cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 60_000);
  afterAll(() => cluster.remove());

  addressLeasesSuite('Redis Cluster', async () => ({
    open: () => openRedisCounters({ url: cluster.url, warn }),
    remove: async () => {
      for (const node of cluster.nodes) await node.call('FLUSHALL');
    },
  }));
  it('has three nodes', () => expect(cluster.nodes).toHaveLength(3));
});
