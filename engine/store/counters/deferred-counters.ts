import type { AddressLeases } from '../../addresses/address-leases.ts';
import type { NasLearned } from '../../nas/nas.ts';
import type {
  CommitOutcome,
  CounterStore,
  LineCommit,
  LogPartition,
  PartitionPast,
  PartitionRebuild,
  ReferenceData,
  StoreChange,
  VersionedLine,
} from '../../pipeline/counter-store.ts';
import type { EngineEvent } from '../../pipeline/engine-event.ts';
import type { Instant } from '../../values/instant.ts';
import { StoreAway } from '../../values/store-away.ts';
import { partitionOf } from './partition-of.ts';

/** How often a store that did not answer at the start is tried again. */
const TRY_EVERY_MS = 500;

/** What a store that does not answer yet is known by. */
export interface DeferredParts {
  /** How many partitions it has, by an earlier run. */
  readonly partitions: number;
  /** Opens the store; rejects while it does not answer. */
  readonly open: () => Promise<CounterStore>;
  /** Told once when the store is there but may not be used, and the program can only wait for the operator. */
  readonly warn: (sentence: string) => void;
}

/**
 * A counter store that does not answer at the start of the program: away until it can be opened, then the store itself.
 * Whoever asked it in vain goes on as in any other time when the store is away.
 */
export class DeferredCounters implements CounterStore {
  readonly partitions: readonly LogPartition[];
  private readonly parts: DeferredParts;
  private readonly listeners = new Map<(change: StoreChange) => void, (() => void) | undefined>();
  private readonly trying: NodeJS.Timeout;
  private opened: CounterStore | undefined;
  private opening = false;
  private closed = false;
  private lastWarning = '';

  constructor(parts: DeferredParts) {
    this.parts = parts;
    this.partitions = Array.from({ length: parts.partitions }, (_, partition) => this.logOf(partition));
    this.trying = setInterval(() => void this.tryOpen(), TRY_EVERY_MS);
  }

  private async tryOpen(): Promise<void> {
    if (this.opening || this.closed) return;
    this.opening = true;
    try {
      const store = await this.parts.open();
      if (this.closed) return await store.close();
      clearInterval(this.trying);
      this.opened = store;
      for (const listener of this.listeners.keys()) {
        this.listeners.set(listener, store.onChange(listener));
        listener({ kind: 'missed' });
      }
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error);
      if (sentence !== this.lastWarning) this.parts.warn(sentence);
      this.lastWarning = sentence;
    } finally {
      this.opening = false;
    }
  }

  /** @throws StoreAway until the store could be opened. */
  private get store(): CounterStore {
    if (this.opened === undefined) throw new StoreAway('the counters have not answered since the start');
    return this.opened;
  }

  /** @throws StoreAway until the store could be opened. */
  get addresses(): AddressLeases {
    return this.store.addresses;
  }

  private logOf(partition: number): LogPartition {
    const log = () => this.store.partitions[partition]!;
    return {
      partition,
      readEvents: async (after, limit) => log().readEvents(after, limit),
      trimEvents: async (position) => log().trimEvents(position),
      sinkMark: async () => log().sinkMark(),
      putSinkMark: async (mark) => log().putSinkMark(mark),
      readEffects: async (after, limit) => log().readEffects(after, limit),
      removeEffects: async (positions) => log().removeEffects(positions),
      backlog: async () => log().backlog(),
    };
  }

  async load(username: string): Promise<VersionedLine> {
    return this.store.load(username);
  }

  async commit(batch: readonly LineCommit[]): Promise<readonly CommitOutcome[]> {
    return this.store.commit(batch);
  }

  async append(events: readonly EngineEvent[]): Promise<void> {
    await this.store.append(events);
  }

  async dueLines(now: Instant, limit: number): Promise<readonly string[]> {
    return this.store.dueLines(now, limit);
  }

  async *usernames(): AsyncIterable<string> {
    yield* this.store.usernames();
  }

  async reference(): Promise<ReferenceData> {
    return this.store.reference();
  }

  async putReference(data: ReferenceData): Promise<void> {
    await this.store.putReference(data);
  }

  async learnNas(name: string, learned: NasLearned, event: EngineEvent): Promise<void> {
    await this.store.learnNas(name, learned, event);
  }

  partitionOf(username: string): number {
    return partitionOf(username, this.partitions.length);
  }

  async past(): Promise<readonly PartitionPast[]> {
    return this.store.past();
  }

  async rebuild(partition: number): Promise<PartitionRebuild> {
    return this.store.rebuild(partition);
  }

  async lease(task: string): Promise<boolean> {
    return this.store.lease(task);
  }

  async endLease(task: string): Promise<void> {
    await this.store.endLease(task);
  }

  onChange(listener: (change: StoreChange) => void): () => void {
    this.listeners.set(listener, this.opened?.onChange(listener));
    return () => {
      this.listeners.get(listener)?.();
      this.listeners.delete(listener);
    };
  }

  async tellLedgerChanged(): Promise<void> {
    await this.store.tellLedgerChanged();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.trying);
    await this.opened?.close();
  }
}
