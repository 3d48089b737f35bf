import type { CounterStore } from '../../pipeline/counter-store.ts';
import { LmdbCounterStore } from './lmdb-counter-store.ts';
import { openRedisCounters } from './redis-counter-store.ts';

/**
 * Where the counters are: Redis, by one URL or by those of some nodes of a Redis Cluster, separated by commas; or a
 * folder for the embedded store (threads of one process).
 */
export type CountersPlace =
  | { readonly url: string; readonly partitions?: number | undefined }
  | { readonly folder: string };

/**
 * Opens the counters. Rejects with a text for the operator when Redis does not answer, its settings are unsafe or it
 * holds another number of partitions.
 * @param warn told, sentence by sentence, what could not be made sure of, and what went wrong.
 */
export async function openCounters(
  place: CountersPlace,
  warn: (sentence: string) => void,
): Promise<CounterStore> {
  return 'url' in place ? openRedisCounters({ ...place, warn }) : new LmdbCounterStore(place.folder);
}
