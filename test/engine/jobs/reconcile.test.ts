import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createReconciler } from '../../../engine/jobs/reconcile.ts';
import { DAY_MS, SECOND_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { T0 } from '../accounting/samples.ts';
import { usageEvent } from '../store/ledger/sample.ts';
import { ReconcileWorld, report } from './reconcile-world.ts';

const MB = 2 ** 20;
const speed = { downKbps: 80_000, upKbps: 20_000 };

/** T0 is 09:30 in Tehran: reports of the first two hours meet all three weights of `hours`. */
const document = {
  nas: [{ name: 'bras', address: '10.0.0.1', secret: 's3cret' }],
  plans: [
    { name: 'both', days: 30, quota: { octets: 40 * MB, charge: 'both' }, speed },
    { name: 'open', days: 30, speed },
    {
      name: 'hours',
      days: 30,
      quota: { octets: 900 * MB, charge: 'download' },
      windows: [
        { fromMinute: 540, toMinute: 600, percent: 33 },
        { fromMinute: 600, toMinute: 660, percent: 0 },
        { fromMinute: 660, toMinute: 720, percent: 250 },
      ],
      speed,
    },
  ],
  lines: [
    { username: 'quota', plan: 'both', concurrentSessions: 9 },
    { username: 'free', plan: 'open', concurrentSessions: 9 },
    { username: 'weighed', plan: 'hours', concurrentSessions: 9 },
    { username: 'asleep', plan: 'both' },
  ],
} as const;
const ONLINE = ['quota', 'free', 'weighed'] as const;
const AGREED = { busy: 0, unreconciledOctets: 0, differingLines: 0, differences: [] };

let stores: ReconcileWorld;

/** The tests of a group follow one world through its life, in order. */
function inOneWorld(): void {
  beforeAll(async () => {
    stores = await ReconcileWorld.open();
    await stores.apply(document);
  });
  afterAll(() => stores.close());
}

/** Two sessions of each line: one with a reset that ends by a Stop, one with a jump that nobody can believe. */
async function use(): Promise<void> {
  for (const username of ONLINE) {
    for (const { session, ...given } of [
      { session: 'A', kind: 'start', seconds: 0 },
      { session: 'B', kind: 'start', seconds: 1 },
      { session: 'A', seconds: 1_200, input: 3 * MB + 1, output: 9 * MB + 7 },
      { session: 'B', seconds: 2_400, input: 101, output: 20 * MB + 3 },
      { session: 'A', seconds: 3_600, input: 77, output: 5 * MB },
      { session: 'A', seconds: 7_200, input: 99, output: 15 * MB + 11 },
      { session: 'A', kind: 'stop', seconds: 7_260, input: 100, output: 16 * MB },
      { session: 'B', seconds: 7_300, input: 2 ** 50, output: 2 ** 51 },
      { session: 'B', seconds: 7_600, input: 2 ** 50 + 5, output: 2 ** 51 + 9 },
    ] as const) {
      stores.now = T0 + given.seconds * SECOND_MS;
      await stores.account(report(username, session, given));
    }
  }
}

/** The line's session that is not closed. */
async function liveSession(username: string) {
  const { sessions } = await stores.stateOf(username);
  return sessions.find(({ state }) => state === 'live')!;
}

describe('stores that agree', () => {
  inOneWorld();

  it('are waited for: nothing has been sunk yet', async () => {
    await use();
    expect(await stores.reconcile()).toMatchObject({ lines: 4, judged: 4, ...AGREED });
  });

  it('do so whatever became of the octets: charged, free, weighed, overshot, quarantined', async () => {
    await stores.sink.drain();
    expect(await stores.reconcile()).toMatchObject({ lines: 4, judged: 4, ...AGREED });
    const usages = new Map(
      await Promise.all(
        ONLINE.map(
          async (name) => [name, (await stores.stateOf(name)).sessions.map((s) => s.usage)] as const,
        ),
      ),
    );
    const some = (name: (typeof ONLINE)[number], test: (usage: Usage) => boolean) =>
      expect(usages.get(name)!.some(test)).toBe(true);
    type Usage = Awaited<ReturnType<typeof liveSession>>['usage'];
    some('quota', ({ overshotOctets, burnedOctets }) => overshotOctets > 0 && burnedOctets > 0);
    some('quota', ({ quarantinedOctets }) => quarantinedOctets > 2 ** 51);
    some('free', ({ freeOctets, chargedOctets }) => freeOctets > 0 && chargedOctets === 0);
    some('weighed', ({ burnedOctets, chargedOctets }) => burnedOctets > 0 && burnedOctets !== chargedOctets);
  });

  it('still agree when tombstones are gone and a new grant goes on', async () => {
    stores.now = T0 + 40 * DAY_MS;
    await stores.apply({ lines: [{ username: 'quota', plan: 'open' }] });
    await stores.apply({ lines: [{ username: 'quota', plan: 'both' }] });
    for (const [seconds, output] of [
      [0, 0],
      [600, 5 * MB],
    ] as const) {
      const at = 40 * (DAY_MS / SECOND_MS) + seconds;
      stores.now = T0 + at * SECOND_MS;
      const record = report('quota', 'C', { seconds: at, output });
      await stores.account({ ...record, order: { ...record.order, sessionTimeSeconds: seconds } });
    }
    const { sessions, grants } = await stores.stateOf('quota');
    expect(sessions.map(({ acctSessionId }) => acctSessionId)).not.toContain('A');
    expect(grants.filter(({ consumed }) => consumed > 0)).toHaveLength(2);
    expect(await stores.reconcile()).toMatchObject({ lines: 4, judged: 4, ...AGREED });
  });

  it('agree about a line that was removed and declared again', async () => {
    await stores.sql(`DELETE FROM "grant" WHERE line_id = (SELECT id FROM line WHERE username = 'quota')`);
    await stores.sql(`DELETE FROM line_status_history`);
    await stores.sql(`DELETE FROM line WHERE username = 'quota'`);
    await stores.sql(`INSERT INTO outbox (kind, key) VALUES ('line', 'quota')`);
    // Not yet projected: the counters still have what the ledger has not.
    expect(await stores.reconcile()).toMatchObject({ ...AGREED, lines: 4, judged: 3, busy: 1 });
    await stores.project();
    expect(await stores.reconcile()).toMatchObject({ lines: 3, judged: 3, ...AGREED });
    await stores.apply({ lines: [{ username: 'quota', plan: 'both' }] });
    await stores.account(report('quota', 'D', { seconds: 7_700, output: 5 * MB }));
    expect((await stores.stateOf('quota')).sessions).toHaveLength(1);
    expect(await stores.reconcile()).toMatchObject({ lines: 4, judged: 4, ...AGREED });
  });
});

describe('a store that is wrong is found to the octet', () => {
  inOneWorld();
  beforeAll(async () => {
    await use();
    await stores.sink.drain();
  });

  it('ledger: a grant', async () => {
    const grantId = 'service:weighed:1';
    const right = (await stores.stateOf('weighed')).grants[0]!.consumed;
    await stores.sql(`UPDATE "grant" SET consumed_octets = consumed_octets - 1 WHERE id = '${grantId}'`);
    expect(await stores.reconcile()).toMatchObject({
      lines: 4,
      judged: 4,
      unreconciledOctets: 1,
      differences: [
        {
          username: 'weighed',
          grantId,
          figure: 'consumedOctets',
          counters: right,
          ledger: right - 1,
          history: null,
          octets: 1,
        },
      ],
    });
    await stores.sql(`UPDATE "grant" SET consumed_octets = consumed_octets + 1 WHERE id = '${grantId}'`);
    expect(await stores.reconcile()).toMatchObject({ judged: 4, ...AGREED });
  });

  it('ledger: a session, and one with a figure that no number can hold', async () => {
    const { key, usage } = await liveSession('free');
    await stores.sql(`UPDATE session SET free_octets = free_octets + 12345 WHERE session_key = '${key}'`);
    expect(await stores.reconcile()).toMatchObject({
      unreconciledOctets: 12_345,
      differences: [{ sessionKey: key, figure: 'freeOctets', ledger: usage.freeOctets + 12_345 }],
    });
    await stores.sql(`UPDATE session SET free_octets = 9223372036854775807 WHERE session_key = '${key}'`);
    expect(await stores.reconcile()).toMatchObject({
      judged: 4,
      differences: [{ sessionKey: key, figure: 'freeOctets', ledger: Number.MAX_SAFE_INTEGER }],
    });
    const right = usage.freeOctets;
    await stores.sql(`UPDATE session SET free_octets = ${right} WHERE session_key = '${key}'`);
    expect(await stores.reconcile()).toMatchObject({ judged: 4, ...AGREED });
  });

  it('counters: a grant, a session, and a line that is lost', async () => {
    const [quota, free, weighed] = await Promise.all([
      stores.stateOf('quota'),
      stores.stateOf('free'),
      stores.stateOf('weighed'),
    ]);
    await stores.overwrite('quota', {
      ...quota,
      grants: quota.grants.map((grant) => ({ ...grant, consumed: octets(grant.consumed - 2) })),
    });
    await stores.overwrite('free', {
      ...free,
      sessions: free.sessions.map((session) => {
        const { current } = session.counters;
        const more = { ...current, inputOctets: octets(current.inputOctets + 30) };
        const counters = { ...session.counters, current: more };
        return session.acctSessionId === 'A' ? { ...session, counters } : session;
      }),
    });
    await stores.overwrite('weighed', undefined);
    const { grants } = weighed;
    const lost = grants[0]!.consumed;
    const found = await stores.reconcile();
    expect(found).toMatchObject({ lines: 4, judged: 4, unreconciledOctets: 32 + lost, differingLines: 3 });
    expect(found.differences).toMatchObject([
      { username: 'quota', figure: 'consumedOctets', octets: 2 },
      { username: 'free', figure: 'inputOctets', octets: 30 },
      { username: 'weighed', grantId: grants[0]!.id, counters: 0, ledger: lost, octets: lost },
    ]);
    for (const state of [quota, free, weighed]) await stores.overwrite(state.profile.username, state);
    expect(await stores.reconcile()).toMatchObject({ judged: 4, ...AGREED });
  });

  it('history: a row too many of a session that goes on', async () => {
    const { profile } = await stores.stateOf('quota');
    const { key, usage } = await liveSession('quota');
    const right = usage.overshotOctets;
    const extra = usageEvent({ lineId: profile.lineId, sessionKey: key, overshotOctets: right + 9 });
    await stores.history.insert([{ position: 1, event: extra }], 'extra');
    expect(await stores.reconcile()).toMatchObject({
      unreconciledOctets: 9,
      differences: [
        { username: 'quota', sessionKey: key, figure: 'overshotOctets', ledger: right, history: right + 9 },
      ],
    });
  });

  it('history: a session too many, which nobody paid for, and one whose parts are not its whole', async () => {
    const { lineId } = (await stores.stateOf('quota')).profile;
    const paid = { lineId, sessionKey: '00000000000000ee', outputOctets: 500, chargedOctets: 500 };
    const extra = usageEvent({ ...paid, burnedOctets: 500 });
    await stores.history.insert([{ position: 1, event: extra }], 'unpaid');
    // What the history was given it keeps: the row of the test before is still there.
    const before = { figure: 'overshotOctets', octets: 9 };
    expect(await stores.reconcile()).toMatchObject({
      unreconciledOctets: 509,
      differences: [before, { username: 'quota', figure: 'consumedOctets', octets: 500 }],
    });
    const odd = usageEvent({ lineId, sessionKey: '00000000000000ef', inputOctets: 70, freeOctets: 69 });
    await stores.history.insert([{ position: 2, event: odd }], 'odd');
    expect(await stores.reconcile()).toMatchObject({
      unreconciledOctets: 510,
      differences: [
        before,
        { figure: 'consumedOctets' },
        { figure: 'unaccountedOctets', history: 1, octets: 1 },
      ],
    });
  });
});

describe('while packets come in', () => {
  inOneWorld();

  it('never sees a difference that is none', async () => {
    const usernames = Array.from({ length: 60 }, (_, index) => `live${index}`);
    await stores.apply({
      lines: usernames.map((username, index) => {
        const plan = document.plans[index % 3]!.name;
        return { username, plan, concurrentSessions: 3 };
      }),
    });
    let sunkTimes = 0;
    const parts = {
      ...stores.parts,
      sunk: () => {
        sunkTimes += 1;
        return stores.parts.sunk();
      },
    };
    const reconciler = createReconciler(parts);
    stores.sink.start(20);
    let going = true;
    let packets = 0;
    const traffic = usernames.map(async (username, index) => {
      for (let seconds = 0; going; seconds += 60) {
        // The first lines hardly ever rest, the last ones do between two packets.
        await new Promise((done) => setTimeout(done, 1 + index * 8));
        await stores.account(report(username, `S${index}`, { seconds, output: seconds * 5_000 }));
        packets += 1;
        if (packets % 50 === 0) {
          const id = `gift-${username}-${packets}`;
          const extraGrants = [{ id, kind: 'gift' as const, octets: MB }];
          const plan = document.plans[index % 3]!.name;
          await stores.apply({ lines: [{ username, plan, extraGrants }] });
        }
      }
    });
    let judged = 0;
    const end = Date.now() + 6_000;
    let runs = 0;
    while (Date.now() < end) {
      const found = await reconciler.runOnce();
      expect(found).toMatchObject({ unreconciledOctets: 0, differences: [] });
      expect(found.judged + found.busy).toBe(found.lines);
      expect(found.lines).toBe(64);
      judged += found.judged;
      runs += 1;
    }
    going = false;
    await Promise.all(traffic);
    expect(await reconciler.runOnce()).toMatchObject({ lines: 64, judged: 64, ...AGREED });
    await stores.sink.stop();
    expect(packets).toBeGreaterThan(300);
    // Something was on its way in most runs, and yet most lines were judged.
    expect(sunkTimes).toBeGreaterThan(runs);
    expect(judged).toBeGreaterThan(runs * 30);
  }, 30_000);
});
