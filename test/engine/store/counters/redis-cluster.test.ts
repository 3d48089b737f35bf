import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RedisCluster } from '../../../../bench/servers/redis-cluster.ts';
import { hasRedis, type RedisServer } from '../../../../bench/servers/redis-server.ts';
import type { CounterStore, StoreChange } from '../../../../engine/pipeline/counter-store.ts';
import { openRedisCounters } from '../../../../engine/store/counters/redis-counter-store.ts';
import { StoreAway } from '../../../../engine/values/store-away.ts';
import { consumedOf, sampleCommit, sampleEvent } from '../../../conformance/line-samples.ts';
import { beginCounters } from './redis-begin.ts';

const NAMES = Array.from({ length: 60 }, (_, n) => `u${n}`);

describe.skipIf(!hasRedis())('counters in a Redis Cluster', () => {
  let cluster: RedisCluster;
  let opened: CounterStore[];
  beforeEach(async () => {
    cluster = await RedisCluster.start();
    opened = [];
  }, 60_000);
  afterEach(async () => {
    for (const store of opened) await store.close();
    await cluster.remove();
  });

  const open = async (url = cluster.url): Promise<CounterStore> => {
    const store = await openRedisCounters({ url, warn: () => {} });
    opened.push(store);
    return store;
  };
  const commitAll = (store: CounterStore, version: number) =>
    store.commit(NAMES.map((name) => sampleCommit(name, { version }, version, { events: [sampleEvent(1)] })));
  const taken = NAMES.map(() => ({ ok: true }));

  it('lie on all nodes, and are found through any one of them', async () => {
    const store = await open();
    await beginCounters(store);
    expect(store.partitions).toHaveLength(16);
    expect(await commitAll(store, 0)).toEqual(taken);
    const epochs = cluster.nodes.map(async (node) => (await node.call('KEYS', 'mz:*:meta')) as string[]);
    for (const keys of await Promise.all(epochs)) expect(keys.length).toBeGreaterThan(1);
    const other = await open(cluster.nodes[2]!.url);
    expect((await other.load('u1')).version).toBe(1);
    const heard: StoreChange[] = [];
    other.onChange((change) => heard.push(change));
    await vi.waitFor(async () => {
      await store.commit([sampleCommit('u1', await store.load('u1'), 9)]);
      expect(heard).toContainEqual({ kind: 'line', username: 'u1', version: expect.any(Number) });
    });
  });

  it('are refused while a node is away, and served again by themselves when it is back', async () => {
    const store = await open();
    await beginCounters(store);
    await commitAll(store, 0);
    const victim = await cluster.nodeOf('mz:{0}:meta');
    await victim.kill();
    await expect(commitAll(store, 1)).rejects.toBeInstanceOf(StoreAway);
    const before = performance.now();
    await expect(commitAll(store, 1)).rejects.toBeInstanceOf(StoreAway);
    await expect(store.append([sampleEvent(1)])).rejects.toBeInstanceOf(StoreAway);
    expect(performance.now() - before).toBeLessThan(500);
    await victim.restart();
    await vi.waitFor(() => store.append([sampleEvent(1)]), 15_000);
    await vi.waitFor(async () => {
      for (const name of NAMES) await store.load(name);
    }, 15_000);
    for (const name of NAMES) {
      const { version } = await store.load(name);
      expect(await store.commit([sampleCommit(name, { version }, version)])).toEqual([{ ok: true }]);
    }
  }, 60_000);

  it('go on where a partition has moved to', async () => {
    const store = await open();
    await beginCounters(store);
    await commitAll(store, 0);
    const here = NAMES.filter((name) => store.partitionOf(name) === 0);
    await moveSlot(cluster, 'mz:{0}:meta');
    await expect(store.commit([sampleCommit(here[0]!, { version: 1 }, 5)])).rejects.toBeInstanceOf(StoreAway);
    await vi.waitFor(async () => expect((await store.load(here[0]!)).version).toBe(1), 5_000);
    expect(await commitAll(store, 1)).toEqual(taken);
    expect(consumedOf((await (await open()).load(here[0]!)).state)).toBe(1);
    const logged = await Promise.all(store.partitions.map((log) => log.backlog()));
    expect(logged.reduce((sum, { events }) => sum + events, 0)).toBe(2 * NAMES.length);
  }, 60_000);
});

/** Moves the slot of a key, with all it holds, to the next node. */
async function moveSlot(cluster: RedisCluster, key: string): Promise<void> {
  const from = await cluster.nodeOf(key);
  const to = cluster.nodes[(cluster.nodes.indexOf(from) + 1) % cluster.nodes.length]!;
  const slot = String(await from.call('CLUSTER', 'KEYSLOT', key));
  const idOf = async (node: RedisServer) => String(await node.call('CLUSTER', 'MYID'));
  await to.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await idOf(from));
  await from.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await idOf(to));
  const keys = (await from.call('CLUSTER', 'GETKEYSINSLOT', slot, '1000')) as string[];
  await from.call('MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...keys);
  for (const node of [to, ...cluster.nodes]) {
    await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', await idOf(to));
  }
}
