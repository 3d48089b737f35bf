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

/** Opens them one after the other; what was opened is closed by `closers`, also when a later one cannot be. */
export async function openStores(config: Config, secrets: SecretBox, log: Logger, closers: Closers) {
  const warn = (sentence: string) => log.warn(sentence);
  const { databaseUrl, clickhouseUrl, dataDir } = config;
  const counters = await openCountersPatiently(countersPlace(config), seenCountersFile(config), warn);
  closers.add(() => counters.close());
  const ledgerPlace = databaseUrl === undefined ? { folder: join(dataDir, 'ledger') } : { url: databaseUrl };
  const ledger = await openLedger(ledgerPlace, secrets, warn);
  closers.add(() => ledger.close());
  const usagePlace =
    clickhouseUrl === undefined ? { folder: join(dataDir, 'usage') } : { url: clickhouseUrl };
  const usage = await openUsage(usagePlace, warn);
  closers.add(() => usage.close());
  return { counters, ledger, usage };
}
