import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventHistory } from '../../engine/jobs/sink-targets.ts';
import type { LoggedEvent } from '../../engine/pipeline/counter-store.ts';
import type { UsageEvent } from '../../engine/pipeline/engine-event.ts';
import type { ReconcileHistory } from '../../engine/subscribers/reconcile.ts';
import type { UsageHistory } from '../../engine/subscribers/usage-history.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../engine/values/instant.ts';
import { usageEvent } from '../engine/store/ledger/sample.ts';
import { historyBalanceTests } from './history-balances.ts';

/** A place that a usage history can be opened at again and again, empty at first. */
export interface HistoryPlace {
  open(): Promise<UsageHistory & EventHistory & ReconcileHistory>;
  remove(): Promise<void>;
}

let place: HistoryPlace;
let history: UsageHistory & EventHistory & ReconcileHistory;
let position = 0;

/** What every usage history promises. The tests follow one history through its life, in order. */
export function usageHistorySuite(name: string, makePlace: () => Promise<HistoryPlace>): void {
  describe(`${name} as a usage history`, () => {
    beforeAll(async () => {
      place = await makePlace();
      history = await place.open();
    });
    afterAll(async () => {
      await history.close();
      await place.remove();
    });
    countsOnce();
    countsThroughDisorder();
    countsExactly();
    divides();
    historyBalanceTests(() => history, logged, MIDNIGHT);
    outlivesRestart();
  });
}

/** Midnight in Tehran at the beginning of 2026-11-21. */
const MIDNIGHT = Date.UTC(2026, 10, 20, 20, 30);

function logged(given: Partial<UsageEvent>): LoggedEvent {
  position += 1;
  return { position, event: usageEvent(given) };
}

/** Interims of a session, each with one octet more of upload than minutes passed and twice that of download. */
function session(lineId: number, key: string, from: number, minutes: readonly number[]): LoggedEvent[] {
  return minutes.map((minute) =>
    logged({
      lineId,
      username: `line${lineId}`,
      sessionKey: key,
      startedAt: from,
      at: from + minute * MINUTE_MS,
      inputOctets: minute,
      outputOctets: 2 * minute,
      chargedOctets: 3 * minute,
      burnedOctets: 3 * minute,
    }),
  );
}

/** A sequence of numbers in [0, 1) that a seed fixes. */
function* dice(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

function countsOnce(): void {
  it('takes a token once', async () => {
    const events = session(10, '00000000000000aa', MIDNIGHT, [0, 60, 120]);
    const access = {
      position: 1000,
      event: {
        type: 'access',
        at: MIDNIGHT,
        username: 'line10',
        nas: 'bras1',
        callingStationId: '',
        outcome: 'reject',
        reason: 'wrong-password',
        count: 3,
      },
    } as const;
    for (let time = 0; time < 3; time += 1) await history.insert([...events, access], '0:1-4');
    expect(await history.totals('line10')).toEqual({
      inputOctets: 120,
      outputOctets: 240,
      chargedOctets: 360,
      freeOctets: 0,
      quarantinedOctets: 0,
      burnedOctets: 360,
      overshotOctets: 0,
    });
    expect(await history.accessHistory('line10', 10)).toEqual([
      {
        at: MIDNIGHT,
        nas: 'bras1',
        callingStationId: '',
        outcome: 'reject',
        reason: 'wrong-password',
        count: 3,
      },
    ]);
  });

  it('takes the same events under other tokens without counting them again', async () => {
    const before = await history.totals();
    const events = session(10, '00000000000000aa', MIDNIGHT, [120, 60, 0]);
    await history.insert(events, 'other:1');
    await history.insert(events.toReversed(), 'other:2');
    expect(await history.totals()).toEqual(before);
    expect(
      (await history.sessionsOf(10, 0, MIDNIGHT + DAY_MS)).map(({ outputOctets }) => outputOctets),
    ).toEqual([240]);
  });
}

function countsThroughDisorder(): void {
  it.each([1, 2, 3])('is true after shuffling and repetition (seed %i)', async (seed) => {
    const random = dice(seed);
    const lineId = 100 + seed;
    const events: LoggedEvent[] = [];
    let truth = 0;
    for (let index = 0; index < 40; index += 1) {
      const last = Math.floor(random.next().value * 4000);
      const minutes = [0, last >> 2, last >> 1, last];
      const sent = session(lineId, (0xffffffffffffff00n + BigInt(index)).toString(16), MIDNIGHT, minutes);
      for (const event of sent) for (let n = random.next().value * 3; n >= 0; n -= 1) events.push(event);
      truth += last;
    }
    const keyed = events.map((event) => [random.next().value, event] as const);
    const shuffled = keyed.sort(([a], [b]) => a - b).map(([, event]) => event);
    for (let start = 0; start < shuffled.length; start += 150) {
      const batch = shuffled.slice(start, start + 150);
      await history.insert(batch, `shuffled:${seed}:${start}`);
      if (random.next().value < 0.5) await history.insert(batch, `again:${seed}:${start}`);
    }
    const totals = await history.totals(`line${lineId}`);
    expect([totals.inputOctets, totals.outputOctets, totals.burnedOctets]).toEqual([
      truth,
      2 * truth,
      3 * truth,
    ]);
    const days = await history.dailyOf(lineId, MIDNIGHT, MIDNIGHT + 10 * DAY_MS);
    expect(days.reduce((sum, day) => sum + day.inputOctets, 0)).toBe(truth);
    const sessions = await history.sessionsOf(lineId, 0, MIDNIGHT + 10 * DAY_MS);
    expect(sessions.reduce((sum, row) => sum + row.inputOctets, 0)).toBe(truth);
    expect(sessions[0]!.sessionKey).toMatch(/^ffffffffffffff/);
  });
}

function countsExactly(): void {
  it('keeps figures up to 2^53 exact, and refuses to show a wrong one', async () => {
    const large = { username: 'large', outputOctets: Number.MAX_SAFE_INTEGER };
    await history.insert([logged({ ...large, lineId: 20, sessionKey: '0000000000000001' })], 'large:1');
    expect((await history.totals('large')).outputOctets).toBe(Number.MAX_SAFE_INTEGER);
    await history.insert(
      [logged({ ...large, username: 'larger', lineId: 21, sessionKey: '0000000000000001' })],
      'large:2',
    );
    await history.insert(
      [logged({ username: 'larger', lineId: 21, sessionKey: '0000000000000002', outputOctets: 2 })],
      'large:3',
    );
    await expect(history.totals('larger')).rejects.toThrow('not a safe integer: 9007199254740993');
  });

  it('takes any text', async () => {
    const text = 'a\0b;\n\'"\\\ud800 {"x":1}; DROP TABLE usage_event;';
    await history.insert([logged({ lineId: 22, username: text, nasPort: text })], "it's; a 'token'");
    expect(await history.totals(text.toWellFormed())).toMatchObject({ inputOctets: 0 });
    expect(await history.sessionsOf(22, 0, Date.UTC(2030, 0, 1))).toHaveLength(1);
  });
}

function divides(): void {
  // From 22:00 to 04:00 in Tehran over a midnight, a record every hour.
  const start = MIDNIGHT - 2 * HOUR_MS;

  it('divide a session without loss or doubling', async () => {
    await history.insert(session(30, '0000000000000030', start, [0, 60, 120, 180, 240, 300, 360]), 'ranges');
    const whole = await history.sessionsOf(30, start - 1, start + 6 * HOUR_MS);
    expect(whole).toEqual([
      {
        sessionKey: '0000000000000030',
        startedAt: start,
        lastAt: start + 6 * HOUR_MS,
        nas: 'bras1',
        framedIp: '10.9.0.1',
        inputOctets: 360,
        outputOctets: 720,
        chargedOctets: 1080,
        freeOctets: 0,
        quarantinedOctets: 0,
        burnedOctets: 1080,
        overshotOctets: 0,
      },
    ]);
    const cuts = [start - 1, start + HOUR_MS, MIDNIGHT, MIDNIGHT + 90 * MINUTE_MS, start + 6 * HOUR_MS];
    const parts: number[] = [];
    for (let index = 1; index < cuts.length; index += 1) {
      const [part] = await history.sessionsOf(30, cuts[index - 1]!, cuts[index]!);
      parts.push(part!.inputOctets);
    }
    expect(parts).toEqual([60, 60, 60, 180]);
    expect(await history.sessionsOf(30, start + 6 * HOUR_MS, start + DAY_MS)).toEqual([]);
  });

  it('give a day what was used up to its midnight', async () => {
    const days = await history.dailyOf(30, start, start + DAY_MS);
    expect(days.map(({ day, inputOctets }) => [day, inputOctets])).toEqual([
      ['2026-11-20', 120],
      ['2026-11-21', 240],
    ]);
    expect(await history.dailyOf(30, start, MIDNIGHT)).toEqual(days.slice(0, 1));
    expect(await history.dailyOf(30, MIDNIGHT, MIDNIGHT + DAY_MS)).toEqual(days.slice(1));
  });

  it('never make a day negative when a late record carries the session’s later total', async () => {
    await history.insert(session(31, '0000000000000031', start, [0, 60, 180]), 'late:1');
    const late = logged({
      lineId: 31,
      sessionKey: '0000000000000031',
      at: start + HOUR_MS + 1,
      inputOctets: 200,
    });
    await history.insert([late], 'late:2');
    const days = await history.dailyOf(31, start, start + DAY_MS);
    expect(days.map(({ inputOctets }) => inputOctets)).toEqual([200, 0]);
  });
}

function outlivesRestart(): void {
  it('keeps everything over a restart, tokens too', async () => {
    const before = await history.totals('line30');
    await history.close();
    history = await place.open();
    await history.ping();
    expect(await history.totals('line30')).toEqual(before);
    await history.insert(session(99, '0000000000000099', MIDNIGHT, [5]), 'ranges');
    expect((await history.totals('line99')).inputOctets).toBe(0);
  });
}
