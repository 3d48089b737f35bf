import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CounterStore } from '../../../engine/pipeline/counter-store.ts';
import { PIPELINE_LIMITS } from '../../../engine/pipeline/limits.ts';
import { LineEngine } from '../../../engine/pipeline/line-engine.ts';
import type { LineRule } from '../../../engine/pipeline/line-rule.ts';
import { LmdbCounterStore } from '../../../engine/store/counters/lmdb-counter-store.ts';
import {
  consumedOf,
  sampleCommit,
  sampleEffect,
  sampleEvent,
  sampleLine,
} from '../../conformance/line-samples.ts';
import { type Trouble, troubledStore } from './troubled-store.ts';

let folder: string;
let lmdb: LmdbCounterStore;
let observed: number[][];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mizan-engine-'));
  lmdb = new LmdbCounterStore(folder);
  observed = [];
});
afterEach(async () => {
  await lmdb.close();
  rmSync(folder, { recursive: true });
});

const fine: Trouble = { delayMs: 0, kind: 'none' };
const slow: Trouble = { delayMs: 20, kind: 'none' };
const failing: Trouble = { delayMs: 20, kind: 'fail' };
const stolen: Trouble = { delayMs: 20, kind: 'steal' };

/** Another writer: adds 1000 to the line. */
async function steal(username: string): Promise<void> {
  const before = lmdb.load(username);
  await lmdb.commit([sampleCommit(username, before, consumedOf(before.state) + 1000)]);
}

function engineWith(...troubles: Trouble[]) {
  const store = troubledStore(lmdb, troubles.values(), steal);
  const engine = new LineEngine(store, { onCommit: (...figures) => observed.push(figures) });
  return { engine, batches: store.batches };
}

/** Adds to the line's figure and resolves with the new one. */
function add(username: string, octets: number): LineRule<number> {
  return (state) => {
    const result = consumedOf(state) + octets;
    const change = {
      state: sampleLine(username, result),
      events: [sampleEvent(result)],
      effects: [],
      wakeAt: result,
    };
    return { change, result };
  };
}

const look: LineRule<number> = (state) => ({ change: undefined, result: consumedOf(state) });
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
const stored = (username: string) => consumedOf(lmdb.load(username).state);

describe('LineEngine', () => {
  it('makes one commit of what comes together, and the next of what comes meanwhile', async () => {
    const { engine, batches } = engineWith(slow);
    const first = [
      engine.run('a', 1, add('a', 1)),
      engine.run('b', 2, add('b', 2)),
      engine.run('a', 3, add('a', 10)),
    ];
    // The first commit has begun, however long a busy machine takes.
    while (batches.length === 0) await turn();
    expect(engine.waiting).toBe(2);
    const second = [engine.run('a', 4, add('a', 100)), engine.run('c', 4, add('c', 3))];
    expect(await Promise.all([...first, ...second])).toEqual([1, 2, 11, 111, 3]);
    expect(batches.map((batch) => batch.map(({ username }) => username))).toEqual([
      ['a', 'b'],
      ['a', 'c'],
    ]);
    expect(batches[0]?.[0]).toMatchObject({ expectedVersion: 0, at: 3, wakeAt: 11 });
    expect(batches[1]?.[0]).toMatchObject({ expectedVersion: 1 });
    expect(observed).toEqual([
      [2, 0, 0],
      [2, 0, 0],
    ]);
    expect(engine.waiting).toBe(0);
  });

  it('puts no more lines into a commit than allowed', async () => {
    const { engine, batches } = engineWith();
    const names = Array.from({ length: PIPELINE_LIMITS.commitLines + 5 }, (_, index) => `u${index}`);
    await Promise.all(names.map((username) => engine.run(username, 0, add(username, 1))));
    expect(batches.map((batch) => batch.length)).toEqual([PIPELINE_LIMITS.commitLines, 5]);
    expect(names.every((username) => stored(username) === 1)).toBe(true);
  });

  it('runs all rules again on what a faster writer stored, those of the next batch too, in their order', async () => {
    const { engine } = engineWith(stolen);
    const first = [engine.run('a', 0, add('a', 1)), engine.run('b', 0, add('b', 1))];
    await turn();
    const second = [engine.run('a', 0, add('a', 10)), engine.run('a', 0, look)];
    expect(await Promise.all([...first, ...second])).toEqual([1001, 1, 1011, 1011]);
    expect(stored('a')).toBe(1011);
    expect((await lmdb.partitions[0]!.readEvents(0, 9)).map(({ event }) => event.at).toSorted()).toEqual([
      1, 1001, 1011,
    ]);
    expect(observed[0]).toEqual([2, 1, 0]);
  });

  it('gives up on a line that others change without end', async () => {
    const { engine } = engineWith(...Array.from({ length: 30 }, () => ({ ...stolen, delayMs: 0 })));
    await expect(engine.run('a', 0, add('a', 1))).rejects.toThrow('without end');
    expect(stored('a') % 1000).toBe(0);
  });

  it('rejects everything built on a failed commit and remembers nothing of it', async () => {
    const { engine } = engineWith(fine, failing);
    await engine.run('a', 0, add('a', 5));
    const first = engine.run('a', 0, add('a', 1));
    await turn();
    const late = [engine.run('a', 0, add('a', 10)), engine.run('a', 0, look)];
    const results = await Promise.allSettled([first, ...late]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(consumedOf(await engine.peek('a'))).toBe(5);
    expect(observed).toEqual([[1, 0, 0]]);
    expect(await engine.run('a', 0, add('a', 1))).toBe(6);
    expect(stored('a')).toBe(6);
  });

  it('answers a rule that changes nothing only when what it saw is durable', async () => {
    const { engine } = engineWith(slow);
    const order: string[] = [];
    const change = engine.run('a', 0, add('a', 1)).then(() => order.push('change'));
    await turn();
    const nothing = engine.run('a', 0, look).then((figure) => order.push(`look ${figure}`));
    await turn();
    expect(order).toEqual([]);
    await Promise.all([change, nothing]);
    expect(order).toEqual(['change', 'look 1']);
  });

  it('resolves a rule without change on a stored or unknown line without a commit', async () => {
    const { engine, batches } = engineWith();
    await lmdb.commit([sampleCommit('a', { version: 0 }, 5)]);
    expect(await Promise.all([engine.run('a', 0, look), engine.run('nobody', 0, look)])).toEqual([5, 0]);
    expect(batches).toEqual([]);
    expect(await engine.peek('nobody')).toBeUndefined();
  });

  it('lets a rule that throws hurt its caller alone', async () => {
    const { engine } = engineWith();
    const bad = engine.run('a', 0, () => {
      throw new Error('a bug');
    });
    const results = await Promise.allSettled([
      engine.run('a', 0, add('a', 1)),
      bad,
      engine.run('a', 0, add('a', 2)),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(stored('a')).toBe(3);
  });

  it('forgets a line and lets it come back', async () => {
    const { engine, batches } = engineWith();
    const forget: LineRule<number> = () => ({
      change: { state: undefined, events: [], effects: [sampleEffect('a')], wakeAt: undefined },
      result: 0,
    });
    await engine.run('a', 0, add('a', 5));
    await engine.run('a', 0, forget);
    expect(await engine.peek('a')).toBeUndefined();
    expect(await engine.run('a', 0, add('a', 2))).toBe(2);
    expect(batches).toHaveLength(3);
    expect(observed[1]).toEqual([1, 0, 1]);
  });

  it('records loose events durably, and says so when it cannot', async () => {
    const { engine } = engineWith();
    await Promise.all([engine.record([sampleEvent(1)]), engine.record([sampleEvent(2)])]);
    expect((await lmdb.partitions[0]!.readEvents(0, 9)).map(({ event }) => event.at)).toEqual([1, 2]);
    const broken = new LineEngine(
      new Proxy(lmdb, {
        get: (target, key) =>
          key === 'append' ? () => Promise.reject(new Error('disk full')) : Reflect.get(target, key),
      }),
      { onCommit: () => {} },
    );
    await expect(broken.record([sampleEvent(3)])).rejects.toThrow('disk full');
  });

  it('forgets what somebody else has changed, and keeps what is as new', async () => {
    const { engine } = engineWith();
    await engine.run('a', 1, add('a', 1));
    await steal('a');
    expect(consumedOf(await engine.peek('a'))).toBe(1);
    engine.forgetOlder('a', 1);
    expect(consumedOf(await engine.peek('a'))).toBe(1);
    engine.forgetOlder('a', 2);
    expect(consumedOf(await engine.peek('a'))).toBe(1001);
    await steal('a');
    engine.forgetAll();
    expect(await engine.run('a', 1, look)).toBe(2001);
  });

  it('does not keep what was loaded while somebody else changed it', async () => {
    await lmdb.commit([sampleCommit('a', { version: 0 }, 1)]);
    let answer = (): void => {};
    const slowly = new Proxy(lmdb as CounterStore, {
      get(store, key) {
        if (key !== 'load') return Reflect.get(store, key);
        const old = store.load('a');
        return () => new Promise((resolve) => (answer = () => resolve(old)));
      },
    });
    const engine = new LineEngine(slowly, { onCommit: () => {} });
    const first = engine.peek('a');
    await steal('a');
    engine.forgetOlder('a', 2);
    answer();
    expect(consumedOf(await first)).toBe(1);
    const second = engine.peek('a');
    answer();
    expect(consumedOf(await second)).toBe(1001);
  });

  it('loses nothing and repeats nothing, whatever the store does', async () => {
    const trouble = fc.record({
      delayMs: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom<Trouble['kind']>('none', 'none', 'none', 'fail', 'steal'),
    });
    const step = fc.record({
      line: fc.constantFrom('x', 'y', 'z'),
      octets: fc.integer({ min: 1, max: 99 }),
      pauseMs: fc.constantFrom(0, 0, 0, 1, 3),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(trouble, { maxLength: 12 }),
        fc.array(step, { maxLength: 40 }),
        async (troubles, steps) => {
          const prefix = `run${run++}-`;
          const thefts = new Map<string, number>();
          const store = troubledStore(lmdb, troubles.values(), async (username) => {
            await steal(username);
            thefts.set(username, (thefts.get(username) ?? 0) + 1000);
          });
          const engine = new LineEngine(store, { onCommit: () => {} });
          const eventsBefore = (await lmdb.partitions[0]!.backlog()).events;
          const results: { username: string; octets: number; done: Promise<number | undefined> }[] = [];
          for (const { line, octets, pauseMs } of steps) {
            const username = prefix + line;
            const done = engine.run(username, 0, add(username, octets)).catch(() => undefined);
            results.push({ username, octets, done });
            if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
          }
          await Promise.all(results.map(({ done }) => done));
          let resolved = 0;
          for (const line of ['x', 'y', 'z']) {
            const username = prefix + line;
            const own = results.filter((one) => one.username === username);
            const figures: number[] = [];
            let sum = thefts.get(username) ?? 0;
            for (const { octets, done } of own) {
              const figure = await done;
              if (figure === undefined) continue;
              figures.push(figure);
              sum += octets;
            }
            resolved += figures.length;
            expect(stored(username)).toBe(sum);
            expect(figures).toEqual(figures.toSorted((left, right) => left - right));
          }
          expect((await lmdb.partitions[0]!.backlog()).events - eventsBefore).toBe(resolved);
        },
      ),
      { numRuns: 100 },
    );
  });
});
