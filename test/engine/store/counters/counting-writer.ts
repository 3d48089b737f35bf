import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { LineEngine } from '../../../../engine/pipeline/line-engine.ts';
import { LmdbCounterStore } from '../../../../engine/store/counters/lmdb-counter-store.ts';
import { consumedOf, sampleEvent, sampleLine } from '../../../conformance/line-samples.ts';

/** Adds one octet to a line with one event, through a LineEngine of its own. */
function addOne(engine: LineEngine, username: string): Promise<number> {
  const done = engine.run(username, 0, (state) => {
    const result = consumedOf(state) + 1;
    const events = [sampleEvent(result)];
    return {
      change: { state: sampleLine(username, result), events, effects: [], wakeAt: undefined },
      result,
    };
  });
  // What is rejected is not stored, so trying again is what a NAS does. Two writers without a pause starve each other.
  return done.catch((error: unknown) => {
    if (!String(error).includes('changed by others without end')) throw error;
    return addOne(engine, username);
  });
}

/** As a thread: `rounds` additions to each line. As a process: adds to u1 for ever and prints each resolved figure. */
async function main(): Promise<void> {
  const folder = isMainThread ? (process.argv[2] ?? '') : (workerData as { folder: string }).folder;
  const store = new LmdbCounterStore(folder);
  const engine = new LineEngine(store, { onCommit: () => {} });
  if (isMainThread) {
    for (;;) {
      const figures = await Promise.all(Array.from({ length: 20 }, () => addOne(engine, 'u1')));
      process.stdout.write(`${Math.max(...figures)}\n`);
    }
  }
  const { rounds, lines } = workerData as { rounds: number; lines: readonly string[] };
  for (let round = 0; round < rounds; round++) {
    await Promise.all(lines.map((username) => addOne(engine, username)));
  }
  await store.close();
  parentPort?.postMessage('done');
}

await main();
