import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSink, SINK_PAGE, SINK_PAGES, type SinkParts } from '../../../engine/jobs/sink.ts';
import type { EventHistory, EventLedger } from '../../../engine/jobs/sink-targets.ts';
import type { LoggedEvent, LogPartition } from '../../../engine/pipeline/counter-store.ts';
import { LmdbCounterStore } from '../../../engine/store/counters/lmdb-counter-store.ts';
import { openLedger } from '../../../engine/store/ledger/open-ledger.ts';
import { openUsage } from '../../../engine/store/usage/open-usage.ts';
import type { LedgerStore } from '../../../engine/subscribers/ledger-store.ts';
import type { UsageHistory } from '../../../engine/subscribers/usage-history.ts';
import { MINUTE_MS } from '../../../engine/values/instant.ts';
import { document, NOW, secrets, usageEvent } from '../store/ledger/sample.ts';
import { EventLog } from './event-log.ts';

const log = { warn: () => undefined };

/** A history and a ledger that only note what they are given. */
function notingTargets() {
  const inserted: { token: string; positions: readonly number[] }[] = [];
  const recorded: (readonly number[])[] = [];
  const positionsOf = (events: readonly LoggedEvent[]) => events.map(({ position }) => position);
  const history: EventHistory = {
    insert: async (events, token) => void inserted.push({ token, positions: positionsOf(events) }),
  };
  const ledger: EventLedger = { recordEvents: async (events) => void recorded.push(positionsOf(events)) };
  return { inserted, recorded, history, ledger };
}

/** The same parts, of which the `nth` call fails, before or after it took effect. */
function crashing(parts: SinkParts, nth: number, when: 'before' | 'after'): SinkParts {
  let calls = 0;
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const method = Reflect.get(object, name);
        if (typeof method !== 'function') return method;
        return async (...given: unknown[]) => {
          calls += 1;
          const crashes = calls === nth;
          if (crashes && when === 'before') throw new Error('crash');
          const value = await method.apply(object, given);
          if (crashes) throw new Error('crash');
          return value;
        };
      },
    });
  return {
    ...parts,
    source: wrap(parts.source),
    history: wrap(parts.history),
    ledger: wrap(parts.ledger),
  };
}

describe('the order of steps', () => {
  it('carries batches over in pages and trims behind them', async () => {
    const source = new EventLog(3);
    const { inserted, recorded, history, ledger } = notingTargets();
    const sink = createSink({ source, history, ledger, log });
    expect(await sink.runOnce()).toBe(0);
    source.add(Array.from({ length: SINK_PAGE + 2 }, () => usageEvent({})));
    expect(await sink.runOnce()).toBe(SINK_PAGE + 2);
    expect(await sink.runOnce()).toBe(0);
    expect(inserted.map(({ token }) => token)).toEqual([`3:1-10000:${NOW}`, `3:10001-10002:${NOW}`]);
    expect(recorded).toEqual([[SINK_PAGE + 2]]);
    expect(source.trims).toEqual([SINK_PAGE + 2]);
    expect(source.size).toBe(0);
  });

  it('ends a batch after its last page', async () => {
    const source = new EventLog();
    const { inserted, history, ledger } = notingTargets();
    const sink = createSink({ source, history, ledger, log });
    source.add(Array.from({ length: SINK_PAGE * SINK_PAGES + 1 }, () => usageEvent({})));
    expect(await sink.runOnce()).toBe(SINK_PAGE * SINK_PAGES);
    expect(source.size).toBe(1);
    await sink.drain();
    expect(inserted).toHaveLength(SINK_PAGES + 1);
    expect(source.size).toBe(0);
  });

  it('repeats the pages that were begun with the same ranges and tokens, and takes no more', async () => {
    const source = new EventLog();
    source.add(Array.from({ length: SINK_PAGE + 1 }, () => usageEvent({})));
    const { inserted, recorded, history, ledger } = notingTargets();
    let inserts = 0;
    const failing: EventHistory = {
      insert: async (events, token) => {
        await history.insert(events, token);
        inserts += 1;
        if (inserts === 2) throw new Error('cut off');
      },
    };
    await expect(createSink({ source, history: failing, ledger, log }).runOnce()).rejects.toThrow('cut off');
    source.add([usageEvent({})]);
    const sink = createSink({ source, history, ledger, log });
    expect(await sink.runOnce()).toBe(SINK_PAGE + 1);
    expect(inserted.slice(2)).toEqual(inserted.slice(0, 2));
    expect(recorded).toEqual([[SINK_PAGE + 1]]);
    expect(await sink.runOnce()).toBe(1);
  });

  it('leaves a batch to the program that may carry it', async () => {
    const source = new EventLog();
    source.add([usageEvent({})]);
    const { recorded, history, ledger } = notingTargets();
    const answers = [true, false];
    const mayRun = async () => answers.shift() ?? false;
    expect(await createSink({ source, history, ledger, mayRun, log }).runOnce()).toBe(0);
    expect(recorded).toEqual([]);
    expect((await source.sinkMark()).begun).toEqual({ first: 1, last: 1 });
  });

  it('lets turns pass after a large batch', async () => {
    const source = new EventLog();
    const { inserted, history, ledger } = notingTargets();
    const sink = createSink({ source, history, ledger, log });
    source.add(Array.from({ length: 2_000 }, () => usageEvent({})));
    sink.start(20);
    while (source.size > 0) await new Promise((done) => setTimeout(done, 5));
    source.add([usageEvent({})]);
    await new Promise((done) => setTimeout(done, 100));
    expect(inserted).toHaveLength(1);
    while (source.size > 0) await new Promise((done) => setTimeout(done, 5));
    await sink.stop();
    expect(inserted).toHaveLength(2);
  });

  it('repeats a batch that was begun with the same range and token, whatever has come since', async () => {
    const source = new EventLog();
    source.add([usageEvent({}), usageEvent({})]);
    const { inserted, history, ledger } = notingTargets();
    let fails = true;
    const failing: EventLedger = {
      recordEvents: (events, partition) =>
        fails ? Promise.reject(new Error('down')) : ledger.recordEvents(events, partition),
    };
    const parts = { source, history, ledger: failing, log };
    await expect(createSink(parts).runOnce()).rejects.toThrow('down');
    source.add([usageEvent({})]);
    fails = false;
    const sink = createSink(parts);
    expect(await sink.runOnce()).toBe(2);
    await sink.drain();
    expect(inserted.map(({ token }) => token)).toEqual([`0:1-2:${NOW}`, `0:1-2:${NOW}`, `0:3-3:${NOW}`]);
  });

  it('trims what an earlier process left behind', async () => {
    const source = new EventLog();
    source.add([usageEvent({})]);
    await source.putSinkMark({ sunkThrough: 1, begun: undefined });
    expect(await createSink({ source, ...notingTargets(), log }).runOnce()).toBe(0);
    expect(source.size).toBe(0);
  });

  it('runs in the background until it is stopped, past failures', async () => {
    const source = new EventLog();
    const { recorded, history, ledger } = notingTargets();
    const warned: string[] = [];
    let failures = 2;
    const failing: EventHistory = {
      insert: async (events, token) => {
        failures -= 1;
        if (failures >= 0) throw new Error('down');
        await history.insert(events, token);
      },
    };
    const noting = { warn: (_: unknown, message: string) => void warned.push(message) };
    const sink = createSink({ source, history: failing, ledger, log: noting });
    source.add([usageEvent({})]);
    sink.start(5);
    const end = Date.now() + 5_000;
    while (source.size > 0 && Date.now() < end) await new Promise((done) => setTimeout(done, 5));
    await sink.stop();
    expect(recorded).toEqual([[1]]);
    expect(warned).toHaveLength(2);
    source.add([usageEvent({})]);
    await new Promise((done) => setTimeout(done, 50));
    expect(source.size).toBe(1);
  });
});

describe('with real stores', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-sink-'));
  let ledger: LedgerStore & EventLedger;
  let history: UsageHistory & EventHistory;

  beforeAll(async () => {
    ledger = await openLedger({ folder: join(folder, 'ledger') }, secrets);
    history = await openUsage({ folder: join(folder, 'usage') });
    await ledger.apply(document, NOW);
  });
  afterAll(async () => {
    await ledger.close();
    await history.close();
    rmSync(folder, { recursive: true });
  });

  // Calls of one batch: sinkMark, readEvents, putSinkMark, insert, recordEvents, putSinkMark, trimEvents.
  const crashes = [1, 2, 3, 4, 5, 6, 7].flatMap((nth) => [
    { nth, when: 'before' as const },
    { nth, when: 'after' as const },
  ]);

  it.each(crashes)('counts once when it dies $when call $nth', async ({ nth, when }) => {
    const username = `dies-${when}-${nth}`;
    const base = { lineId: 500 + nth * 2 + Number(when === 'after'), username };
    const effect = {
      type: 'effect',
      at: NOW,
      username,
      sessionKey: '0000000000000001',
      nas: 'bras1',
      kind: 'disconnect',
      reason: 'volume-ended',
      result: 'ack',
      errorCause: 0,
      attempts: 1,
      latencyMs: 1.5,
    } as const;
    const counters = new LmdbCounterStore(join(folder, username));
    const interim = (minute: number) =>
      usageEvent({
        ...base,
        at: NOW + minute * MINUTE_MS,
        outputOctets: minute * 100,
        burnedOctets: minute * 70,
      });
    await counters.append([interim(1), interim(2), effect]);
    // One history serves all cases: each needs tokens of its own.
    const source: LogPartition = Object.create(counters.partitions[0]!, {
      partition: { value: base.lineId },
    });
    const parts = { source, history, ledger, log };
    await expect(createSink(crashing(parts, nth, when)).drain()).rejects.toThrow('crash');
    await counters.append([interim(3)]);
    await createSink(parts).drain();
    expect(await history.totals(username)).toMatchObject({ outputOctets: 300, burnedOctets: 210 });
    const [session] = await ledger.sessions({ username, limit: 2 });
    expect(session).toMatchObject({ outputOctets: 300, burnedOctets: 210 });
    expect((await source.backlog()).events).toBe(0);
    expect((await source.sinkMark()).begun).toBeUndefined();
    await counters.close();
  });
});
