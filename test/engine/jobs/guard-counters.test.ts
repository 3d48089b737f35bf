import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CounterGuardParts, createCounterGuard } from '../../../engine/jobs/guard-counters.ts';
import { StoreAway } from '../../../engine/values/store-away.ts';
import { GuardWorld, USERNAMES } from './guard-world.ts';

let world: GuardWorld;
/** Seconds of the test's day that have passed; each test goes on where the last one ended. */
let day = 0;
let used = 0;

beforeAll(async () => {
  world = await GuardWorld.open();
});
afterAll(() => world.remove());

/** All lines report some more. */
async function reports(): Promise<void> {
  day += 300;
  used += 30_000_000;
  world.now += 300_000;
  for (const username of USERNAMES) await world.report(username, day, used);
}

/** Counters, ledger and history say the same to the octet, of the lines' whole life. */
async function expectAgreement(): Promise<void> {
  await world.sink().drain();
  for (const username of USERNAMES) {
    const { state } = await world.counters.load(username);
    const total = await world.history.totals(username);
    const [session] = await world.ledger.sessions({ username, limit: 1 });
    const projection = await world.ledger.lineProjection(username, world.now);
    const consumed = state!.grants.map((grant) => grant.consumed);
    expect(total.outputOctets).toBe(used);
    expect(session!.outputOctets).toBe(used);
    expect(consumed).toEqual([total.burnedOctets]);
    expect(projection!.grants.map((grant) => grant.consumed)).toEqual(consumed);
  }
}

it('begins with what the ledger knows, and then finds nothing to do', async () => {
  expect(await world.guard().runOnce()).toMatchObject({ partitions: [0], lines: 5 });
  expect(await world.guard().runOnce()).toBeUndefined();
  expect(await world.counters.past()).toEqual([{ epoch: 'epoch1', lastEvent: 0 }]);
  expect(await world.counters.reference()).toMatchObject({
    plans: [{ name: 'gold' }],
    nas: [{ name: 'bras' }],
  });
  await reports();
  await expectAgreement();
});

it('trusts counters that go on, sunk or not', async () => {
  await reports();
  expect(await world.guard().runOnce()).toBeUndefined();
  await world.sink().drain();
  expect(await world.guard().runOnce()).toBeUndefined();
});

it('adopts counters that the ledger does not know yet', async () => {
  const known = await world.ledger.partitionRecords();
  const parts = world.parts();
  const ledger = Object.create(parts.ledger, {
    partitionRecords: { value: async () => [] },
  }) as CounterGuardParts['ledger'];
  expect(await createCounterGuard({ ...parts, ledger }).runOnce()).toBeUndefined();
  expect(await world.ledger.partitionRecords()).toEqual(known.map((record) => ({ ...record })));
});

describe('counters that were lost', () => {
  it('are what they were, and positions go on', async () => {
    await reports();
    await world.sink().drain();
    const before = await world.figures();
    const [past] = await world.counters.past();
    await world.loseCounters();
    expect(await world.guard().runOnce()).toMatchObject({ lines: 5 });
    expect(await world.figures()).toEqual(before);
    expect((await world.counters.past())[0]).toMatchObject({ lastEvent: past!.lastEvent });
    await reports();
    await expectAgreement();
  });

  it('go on exactly where the last events were never sunk', async () => {
    await world.sink().drain();
    await reports();
    await world.loseCounters();
    await world.guard().runOnce();
    await reports();
    await expectAgreement();
  });

  it('are looked after when they are silent', async () => {
    await world.loseCounters();
    await world.guard().runOnce();
    expect(await world.counters.dueLines(world.now + 3_600_000, 10)).toHaveLength(5);
    expect(await world.counters.dueLines(world.now + 600_000, 10)).toEqual([]);
  });

  it('are told from counters that came back older, whose unsunk events are not lost', async () => {
    await reports();
    const copy = await world.copyCounters();
    await world.sink().drain();
    await reports();
    await world.sink().drain();
    const before = await world.figures();
    await world.rollBackTo(copy);
    expect(await world.guard().runOnce()).toMatchObject({ lines: 5 });
    expect(await world.figures()).toEqual(before);
    await reports();
    await expectAgreement();
  });

  it('take what the history alone was told, also the end of a session', async () => {
    await world.sink().drain();
    await reports();
    day += 60;
    used += 1_000;
    await world.report('g1', day, used, { kind: 'stop', terminateCause: 1 });
    const failing = { ...world.ledger, recordEvents: () => Promise.reject(new Error('down')) };
    await expect(world.sink({ ledger: failing as never }).runOnce()).rejects.toThrow('down');
    const before = await world.figures();
    await world.loseCounters();
    await world.guard().runOnce();
    expect(await world.figures()).toEqual(before);
    expect(await world.ledger.sessions({ username: 'g1', limit: 1 })).toMatchObject([
      { state: 'closed', closeCause: 'user-request', outputOctets: used },
    ]);
    for (const username of USERNAMES) await world.report(username, day, used);
    await expectAgreement();
  });
});

/** The parts, of which the `nth` call fails, before or after it took effect. */
function crashing(parts: CounterGuardParts, nth: number, when: 'before' | 'after') {
  const seen = { calls: 0 };
  const wrap = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const method = Reflect.get(object, name);
        if (typeof method !== 'function' || name === 'partitionOf') return method;
        return async (...given: unknown[]) => {
          seen.calls += 1;
          const crashes = seen.calls === nth;
          if (crashes && when === 'before') throw new Error('crash');
          const value = await method.apply(object, given);
          if (crashes) throw new Error('crash');
          return name === 'rebuild' ? wrap(value) : value;
        };
      },
    });
  return {
    seen,
    parts: {
      ...parts,
      counters: wrap(parts.counters),
      ledger: wrap(parts.ledger),
      history: wrap(parts.history),
    },
  };
}

it('repeats a rebuild that was cut short, and never trusts a part of one', async () => {
  await world.sink().drain();
  const before = await world.figures();
  let cut = 0;
  for (let nth = 1, done = false; !done; nth += 1) {
    for (const when of ['before', 'after'] as const) {
      await world.loseCounters();
      const { parts, seen } = crashing(world.parts(), nth, when);
      const crashed = await createCounterGuard(parts)
        .runOnce()
        .then(
          () => false,
          () => true,
        );
      cut += crashed ? 1 : 0;
      done = seen.calls < nth;
      await world.guard().runOnce();
      expect(await world.figures()).toEqual(before);
      expect(await world.guard().runOnce()).toBeUndefined();
    }
  }
  expect(cut).toBeGreaterThan(30);
  await reports();
  await expectAgreement();
}, 60_000);

describe('the guard', () => {
  it('leaves counters alone that cannot be reached, and does nothing while another is the guard', async () => {
    const parts = world.parts();
    const away = {
      ...parts.counters,
      lease: async () => true,
      past: () => Promise.reject(new StoreAway('away')),
    };
    await expect(createCounterGuard({ ...parts, counters: away as never }).runOnce()).rejects.toThrow('away');
    const other = { ...parts.counters, lease: async () => false };
    await world.loseCounters();
    expect(await createCounterGuard({ ...parts, counters: other as never }).runOnce()).toBeUndefined();
    await world.guard().runOnce();
  });

  it('gives up a rebuild that another guard has begun as well', async () => {
    await world.loseCounters();
    const before = world.parts();
    const history = Object.create(before.history, {
      sessionMarks: {
        value: async () => {
          await world.ledger.putPartition(0, 'another', 0, world.now);
          return [];
        },
      },
    }) as CounterGuardParts['history'];
    await expect(createCounterGuard({ ...before, history }).runOnce()).rejects.toThrow('by another program');
    expect(await world.counters.past()).toMatchObject([{ epoch: '' }]);
    expect(await world.guard().runOnce()).toMatchObject({ lines: 5 });
  });

  it('rebuilds in the background, as soon as the history is there', async () => {
    await world.loseCounters();
    const parts = world.parts();
    let away = 2;
    const history = Object.create(parts.history, {
      sessionMarks: {
        value: (...given: [number, number, number]) =>
          --away >= 0 ? Promise.reject(new Error('down')) : world.history.sessionMarks(...given),
      },
    }) as CounterGuardParts['history'];
    await new Promise<void>((resolve) => {
      const guard = createCounterGuard({
        ...parts,
        history,
        onRebuilt: () => void guard.stop().then(resolve),
      });
      guard.start(20);
    });
    expect(away).toBe(-1);
    await expectAgreement();
  });
});
