import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TwinKeeper } from '../../../engine/jobs/keep-twin.ts';
import type { VersionedLine } from '../../../engine/pipeline/counter-store.ts';
import { LmdbTwin } from '../../../engine/store/counters/lmdb-twin.ts';
import { StoreAway } from '../../../engine/values/store-away.ts';
import { consumedOf, sampleHistory, sampleLine } from '../../conformance/line-samples.ts';

let folder: string;
let twin: LmdbTwin;
let memory: Map<string, VersionedLine>;
let forgotten: string[];
let stored: Map<string, VersionedLine>;
let loads: string[];
let isAway: boolean;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mizan-twin-'));
  twin = new LmdbTwin(folder);
  [memory, stored, forgotten, loads] = [new Map(), new Map(), [], []];
  isAway = false;
});
afterEach(async () => {
  await twin.close();
  rmSync(folder, { recursive: true });
});

const versioned = (username: string, version: number) => ({ state: sampleLine(username, version), version });
const keeper = () =>
  new TwinKeeper({
    twin,
    counters: {
      async *usernames() {
        yield* stored.keys();
      },
      load: async (username) => {
        loads.push(username);
        if (isAway) throw new StoreAway('away');
        return stored.get(username) ?? { state: undefined, version: 9 };
      },
    },
    memory: {
      entries: () => memory.entries(),
      forgotten: () => forgotten,
      get: (username) => memory.get(username),
    },
    mayRead: () => !isAway,
    onError: () => {},
  });
const copied = (username: string) => consumedOf(twin.line(username)?.state);

describe('TwinKeeper', () => {
  it('copies what is in memory, again only when it has changed', async () => {
    for (const username of ['a', 'b', 'c']) memory.set(username, versioned(username, 1));
    const keep = keeper();
    await keep.copyMemory();
    expect([copied('a'), copied('b'), twin.line('d')]).toEqual([1, 1, undefined]);
    // A copy that was written again would show this figure.
    memory.set('a', { state: sampleLine('a', 77), version: 1 });
    memory.set('b', versioned('b', 2));
    memory.set('c', { state: undefined, version: 2 });
    await keep.copyMemory();
    expect([copied('a'), copied('b'), twin.has('c')]).toEqual([1, 2, false]);
  });

  it('holds nothing up while it copies many lines', async () => {
    for (let number = 0; number < 20_000; number++) memory.set(`u${number}`, versioned(`u${number}`, 1));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await keeper().copyMemory();
    delay.disable();
    expect(twin.usernames('', 30_000)).toHaveLength(20_000);
    // The bound is that of a busy machine with garbage to collect; a copy in one piece takes hundreds of ms.
    expect(delay.percentile(95) / 1e6).toBeLessThan(25);
  });

  it('sweeps over what it has never seen, what others have changed and what is gone, and loads nothing in memory', async () => {
    for (const username of ['new', 'changed', 'same', 'mine']) stored.set(username, versioned(username, 5));
    await twin.put('changed', versioned('changed', 4));
    await twin.put('same', versioned('same', 5));
    await twin.put('mine', versioned('mine', 4));
    await twin.put('gone', versioned('gone', 3));
    memory.set('mine', versioned('mine', 5));
    await keeper().sweep();
    expect(['new', 'changed', 'same'].map(copied)).toEqual([5, 5, 5]);
    expect(twin.has('gone')).toBe(false);
    expect(loads).not.toContain('mine');
    expect(copied('mine')).toBe(4);
  });

  it('stops sweeping when the store goes away', async () => {
    for (let number = 0; number < 100; number++) stored.set(`u${number}`, versioned(`u${number}`, 1));
    const keep = keeper();
    const sweep = keep.sweep();
    setTimeout(() => {
      isAway = true;
    }, 30);
    await sweep;
    expect(loads.length).toBeLessThan(100);
  });

  it('is stopped in the middle', async () => {
    for (let number = 0; number < 1_000; number++) stored.set(`u${number}`, versioned(`u${number}`, 1));
    const keep = keeper();
    const sweep = keep.sweep();
    await new Promise((resolve) => setTimeout(resolve, 30));
    await keep.stop();
    await sweep;
    expect(loads.length).toBeLessThan(200);
  });
});

describe('LmdbTwin', () => {
  it('gives plans and NAS entries to the next process, and nothing when there are none', async () => {
    expect(twin.reference()).toBeUndefined();
    const learned = { messageAuthenticatorSince: 1, gigawordsSince: undefined, boot: 2, bootedAt: 3 };
    const data = { plans: [sampleHistory], nas: [{ name: 'n1', sealedEntry: 'sealed', learned }] };
    await twin.putReference(data);
    await twin.put('u1', versioned('u1', 7));
    await twin.close();
    twin = new LmdbTwin(folder);
    expect(twin.reference()).toEqual(data);
    expect(twin.line('u1')).toEqual(versioned('u1', 7));
    expect([twin.isOf('u1', 7), twin.isOf('u1', 6), twin.usernames('', 9), twin.usernames('u1', 9)]).toEqual([
      true,
      false,
      ['u1'],
      [],
    ]);
  });
});
