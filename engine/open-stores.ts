import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Closers } from './closers.ts';
import type { Config } from './config.ts';
import type { SecretBox } from './runtime/secret-box.ts';
import type { CountersPlace } from './store/counters/open-counters.ts';
import { openCountersPatiently } from './store/counters/open-patiently.ts';
import { openLedger } from './store/ledger/open-ledger.ts';
import { openUsage } from './store/usage/open-usage.ts';

/** The three stores as the main thread uses them; the packet path opens the counters once more for itself. */
export type Stores = Awaited<ReturnType<typeof openStores>>;

/** Where the counters are. */
export function countersPlace({ redisUrl, dataDir, counterPartitions }: Config): CountersPlace {
  if (redisUrl === undefined) return { folder: join(dataDir, 'counters') };
  return { url: redisUrl, ...(counterPartitions === undefined ? {} : { partitions: counterPartitions }) };
}

/** Where a process notes what it has seen of counters in Redis, for a start while they are away. */
export function seenCountersFile({ dataDir }: Config): string {
  return join(dataDir, 'counters-seen.json');
}

/**
 * Opens them; ledger and history at the same time, since both have to look over what a killed process left behind. What
 * was opened is closed by `closers`, also when another one cannot be.
 */
export async function openStores(config: Config, secrets: SecretBox, log: Logger, closers: Closers) {
  const warn = (sentence: string) => log.warn(sentence);
  const { databaseUrl, clickhouseUrl, dataDir } = config;
  const place = (url: string | undefined, name: string) =>
    url === undefined ? { folder: join(dataDir, name) } : { url };
  const closeLater = async <T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> => {
    const store = await opening;
    closers.add(() => store.close());
    return store;
  };
  const counters = await closeLater(
    openCountersPatiently(countersPlace(config), seenCountersFile(config), warn),
  );
  // The history works in threads of its own, the embedded ledger in this one: whoever begins first is not held up.
  const usageOpening = closeLater(openUsage(place(clickhouseUrl, 'usage'), warn));
  const ledgerOpening = closeLater(openLedger(place(databaseUrl, 'ledger'), secrets, warn));
  // Both are over before either's failure is told: what is still being opened could not be closed.
  await Promise.allSettled([usageOpening, ledgerOpening]);
  return { counters, ledger: await ledgerOpening, usage: await usageOpening };
}
