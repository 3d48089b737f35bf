import type { CounterStore } from '../../pipeline/counter-store.ts';
import { LmdbCounterStore } from './lmdb-counter-store.ts';
import { openRedisCounters } from './redis-counter-store.ts';

/** Where the counters are: a Redis URL, or a folder for the embedded store (threads of one process). */
export type CountersPlace = { readonly url: string } | { readonly folder: string };

/**
 * Opens the counters. Rejects with a text for the operator when Redis does not answer or its settings are unsafe.
 * @param warn told, sentence by sentence, what could not be made sure of.
 */
export async function openCounters(
  place: CountersPlace,
  warn: (sentence: string) => void,
): Promise<CounterStore> {
  return 'url' in place ? openRedisCounters({ url: place.url, warn }) : new LmdbCounterStore(place.folder);
}
