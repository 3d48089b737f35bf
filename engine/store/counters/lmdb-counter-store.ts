import { resolve } from 'node:path';
import { BroadcastChannel } from 'node:worker_threads';
import { type Database, open, type RootDatabase } from 'lmdb';
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
import type { Effect } from '../../policy/effect.ts';
import type { Instant } from '../../values/instant.ts';
import { LmdbAddressLeases } from './lmdb-address-leases.ts';
import { atomically } from './lmdb-atomic.ts';
import { LmdbLog } from './lmdb-log.ts';
import { type PackedLine, packLine, unpackLine } from './pack-line.ts';
import { raiseLearned } from './raise-learned.ts';

/** Address space reserved for the memory map; the file itself grows with what is stored. */
const MAP_OCTETS = 64 * 1024 ** 3;

/**
 * The counter store in one LMDB folder, for one machine with nothing installed. Each commit is one
 * transaction, and `transactionSync` returns after its fdatasync (seen with strace), so nothing is left to wait for.
 * Threads of one process may open the same folder; a second process is kept out by the lock on the data folder.
 */
export class LmdbCounterStore implements CounterStore {
  private readonly root: RootDatabase;
  private readonly lines: Database<PackedLine, string>;
  /** Versions of forgotten lines. */
  private readonly gone: Database<number, string>;
  private readonly wakes: Database<Instant, string>;
  private readonly due: Database<boolean, [Instant, string]>;
  private readonly meta: Database<unknown, string>;
  private readonly log: LmdbLog;
  readonly partitions: readonly LogPartition[];
  readonly addresses: AddressLeases;
  private readonly channel: BroadcastChannel;
  private readonly listeners = new Set<(change: StoreChange) => void>();

  /** Opens or creates the store in `folder`. */
  constructor(folder: string) {
    this.root = open({ path: folder, maxDbs: 16, mapSize: MAP_OCTETS });
    this.lines = this.root.openDB({ name: 'lines', useVersions: true });
    this.gone = this.root.openDB({ name: 'gone' });
    this.wakes = this.root.openDB({ name: 'wakes' });
    this.due = this.root.openDB({ name: 'due' });
    this.meta = this.root.openDB({ name: 'meta' });
    this.log = new LmdbLog(this.root, this.meta);
    this.partitions = [this.log];
    this.addresses = new LmdbAddressLeases(this.root);
    this.channel = new BroadcastChannel(`mizan-counters:${resolve(folder)}`);
    this.channel.onmessage = (message) => {
      for (const listener of this.listeners) listener((message as { data: StoreChange }).data);
    };
    this.channel.unref();
  }

  load(username: string): VersionedLine {
    const entry = this.lines.getEntry(username);
    return entry === undefined
      ? { state: undefined, version: this.gone.get(username) ?? 0 }
      : { state: unpackLine(entry.value), version: entry.version ?? 0 };
  }

  async commit(batch: readonly LineCommit[]): Promise<readonly CommitOutcome[]> {
    const { outcomes, effects } = atomically(this.root, () => {
      const events: EngineEvent[] = [];
      const effects: Effect[] = [];
      const outcomes = batch.map((change): CommitOutcome => {
        if (!this.take(change)) return { ok: false, stored: this.load(change.username) };
        this.plan(change);
        for (const event of change.events) events.push(event);
        for (const effect of change.effects) effects.push(effect);
        return OK;
      });
      this.log.addEvents(events);
      this.log.addEffects(effects);
      return { outcomes, effects };
    });
    if (effects.length > 0) this.channel.postMessage({ kind: 'effects' } satisfies StoreChange);
    return outcomes;
  }

  /** Stores the line's next state unless another version of it is stored than the one it was made from. */
  private take({ username, state, expectedVersion }: LineCommit): boolean {
    const isStored = this.lines.doesExist(username, expectedVersion);
    if (!isStored && !this.isFirst(username, expectedVersion)) return false;
    const version = expectedVersion + 1;
    if (state === undefined) {
      this.lines.removeSync(username);
      this.gone.putSync(username, version);
      return true;
    }
    this.lines.putSync(username, packLine(state), version);
    if (!isStored && expectedVersion > 0) this.gone.removeSync(username);
    return true;
  }

  /** True for a line that is not stored and was last heard of at this version, 0 for never. */
  private isFirst(username: string, version: number): boolean {
    return !this.lines.doesExist(username) && version === (this.gone.get(username) ?? 0);
  }

  /**
   * Keeps the line's entry in the index of planned moments. An interim moves the moment further away every time, so a
   * later moment leaves the entry where it is: it fires early, is looked at, and is moved then.
   */
  private plan(change: LineCommit): void {
    const planned = this.wakes.get(change.username);
    const { wakeAt } = change;
    const stays = planned !== undefined && wakeAt !== undefined && planned <= wakeAt && planned > change.at;
    if (stays || planned === wakeAt) return;
    if (planned !== undefined) this.due.removeSync([planned, change.username]);
    if (wakeAt === undefined) {
      this.wakes.removeSync(change.username);
      return;
    }
    this.due.putSync([wakeAt, change.username], true);
    this.wakes.putSync(change.username, wakeAt);
  }

  async append(events: readonly EngineEvent[]): Promise<void> {
    atomically(this.root, () => this.log.addEvents(events));
  }

  async dueLines(now: Instant, limit: number): Promise<readonly string[]> {
    const range = this.due.getKeys({ end: [now + 1, ''], limit });
    return [...range.map(([, username]) => username)];
  }

  async *usernames(): AsyncIterable<string> {
    yield* this.lines.getKeys();
  }

  async reference(): Promise<ReferenceData> {
    const stored = this.meta.get('reference') as ReferenceData | undefined;
    return stored ?? { plans: [], nas: [] };
  }

  async putReference(data: ReferenceData): Promise<void> {
    atomically(this.root, () => {
      const stored = (this.meta.get('reference') as ReferenceData | undefined)?.nas ?? [];
      const nas = data.nas.map((entry) => raiseLearned(entry, stored));
      this.meta.putSync('reference', { ...data, nas });
    });
    this.channel.postMessage({ kind: 'reference' } satisfies StoreChange);
  }

  async learnNas(name: string, learned: NasLearned, event: EngineEvent): Promise<void> {
    atomically(this.root, () => {
      const stored = this.meta.get('reference') as ReferenceData | undefined;
      if (stored === undefined) return;
      const nas = stored.nas.map((entry) => raiseLearned(entry, [{ name, learned, sealedEntry: '' }]));
      this.meta.putSync('reference', { ...stored, nas });
      this.log.addEvents([event]);
    });
    this.channel.postMessage({ kind: 'reference' } satisfies StoreChange);
  }

  partitionOf(): number {
    return 0;
  }

  async past(): Promise<readonly PartitionPast[]> {
    return [{ epoch: (this.meta.get('epoch') as string | undefined) ?? '', lastEvent: this.log.lastEvent }];
  }

  /** One program holds the folder, and rebuilds before its packet thread opens it: nobody else has to be kept out. */
  async rebuild(): Promise<PartitionRebuild> {
    atomically(this.root, () => {
      for (const database of [this.lines, this.gone, this.wakes, this.due]) database.clearSync();
      this.meta.removeSync('epoch');
      this.log.clear();
    });
    return {
      putLines: async (lines) => {
        atomically(this.root, () => {
          for (const { username, state, wakeAt } of lines) {
            this.lines.putSync(username, packLine(state), 1);
            if (wakeAt === undefined) continue;
            this.due.putSync([wakeAt, username], true);
            this.wakes.putSync(username, wakeAt);
          }
        });
      },
      finish: async (epoch, lastEvent) => {
        atomically(this.root, () => {
          this.log.goOnAfter(lastEvent);
          this.meta.putSync('epoch', epoch);
        });
      },
    };
  }

  /** The folder's lock already keeps other programs out. */
  async lease(): Promise<boolean> {
    return true;
  }

  async endLease(): Promise<void> {}

  async tellLedgerChanged(): Promise<void> {
    this.channel.postMessage({ kind: 'ledger' } satisfies StoreChange);
  }

  onChange(listener: (change: StoreChange) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.channel.close();
    await this.root.close();
  }
}

const OK: CommitOutcome = { ok: true };
