import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { type PacketPath, startPacketPath } from './packet-path.ts';
import type { Dictionary } from './radius/dictionary.ts';
import { systemClock, TestClock } from './runtime/clock.ts';
import { createLog } from './runtime/log.ts';
import { serveCalls } from './runtime/thread-calls.ts';
import type { CountersPlace } from './store/counters/open-counters.ts';
import { openCountersPatiently } from './store/counters/open-patiently.ts';
import type { LineProjection } from './subscribers/ledger-store.ts';

/** What the main thread gives to a packet thread. */
export interface PacketThreadData {
  readonly counters: CountersPlace;
  /** Where it is noted what was seen of them. */
  readonly seenCounters: string;
  readonly masterKey: Uint8Array;
  readonly sharedClock: SharedArrayBuffer | undefined;
  readonly host: string;
  readonly authPort: number;
  readonly acctPort: number;
  /** Several processes may bind the same ports. */
  readonly reusePort: boolean;
  readonly logLevel: string;
  /** A copy of what the main thread has read, so that both mean the same by a name. */
  readonly dictionary: Dictionary;
  /** As `PacketPathOptions.journalFolder`. */
  readonly journalFolder?: string | undefined;
}

/**
 * The entry of the packet thread: told to start, it opens its own view of the counters, binds the sockets and serves the
 * main thread.
 */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error('packet-thread runs as a worker thread');
  const data = workerData as PacketThreadData;
  const log = createLog(data.logLevel);
  await once(port, 'message');
  // The listener that went kept the thread running.
  port.ref();
  const counters = await openCountersPatiently(data.counters, data.seenCounters, (sentence) =>
    log.warn(sentence),
  );
  const path: PacketPath = await startPacketPath({
    counters,
    masterKey: Buffer.from(data.masterKey),
    clock: data.sharedClock === undefined ? systemClock : new TestClock(data.sharedClock),
    host: data.host,
    authPort: data.authPort,
    acctPort: data.acctPort,
    reusePort: data.reusePort,
    log,
    dictionary: data.dictionary,
    journalFolder: data.journalFolder,
  });
  serveCalls(port, {
    applyLine: (argument: { username: string; projection: LineProjection | undefined }) =>
      path.applyLine(argument.username, argument.projection),
    reloadReference: () => path.reloadReference(),
    kick: (username: string) => path.kick(username),
    releaseMac: (username: string) => path.releaseMac(username),
    metrics: () => path.metrics(),
    stop: async () => {
      await path.stop();
      await counters.close();
      port.unref();
    },
  });
  port.postMessage({ ready: { authPort: path.authPort, acctPort: path.acctPort } });
}

await main();
