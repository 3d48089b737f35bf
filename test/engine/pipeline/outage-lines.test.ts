import { beforeEach, describe, expect, it } from 'vitest';
import { accountingRule } from '../../../engine/pipeline/handle-accounting.ts';
import type { JournalEntry } from '../../../engine/pipeline/journal.ts';
import type { LoginRule } from '../../../engine/pipeline/line-rule.ts';
import { OutageLines } from '../../../engine/pipeline/outage-lines.ts';
import type { PacketContext } from '../../../engine/pipeline/packet-context.ts';
import { decideAccess } from '../../../engine/policy/decide-access.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { StoreAway } from '../../../engine/values/store-away.ts';
import { sampleEvent } from '../../conformance/line-samples.ts';
import { type Report, recordOf, T0 } from '../accounting/samples.ts';
import { GB, grantOf, historyOf, lineOf, lookupOf, planOf } from './samples.ts';

interface Written {
  readonly partition: number;
  readonly entry: JournalEntry;
  readonly done: (position: number) => void;
  readonly failed: (error: Error) => void;
}

let known: Map<string, LineState>;
let written: Written[];
let told: number[];
let lines: OutageLines;
beforeEach(() => {
  known = new Map();
  [written, told] = [[], []];
  lines = new OutageLines({
    writer: {
      add: (partition, entry) =>
        new Promise((done, failed) => written.push({ partition, entry, done, failed })),
      waiting: 0,
    },
    partitionOf: (username) => (username.startsWith('b') ? 1 : 0),
    lastKnown: (username) => known.get(username),
    onAway: (partition) => told.push(partition),
  });
});

const context = { plans: new Map([['gold', historyOf(planOf())]]), registry: { named: () => undefined } };
const report = (what: Report, username = 'ali') => {
  const accounting = { about: 'session', record: recordOf(what, { username }), classValues: [] } as const;
  const at = accounting.record.receivedAt;
  return lines.account(accounting, (line) =>
    accountingRule(line, accounting, at, context as unknown as PacketContext),
  );
};
const login = (username: string, sessionKey: string, nasPort = sessionKey) => {
  const request = {
    now: T0,
    nas: 'bras',
    nasBoot: 0,
    nasAddress: '10.0.0.1',
    nasPort,
    callingStationId: '',
    sessionKey,
  };
  const rule: LoginRule = (line) => {
    if (line === undefined) throw new Error('asked about nobody');
    const result = decideAccess(line, lookupOf(planOf()), () => 0, request);
    if (!result.accepted) return { change: undefined, result };
    const state = { ...line, sessions: result.sessions };
    return { change: { state, events: [sampleEvent(T0, username)], effects: [], wakeAt: undefined }, result };
  };
  return lines.login(username, rule);
};
const know = (username: string, size = GB, concurrentSessions = 2) =>
  known.set(username, lineOf([grantOf('g1', size)], { username, concurrentSessions }));
const isSettled = async (promise: Promise<unknown>) => {
  const pending = {};
  const first = await Promise.race([
    promise.catch(() => 'failed'),
    new Promise((done) => setImmediate(done, pending)),
  ]);
  return first !== pending;
};
const writeAll = (from = 0) => {
  for (const [index, { done }] of written.entries()) if (index >= from) done(index + 1);
};

describe('OutageLines', () => {
  it('answers a record only when it is on disk, and not at all when it cannot be written', async () => {
    know('ali');
    const [first, second] = [report({ seconds: 60, input: 5 }), report({ seconds: 120, input: 6 })];
    expect([await isSettled(first), await isSettled(second)]).toEqual([false, false]);
    written[0]?.done(1);
    written[1]?.failed(new Error('disk full'));
    expect(await first).toEqual(['start-missing']);
    await expect(second).rejects.toThrow('disk full');
    expect(written.map(({ entry }) => entry.about === 'session' && entry.record.inputOctets)).toEqual([5, 6]);
  });

  it('keeps the records of a line that is known nowhere, but decides no login of it', async () => {
    const answer = report({ seconds: 60, input: 5 }, 'stranger');
    writeAll();
    expect(await answer).toEqual([]);
    expect(() => lines.peek('stranger')).toThrow(StoreAway);
    await expect(login('stranger', '00000000000000aa')).rejects.toThrow(StoreAway);
    expect(written).toHaveLength(1);
  });

  it('counts simultaneous use from login to login, and takes a slot back at a Stop', async () => {
    know('ali', GB, 1);
    const first = login('ali', '00000000000000aa');
    expect(await isSettled(first)).toBe(false);
    writeAll();
    expect(await first).toMatchObject({ accepted: true });
    expect(await login('ali', '00000000000000bb')).toEqual({ accepted: false, reason: 'too-many-sessions' });
    expect(written.map(({ entry }) => entry)).toMatchObject([
      { about: 'login', username: 'ali', session: { key: '00000000000000aa', state: 'reserved' } },
    ]);
    const stop = report({ kind: 'stop', seconds: 60, input: 5 });
    // The NAS echoes no Class here: its session takes the slot of its port.
    expect(lines.peek('ali').sessions).toHaveLength(2);
    const adopted = lines.peek('ali').sessions.filter(({ state }) => state !== 'closed');
    expect(adopted.map(({ key }) => key)).toEqual(['00000000000000aa']);
    writeAll(1);
    await stop;
  });

  it('leaves the volume as it was last known, so that nobody is cut or slowed', async () => {
    know('ali', 1_000);
    const answer = report({ seconds: 60, input: 900_000 });
    writeAll();
    await answer;
    expect(lines.peek('ali').grants).toEqual(known.get('ali')?.grants);
    const decision = login('ali', '00000000000000aa');
    writeAll(1);
    expect(await decision).toMatchObject({ accepted: true, profile: { service: { mode: 'full' } } });
  });

  it('rejects by what was last known without writing anything', async () => {
    known.set('ali', lineOf([grantOf('g1', GB)], { status: 'suspended' }));
    expect(await login('ali', '00000000000000aa')).toEqual({ accepted: false, reason: 'line-suspended' });
    expect(written).toEqual([]);
  });

  it('holds all lines of a partition that is away, tells it once, and lets go of those of which nothing waits', async () => {
    lines.storeIsAway('ali');
    lines.storeIsAway('aziz');
    expect(told).toEqual([0]);
    expect(['ali', 'aziz', 'babak'].map((username) => lines.holds(username))).toEqual([true, true, false]);
    const answers = [report({ seconds: 60 }), report({ seconds: 60 }, 'aziz'), report({ seconds: 120 })];
    writeAll();
    await Promise.all(answers);
    lines.partitionIsBack(0);
    expect(['ali', 'aziz', 'ashkan'].map((username) => lines.holds(username))).toEqual([true, true, false]);
    const entries = written.map(({ entry }, index) => ({ position: index + 1, entry }));
    lines.release(entries.slice(0, 2));
    expect(['ali', 'aziz'].map((username) => lines.holds(username))).toEqual([true, false]);
    const late = report({ seconds: 180 });
    lines.release(entries);
    expect(lines.holds('ali')).toBe(true);
    writeAll(3);
    await late;
    lines.release([{ position: 4, entry: written[3]!.entry }]);
    expect(lines.holds('ali')).toBe(false);
  });

  it('lets go of a whole partition at once, and of no other', async () => {
    for (const username of ['ali', 'babak']) {
      const answer = report({ seconds: 60 }, username);
      writeAll(written.length - 1);
      await answer;
    }
    lines.releaseAll(1);
    expect(['ali', 'babak'].map((username) => lines.holds(username))).toEqual([true, false]);
  });

  it('keeps what belongs to no line for the first partition', async () => {
    const learned = { messageAuthenticatorSince: 5, gigawordsSince: undefined, boot: 1, bootedAt: 9 };
    const [rows, boot] = [lines.record([sampleEvent(1)]), lines.learn('bras', learned, 9)];
    writeAll();
    await Promise.all([rows, boot]);
    expect(told).toEqual([0]);
    expect(written.map(({ partition, entry }) => [partition, entry])).toEqual([
      [0, { about: 'events', events: [sampleEvent(1)] }],
      [0, { about: 'learned', nas: 'bras', learned, at: 9 }],
    ]);
  });
});
