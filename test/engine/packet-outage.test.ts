import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { totalOctets } from '../../engine/accounting/count-octets.ts';
import type { AccountingRecord } from '../../engine/accounting/record.ts';
import { accountRecord } from '../../engine/pipeline/account-record.ts';
import type { LineState } from '../../engine/policy/line-state.ts';
import { recordOf } from './accounting/samples.ts';
import { OutageWorld, turn } from './outage-world.ts';
import type { StoreMood } from './pipeline/away-store.ts';
import { contextOf, GB, grantOf, lineOf } from './pipeline/samples.ts';

const LOOK_MS = 250;

let world: OutageWorld;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  world = new OutageWorld();
});
afterEach(async () => {
  await world.dispose();
  vi.useRealTimers();
});

const line = (username: string, size = GB) =>
  lineOf([grantOf('g1', size)], { username, concurrentSessions: 9 });
const consumed = (username: string) => world.stored(username)?.grants[0]?.consumed;
const sentences = () => world.said.map(([, sentence]) => sentence.split(/[:;,]/)[0]);

/** Lets the replay look `looks` times. */
async function pass(looks = 1): Promise<void> {
  for (let look = 0; look < looks; look++) {
    vi.advanceTimersByTime(LOOK_MS);
    for (let turns = 0; turns < 30; turns++) await turn();
  }
}

async function settled(): Promise<void> {
  for (let look = 0; look < 200 && (world.outage.journalEntries > 0 || !world.outage.mayWake); look++) {
    await pass(look > 20 ? 10 : 1);
  }
  expect([world.outage.journalEntries, world.outage.isAway]).toEqual([0, false]);
}

describe('an outage of the counters', () => {
  it('acknowledges from the journal, counts all of it afterwards, and says so in two sentences', async () => {
    await world.putLine(line('ali'));
    await world.outage.start();
    await world.account(recordOf({ kind: 'start', seconds: 0 }));
    world.away.mood = 'away';
    for (let seconds = 60; seconds <= 600; seconds += 60) {
      await world.account(recordOf({ seconds, input: seconds * 1_000, output: 0 }));
    }
    expect(world.outage.journalEntries).toBe(10);
    expect(consumed('ali')).toBe(0);
    await pass(20);
    expect([world.outage.journalEntries, world.outage.isAway]).toEqual([10, true]);
    world.away.mood = 'there';
    await settled();
    expect(consumed('ali')).toBe(600_000);
    expect(sentences()).toEqual(['the counters are away', 'the counters are back']);
    expect(world.said[1]?.[0]).toMatchObject({ records: 10, logins: 0 });
    await world.account(recordOf({ seconds: 660, input: 660_000, output: 0 }));
    expect([consumed('ali'), world.outage.journalEntries]).toEqual([660_000, 0]);
  });

  it('keeps a line in the journal until what waits of it is counted, and no other line', async () => {
    await world.putLine(line('ali'));
    await world.putLine(line('sara'));
    await world.outage.start();
    await world.account(recordOf({ seconds: 60, input: 1, output: 0 }, { username: 'sara' }));
    world.away.mood = 'away';
    await world.account(recordOf({ seconds: 60, input: 100, output: 0 }));
    world.away.mood = 'there';
    vi.advanceTimersByTime(LOOK_MS);
    // The partition answers and the first page is on its way: ali's next record stands behind his first one.
    await world.outage.lines.partitionIsBack(0);
    expect([world.outage.lines.holds('ali'), world.outage.lines.holds('sara')]).toEqual([true, false]);
    await world.account(recordOf({ seconds: 120, input: 200, output: 0 }));
    await world.account(recordOf({ seconds: 120, input: 2, output: 0 }, { username: 'sara' }));
    expect(consumed('sara')).toBe(2);
    await settled();
    expect(world.outage.lines.holds('ali')).toBe(false);
    expect(consumed('ali')).toBe(200);
  });

  it('counts what a killed process has journalled before packets come', async () => {
    await world.putLine(line('ali'));
    await world.outage.start();
    world.away.mood = 'away';
    await world.account(recordOf({ seconds: 60, input: 700, output: 0 }));
    await world.crash();
    await world.outage.start();
    expect([consumed('ali'), world.outage.journalEntries]).toEqual([700, 0]);
    expect(sentences()).toEqual(['the counters are away', 'an earlier process has left a journal']);
  });

  it('counts the last records again when a partition was rebuilt without them', async () => {
    await world.putLine(line('ali'));
    await world.outage.start();
    for (const seconds of [60, 120]) await world.account(recordOf({ seconds, input: seconds, output: 0 }));
    const before = world.stored('ali');
    await world.putLine(line('ali'));
    expect(consumed('ali')).toBe(0);
    world.engine.forgetAll();
    world.outage.onChange({ kind: 'rebuilt', partition: 0 });
    await settled();
    expect(world.stored('ali')).toEqual(before);
  });

  it('does not know again what is older than the sink can be late', async () => {
    const start = recordOf({ seconds: 0 }).receivedAt;
    for (const seconds of [0, 60, 119, 130]) {
      const record = recordOf({ seconds, input: 1, output: 1 }, { username: `u${seconds}` });
      world.outage.recent.add({ about: 'session', record, classValues: [] }, record.receivedAt);
    }
    world.outage.recent.prune(start + 180_000);
    const kept = world.outage.recent.of((username) => username !== 'u130');
    expect(kept.map(({ record }) => record.username)).toEqual(['u119']);
  });

  it('goes through an error that is not the being away of the store, and loses nothing', async () => {
    await world.putLine(line('ali'));
    await world.outage.start();
    world.away.mood = 'away';
    await world.account(recordOf({ seconds: 60, input: 5, output: 0 }));
    const { context } = world;
    world.context = { ...context, plans: undefined as never };
    world.away.mood = 'there';
    await pass(3);
    expect([world.errors.length, world.outage.journalEntries]).toEqual([1, 1]);
    world.context = context;
    await settled();
    expect(consumed('ali')).toBe(5);
  });
});

type Step =
  | { readonly do: 'send'; readonly username: string; readonly octets: number; readonly ends: boolean }
  | { readonly do: 'mood'; readonly mood: StoreMood }
  | { readonly do: 'crash' | 'look' | 'retry' | 'turn' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      username: fc.constantFrom('ali', 'sara', 'stranger'),
      octets: fc.integer({ min: 0, max: 500_000 }),
      ends: fc.boolean().map((ends) => ends),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('mood' as const),
      mood: fc.constantFrom<StoreMood>('there', 'away', 'mute'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('look' as const, 'retry' as const, 'turn' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
);

/** The NAS: cumulative counters per session, and every record sent again until it is acknowledged. */
class RetryingNas {
  readonly all: AccountingRecord[] = [];
  private readonly sessions = new Map<string, { number: number; from: number; octets: number }>();
  private open = new Map<AccountingRecord, boolean>();
  private seconds = 0;

  send(username: string, octets: number, ends: boolean): void {
    this.seconds += 60;
    const known = this.sessions.get(username);
    const session = known ?? { number: this.all.length, from: this.seconds - 60, octets: 0 };
    session.octets += octets;
    if (ends) this.sessions.delete(username);
    else this.sessions.set(username, session);
    const at = recordOf({ seconds: this.seconds });
    const record = recordOf(
      { kind: ends ? 'stop' : 'interim', seconds: this.seconds, input: session.octets, output: 1 },
      {
        username,
        acctSessionId: `s${session.number}`,
        nasPort: `p${session.number}`,
        order: { ...at.order, sessionTimeSeconds: this.seconds - session.from },
      },
    );
    this.all.push(record);
    this.open.set(record, false);
    this.transmit(record);
  }

  /** Sends again what was refused, or what went down with a process. */
  retry(): void {
    for (const [record, isUnderWay] of this.open) if (!isUnderWay) this.transmit(record);
  }

  lostProcess(): void {
    this.open = new Map([...this.open.keys()].map((record) => [record, false]));
  }

  get unanswered(): number {
    return this.open.size;
  }

  private transmit(record: AccountingRecord): void {
    const { open } = this;
    open.set(record, true);
    world.account(record).then(
      () => open.delete(record),
      () => open.has(record) && open.set(record, false),
    );
  }
}

/** What a line has used, by session and grant. */
function figures(state: LineState | undefined) {
  const sessions = (state?.sessions ?? []).map(({ key, counters, usage, state: at }) => {
    const { inputOctets, outputOctets } = totalOctets(counters);
    return { key, inputOctets, outputOctets, usage: { ...usage }, at };
  });
  sessions.sort((left, right) => (left.key < right.key ? -1 : 1));
  return { grants: state?.grants.map((grant) => grant.consumed), sessions };
}

describe('any records under any outages and crashes', () => {
  it('end in the figures of a run without them, and nothing acknowledged is lost on the way', async () => {
    await world.dispose();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        world = new OutageWorld();
        const lines = ['ali', 'sara'].map((username) => line(username, 3_000_000));
        for (const state of lines) await world.putLine(state);
        await world.outage.start();
        const nas = new RetryingNas();
        for (const one of steps) {
          if (one.do === 'send') nas.send(one.username, one.octets, one.ends && one.octets % 5 === 0);
          else if (one.do === 'mood') world.away.mood = one.mood;
          else if (one.do === 'look') await pass();
          else if (one.do === 'turn') await turn();
          else if (one.do === 'retry') nas.retry();
          else {
            nas.lostProcess();
            const { mood } = world.away;
            await world.crash();
            world.away.mood = mood;
            await world.outage.start();
          }
        }
        world.away.mood = 'there';
        for (let round = 0; nas.unanswered > 0; round++) {
          expect(round).toBeLessThan(20);
          nas.retry();
          await pass(2);
        }
        await settled();
        for (let state of lines) {
          const { username } = state.profile;
          for (const record of nas.all) {
            if (record.username !== username) continue;
            state = accountRecord(state, record, contextOf(record.receivedAt)).state ?? state;
          }
          expect(figures(world.stored(username))).toEqual(figures(state));
        }
        const logged = (await world.real.partitions[0]!.readEvents(0, 10_000)).map(({ event }) => event);
        for (const record of nas.all.filter(({ username }) => username === 'stranger')) {
          const rows = logged.filter(
            (event) => event.type === 'usage' && event.acctSessionId === record.acctSessionId,
          );
          const highest = Math.max(...rows.map((event) => (event.type === 'usage' ? event.inputOctets : 0)));
          expect(highest).toBeGreaterThanOrEqual(record.inputOctets ?? 0);
        }
        await world.dispose();
      }),
      { numRuns: 60 },
    );
    world = new OutageWorld();
  }, 120_000);
});
