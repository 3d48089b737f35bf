import { expect, it } from 'vitest';
import { nameIn, type World } from './counter-world.ts';
import {
  consumedOf,
  sampleCommit,
  sampleEffect,
  sampleEvent,
  sampleHistory,
  sampleLine,
} from './line-samples.ts';

/** Cases about partitions. */
export function spreadsLines(world: () => World): void {
  it('are numbered by their place, and each line is in one, always the same', async () => {
    const { store } = world();
    const other = await world().open();
    expect(store.partitions.map(({ partition }) => partition)).toEqual(store.partitions.map((_, n) => n));
    expect(other.partitions).toHaveLength(store.partitions.length);
    const used = new Set<number>();
    for (let n = 0; n < 200; n++) {
      const name = `line-${n}@شبکه`;
      used.add(store.partitionOf(name));
      expect(other.partitionOf(name)).toBe(store.partitionOf(name));
    }
    expect(used.size).toBe(store.partitions.length);
  });

  it('take a batch of all of them in its own order, and log in the line\u2019s own', async () => {
    const names = Array.from({ length: 50 }, (_, n) => `u${n}`);
    await world().store.commit([sampleCommit('u7', { version: 0 }, 77)]);
    const outcomes = await world().store.commit(
      names.map((name, n) => sampleCommit(name, { version: 0 }, n, { events: [sampleEvent(1, name)] })),
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual(names.map((name) => name !== 'u7'));
    expect(outcomes[7]).toEqual({ ok: false, stored: { state: sampleLine('u7', 77), version: 1 } });
    for (const log of world().store.partitions) {
      for (const { event } of await log.readEvents(0, 100)) {
        const { username } = event as ReturnType<typeof sampleEvent>;
        expect(world().store.partitionOf(username)).toBe(log.partition);
      }
    }
    expect(await world().backlog()).toEqual({ events: 49, effects: 0 });
  });
}

/** Cases about epochs and rebuilds. */
export function tellsItsPast(world: () => World): void {
  it('is an epoch and the newest event\u2019s position, also when that was trimmed', async () => {
    const { store } = world();
    expect(await store.past()).toEqual(store.partitions.map(() => ({ epoch: 'e1', lastEvent: 0 })));
    await store.append([sampleEvent(1), sampleEvent(2)]);
    const last = (await world().log.readEvents(0, 9)).at(-1)!.position;
    await world().log.trimEvents(last);
    await world().reopen();
    expect((await world().store.past())[0]).toEqual({ epoch: 'e1', lastEvent: last });
  });

  it('takes plans and NAS while it is rebuilt: lines must find them when it opens', async () => {
    const { store } = world();
    const rebuilds = [];
    for (const { partition } of store.partitions) rebuilds.push(await store.rebuild(partition));
    await store.putReference({ plans: [sampleHistory], nas: [] });
    expect(await store.reference()).toEqual({ plans: [sampleHistory], nas: [] });
    for (const rebuild of rebuilds) await rebuild.finish('e2', 0);
    expect(await store.reference()).toEqual({ plans: [sampleHistory], nas: [] });
  });

  it('begins anew with a rebuild, which keeps nothing of the partition but what it puts', async () => {
    const { store } = world();
    const [name, gone] = [nameIn(world(), 0), 'gone'];
    const logged = { events: [sampleEvent(1)], effects: [sampleEffect(name)], wakeAt: 5 };
    await store.commit([sampleCommit(name, { version: 0 }, 1, logged)]);
    await store.commit([sampleCommit(name, { version: 1 }, 2, logged)]);
    await store.commit([sampleCommit(gone, { version: 0 }, 2)]);
    await world().log.putSinkMark({ sunkThrough: 1, begun: { first: 2, last: 2 } });
    for (const { partition } of store.partitions) {
      const rebuild = await store.rebuild(partition);
      const state = sampleLine(name, 9);
      if (partition === 0) await rebuild.putLines([{ username: name, state, wakeAt: 70 }]);
      await rebuild.finish('e2', 1_000);
    }
    expect(await store.load(name)).toEqual({ state: sampleLine(name, 9), version: 1 });
    expect(await store.load(gone)).toEqual({ state: undefined, version: 0 });
    expect(await world().backlog()).toEqual({ events: 0, effects: 0 });
    expect(await store.dueLines(69, 9)).toEqual([]);
    expect(await store.dueLines(70, 9)).toEqual([name]);
    expect(await world().log.sinkMark()).toEqual({ sunkThrough: 1_000, begun: undefined });
    expect(await store.past()).toEqual(store.partitions.map(() => ({ epoch: 'e2', lastEvent: 1_000 })));
    await store.commit([sampleCommit(name, { version: 1 }, 10, logged)]);
    await world().reopen();
    expect((await world().log.readEvents(1_000, 9)).map(({ position }) => position)).toEqual([1_001]);
    expect(consumedOf((await world().store.load(name)).state)).toBe(10);
  });

  it('leaves plans and NAS entries where they are', async () => {
    await world().store.putReference({ plans: [sampleHistory], nas: [] });
    await (await world().store.rebuild(0)).finish('e2', 0);
    expect(await world().store.reference()).toEqual({ plans: [sampleHistory], nas: [] });
  });
}
