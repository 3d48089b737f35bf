import { readFileSync, writeFileSync } from 'node:fs';
import type { CounterStore } from '../../pipeline/counter-store.ts';
import { isUnreachable } from '../../runtime/unreachable.ts';
import { StoreAway } from '../../values/store-away.ts';
import { DeferredCounters } from './deferred-counters.ts';
import { type CountersPlace, openCounters } from './open-counters.ts';

/** What was seen of a Redis when it was opened last. */
interface SeenCounters {
  /** Hosts of the URL, by which another Redis is told from it. */
  readonly hosts: string;
  readonly partitions: number;
}

/**
 * Opens the counters, or a store that is away until they can be opened, when they do not answer but did so in an
 * earlier run with this data folder. A URL that never led anywhere is refused: nobody would notice a wrong letter.
 * @param seenFile where the earlier run is noted.
 */
export async function openCountersPatiently(
  place: CountersPlace,
  seenFile: string,
  warn: (sentence: string) => void,
): Promise<CounterStore> {
  if ('folder' in place) return openCounters(place, warn);
  const hosts = hostsOf(place.url);
  const open = async () => {
    const store = await openCounters(place, warn);
    remember(seenFile, { hosts, partitions: store.partitions.length });
    return store;
  };
  try {
    return await open();
  } catch (error) {
    const seen = lastSeen(seenFile);
    const isAway = error instanceof StoreAway || isUnreachable(error);
    if (!isAway || seen?.hosts !== hosts) throw error;
    warn(`${String(error)}; packets are answered from what was last known until it does`);
    return new DeferredCounters({ partitions: seen.partitions, open, warn });
  }
}

function hostsOf(urls: string): string {
  return urls
    .split(',')
    .map((url) => new URL(url.trim()).host)
    .join(',');
}

function lastSeen(file: string): SeenCounters | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as SeenCounters;
  } catch {
    return undefined;
  }
}

function remember(file: string, seen: SeenCounters): void {
  const text = `${JSON.stringify(seen)}\n`;
  const before = lastSeen(file);
  if (before === undefined || `${JSON.stringify(before)}\n` !== text) writeFileSync(file, text);
}
