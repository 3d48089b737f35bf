import type { CounterStore, LogPartition } from '../../engine/pipeline/counter-store.ts';

/** A place that a store can be opened at again and again; `open` gives one more user of the same data. */
export interface StorePlace {
  open(): CounterStore | Promise<CounterStore>;
  remove(): Promise<void>;
}

/** One place with its users; `store` is the first of them, and has begun all partitions. */
export class World {
  readonly place: StorePlace;
  store: CounterStore;
  private opened: CounterStore[];

  private constructor(place: StorePlace, store: CounterStore) {
    this.place = place;
    this.store = store;
    this.opened = [store];
  }

  static async at(place: StorePlace): Promise<World> {
    const store = await place.open();
    for (const { partition } of store.partitions) await (await store.rebuild(partition)).finish('e1', 0);
    return new World(place, store);
  }

  async open(): Promise<CounterStore> {
    const one = await this.place.open();
    this.opened.push(one);
    return one;
  }

  async reopen(): Promise<void> {
    await this.store.close();
    this.opened = this.opened.filter((one) => one !== this.store);
    this.store = await this.open();
  }

  /** The log of what belongs to no line. */
  get log(): LogPartition {
    return this.store.partitions[0]!;
  }

  /** The log of a line's partition. */
  logOf(username: string): LogPartition {
    return this.store.partitions[this.store.partitionOf(username)]!;
  }

  /** Entries waiting in the logs of all partitions. */
  async backlog(): Promise<{ readonly events: number; readonly effects: number }> {
    const all = await Promise.all(this.store.partitions.map((log) => log.backlog()));
    return {
      events: all.reduce((sum, { events }) => sum + events, 0),
      effects: all.reduce((sum, { effects }) => sum + effects, 0),
    };
  }

  async version(username: string): Promise<number> {
    return (await this.store.load(username)).version;
  }

  async remove(): Promise<void> {
    for (const one of this.opened) await one.close();
    await this.place.remove();
  }
}

/** A username of the partition. */
export function nameIn({ store }: World, partition: number): string {
  for (let n = 0; ; n++) if (store.partitionOf(`n${n}`) === partition) return `n${n}`;
}
