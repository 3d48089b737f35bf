import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasRedis, RedisServer } from '../../../../bench/servers/redis-server.ts';
import type { CounterStore, StoreChange } from '../../../../engine/pipeline/counter-store.ts';
import { LineEngine } from '../../../../engine/pipeline/line-engine.ts';
import { openRedisCounters } from '../../../../engine/store/counters/redis-counter-store.ts';
import { StoreAway } from '../../../../engine/values/store-away.ts';
import { consumedOf, sampleCommit, sampleEvent } from '../../../conformance/line-samples.ts';
import type { WriterOrder } from './counting-writer.ts';
import { beginCounters } from './redis-begin.ts';

const WRITER = fileURLToPath(new URL('./counting-writer.ts', import.meta.url));

describe.skipIf(!hasRedis())('counters in Redis', () => {
  let server: RedisServer;
  let opened: CounterStore[];
  beforeEach(async () => {
    server = await RedisServer.start();
    opened = [];
    const first = await openRedisCounters({ url: server.url, warn: () => {} });
    await beginCounters(first);
    await first.close();
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    await server.remove();
  });

  const open = async (commandTimeoutMs?: number): Promise<CounterStore> => {
    const store = await openRedisCounters({
      url: server.url,
      warn: () => {},
      ...(commandTimeoutMs === undefined ? {} : { commandTimeoutMs }),
    });
    opened.push(store);
    return store;
  };
  const startWriter = (order: WriterOrder) =>
    spawn(process.execPath, [WRITER, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'ignore'] });

  it('count every increment of two processes on the same lines exactly once', async () => {
    const lines = ['a', 'b', 'c'];
    const rounds = 100;
    const writers = [1, 2].map(() => startWriter({ place: { url: server.url }, rounds, lines }));
    for (const code of await Promise.all(writers.map((writer) => once(writer, 'exit')))) {
      expect(code[0]).toBe(0);
    }
    const store = await open();
    for (const username of lines) {
      expect(consumedOf((await store.load(username)).state)).toBe(2 * rounds);
    }
    expect((await store.partitions[0]!.backlog()).events).toBe(2 * rounds * lines.length);
  });

  it.each(['writer', 'server'] as const)(
    'have every resolved commit after a SIGKILL of the %s',
    async (victim) => {
      const writer = startWriter({ place: { url: server.url }, lines: ['u1'] });
      let printed = '';
      let killed = false;
      writer.stdout.on('data', (data: Buffer) => {
        printed += data.toString();
        if (killed || printed.split('\n').length <= 50) return;
        killed = true;
        if (victim === 'writer') writer.kill('SIGKILL');
        else void server.kill();
      });
      // The writer does not catch the loss of its server, and ends.
      await once(writer, 'close');
      const acknowledged = Number(printed.trim().split('\n').at(-1));
      if (victim === 'server') await server.restart();
      const store = await open();
      const figure = consumedOf((await store.load('u1')).state);
      expect(acknowledged).toBeGreaterThanOrEqual(1_000);
      expect(figure).toBeGreaterThanOrEqual(acknowledged);
      expect((await store.partitions[0]!.backlog()).events).toBe(figure);
    },
  );

  it('are refused at once while the server is gone, and serve again by themselves', async () => {
    const store = await open();
    await store.commit([sampleCommit('u1', { version: 0 }, 5, { events: [sampleEvent(1)] })]);
    await server.kill();
    await vi.waitFor(() => expect(store.load('u1')).rejects.toThrow());
    const before = performance.now();
    await expect(store.commit([sampleCommit('u1', { version: 1 }, 6)])).rejects.toThrow();
    await expect(store.append([sampleEvent(2)])).rejects.toThrow();
    expect(performance.now() - before).toBeLessThan(500);
    await server.restart();
    await vi.waitFor(async () => expect((await store.load('u1')).version).toBe(1), 5_000);
    expect(await store.commit([sampleCommit('u1', { version: 1 }, 7)])).toEqual([{ ok: true }]);
    expect(consumedOf((await (await open()).load('u1')).state)).toBe(7);
    expect(await store.partitions[0]!.backlog()).toEqual({ events: 1, effects: 0 });
  });

  it('reject in bounded time when the server stands still, and what it still stores is seen afterwards', async () => {
    const store = await open(300);
    await store.commit([sampleCommit('u1', { version: 0 }, 5)]);
    await server.kill('SIGSTOP');
    const before = performance.now();
    await expect(store.commit([sampleCommit('u1', { version: 1 }, 6)])).rejects.toThrow('timed out');
    expect(performance.now() - before).toBeLessThan(2_000);
    const given = performance.now();
    for (let n = 0; n < 10; n++) await expect(store.load('u1')).rejects.toBeInstanceOf(StoreAway);
    expect(performance.now() - given).toBeLessThan(200);
    await server.kill('SIGCONT');
    await vi.waitFor(async () => expect((await store.load('u1')).version).toBe(2), 5_000);
    expect(consumedOf((await store.load('u1')).state)).toBe(6);
    expect(await store.commit([sampleCommit('u1', { version: 2 }, 7)])).toEqual([{ ok: true }]);
  });

  it('are served again when their functions were thrown away', async () => {
    const store = await open();
    await server.call('FUNCTION', 'FLUSH');
    await expect(store.commit([sampleCommit('u1', { version: 0 }, 5)])).rejects.toBeInstanceOf(StoreAway);
    await vi.waitFor(async () => expect((await store.load('u1')).version).toBe(0), 5_000);
    expect(await store.commit([sampleCommit('u1', { version: 0 }, 5)])).toEqual([{ ok: true }]);
  });

  it('are refused without memory left, while the log can still be carried over', async () => {
    const store = await open();
    const [log] = store.partitions;
    await store.append([sampleEvent(1), sampleEvent(2)]);
    await server.call('CONFIG', 'SET', 'maxmemory', '1');
    await expect(store.append([sampleEvent(3)])).rejects.toBeInstanceOf(StoreAway);
    await expect(store.commit([sampleCommit('u1', { version: 0 }, 5)])).rejects.toThrow('OOM');
    expect(await store.lease('sink-0')).toBe(true);
    expect(await log!.readEvents(0, 9)).toHaveLength(2);
    await log!.putSinkMark({ sunkThrough: 2, begun: undefined });
    await log!.trimEvents(2);
    expect(await log!.backlog()).toEqual({ events: 0, effects: 0 });
    const later = await open();
    expect((await later.past())[0]).toEqual({ epoch: 'e1', lastEvent: 2 });
    await server.call('CONFIG', 'SET', 'maxmemory', '0');
    expect(await store.commit([sampleCommit('u1', { version: 0 }, 5)])).toEqual([{ ok: true }]);
  });

  it('are refused by a server that became a replica, and served when it takes writes again', async () => {
    const store = await open();
    await server.call('REPLICAOF', '127.0.0.1', '1');
    await expect(store.commit([sampleCommit('u1', { version: 0 }, 5)])).rejects.toBeInstanceOf(StoreAway);
    await vi.waitFor(() => expect(store.append([sampleEvent(1)])).rejects.toThrow('is a replica'));
    await server.call('REPLICAOF', 'NO', 'ONE');
    await vi.waitFor(() => store.append([sampleEvent(1)]), 5_000);
  });

  it('are not served again by a server whose settings have become unsafe', async () => {
    const store = await open();
    await server.call('CONFIG', 'SET', 'appendfsync', 'everysec');
    await server.call('CLIENT', 'KILL', 'TYPE', 'normal');
    await vi.waitFor(
      () =>
        expect(store.commit([sampleCommit('u1', { version: 0 }, 5)])).rejects.toThrow('appendfsync everysec'),
      5_000,
    );
  });

  it('tell other processes which lines changed, and what may have been missed', async () => {
    const [one, other] = [await open(), await open()];
    const heard: StoreChange[] = [];
    other.onChange((change) => heard.push(change));
    const engine = new LineEngine(other, { onCommit: () => {} });
    other.onChange((change) => {
      if (change.kind === 'line') engine.forgetOlder(change.username, change.version);
      if (change.kind === 'missed') engine.forgetAll();
    });
    await one.commit([sampleCommit('u1', { version: 0 }, 5)]);
    expect(consumedOf(await engine.peek('u1'))).toBe(5);
    await vi.waitFor(async () => {
      const { version } = await one.load('u1');
      await one.commit([sampleCommit('u1', { version }, 6)]);
      expect(heard).toContainEqual({ kind: 'line', username: 'u1', version });
    });
    await vi.waitFor(async () => expect(consumedOf(await engine.peek('u1'))).toBe(6));
    await server.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await vi.waitFor(() => expect(heard).toContainEqual({ kind: 'missed' }), 5_000);
  });
});
