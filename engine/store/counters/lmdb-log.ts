import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, RootDatabase } from 'lmdb';
import type { LoggedEffect, LoggedEvent, LogPartition, SinkMark } from '../../pipeline/counter-store.ts';
import type { EngineEvent } from '../../pipeline/engine-event.ts';
import type { Effect } from '../../policy/effect.ts';
import { type PackedEvent, packEvent, unpackEvent } from './pack-event.ts';

const FIRST_POSITION = 1;

/** Events forgotten in one transaction: the packet thread waits for each, since LMDB has one writer at a time. */
const TRIM_AT_ONCE = 500;

/** The two logs of the embedded store, which has one partition. What adds runs within the caller's transaction. */
export class LmdbLog implements LogPartition {
  readonly partition = 0;
  private readonly root: RootDatabase;
  private readonly events: Database<PackedEvent, number>;
  private readonly effects: Database<Effect, number>;
  private readonly meta: Database<unknown, string>;

  /** @param meta where the next positions and the sink's mark are kept. */
  constructor(root: RootDatabase, meta: Database<unknown, string>) {
    this.root = root;
    this.meta = meta;
    this.events = root.openDB({ name: 'events' });
    this.effects = root.openDB({ name: 'effects' });
  }

  addEvents(events: readonly EngineEvent[]): void {
    if (events.length > 0) this.add(this.events, 'nextEvent', events.map(packEvent));
  }

  addEffects(effects: readonly Effect[]): void {
    if (effects.length > 0) this.add(this.effects, 'nextEffect', effects);
  }

  private add<T>(target: Database<T, number>, counter: string, entries: readonly T[]): void {
    let position = (this.meta.get(counter) as number | undefined) ?? FIRST_POSITION;
    for (const entry of entries) target.putSync(position++, entry);
    this.meta.putSync(counter, position);
  }

  /** Position of the newest event ever added, 0 before the first. */
  get lastEvent(): number {
    return ((this.meta.get('nextEvent') as number | undefined) ?? FIRST_POSITION) - 1;
  }

  /** Forgets both logs and the sink's mark. */
  clear(): void {
    this.events.clearSync();
    this.effects.clearSync();
    for (const name of ['nextEvent', 'nextEffect', 'sinkMark']) this.meta.removeSync(name);
  }

  /** The next event gets the position after `lastEvent`, and the sink begins there. */
  goOnAfter(lastEvent: number): void {
    this.meta.putSync('nextEvent', lastEvent + 1);
    this.meta.putSync('sinkMark', { sunkThrough: lastEvent, begun: undefined } satisfies SinkMark);
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

  async backlog(): Promise<{ readonly events: number; readonly effects: number }> {
    return { events: this.events.getKeysCount(), effects: this.effects.getKeysCount() };
  }
}
