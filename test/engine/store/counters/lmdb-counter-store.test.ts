import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { LmdbCounterStore } from '../../../../engine/store/counters/lmdb-counter-store.ts';
import { counterStoreSuite } from '../../../conformance/counter-store.ts';
import { consumedOf } from '../../../conformance/line-samples.ts';
import type { WriterOrder } from './counting-writer.ts';

const WRITER = fileURLToPath(new URL('./counting-writer.ts', import.meta.url));
const makeFolder = () => mkdtempSync(join(tmpdir(), 'mizan-lmdb-'));

counterStoreSuite('LMDB', async () => {
  const folder = makeFolder();
  return {
    open: () => new LmdbCounterStore(folder),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

it('counts every increment of two threads on the same lines exactly once', async () => {
  const folder = makeFolder();
  const lines = ['a', 'b', 'c'];
  const rounds = 100;
  const workerData: WriterOrder = { place: { folder }, rounds, lines };
  const workers = [1, 2].map(() => new Worker(WRITER, { workerData }));
  await Promise.all(workers.map((worker) => once(worker, 'exit')));
  const store = new LmdbCounterStore(folder);
  for (const username of lines) expect(consumedOf(store.load(username).state)).toBe(2 * rounds);
  expect((await store.partitions[0]!.backlog()).events).toBe(2 * rounds * lines.length);
  await store.close();
  rmSync(folder, { recursive: true });
});

it('has every resolved commit after a SIGKILL in mid-load', async () => {
  const folder = makeFolder();
  const order: WriterOrder = { place: { folder }, lines: ['u1'] };
  const child = spawn(process.execPath, [WRITER, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (text: Buffer) => {
    printed += text.toString();
    if (printed.split('\n').length > 50) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const acknowledged = Number(printed.trim().split('\n').at(-1));
  const store = new LmdbCounterStore(folder);
  expect(acknowledged).toBeGreaterThanOrEqual(1_000);
  expect(consumedOf(store.load('u1').state)).toBeGreaterThanOrEqual(acknowledged);
  expect((await store.partitions[0]!.backlog()).events).toBe(consumedOf(store.load('u1').state));
  await store.close();
  rmSync(folder, { recursive: true });
});
