import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StoreChange } from '../../engine/pipeline/counter-store.ts';
import { keepsLogs, readsLogs } from './counter-logs.ts';
import { spreadsLines, tellsItsPast } from './counter-partitions.ts';
import { type StorePlace, World } from './counter-world.ts';
import {
  consumedOf,
  sampleCommit,
  sampleEffect,
  sampleEvent,
  sampleHistory,
  sampleLine,
} from './line-samples.ts';

const NOTHING = {
  messageAuthenticatorSince: undefined,
  gigawordsSince: undefined,
  boot: 0,
  bootedAt: undefined,
};

/** What every counter store promises; `makePlace` makes an empty one for each test. */
export function counterStoreSuite(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`${name} as a counter store`, () => {
    let current: World;
    beforeEach(async () => {
      current = await World.at(await makePlace());
    });
    afterEach(() => current.remove());
    const world = () => current;
    describe('lines', () => {
      keepsLines(world);
      keepsMarks(world);
    });
    describe('logs', () => keepsLogs(world));
    describe('pages of logs', () => readsLogs(world));
    describe('planned moments', () => keepsMoments(world));
    describe('reference data', () => keepsReference(world));
    describe('several users', () => servesSeveral(world));
    describe('partitions', () => spreadsLines(world));
    describe('the past', () => tellsItsPast(world));
  });
}

function keepsLines(world: () => World): void {
  it('begin at version 0 and count their commits', async () => {
    expect(await world().store.load('u1')).toEqual({ state: undefined, version: 0 });
    expect(await world().store.commit([sampleCommit('u1', { version: 0 }, 5)])).toEqual([{ ok: true }]);
    expect(await world().store.load('u1')).toEqual({ state: sampleLine('u1', 5), version: 1 });
    await world().store.commit([sampleCommit('u1', { version: 1 }, 6)]);
    await world().reopen();
    expect(await world().store.load('u1')).toEqual({ state: sampleLine('u1', 6), version: 2 });
  });

  it('conflict each by itself in one batch, and a refused change leaves nothing behind', async () => {
    await world().store.commit([sampleCommit('u1', { version: 0 }, 5)]);
    const logged = { events: [sampleEvent(1)], effects: [sampleEffect('u1')], wakeAt: 9 };
    const outcomes = await world().store.commit([
      sampleCommit('u2', { version: 0 }, 1),
      sampleCommit('u1', { version: 0 }, 9, logged),
      sampleCommit('u3', { version: 4 }, 9, logged),
      sampleCommit('u4', { version: 0 }, 2),
    ]);
    expect(outcomes).toEqual([
      { ok: true },
      { ok: false, stored: { state: sampleLine('u1', 5), version: 1 } },
      { ok: false, stored: { state: undefined, version: 0 } },
      { ok: true },
    ]);
    expect(await world().backlog()).toEqual({ events: 0, effects: 0 });
    expect(await world().store.dueLines(100, 10)).toEqual([]);
    expect(consumedOf((await world().store.load('u4')).state)).toBe(2);
  });

  it('go on counting when they are forgotten and come back', async () => {
    await world().store.commit([sampleCommit('u1', { version: 0 }, 5)]);
    await world().store.commit([sampleCommit('u1', { version: 1 }, 0, { state: undefined })]);
    expect(await world().store.load('u1')).toEqual({ state: undefined, version: 2 });
    const outcomes = await world().store.commit([sampleCommit('u1', { version: 1 }, 6)]);
    expect(outcomes).toEqual([{ ok: false, stored: { state: undefined, version: 2 } }]);
    await world().store.commit([sampleCommit('u1', { version: 2 }, 7)]);
    await world().reopen();
    expect(await world().store.load('u1')).toEqual({ state: sampleLine('u1', 7), version: 3 });
  });

  it('keep figures exact to 2^53 - 1', async () => {
    for (const octets of [10 ** 15, 10 ** 15 + 1, 1_234_567_890_123_457, 2 ** 53 - 1]) {
      await world().store.commit([sampleCommit('u1', { version: await world().version('u1') }, octets)]);
      await world().reopen();
      expect(consumedOf((await world().store.load('u1')).state)).toBe(octets);
    }
  });

  it('are found under names of any letters', async () => {
    const names = ['a', 'b', 'علی', 'a b', 'a\u0000b', '\u0001', 'x'.repeat(253), 'é'.repeat(253)];
    await world().store.commit(
      names.map((username, index) => sampleCommit(username, { version: 0 }, index, { wakeAt: 5 })),
    );
    for (const [index, username] of names.entries()) {
      expect(consumedOf((await world().store.load(username)).state)).toBe(index);
    }
    const listed: string[] = [];
    for await (const username of world().store.usernames()) listed.push(username);
    expect(listed.toSorted()).toEqual(names.toSorted());
    expect((await world().store.dueLines(5, 100)).toSorted()).toEqual(names.toSorted());
  });
}

function keepsMarks(world: () => World): void {
  it('keep how far their forgotten sessions reach, which most lines have none of', async () => {
    const marks = [
      { through: 1_768_030_000_123, stampSeconds: 1_768_030_000 },
      { through: 1_768_030_000_123, stampSeconds: 1_484_033_200 },
      { through: 1_768_030_000_124, stampSeconds: undefined },
      undefined,
    ];
    for (const [version, forgotten] of marks.entries()) {
      const state = { ...sampleLine('u1', 5), forgotten };
      const commit = sampleCommit('u1', { version }, 5, { state });
      expect(await world().store.commit([commit])).toEqual([{ ok: true }]);
      await world().reopen();
      expect(await world().store.load('u1')).toStrictEqual({ state, version: version + 1 });
    }
  });
}

function keepsMoments(world: () => World): void {
  const plan = async (at: number, wakeAt: number | undefined, username = 'u1') =>
    world().store.commit([
      sampleCommit(username, { version: await world().version(username) }, 1, { at, wakeAt }),
    ]);

  it('come soonest first, at most as many as asked for', async () => {
    await plan(0, 30, 'c');
    await plan(0, 10, 'a');
    await plan(0, 20, 'b');
    expect(await world().store.dueLines(9, 10)).toEqual([]);
    expect(await world().store.dueLines(10, 10)).toEqual(['a']);
    expect((await world().store.dueLines(99, 10)).toSorted()).toEqual(['a', 'b', 'c']);
    if (world().store.partitions.length > 1) return;
    expect(await world().store.dueLines(99, 2)).toEqual(['a', 'b']);
  });

  it('keep their place when put off, and are moved once they have come', async () => {
    await plan(0, 10);
    await plan(5, 50);
    expect(await world().store.dueLines(10, 10)).toEqual(['u1']);
    await plan(10, 50);
    expect(await world().store.dueLines(49, 10)).toEqual([]);
    expect(await world().store.dueLines(50, 10)).toEqual(['u1']);
  });

  it('are brought forward at once, and removed', async () => {
    await plan(0, 50);
    await plan(1, 20);
    expect(await world().store.dueLines(20, 10)).toEqual(['u1']);
    await plan(2, undefined);
    await world().reopen();
    expect(await world().store.dueLines(1e15, 10)).toEqual([]);
  });
}

function keepsReference(world: () => World): void {
  const nas = (learned: object) => ({
    name: 'n1',
    sealedEntry: 'x',
    learned: { ...NOTHING, ...learned },
  });
  const nasEvent = { type: 'nas', at: 1, nas: 'n1', ...NOTHING } as const;

  it('are empty, then what was put, and what is known of a NAS only rises', async () => {
    expect(await world().store.reference()).toEqual({ plans: [], nas: [] });
    await world().store.putReference({ plans: [sampleHistory], nas: [nas({})] });
    await world().store.learnNas('n1', { ...NOTHING, boot: 2, bootedAt: 20, gigawordsSince: 9 }, nasEvent);
    await world().store.learnNas('n1', { ...NOTHING, boot: 1, bootedAt: 30, gigawordsSince: 12 }, nasEvent);
    await world().store.putReference({ plans: [], nas: [{ ...nas({ boot: 1 }), sealedEntry: 'y' }] });
    await world().reopen();
    const learned = { boot: 2, bootedAt: 20, gigawordsSince: 9 };
    expect(await world().store.reference()).toEqual({
      plans: [],
      nas: [{ ...nas(learned), sealedEntry: 'y' }],
    });
    expect((await world().log.readEvents(0, 9)).map(({ event }) => event)).toEqual([nasEvent, nasEvent]);
  });
}

function servesSeveral(world: () => World): void {
  it('tells other users of changes, not the one who made them', async () => {
    const other = await world().open();
    const heard: StoreChange[] = [];
    const own: StoreChange[] = [];
    const stop = other.onChange((change) => {
      if (change.kind !== 'line') heard.push(change);
    });
    world().store.onChange((change) => own.push(change));
    await world().store.putReference({ plans: [sampleHistory], nas: [] });
    await world().store.commit([sampleCommit('u1', { version: 0 }, 1, { effects: [sampleEffect('u1')] })]);
    // In a cluster the two come by different nodes, in any order.
    const kinds = () => heard.map(({ kind }) => kind).toSorted();
    await vi.waitFor(() => expect(kinds()).toEqual(['effects', 'reference']));
    stop();
    await other.putReference({ plans: [], nas: [] });
    await vi.waitFor(() => expect(own).toEqual([{ kind: 'reference' }]));
    expect(heard).toHaveLength(2);
  });

  it('tells other users that the ledger has changed', async () => {
    const other = await world().open();
    const heard: StoreChange[] = [];
    other.onChange((change) => heard.push(change));
    await world().store.tellLedgerChanged();
    await vi.waitFor(() => expect(heard).toEqual([{ kind: 'ledger' }]));
  });

  it('gives a task back to whoever holds it, not to others', async () => {
    const { store } = world();
    expect(await store.lease('sink-0')).toBe(true);
    expect(await store.lease('sink-0')).toBe(true);
    expect(await store.lease('guard')).toBe(true);
    await store.endLease('sink-0');
    const other = await world().open();
    expect(await other.lease('sink-0')).toBe(true);
    await other.endLease('guard');
  });

  it('shows two users the same lines', async () => {
    const other = await world().open();
    await world().store.commit([sampleCommit('u1', { version: 0 }, 5)]);
    expect(consumedOf((await other.load('u1')).state)).toBe(5);
    expect(await other.commit([sampleCommit('u1', { version: 0 }, 9)])).toMatchObject([{ ok: false }]);
  });
}
