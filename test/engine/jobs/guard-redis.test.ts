import { cpSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasRedis, RedisServer } from '../../../bench/servers/redis-server.ts';
import { createCounterGuard } from '../../../engine/jobs/guard-counters.ts';
import type { CounterStore, PartitionRebuild } from '../../../engine/pipeline/counter-store.ts';
import { openRedisCounters } from '../../../engine/store/counters/redis-counter-store.ts';
import { GuardWorld, USERNAMES } from './guard-world.ts';

describe.skipIf(!hasRedis())('counters in Redis, three partitions', () => {
  let world: GuardWorld;
  let server: RedisServer;
  let seconds = 0;

  const open = async (): Promise<CounterStore> => {
    const store = await openRedisCounters({ url: server.url, partitions: 3, warn: () => {} });
    world.use(store);
    return store;
  };
  const reports = async () => {
    seconds += 300;
    world.now += 300_000;
    for (const username of USERNAMES) await world.report(username, seconds, seconds * 100_000);
  };

  beforeAll(async () => {
    world = await GuardWorld.open();
    server = await RedisServer.start();
    await open();
    await world.guard().runOnce();
  });
  afterAll(async () => {
    await world.remove();
    await server.remove();
  });

  it('are rebuilt when all is gone', async () => {
    const partitions = USERNAMES.map((username) => world.counters.partitionOf(username));
    expect(new Set(partitions).size).toBeGreaterThan(1);
    await reports();
    await world.sinkAll();
    const before = await world.figures();
    await server.call('FLUSHALL');
    await expect(reports()).rejects.toThrow();
    seconds -= 300;
    expect(await world.guard().runOnce()).toMatchObject({ partitions: [0, 1, 2], lines: 5 });
    expect(await world.figures()).toEqual(before);
    expect(await world.counters.reference()).toMatchObject({ plans: [{ name: 'gold' }] });
    await reports();
    expect(await world.guard().runOnce()).toBeUndefined();
  });

  it('are rebuilt when an older copy of them comes back, unseen by anybody', async () => {
    await world.sinkAll();
    const copy = `${server.folder}-copy`;
    await world.counters.close();
    await server.kill();
    cpSync(server.folder, copy, { recursive: true });
    await server.restart();
    await open();
    await reports();
    await reports();
    await world.sinkAll();
    const before = await world.figures();
    await world.counters.close();
    await server.kill();
    rmSync(server.folder, { recursive: true });
    cpSync(copy, server.folder, { recursive: true });
    rmSync(copy, { recursive: true });
    await server.restart();
    await open();
    // The lease of the guard that was is in the copy as well.
    await vi.waitFor(async () => expect(await world.guard().runOnce()).toBeDefined(), 10_000);
    expect(await world.figures()).toEqual(before);
    await reports();
    await world.sinkAll();
    expect(await world.guard().runOnce()).toBeUndefined();
  });

  it('take no commit before they are whole', async () => {
    await world.sinkAll();
    const before = await world.figures();
    await server.call('FLUSHALL');
    const parts = world.parts();
    const refused: unknown[] = [];
    const rebuild = async (partition: number): Promise<PartitionRebuild> => {
      const made = await parts.counters.rebuild(partition);
      return {
        ...made,
        putLines: async (lines) => {
          await made.putLines(lines);
          refused.push(await world.report('g0', seconds, 1).catch((reason: Error) => reason.name));
        },
      };
    };
    const counters = Object.create(parts.counters, { rebuild: { value: rebuild } }) as CounterStore;
    await createCounterGuard({ ...parts, counters }).runOnce();
    expect(new Set(refused)).toEqual(new Set(['StoreAway']));
    expect(await world.figures()).toEqual(before);
  });
});
