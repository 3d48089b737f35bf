import type { CounterStore } from '../../../../engine/pipeline/counter-store.ts';

/** Opens all partitions of a store that was never begun, or was lost, as if nothing had ever been stored. */
export async function beginCounters(store: CounterStore, epoch = 'e1', lastEvent = 0): Promise<void> {
  for (const { partition } of store.partitions) {
    await (await store.rebuild(partition)).finish(epoch, lastEvent);
  }
}
