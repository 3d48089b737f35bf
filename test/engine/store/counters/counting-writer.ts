import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { LineEngine } from '../../../../engine/pipeline/line-engine.ts';
import { type CountersPlace, openCounters } from '../../../../engine/store/counters/open-counters.ts';
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
  // Nothing was stored, so trying again is what a NAS does. Two writers without a pause starve each other.
  return done.catch((error: unknown) => {
    if (!String(error).includes('changed by others without end')) throw error;
    return addOne(engine, username);
  });
}

/** What a writer is told, as JSON on the command line of a process or as the data of a thread. */
export interface WriterOrder {
  readonly place: CountersPlace;
  /** Additions to each line; for ever, with each resolved figure printed, when it is missing. */
  readonly rounds?: number;
  readonly lines: readonly string[];
}

async function main(): Promise<void> {
  const order = (isMainThread ? JSON.parse(process.argv[2] ?? '') : workerData) as WriterOrder;
  const { place, lines, rounds } = order;
  const store = await openCounters(place, () => {});
  const engine = new LineEngine(store, { onCommit: () => {} });
  store.onChange((change) => {
    if (change.kind === 'line') engine.forgetOlder(change.username, change.version);
  });
  for (let round = 0; rounds === undefined || round < rounds; round++) {
    const perLine = rounds === undefined ? 20 : 1;
    const additions = lines.flatMap((username) =>
      Array.from({ length: perLine }, () => addOne(engine, username)),
    );
    const figures = await Promise.all(additions);
    if (rounds === undefined) process.stdout.write(`${Math.max(...figures)}\n`);
  }
  await store.close();
  parentPort?.postMessage('done');
}

await main();
