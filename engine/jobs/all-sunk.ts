import { setTimeout as sleep } from 'node:timers/promises';
import type { CounterStore } from '../pipeline/counter-store.ts';
import { monotonicMs } from '../runtime/clock.ts';

const LOOK_EVERY_MS = 100;

/**
 * Resolves when everything that is in the event logs now has reached history and ledger, whoever carries it there.
 * Rejects when it has not within `withinMs`, or the counters do not answer.
 */
export async function allSunk(
  counters: Pick<CounterStore, 'past' | 'partitions'>,
  withinMs: number,
): Promise<void> {
  const past = await counters.past();
  const deadline = monotonicMs() + withinMs;
  for (const log of counters.partitions) {
    const last = past[log.partition]?.lastEvent ?? 0;
    while ((await log.sinkMark()).sunkThrough < last) {
      if (monotonicMs() > deadline) {
        throw new Error(`events of partition ${log.partition} have not reached history and ledger in time`);
      }
      await sleep(LOOK_EVERY_MS);
    }
  }
}
