import { describe, expect, it } from 'vitest';
import { createReconciler, type ReconcilerParts } from '../../../engine/jobs/reconcile.ts';
import type { VersionedLine } from '../../../engine/pipeline/counter-store.ts';
import type { Reconciliation } from '../../../engine/subscribers/reconcile.ts';
import { sampleLine } from '../../conformance/line-samples.ts';

/** Stores of lines `l1` to `l<count>`, each with one grant of which all of them say that 10 octets were taken. */
class FakeStores {
  readonly counters = new Map<string, VersionedLine>();
  /** Consumption by the ledger, by username. */
  readonly consumed = new Map<string, number>();
  readonly burned = new Map<string, number>();
  readonly unprojected = new Set<string>();
  readonly results: Reconciliation[] = [];
  readonly warned: object[] = [];
  readonly pages: number[] = [];
  sinks = 0;
  onSunk: () => Promise<void> = async () => undefined;
  /** Called before a line is loaded from the counters. */
  onLoad: (username: string) => void = () => undefined;

  constructor(count: number) {
    for (let index = 1; index <= count; index += 1) this.set(`l${index}`, 10);
  }

  set(username: string, consumed: number): void {
    this.touch(username, consumed);
    this.consumed.set(username, consumed);
    this.burned.set(username, consumed);
  }

  /** Another commit of the line. */
  touch(username: string, consumed: number): void {
    const version = (this.counters.get(username)?.version ?? 0) + 1;
    this.counters.set(username, { version, state: sampleLine(username, consumed) });
  }

  parts(): ReconcilerParts {
    const names = () => [...this.consumed.keys()];
    const idOf = (username: string) => names().indexOf(username) + 1;
    return {
      counters: {
        load: (username) => {
          this.onLoad(username);
          return this.counters.get(username) ?? { version: 0, state: undefined };
        },
        usernames: async function* (this: FakeStores) {
          yield* [...this.counters.keys()];
        }.bind(this),
      },
      ledger: {
        linesAfter: async (lineId, limit) =>
          names()
            .map((username) => ({ lineId: idOf(username), username }))
            .filter((line) => line.lineId > lineId)
            .slice(0, limit),
        lineIds: async (usernames) =>
          new Map(
            usernames
              .filter((name) => this.consumed.has(name))
              .map((username) => [username, idOf(username)] as const),
          ),
        ledgerBalances: async (lines) => {
          this.pages.push(lines.length);
          return lines.map(({ lineId }) => {
            const consumedOctets = this.consumed.get(names()[lineId - 1] ?? '') ?? 0;
            const grants = new Map([['g1', { octets: Number.MAX_SAFE_INTEGER, consumedOctets }]]);
            return { grants, sessions: new Map() };
          });
        },
        unprojected: async () => this.unprojected,
      },
      history: {
        historyBalances: async (lines) =>
          lines.map(({ lineId }) => {
            const burnedOctets = this.burned.get(names()[lineId - 1] ?? '') ?? 0;
            return { sessions: new Map(), others: { burnedOctets, unaccountedOctets: 0 } };
          }),
      },
      sunk: async () => {
        this.sinks += 1;
        await this.onSunk();
      },
      now: () => 1_000,
      onResult: (result) => this.results.push(result),
      log: { warn: (fields) => void this.warned.push(fields) },
    };
  }

  run(): Promise<Reconciliation> {
    return createReconciler(this.parts()).runOnce();
  }
}

const AGREED = { busy: 0, unreconciledOctets: 0, differingLines: 0, differences: [] };

describe('a run', () => {
  it('judges every line once, in pages, and does not wait for the sink when all agrees', async () => {
    const stores = new FakeStores(1_203);
    expect(await stores.run()).toEqual({
      startedAt: 1_000,
      finishedAt: 1_000,
      lines: 1_203,
      judged: 1_203,
      ...AGREED,
    });
    expect(stores.pages).toEqual([500, 500, 203]);
    expect(stores.sinks).toBe(0);
    expect(stores.warned).toEqual([]);
  });

  it('waits for what is on its way, and then finds no difference', async () => {
    const stores = new FakeStores(3);
    stores.touch('l2', 70);
    stores.onSunk = async () => {
      stores.consumed.set('l2', 70);
      stores.burned.set('l2', 70);
    };
    expect(await stores.run()).toMatchObject({ lines: 3, judged: 3, ...AGREED });
    expect(stores.sinks).toBe(1);
  });

  it('reports what still differs at rest, once per line, and tells the operator', async () => {
    const stores = new FakeStores(700);
    stores.consumed.set('l5', 4);
    stores.burned.set('l600', 10 + 2 ** 40);
    const found = await stores.run();
    expect(found).toMatchObject({
      lines: 700,
      judged: 700,
      busy: 0,
      differingLines: 2,
      unreconciledOctets: 6 + 2 ** 40,
    });
    expect(found.differences).toMatchObject([
      { username: 'l5', lineId: 5, grantId: 'g1', counters: 10, ledger: 4, octets: 6 },
      { username: 'l600', lineId: 600, history: 10 + 2 ** 40, octets: 2 ** 40 },
    ]);
    expect(stores.results).toEqual([found]);
    expect(stores.warned).toMatchObject([{ unreconciledOctets: 6 + 2 ** 40, differingLines: 2 }]);
  });

  it('counts all, however many differ, and keeps the first hundred', async () => {
    const stores = new FakeStores(1_100);
    for (const username of stores.consumed.keys()) stores.consumed.set(username, 11);
    const found = await stores.run();
    expect(found).toMatchObject({ judged: 1_100, differingLines: 1_100, unreconciledOctets: 1_100 });
    expect(found.differences).toHaveLength(100);
  });

  it('judges lines that only the counters know', async () => {
    const stores = new FakeStores(2);
    stores.touch('stranger', 33);
    expect(await stores.run()).toMatchObject({
      lines: 3,
      judged: 3,
      unreconciledOctets: 33,
      differences: [{ username: 'stranger', grantId: 'g1', counters: 33, ledger: 0, octets: 33 }],
    });
  });

  it('judges lines that only the ledger knows', async () => {
    const stores = new FakeStores(2);
    stores.counters.delete('l1');
    expect(await stores.run()).toMatchObject({
      lines: 2,
      judged: 2,
      differences: [{ username: 'l1', grantId: 'g1', counters: 0, ledger: 10, octets: 10 }],
    });
  });
});

describe('a line that does not rest', () => {
  it('is busy, not different, when it changes between any two looks', async () => {
    const stores = new FakeStores(3);
    let consumed = 10;
    stores.onLoad = (username) => {
      consumed += 1;
      if (username === 'l1') stores.touch('l1', consumed);
    };
    expect(await stores.run()).toMatchObject({ ...AGREED, lines: 3, judged: 2, busy: 1 });
    expect(stores.sinks).toBe(5);
  });

  it('is judged as soon as it rests', async () => {
    const stores = new FakeStores(1);
    stores.onSunk = async () => {
      if (stores.sinks <= 3) stores.touch('l1', 11 + stores.sinks);
      if (stores.sinks === 4) {
        stores.consumed.set('l1', 14);
        stores.burned.set('l1', 14);
      }
    };
    stores.touch('l1', 11);
    expect(await stores.run()).toMatchObject({ ...AGREED, lines: 1, judged: 1 });
    expect(stores.sinks).toBe(4);
  });

  it('is busy, not different, while its projection waits', async () => {
    const stores = new FakeStores(2);
    stores.consumed.set('l1', 0);
    stores.unprojected.add('l1');
    expect(await stores.run()).toMatchObject({ ...AGREED, lines: 2, judged: 1, busy: 1 });
  });

  it('does not differ when a replica of the history was only a moment behind', async () => {
    const stores = new FakeStores(1);
    stores.burned.set('l1', 3);
    stores.onSunk = async () => void (stores.sinks === 2 && stores.burned.set('l1', 10));
    expect(await stores.run()).toMatchObject({ ...AGREED, judged: 1 });
  });

  it('is not looked for when it is gone from both by the second look', async () => {
    const stores = new FakeStores(1);
    stores.touch('stranger', 33);
    stores.onSunk = async () => void stores.counters.set('stranger', { version: 2, state: undefined });
    expect(await stores.run()).toMatchObject({ ...AGREED, lines: 2, judged: 2 });
  });
});

describe('the reconciler', () => {
  it('joins a run in work and keeps what the last one found', async () => {
    const stores = new FakeStores(2);
    const reconciler = createReconciler(stores.parts());
    expect([reconciler.isRunning, reconciler.last]).toEqual([false, undefined]);
    const runs = [reconciler.runOnce(), reconciler.runOnce()];
    expect(reconciler.isRunning).toBe(true);
    const [first, second] = await Promise.all(runs);
    expect(second).toBe(first);
    expect([reconciler.isRunning, reconciler.last]).toEqual([false, first]);
    expect(await reconciler.runOnce()).not.toBe(first);
  });

  it('is cut short by stop, also while the sink does not come on', async () => {
    const stores = new FakeStores(2);
    stores.consumed.set('l1', 0);
    stores.onSunk = () => new Promise(() => undefined);
    const reconciler = createReconciler(stores.parts());
    const run = reconciler.runOnce();
    const outcome = expect(run).rejects.toThrow('the program is stopping');
    while (stores.sinks === 0) await new Promise((done) => setImmediate(done));
    await reconciler.stop();
    await outcome;
    await expect(reconciler.runOnce()).rejects.toThrow('the program is stopping');
    expect(stores.results).toEqual([]);
  });

  it('leaves it to another program to run by itself, and runs when it is asked to', async () => {
    const stores = new FakeStores(1);
    let asked = 0;
    const mayRun = async () => {
      asked += 1;
      return false;
    };
    const reconciler = createReconciler({ ...stores.parts(), mayRun });
    reconciler.start(1);
    while (asked < 3) await new Promise((done) => setTimeout(done, 5));
    expect(stores.results).toEqual([]);
    await reconciler.runOnce();
    expect(stores.results).toHaveLength(1);
    await reconciler.stop();
  });

  it('runs on its own from its start on, past failures, and quietly ends', async () => {
    const stores = new FakeStores(1);
    stores.consumed.set('l1', 0);
    stores.onSunk = async () => {
      if (stores.sinks === 1) throw new Error('history is down');
    };
    const reconciler = createReconciler(stores.parts());
    reconciler.start(5);
    const end = Date.now() + 5_000;
    while (stores.results.length < 2 && Date.now() < end) await new Promise((done) => setTimeout(done, 5));
    await reconciler.stop();
    expect(stores.results.length).toBeGreaterThanOrEqual(2);
    expect(stores.warned[0]).toMatchObject({ job: 'reconciliation', reason: 'Error: history is down' });
    expect(stores.warned.slice(1)).toEqual(
      stores.results.map(() => expect.objectContaining({ differingLines: 1 })),
    );
  });
});
