import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { NasLearned } from '../../nas/nas.ts';
import type {
  CommitOutcome,
  CounterStore,
  LineCommit,
  LoggedEffect,
  LoggedEvent,
  ReferenceData,
  SinkMark,
  StoreChange,
  VersionedLine,
} from '../../pipeline/counter-store.ts';
import type { EngineEvent } from '../../pipeline/engine-event.ts';
import type { Effect } from '../../policy/effect.ts';
import type { Instant } from '../../values/instant.ts';
import { type PackedEvent, packEvent, unpackEvent } from './pack-event.ts';
import { type PackedLine, packLine, unpackLine } from './pack-line.ts';
import { raiseLearned } from './raise-learned.ts';

/** Address space reserved for the memory map; the file itself grows with what is stored. */
const MAP_OCTETS = 64 * 1024 ** 3;

const FIRST_POSITION = 1;

/** Events forgotten in one transaction: the packet thread waits for each, since LMDB has one writer at a time. */
const TRIM_AT_ONCE = 500;

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
  private readonly events: Database<PackedEvent, number>;
  private readonly effects: Database<Effect, number>;
  private readonly meta: Database<unknown, string>;
  private readonly channel: BroadcastChannel;
  private readonly listeners = new Set<(change: StoreChange) => void>();

  /** Opens or creates the store in `folder`. */
  constructor(folder: string) {
    this.root = open({ path: folder, maxDbs: 8, mapSize: MAP_OCTETS });
    this.lines = this.root.openDB({ name: 'lines', useVersions: true });
    this.gone = this.root.openDB({ name: 'gone' });
    this.wakes = this.root.openDB({ name: 'wakes' });
    this.due = this.root.openDB({ name: 'due' });
    this.events = this.root.openDB({ name: 'events' });
    this.effects = this.root.openDB({ name: 'effects' });
    this.meta = this.root.openDB({ name: 'meta' });
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
    let hasEffects = false;
    const outcomes = this.root.transactionSync(() =>
      batch.map((change): CommitOutcome => {
        if (!this.isCurrent(change)) return { ok: false, stored: this.load(change.username) };
        this.put(change);
        this.plan(change);
        this.log(this.events, 'nextEvent', change.events.map(packEvent));
        this.log(this.effects, 'nextEffect', change.effects);
        hasEffects ||= change.effects.length > 0;
        return OK;
      }),
    );
    if (hasEffects) this.channel.postMessage({ kind: 'effects' } satisfies StoreChange);
    return outcomes;
  }

  private isCurrent({ username, expectedVersion }: LineCommit): boolean {
    if (this.lines.doesExist(username)) return this.lines.doesExist(username, expectedVersion);
    return expectedVersion === (this.gone.get(username) ?? 0);
  }

  private put({ username, state, expectedVersion }: LineCommit): void {
    const version = expectedVersion + 1;
    if (state === undefined) {
      this.lines.removeSync(username);
      this.gone.putSync(username, version);
    } else {
      this.lines.putSync(username, packLine(state), version);
      if (this.gone.doesExist(username)) this.gone.removeSync(username);
    }
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

  private log<T>(target: Database<T, number>, counter: string, entries: readonly T[]): void {
    if (entries.length === 0) return;
    let position = (this.meta.get(counter) as number | undefined) ?? FIRST_POSITION;
    for (const entry of entries) target.putSync(position++, entry);
    this.meta.putSync(counter, position);
  }

  async append(events: readonly EngineEvent[]): Promise<void> {
    this.root.transactionSync(() => this.log(this.events, 'nextEvent', events.map(packEvent)));
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
    this.root.transactionSync(() => {
      const stored = (this.meta.get('reference') as ReferenceData | undefined)?.nas ?? [];
      const nas = data.nas.map((entry) => raiseLearned(entry, stored));
      this.meta.putSync('reference', { plans: data.plans, nas });
    });
    this.channel.postMessage({ kind: 'reference' } satisfies StoreChange);
  }

  async learnNas(name: string, learned: NasLearned, event: EngineEvent): Promise<void> {
    this.root.transactionSync(() => {
      const stored = this.meta.get('reference') as ReferenceData | undefined;
      if (stored === undefined) return;
      const nas = stored.nas.map((entry) => raiseLearned(entry, [{ name, learned, sealedEntry: '' }]));
      this.meta.putSync('reference', { plans: stored.plans, nas });
      this.log(this.events, 'nextEvent', [packEvent(event)]);
    });
    this.channel.postMessage({ kind: 'reference' } satisfies StoreChange);
  }

  async readEvents(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    const range = this.events.getRange({ start: after + 1, limit });
    return [...range.map(({ key, value }) => ({ position: key, event: unpackEvent(value) }))];
  }

  async trimEvents(position: number): Promise<void> {
    for (;;) {
      const keys = [...this.events.getKeys({ end: position + 1, limit: TRIM_AT_ONCE })];
      if (keys.length === 0) return;
      this.root.transactionSync(() => {
        for (const key of keys) this.events.removeSync(key);
      });
      await nextTurn();
    }
  }

  async sinkMark(): Promise<SinkMark> {
    const stored = this.meta.get('sinkMark') as SinkMark | undefined;
    return stored ?? { sunkThrough: FIRST_POSITION - 1, begun: undefined };
  }

  async putSinkMark(mark: SinkMark): Promise<void> {
    this.root.transactionSync(() => this.meta.putSync('sinkMark', mark));
  }

  async readEffects(after: number, limit: number): Promise<readonly LoggedEffect[]> {
    const range = this.effects.getRange({ start: after + 1, limit });
    return [...range.map(({ key, value }) => ({ position: key, effect: value }))];
  }

  async removeEffects(positions: readonly number[]): Promise<void> {
    this.root.transactionSync(() => {
      for (const position of positions) this.effects.removeSync(position);
    });
  }

  onChange(listener: (change: StoreChange) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async backlog(): Promise<{ readonly events: number; readonly effects: number }> {
    return { events: this.events.getKeysCount(), effects: this.effects.getKeysCount() };
  }

  async close(): Promise<void> {
    this.channel.close();
    await this.root.close();
  }
}

const OK: CommitOutcome = { ok: true };
