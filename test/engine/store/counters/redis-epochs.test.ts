import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasRedis, RedisServer } from '../../../../bench/servers/redis-server.ts';
import type { CounterStore, StoreChange } from '../../../../engine/pipeline/counter-store.ts';
import { LineEngine } from '../../../../engine/pipeline/line-engine.ts';
import { openRedisCounters } from '../../../../engine/store/counters/redis-counter-store.ts';
import { StoreAway } from '../../../../engine/values/store-away.ts';
import { consumedOf, sampleCommit, sampleEvent, sampleLine } from '../../../conformance/line-samples.ts';
import { beginCounters } from './redis-begin.ts';

describe.skipIf(!hasRedis())('epochs in Redis', () => {
  let server: RedisServer;
  let opened: CounterStore[];
  let warnings: string[];
  beforeEach(async () => {
    server = await RedisServer.start();
    opened = [];
    warnings = [];
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    await server.remove();
  });

  const open = async (partitions?: number): Promise<CounterStore> => {
    const warn = (sentence: string) => void warnings.push(sentence);
    const store = await openRedisCounters({ url: server.url, partitions, warn });
    opened.push(store);
    return store;
  };
  const heardBy = (store: CounterStore): StoreChange[] => {
    const heard: StoreChange[] = [];
    store.onChange((change) => heard.push(change));
    return heard;
  };
  const epochOf = (store: CounterStore) => store.past().then(([past]) => past?.epoch);
  const one = (version: number, consumed = 1) => [sampleCommit('u1', { version }, consumed)];
  const away = (call: Promise<unknown>) => expect(call).rejects.toBeInstanceOf(StoreAway);

  it('are needed: nothing is loaded or stored before the first one, which all who wait take up', async () => {
    const [store, other] = [await open(), await open()];
    await away(Promise.resolve(store.load('u1')));
    await away(store.commit(one(0)));
    await away(store.append([sampleEvent(1)]));
    expect(await store.past()).toEqual([{ epoch: '', lastEvent: 0 }]);
    expect(await store.partitions[0]!.backlog()).toEqual({ events: 0, effects: 0 });
    expect(await store.lease('guard')).toBe(true);
    expect(await store.reference()).toEqual({ plans: [], nas: [] });
    const heard = heardBy(other);
    await beginCounters(store);
    expect(await store.commit(one(0))).toEqual([{ ok: true }]);
    await vi.waitFor(async () => expect((await other.load('u1')).version).toBe(1), 3_000);
    expect(heard.filter(({ kind }) => kind === 'rebuilt')).toEqual([]);
  });

  it('end when Redis is emptied, and the very next calls notice', async () => {
    const [store, other, third] = [await open(), await open(), await open()];
    await beginCounters(store);
    await vi.waitFor(async () => {
      for (const user of opened) await user.load('u1');
    }, 3_000);
    await store.commit(one(0));
    await server.call('FLUSHALL');
    await away(store.commit(one(0)));
    await away(Promise.resolve(other.load('u1')));
    await away(third.append([sampleEvent(1)]));
    expect(await server.call('KEYS', '*')).toEqual([]);
    await away(store.commit(one(0)));
  });

  it('are told apart: what was known of the last one is forgotten before the next one is open', async () => {
    const [store, other] = [await open(), await open()];
    await beginCounters(store);
    await store.commit(one(0, 5));
    await vi.waitFor(() => other.load('u1'), 3_000);
    const heard = heardBy(other);
    const engine = new LineEngine(other, { onCommit: () => {} });
    other.onChange(({ kind }) => {
      if (kind === 'missed') engine.forgetAll();
    });
    expect(consumedOf(await engine.peek('u1'))).toBe(5);
    await server.call('FLUSHALL');
    const rebuild = await store.rebuild(0);
    await rebuild.putLines([{ username: 'u1', state: sampleLine('u1', 3), wakeAt: undefined }]);
    await rebuild.finish('e2', 10);
    await vi.waitFor(async () => expect((await other.load('u1')).version).toBe(1), 3_000);
    expect(heard).toEqual([{ kind: 'rebuilt', partition: 0 }, { kind: 'missed' }]);
    expect(consumedOf(await engine.peek('u1'))).toBe(3);
    expect(await other.commit([sampleCommit('u1', { version: 1 }, 4, { events: [sampleEvent(1)] })])).toEqual(
      [{ ok: true }],
    );
    expect(await store.past()).toEqual([{ epoch: 'e2', lastEvent: 11 }]);
  });

  it('refuse whoever has not heard that one has ended', async () => {
    const [store, other] = [await open(), await open()];
    await beginCounters(store);
    await vi.waitFor(() => other.load('u1'), 3_000);
    await (await other.rebuild(0)).finish('e2', 0);
    await away(store.commit(one(0)));
    await vi.waitFor(async () => expect(await store.commit(one(0))).toEqual([{ ok: true }]), 3_000);
  });

  it('end when an older copy of the data comes back: the next commit is refused, and nobody goes on', async () => {
    const [store, other] = [await open(), await open()];
    await beginCounters(store);
    const logged = { events: [sampleEvent(1)] };
    await store.commit([sampleCommit('u1', { version: 0 }, 1, logged)]);
    await vi.waitFor(() => other.load('u1'), 3_000);
    const copy = `${server.folder}-copy`;
    cpSync(join(server.folder, 'appendonlydir'), copy, { recursive: true });
    await store.commit([sampleCommit('u1', { version: 1 }, 2, logged)]);
    await server.kill();
    rmSync(join(server.folder, 'appendonlydir'), { recursive: true });
    cpSync(copy, join(server.folder, 'appendonlydir'), { recursive: true });
    rmSync(copy, { recursive: true });
    await server.restart();
    await vi.waitFor(async () => expect(await epochOf(other)).toBe(''), 5_000);
    await away(store.commit([sampleCommit('u1', { version: 2 }, 3, logged)]));
    await away(Promise.resolve(other.load('u1')));
    expect(await server.call('HGET', 'mz:{0}:line:u1', 'version')).toBe('1');
    expect(warnings).toEqual([expect.stringContaining('has lost what it had acknowledged in partition 0')]);
    await beginCounters(other, 'e2', 2);
    await vi.waitFor(async () => expect((await store.load('u1')).version).toBe(0), 3_000);
  });

  it.each([
    ['events end before the told position', ['HSET', 'mz:{0}:meta', 'events', '1']],
    ['a line is at a lower version', ['HSET', 'mz:{0}:line:u1', 'version', '1']],
    ['a line is gone', ['DEL', 'mz:{0}:line:u1']],
  ])('end on a live connection when %s', async (_, command) => {
    const store = await open();
    await beginCounters(store);
    for (let version = 0; version < 2; version++) {
      await store.commit([sampleCommit('u1', { version }, 1, { events: [sampleEvent(1)] })]);
    }
    await server.call(command[0]!, ...command.slice(1));
    await away(store.commit(one(2, 9)));
    await vi.waitFor(async () => expect(await epochOf(store)).toBe(''));
    await away(store.commit(one(2, 9)));
    expect(warnings).toHaveLength(1);
  });

  it('let no commit be judged on emptiness when Redis is emptied in mid-load', async () => {
    const store = await open(4);
    await beginCounters(store);
    const versions = new Map(Array.from({ length: 40 }, (_, n) => [`u${n}`, 0]));
    let refused = 0;
    const round = async (): Promise<void> => {
      const names = [...versions.keys()];
      const batch = names.map((name) => sampleCommit(name, { version: versions.get(name)! }, 1));
      try {
        const outcomes = await store.commit(batch);
        expect(outcomes.every(({ ok }) => ok)).toBe(true);
        for (const name of names) versions.set(name, versions.get(name)! + 1);
      } catch (error) {
        expect(error).toBeInstanceOf(StoreAway);
        refused++;
      }
    };
    for (let n = 0; n < 20; n++) await round();
    const flushed = server.call('FLUSHALL');
    for (let n = 0; n < 20; n++) await round();
    await flushed;
    await round();
    expect(refused).toBeGreaterThan(0);
    expect(await server.call('KEYS', '*')).toEqual([]);
  });

  it('are given by one rebuild at a time, the newest', async () => {
    const [store, other] = [await open(), await open()];
    const line = (consumed: number) => [
      { username: 'u1', state: sampleLine('u1', consumed), wakeAt: undefined },
    ];
    const first = await store.rebuild(0);
    await first.putLines(line(1));
    const second = await other.rebuild(0);
    await away(first.putLines(line(1)));
    await away(first.finish('e1', 5));
    await second.putLines(line(2));
    await second.finish('e2', 7);
    await away(second.finish('e3', 9));
    expect(await store.past()).toEqual([{ epoch: 'e2', lastEvent: 7 }]);
    await vi.waitFor(async () => expect(consumedOf((await store.load('u1')).state)).toBe(2), 3_000);
  });

  it('belong to a number of partitions, which is kept from the first one on', async () => {
    await beginCounters(await open(3));
    expect((await open()).partitions).toHaveLength(3);
    await expect(open(4)).rejects.toThrow(/have 3 partitions, not 4: set COUNTER_PARTITIONS=3, or stop/);
    await server.call('HDEL', 'mz:{0}:meta', 'partitions');
    await expect(open(2)).rejects.toThrow('have 3 partitions, not 2');
    await expect(open(0)).rejects.toThrow('must be from 1 to 1024');
  });

  it('leave tasks with one holder, who loses them by silence', async () => {
    const [store, other] = [await open(), await open()];
    expect(await store.lease('sink-0')).toBe(true);
    expect(await other.lease('sink-0')).toBe(false);
    expect(await store.lease('sink-0')).toBe(true);
    await other.endLease('sink-0');
    expect(await other.lease('sink-0')).toBe(false);
    await store.endLease('sink-0');
    expect(await other.lease('sink-0')).toBe(true);
    expect(Number(await server.call('PTTL', 'mz:{0}:lease:sink-0'))).toBeGreaterThan(4_000);
    await server.call('PEXPIRE', 'mz:{0}:lease:sink-0', '1');
    await vi.waitFor(async () => expect(await store.lease('sink-0')).toBe(true));
  });
});
