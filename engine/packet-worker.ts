import { Worker } from 'node:worker_threads';
import type { PacketPath } from './packet-path.ts';
import type { PacketThreadData } from './packet-thread.ts';
import { ThreadCaller } from './runtime/thread-calls.ts';

/** Under the sources the thread runs the TypeScript file itself, under dist/ the compiled one. */
const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/**
 * Room for young objects, three times what V8 fills before it looks what is still in use. A packet's objects live until
 * its commit is durable: with less room many are still in use, and are copied.
 */
const YOUNG_MEGABYTES = 192;

/**
 * Starts the packet path in a worker thread of its own, so that no page, report or database delays a packet (design
 * section 4). Rejects when it cannot start, for example because a port is taken.
 * @param onExit called when the thread ends by itself: the program cannot go on without it.
 */
export async function startPacketWorker(
  data: PacketThreadData,
  onExit: (error: Error) => void,
): Promise<PacketPath> {
  const worker = new Worker(new URL(`./packet-thread.${EXTENSION}`, import.meta.url), {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  const calls = new ThreadCaller(worker);
  let stopping = false;
  const ports = await new Promise<{ authPort: number; acctPort: number }>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the packet thread ended with code ${code}`)));
    worker.once('message', (message: { ready: { authPort: number; acctPort: number } }) =>
      resolve(message.ready),
    );
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
    metrics: () => calls.call('metrics', undefined),
    async stop() {
      stopping = true;
      await calls.call('stop', undefined);
      await worker.terminate();
    },
  };
}
