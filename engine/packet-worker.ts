import { Worker } from 'node:worker_threads';
import type { PacketPath } from './packet-path.ts';
import type { PacketThreadData } from './packet-thread.ts';
import { ThreadCaller } from './runtime/thread-calls.ts';

/** Tells the thread to begin. */
const START = 'start';

/** Under the sources the thread runs the TypeScript file itself, under dist/ the compiled one. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/**
 * Room for young objects, three times what V8 fills before it looks what is still in use. A packet's objects live until
 * its commit is durable: with less room many are still in use, and are copied.
 */
const YOUNG_MEGABYTES = 192;

/** A thread that has nothing of the packet path but its program yet. */
export interface PacketWorker {
  /**
   * Opens counters and sockets. Rejects when it cannot, for example because a port is taken.
   * @param onExit called when the thread ends by itself: the program cannot go on without it.
   */
  start(onExit: (error: Error) => void): Promise<PacketPath>;
  /** Ends the thread wherever it is; for one that was never started. */
  terminate(): Promise<void>;
}

/**
 * Makes the worker thread of the packet path, so that no page, report or database delays a packet (design section 4). It
 * loads its program while the caller opens the stores, and touches the counters only when it is started.
 */
export function createPacketWorker(data: PacketThreadData): PacketWorker {
  const worker = new Worker(new URL(`./packet-thread.${EXTENSION}`, import.meta.url), {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  let failure: Error | undefined;
  worker.on('error', (error) => {
    failure ??= error as Error;
  });
  return {
    async start(onExit) {
      if (failure !== undefined) throw failure;
      return startPath(worker, onExit);
    },
    async terminate() {
      await worker.terminate();
    },
  };
}

async function startPath(worker: Worker, onExit: (error: Error) => void): Promise<PacketPath> {
  const calls = new ThreadCaller(worker);
  let stopping = false;
  const ports = await new Promise<{ authPort: number; acctPort: number }>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the packet thread ended with code ${code}`)));
    worker.once('message', (message: { ready: { authPort: number; acctPort: number } }) =>
      resolve(message.ready),
    );
    worker.postMessage(START);
  });
  const gone = (error: Error) => {
    calls.fail(error);
    if (!stopping) onExit(error);
  };
  worker.on('error', gone);
  worker.on('exit', (code) => gone(new Error(`the packet thread ended with code ${code}`)));
  return {
    ...ports,
    applyLine: (username, projection) => calls.call('applyLine', { username, projection }),
    reloadReference: () => calls.call('reloadReference', undefined),
    kick: (username) => calls.call('kick', username),
    releaseMac: (username) => calls.call('releaseMac', username),
    metrics: () => calls.call('metrics', undefined),
    async stop() {
      stopping = true;
      await calls.call('stop', undefined);
      await worker.terminate();
    },
  };
}
