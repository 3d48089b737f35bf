import { expect, it } from 'vitest';
import { nameIn, type World } from './counter-world.ts';
import { sampleCommit, sampleEffect, sampleEvent, sampleLine } from './line-samples.ts';

/** Cases about positions, trimming and marks. */
export function keepsLogs(world: () => World): void {
  const positions = async () => (await world().log.readEvents(0, 100)).map(({ position }) => position);

  it('of events grow by position, in the order of the commits', async () => {
    const home = nameIn(world(), 0);
    await world().store.commit([
      sampleCommit(home, { version: 0 }, 1, { events: [sampleEvent(1), sampleEvent(2)] }),
    ]);
    await world().store.append([sampleEvent(3)]);
    const all = await world().log.readEvents(0, 100);
    expect(all.map(({ event }) => event.at)).toEqual([1, 2, 3]);
    const [first, second, third] = all.map(({ position }) => position) as [number, number, number];
    expect(first < second && second < third).toBe(true);
    expect((await world().log.readEvents(first, 1)).map(({ event }) => event.at)).toEqual([2]);
    expect(await world().log.backlog()).toEqual({ events: 3, effects: 0 });
  });

  it('never use a position again, not after trimming all and opening again', async () => {
    await world().store.append([sampleEvent(1), sampleEvent(2)]);
    const last = (await positions()).at(-1) ?? 0;
    await world().log.trimEvents(last);
    expect(await positions()).toEqual([]);
    await world().reopen();
    await world().store.append([sampleEvent(3)]);
    expect((await positions())[0]).toBeGreaterThan(last);
  });

  it('are trimmed up to and including a position', async () => {
    await world().store.append([sampleEvent(1), sampleEvent(2), sampleEvent(3)]);
    const [, second, third] = await positions();
    await world().log.trimEvents(second ?? 0);
    expect(await positions()).toEqual([third]);
  });

  it('of effects hold what was not removed', async () => {
    const effects = [sampleEffect('u1', 1), sampleEffect('u1', 2), sampleEffect('u1', 3)];
    await world().store.commit([sampleCommit('u1', { version: 0 }, 1, { effects })]);
    const [first, second, third] = await world().logOf('u1').readEffects(0, 100);
    await world()
      .logOf('u1')
      .removeEffects([first?.position ?? 0, third?.position ?? 0]);
    await world().reopen();
    expect(await world().logOf('u1').readEffects(0, 100)).toEqual([second]);
    expect(
      await world()
        .logOf('u1')
        .readEffects(second?.position ?? 0, 100),
    ).toEqual([]);
    await world()
      .logOf('u1')
      .removeEffects([second?.position ?? 0]);
    await world().store.commit([sampleCommit('u1', { version: 1 }, 1, { effects: [sampleEffect('u1', 4)] })]);
    expect((await world().logOf('u1').readEffects(0, 1))[0]?.position).toBeGreaterThan(third?.position ?? 0);
  });

  it('have a mark of the sink', async () => {
    expect(await world().log.sinkMark()).toEqual({ sunkThrough: 0, begun: undefined });
    await world().log.putSinkMark({ sunkThrough: 4, begun: { first: 5, last: 9 } });
    await world().reopen();
    expect(await world().log.sinkMark()).toEqual({ sunkThrough: 4, begun: { first: 5, last: 9 } });
  });
}

/** Cases about what is in the logs, and where. */
export function readsLogs(world: () => World): void {
  it('hold in their order what came with the lines that were taken, and nothing of the others', async () => {
    const { store } = world();
    const names = Array.from({ length: 30 }, (_, n) => `u${n}`);
    const isStale = (n: number) => [0, 3, 4, 11, 29].includes(n);
    const batch = names.map((name, n) =>
      sampleCommit(name, { version: isStale(n) ? 7 : 0 }, n, {
        events: Array.from({ length: n % 4 }, (_, index) => sampleEvent(10 * n + index, name)),
        effects: n % 3 === 0 ? [sampleEffect(name, n), sampleEffect(name, n + 1)] : [],
      }),
    );
    const outcomes = await store.commit(batch);
    expect(outcomes.map(({ ok }) => ok)).toEqual(names.map((_, n) => !isStale(n)));
    for (const log of store.partitions) {
      const here = batch.filter(
        ({ username }, n) => !isStale(n) && store.partitionOf(username) === log.partition,
      );
      const events = (await log.readEvents(0, 999)).map(({ event }) => event);
      expect(events).toEqual(here.flatMap((commit) => commit.events));
      const effects = (await log.readEffects(0, 999)).map(({ effect }) => effect);
      expect(effects).toEqual(here.flatMap((commit) => commit.effects));
    }
  });

  it('take hundreds of events and effects with a line that has hundreds of grants and then few', async () => {
    const grants = Array.from({ length: 700 }, (_, n) => ({
      ...sampleLine('u1', n).grants[0]!,
      id: `g${n}`,
    }));
    const much = {
      state: { ...sampleLine('u1', 0), grants },
      events: Array.from({ length: 300 }, (_, n) => sampleEvent(n)),
      effects: Array.from({ length: 200 }, (_, n) => sampleEffect('u1', n)),
      wakeAt: 9,
    };
    await world().store.commit([
      sampleCommit('u1', { version: 0 }, 0, much),
      sampleCommit('u2', { version: 0 }, 1),
    ]);
    expect((await world().store.load('u1')).state).toEqual(much.state);
    const few = { ...much, state: { ...much.state, grants: grants.slice(0, 1) }, wakeAt: undefined };
    await world().store.commit([sampleCommit('u1', { version: 1 }, 0, few)]);
    await world().reopen();
    expect(await world().store.load('u1')).toEqual({ state: few.state, version: 2 });
    expect(await world().store.dueLines(99, 9)).toEqual([]);
    expect(await world().backlog()).toEqual({ events: 600, effects: 400 });
  });

  it('give pages and ranges, also within what one commit logged, and trimmed in the middle of it', async () => {
    const home = nameIn(world(), 0);
    const at = async (after: number, limit: number) =>
      (await world().log.readEvents(after, limit)).map(({ event }) => event.at);
    for (let round = 0; round < 4; round++) {
      const events = Array.from({ length: 5 }, (_, index) => sampleEvent(5 * round + index + 1));
      await world().store.commit([sampleCommit(home, { version: round }, 1, { events })]);
    }
    const all = (await world().log.readEvents(0, 100)).map(({ position }) => position);
    expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(await at(all[2]!, 4)).toEqual([4, 5, 6, 7]);
    expect(await at(all[14]!, 100)).toEqual([16, 17, 18, 19, 20]);
    expect(await at(all[19]!, 100)).toEqual([]);
    await world().log.trimEvents(all[6]!);
    expect(await at(0, 3)).toEqual([8, 9, 10]);
    expect(await world().log.backlog()).toEqual({ events: 13, effects: 0 });
    await world().log.trimEvents(all[4]!);
    expect(await at(0, 1)).toEqual([8]);
  });
}
