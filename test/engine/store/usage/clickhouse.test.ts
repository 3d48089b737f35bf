import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ClickHouseBridge } from '../../../../bench/servers/clickhouse-bridge.ts';
import { createSink } from '../../../../engine/jobs/sink.ts';
import type { EventHistory } from '../../../../engine/jobs/sink-targets.ts';
import type { UsageEvent } from '../../../../engine/pipeline/engine-event.ts';
import { openUsage } from '../../../../engine/store/usage/open-usage.ts';
import type { UsageHistory } from '../../../../engine/subscribers/usage-history.ts';
import { SECOND_MS } from '../../../../engine/values/instant.ts';
import { usageHistorySuite } from '../../../conformance/usage-history.ts';
import { EventLog } from '../../jobs/event-log.ts';
import { NOW, usageEvent } from '../ledger/sample.ts';

usageHistorySuite('ClickHouse over HTTP', async () => {
  const bridge = await ClickHouseBridge.start();
  return { open: () => openUsage({ url: bridge.url }), remove: () => bridge.remove() };
});

describe('the sink and a ClickHouse in trouble', () => {
  let bridge: ClickHouseBridge;
  let history: UsageHistory & EventHistory;
  /** Waits longer than any busy machine needs: only what the test breaks may fail. */
  let patient: UsageHistory & EventHistory;
  let warned: { readonly pauseMs: number }[] = [];
  const log = { warn: (fields: object) => void warned.push(fields as { readonly pauseMs: number }) };
  const ledger = { recordEvents: async () => undefined };

  beforeAll(async () => {
    bridge = await ClickHouseBridge.start();
    history = await openUsage({ url: `${bridge.url}?request_timeout=800` });
    patient = await openUsage({ url: bridge.url });
  });
  afterEach(async () => {
    await bridge.fault(undefined);
    warned = [];
  });
  afterAll(async () => {
    await history.close();
    await patient.close();
    await bridge.remove();
  });

  /** The logs of these tests begin alike; a partition of its own gives each its own tokens. */
  const PARTITIONS = { refuse: 4, silence: 5, slow: 6 };

  /** Interims of one session; the nth of them has counted n octets of upload. */
  function interims(username: string, lineId: number, first: number, count: number): UsageEvent[] {
    return Array.from({ length: count }, (_, index) =>
      usageEvent({
        username,
        lineId,
        at: NOW + (first + index) * SECOND_MS,
        inputOctets: first + index,
        burnedOctets: first + index,
      }),
    );
  }

  const rowsOf = async (username: string) =>
    Number(await bridge.query(`SELECT count() FROM usage_event WHERE username = '${username}'`));
  /** Per session the highest counter, by the rows themselves and by the view. */
  const sumsOf = async (username: string) => {
    const sum = (table: string) =>
      bridge.query(
        `SELECT sum(m) FROM (SELECT max(input_octets) AS m FROM ${table}
         WHERE username = '${username}' GROUP BY line_id, session_key)`,
      );
    return [Number(await sum('usage_event')), Number(await sum('usage_session_day'))];
  };

  it('has every event once after 100 answers were lost behind the commit', async () => {
    const source = new EventLog(1);
    const sink = createSink({ source, history: patient, ledger, log });
    let sent = 0;
    for (let round = 0; round < 100; round += 1) {
      source.add(interims('cut', 1_000, sent + 1, 3));
      sent += 3;
      await bridge.fault({ kind: 'cut', requests: 1, only: 'inserts' });
      await expect(sink.runOnce()).rejects.toThrow();
      expect(await sink.runOnce()).toBe(3);
    }
    expect(source.size).toBe(0);
    expect(await rowsOf('cut')).toBe(sent);
    expect(await sumsOf('cut')).toEqual([sent, sent]);
    expect(await history.totals('cut')).toMatchObject({ inputOctets: sent, burnedOctets: sent });
  }, 60_000);

  it.each([
    { kind: 'refuse', requests: 3 },
    { kind: 'silence', requests: 2, ms: 2_000 },
    { kind: 'slow', requests: 2, ms: 1_000 },
  ] as const)('waits longer each time through $kind, loses nothing and doubles nothing', async (fault) => {
    const username = `through-${fault.kind}`;
    const source = new EventLog(PARTITIONS[fault.kind]);
    const sink = createSink({ source, history, ledger, log });
    source.add(interims(username, 1_001, 1, 500));
    await bridge.fault({ ...fault, only: 'inserts' });
    sink.start(20);
    const added = interims(username, 1_001, 501, 500);
    while (warned.length === 0) await sleep(5);
    expect(source.size).toBe(500);
    source.add(added);
    while (source.size > 0) await sleep(5);
    await sink.stop();
    const pauses = warned.map(({ pauseMs }) => pauseMs);
    expect(pauses).toEqual([200, 400, 800].slice(0, fault.requests));
    expect(await rowsOf(username)).toBe(1_000);
    expect(await sumsOf(username)).toEqual([1_000, 1_000]);
  });

  it('is waited for while it is stopped, and gets all when it is back', async () => {
    const source = new EventLog(3);
    const sink = createSink({ source, history, ledger, log });
    source.add(interims('stopped', 1_002, 1, 200));
    await bridge.stop();
    await expect(sink.drain()).rejects.toThrow();
    await expect(history.ping()).rejects.toThrow();
    expect(source.size).toBe(200);
    await bridge.restart();
    await sink.drain();
    expect(await rowsOf('stopped')).toBe(200);
    expect(await sumsOf('stopped')).toEqual([200, 200]);
  });

  it('counts no total twice when a batch comes again after its token was forgotten', async () => {
    for (const table of ['usage_event', 'usage_session_day']) {
      await bridge.query(`ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = 1`);
    }
    const batch = interims('forgotten', 1_003, 1, 10).map((event, index) => ({ position: index, event }));
    const other = interims('other', 1_004, 1, 1).map((event, index) => ({ position: index, event }));
    await history.insert(batch, 'forgotten:1');
    await history.insert(batch, 'forgotten:1');
    expect(await rowsOf('forgotten')).toBe(10);
    const before = await history.totals();
    await history.insert(other, 'other:1');
    await history.insert(batch, 'forgotten:1');
    expect(await rowsOf('forgotten')).toBe(20);
    expect(await sumsOf('forgotten')).toEqual([10, 10]);
    expect(await history.totals('forgotten')).toMatchObject({ inputOctets: 10, burnedOctets: 10 });
    expect((await history.totals()).inputOctets).toBe(before.inputOctets + 1);
  });

  it('gives an insert up when the program ends', async () => {
    const leaving = await openUsage({ url: bridge.url });
    await bridge.fault({ kind: 'silence', requests: 1, ms: 3_000, only: 'inserts' });
    const [event] = interims('leaving', 1_005, 1, 1);
    const inserting = expect(leaving.insert([{ position: 1, event: event! }], 'leaving:1')).rejects.toThrow();
    await sleep(50);
    const startedAt = performance.now();
    await leaving.close();
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await inserting;
  });

  it('refuses what a server refuses, with its code', async () => {
    await expect(openUsage({ url: `${bridge.url}/no_such_database` })).rejects.toMatchObject({ code: '81' });
  });
});
