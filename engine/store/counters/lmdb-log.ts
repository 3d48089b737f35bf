import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, RootDatabase } from 'lmdb';
import type { LoggedEffect, LoggedEvent, LogPartition, SinkMark } from '../../pipeline/counter-store.ts';
import type { EngineEvent } from '../../pipeline/engine-event.ts';
import type { Effect } from '../../policy/effect.ts';
import { atomically } from './lmdb-atomic.ts';
import { type PackedEvent, packEvent, unpackEvent } from './pack-event.ts';

const FIRST_POSITION = 1;

/**
 * Events stored as one entry: to write, read and forget an entry costs nearly the same for one event as for many. So
 * many make some four pages, which the file easily finds room for in a row.
 */
const CHUNK_EVENTS = 64;

/** Chunks forgotten in one transaction: the packet thread waits for each, since LMDB has one writer at a time. */
const TRIM_AT_ONCE = 100;

/** The two logs of the embedded store, which has one partition. What adds runs within the caller's transaction. */
export class LmdbLog implements LogPartition {
  readonly partition = 0;
  private readonly root: RootDatabase;
  /** Events in chunks, by the position of the chunk's last event. */
  private readonly events: Database<readonly PackedEvent[], number>;
  private readonly effects: Database<Effect, number>;
  private readonly meta: Database<unknown, string>;

  /** @param meta where the next positions, what was trimmed and the sink's mark are kept. */
  constructor(root: RootDatabase, meta: Database<unknown, string>) {
    this.root = root;
    this.meta = meta;
    this.events = root.openDB({ name: 'events' });
    this.effects = root.openDB({ name: 'effects' });
  }

  addEvents(events: readonly EngineEvent[]): void {
    if (events.length === 0) return;
    let last = this.lastEvent;
    for (let at = 0; at < events.length; at += CHUNK_EVENTS) {
      const chunk = events.slice(at, at + CHUNK_EVENTS);
      last += chunk.length;
      this.events.putSync(last, chunk.map(packEvent));
    }
    this.meta.putSync('nextEvent', last + 1);
  }

  addEffects(effects: readonly Effect[]): void {
    if (effects.length === 0) return;
    let position = this.numberOf('nextEffect') ?? FIRST_POSITION;
    for (const effect of effects) this.effects.putSync(position++, effect);
    this.meta.putSync('nextEffect', position);
  }

  /** Position of the newest event ever added, 0 before the first. */
  get lastEvent(): number {
    return (this.numberOf('nextEvent') ?? FIRST_POSITION) - 1;
  }

  /** Forgets both logs and the sink's mark. */
  clear(): void {
    this.events.clearSync();
    this.effects.clearSync();
    for (const name of ['nextEvent', 'nextEffect', 'trimmedThrough', 'sinkMark']) this.meta.removeSync(name);
  }

  /** The next event gets the position after `lastEvent`, and the sink begins there. */
  goOnAfter(lastEvent: number): void {
    this.meta.putSync('nextEvent', lastEvent + 1);
    this.meta.putSync('trimmedThrough', lastEvent);
    this.meta.putSync('sinkMark', { sunkThrough: lastEvent, begun: undefined } satisfies SinkMark);
  }

  async readEvents(after: number, limit: number): Promise<readonly LoggedEvent[]> {
    const from = Math.max(after, this.trimmedThrough);
    const events: LoggedEvent[] = [];
    for (const { key, value } of this.events.getRange({ start: from + 1 })) {
      const before = key - value.length;
      for (let index = Math.max(0, from - before); index < value.length; index++) {
        events.push({ position: before + index + 1, event: unpackEvent(value[index]!) });
        if (events.length === limit) return events;
      }
    }
    return events;
  }

  /** A chunk goes when its last event may; until then its first ones are passed over. */
  async trimEvents(position: number): Promise<void> {
    const through = Math.min(position, this.lastEvent);
    if (through <= this.trimmedThrough) return;
    atomically(this.root, () => this.meta.putSync('trimmedThrough', through));
    for (;;) {
      const keys = [...this.events.getKeys({ end: through + 1, limit: TRIM_AT_ONCE })];
      if (keys.length === 0) return;
      atomically(this.root, () => {
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
    atomically(this.root, () => this.meta.putSync('sinkMark', mark));
  }

  async readEffects(after: number, limit: number): Promise<readonly LoggedEffect[]> {
    const range = this.effects.getRange({ start: after + 1, limit });
    return [...range.map(({ key, value }) => ({ position: key, effect: value }))];
  }

  async removeEffects(positions: readonly number[]): Promise<void> {
    atomically(this.root, () => {
      for (const position of positions) this.effects.removeSync(position);
    });
  }

  async backlog(): Promise<{ readonly events: number; readonly effects: number }> {
    return { events: this.lastEvent - this.trimmedThrough, effects: this.effects.getKeysCount() };
  }

  private get trimmedThrough(): number {
    return this.numberOf('trimmedThrough') ?? FIRST_POSITION - 1;
  }

  private numberOf(name: string): number | undefined {
    return this.meta.get(name) as number | undefined;
  }
}
