import type { CounterStore, PartitionPast } from '../pipeline/counter-store.ts';
import { type Clock, monotonicMs } from '../runtime/clock.ts';
import type { SecretBox } from '../runtime/secret-box.ts';
import type { LedgerStore } from '../subscribers/ledger-store.ts';
import type { PartitionRecord } from '../subscribers/recovery.ts';
import { SECOND_MS } from '../values/instant.ts';
import { StoreAway } from '../values/store-away.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { referenceData } from './project.ts';
import { type LostPartition, type RebuildSources, rebuildPartitions } from './rebuild-partitions.ts';
import { createRepeater, type JobLog } from './repeat.ts';
import type { Sink } from './sink.ts';

/** What the guard works on. */
export interface CounterGuardParts {
  readonly counters: Pick<
    CounterStore,
    'past' | 'rebuild' | 'partitionOf' | 'putReference' | 'lease' | 'endLease'
  >;
  readonly ledger: RebuildSources['ledger'] & Pick<LedgerStore, 'reference'>;
  readonly history: RebuildSources['history'];
  /** The sink of a partition, the very one that runs in this program. */
  readonly sinkOf: (partition: number) => Pick<Sink, 'drain'>;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  /** A name that no other epoch ever had. */
  readonly newEpoch: () => string;
  readonly log: JobLog;
  /** Told of each rebuild when the counters are open again. */
  readonly onRebuilt?: (rebuilt: Rebuilt) => void;
}

/** A rebuild that is done. */
export interface Rebuilt {
  readonly partitions: readonly number[];
  readonly lines: number;
  readonly seconds: number;
}

/** Watches over the counters: sees that they were lost or rolled back, and puts them together again. */
export interface CounterGuard {
  /**
   * Looks once, and rebuilds what was lost. Resolves to what was rebuilt, `undefined` when nothing had to be, or when
   * another program is the guard. Rejects when a store does not answer; the next look begins anew.
   */
  runOnce(): Promise<Rebuilt | undefined>;
  /** Looks every `intervalMs` until `stop`, with growing pauses while ledger or history are down. */
  start(intervalMs: number): void;
  /** Resolves when the look in work is over, and lets another program be the guard. */
  stop(): Promise<void>;
}

/** What is wrong with a partition, in words for the operator; '' when it was never begun. */
type Loss = { readonly partition: number; readonly why: string };

const LEASE = 'guard';

/**
 * A partition is trusted when it shows the epoch that the ledger remembers and has come as far as the ledger knows.
 * All others are rebuilt in this order: what is left in their logs is carried over; the ledger notes the new epoch, which
 * no partition shows yet; the partitions are emptied, and take no commits; plans, NAS and lines are stored; the partitions
 * are opened under the new epoch. Wherever that is cut short, epochs differ and the next look begins anew.
 */
export function createCounterGuard(parts: CounterGuardParts): CounterGuard {
  const runOnce = oneAtATime(() => asGuard(parts.counters, () => look(parts)));
  const attempt = async (): Promise<boolean> => {
    try {
      await runOnce();
    } catch (reason) {
      // Counters that are away cannot be judged; whoever needs them says so.
      if (!(reason instanceof StoreAway)) throw reason;
    }
    return false;
  };
  const repeater = createRepeater(LEASE, attempt, parts.log);
  return {
    runOnce,
    start: repeater.start,
    async stop() {
      await repeater.stop();
      await parts.counters.endLease(LEASE).catch(() => undefined);
    },
  };
}

/** Runs `work` when this program is the guard, and stays the guard while it runs. */
async function asGuard<T>(
  counters: Pick<CounterStore, 'lease'>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  if (!(await counters.lease(LEASE))) return undefined;
  const prolonging = setInterval(() => void counters.lease(LEASE).catch(() => undefined), SECOND_MS);
  try {
    return await work();
  } finally {
    clearInterval(prolonging);
  }
}

async function look(parts: CounterGuardParts): Promise<Rebuilt | undefined> {
  const { losses } = await compare(parts, true);
  if (losses.length === 0) return undefined;
  // What was read at two moments may not fit together; a loss is there at a second look as well.
  const again = await compare(parts, false);
  if (again.losses.length === 0) return undefined;
  for (const { partition, why } of again.losses) {
    if (why === '') continue;
    parts.log.warn({ partition, why }, 'counters were lost and are rebuilt from ledger and history');
  }
  const startedAt = monotonicMs();
  const lines = await rebuildLost(
    parts,
    again.losses.map(({ partition }) => partition),
    again.records,
  );
  const rebuilt: Rebuilt = {
    partitions: again.losses.map(({ partition }) => partition),
    lines,
    seconds: (monotonicMs() - startedAt) / SECOND_MS,
  };
  if (lines > 0) parts.log.warn({ ...rebuilt }, 'counters are rebuilt');
  parts.onRebuilt?.(rebuilt);
  return rebuilt;
}

interface Comparison {
  readonly losses: readonly Loss[];
  readonly records: ReadonlyMap<number, PartitionRecord>;
}

/** @param adopts whether a partition that the ledger does not know is noted there as it is. */
async function compare({ counters, ledger, clock }: CounterGuardParts, adopts: boolean): Promise<Comparison> {
  // In this order: the ledger never knows of more than had been logged by then.
  const records = new Map((await ledger.partitionRecords()).map((record) => [record.partition, record]));
  const past = await counters.past();
  const losses: Loss[] = [];
  for (const [partition, found] of past.entries()) {
    const record = records.get(partition);
    if (record === undefined && found.epoch !== '') {
      if (adopts) await ledger.putPartition(partition, found.epoch, found.lastEvent, clock.now());
      continue;
    }
    const why = record === undefined ? '' : lossOf(found, record);
    if (why !== undefined) losses.push({ partition, why });
  }
  return { losses, records };
}

/** Why the partition is not to be trusted, `undefined` when it is. */
function lossOf(found: PartitionPast, record: PartitionRecord): string | undefined {
  if (found.epoch === '') return 'it is empty, or was found to be rolled back';
  if (found.epoch !== record.epoch) return 'it is not the one that was last in use';
  if (found.lastEvent >= record.lastEvent) return undefined;
  return `it was rolled back: its events end at ${found.lastEvent}, ${record.lastEvent} had been there`;
}

async function rebuildLost(
  parts: CounterGuardParts,
  partitions: readonly number[],
  records: ReadonlyMap<number, PartitionRecord>,
): Promise<number> {
  const { counters, ledger, clock } = parts;
  const now = clock.now();
  for (const partition of partitions) await parts.sinkOf(partition).drain();
  const epoch = parts.newEpoch();
  const past = await counters.past();
  for (const partition of partitions) {
    await ledger.putPartition(partition, epoch, past[partition]?.lastEvent ?? 0, now);
  }
  const lastEvents = await claimedUnder(parts, partitions, epoch);
  const lost: LostPartition[] = [];
  for (const partition of partitions) {
    lost.push({
      partition,
      rebuild: await counters.rebuild(partition),
      lastEvent: lastEvents.get(partition)!,
    });
  }
  const reference = await referenceData(parts);
  // Lines are judged by their plans: these are there before the first line can be.
  await counters.putReference(reference);
  const sunkUntil = Math.min(
    now,
    ...partitions.map((partition) => records.get(partition)?.lastEventAt ?? now),
  );
  const lines = await rebuildPartitions(parts, lost, { now, reference, sunkUntil });
  const ends = await claimedUnder(parts, partitions, epoch);
  for (const { partition, rebuild } of lost) await rebuild.finish(epoch, ends.get(partition)!);
  return lines;
}

/**
 * Newest event of each partition that was ever logged, which positions go on after. Rejects when another guard, who took
 * us for gone, has begun to rebuild them under another epoch.
 */
async function claimedUnder(
  { ledger }: CounterGuardParts,
  partitions: readonly number[],
  epoch: string,
): Promise<ReadonlyMap<number, number>> {
  const records = new Map((await ledger.partitionRecords()).map((record) => [record.partition, record]));
  const lastEvents = new Map<number, number>();
  for (const partition of partitions) {
    const record = records.get(partition);
    if (record?.epoch !== epoch) throw new Error(`partition ${partition} is rebuilt by another program`);
    lastEvents.set(partition, record.lastEvent);
  }
  return lastEvents;
}
