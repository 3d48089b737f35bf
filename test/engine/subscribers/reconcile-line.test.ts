import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_COUNTERS } from '../../../engine/accounting/count-octets.ts';
import type { Session } from '../../../engine/accounting/session.ts';
import type { Difference, GrantBalance } from '../../../engine/subscribers/reconcile.ts';
import { type LineInStores, reconcileLine } from '../../../engine/subscribers/reconcile-line.ts';
import type { UsageFigures } from '../../../engine/subscribers/usage-history.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { play, recordOf } from '../accounting/samples.ts';
import { grantOf, profileOf } from '../pipeline/samples.ts';

const FIGURES = [
  'inputOctets',
  'outputOctets',
  'chargedOctets',
  'freeOctets',
  'quarantinedOctets',
  'burnedOctets',
  'overshotOctets',
] as const;

const NOW = Date.UTC(2026, 10, 21, 12);
const SESSION = play([recordOf({ kind: 'start', seconds: 0 })]).session;

/** What a test puts into the three stores; all of it can be changed. */
interface Stores {
  counters: { sessions: Map<string, Figures>; grants: Map<string, number> };
  ledger: {
    sessions: Map<string, Figures>;
    grants: Map<string, { -readonly [Name in keyof GrantBalance]: GrantBalance[Name] }>;
  };
  history: { sessions: Map<string, Figures>; others: { burnedOctets: number; unaccountedOctets: number } };
}
type Figures = { -readonly [Name in keyof UsageFigures]: number };

const amount = fc.integer({ min: 0, max: 2 ** 40 });

/** Figures that fulfil the equation. */
const figures: fc.Arbitrary<Figures> = fc
  .record({
    charged: amount,
    free: amount,
    quarantined: amount,
    burned: amount,
    overshot: amount,
    up: amount,
  })
  .map(({ charged, free, quarantined, burned, overshot, up }) => {
    const total = charged + free + quarantined;
    const inputOctets = Math.min(up, total);
    return {
      inputOctets,
      outputOctets: total - inputOctets,
      chargedOctets: charged,
      freeOctets: free,
      quarantinedOctets: quarantined,
      burnedOctets: burned,
      overshotOctets: overshot,
    };
  });

/** A line on which all stores agree: what its sessions burned is divided among its grants. */
const agreeing: fc.Arbitrary<Stores> = fc
  .record({
    kept: fc.array(figures, { maxLength: 3 }),
    othersBurned: amount,
    shares: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
    room: amount,
  })
  .map(({ kept, othersBurned, shares, room }) => {
    const sessions = kept.map((given, index) => [keyOf(index), given] as const);
    const copied = () => new Map(sessions.map(([key, given]) => [key, { ...given }]));
    let left = kept.reduce((sum, { burnedOctets }) => sum + burnedOctets, othersBurned);
    const parts = [...shares.map((share) => Math.floor(share * left)), Number.POSITIVE_INFINITY];
    const consumed = parts.map((part, index) => {
      const taken = Math.min(part, left);
      left -= taken;
      return [`g${index}`, taken] as const;
    });
    return {
      counters: { sessions: copied(), grants: new Map(consumed) },
      ledger: {
        sessions: copied(),
        grants: new Map(consumed.map(([id, taken]) => [id, { octets: taken + room, consumedOctets: taken }])),
      },
      history: { sessions: copied(), others: { burnedOctets: othersBurned, unaccountedOctets: 0 } },
    };
  });

function keyOf(index: number): string {
  return `00000000000000a${index}`;
}

function lineOf({ counters, ledger, history }: Stores): LineInStores {
  const grants = [...counters.grants].map(([id, consumed]) =>
    grantOf(id, Number.MAX_SAFE_INTEGER, { consumed: octets(consumed) }),
  );
  const sessions = [...counters.sessions].map(([key, given]) => sessionOf(key, given));
  const state = { profile: profileOf(), grants, sessions, forgotten: undefined };
  return { username: 'ali', lineId: 42, state, ledger, history, now: NOW };
}

function sessionOf(key: string, given: Figures): Session {
  const current = { inputOctets: octets(given.inputOctets), outputOctets: octets(given.outputOctets) };
  return {
    ...SESSION,
    key,
    counters: { ...NO_COUNTERS, current },
    usage: {
      chargedOctets: octets(given.chargedOctets),
      freeOctets: octets(given.freeOctets),
      quarantinedOctets: octets(given.quarantinedOctets),
      burnedOctets: octets(given.burnedOctets),
      overshotOctets: octets(given.overshotOctets),
      weightRemainder: 0,
    },
  };
}

const octetsOf = (found: readonly Difference[]) =>
  found.reduce((sum, difference) => sum + difference.octets, 0);

/** How much a figure is changed: up, or down as far as it goes; `undefined` when it cannot be. */
function moved(value: number, by: number): number | undefined {
  const next = Math.max(0, value + by);
  return next === value ? undefined : next;
}

const by = fc.oneof(fc.integer({ min: -(2 ** 40), max: -1 }), fc.integer({ min: 1, max: 2 ** 40 }));
const storeNames = ['counters', 'ledger', 'history'] as const;

describe('one wrong figure', () => {
  it('is none as long as all agree', () => {
    fc.assert(
      fc.property(agreeing, (stores) => {
        expect(reconcileLine(lineOf(stores))).toEqual([]);
      }),
    );
  });

  it('of a session is found in whichever store, to the octet, and nothing else', () => {
    const where = fc.tuple(fc.constantFrom(...storeNames), fc.constantFrom(...FIGURES), fc.nat());
    fc.assert(
      fc.property(agreeing, where, by, (stores, [store, figure, place], change) => {
        const keys = [...stores.counters.sessions.keys()];
        const sessionKey = keys[place % Math.max(1, keys.length)];
        fc.pre(sessionKey !== undefined);
        const before = stores[store].sessions.get(sessionKey!)!;
        const wrong = moved(before[figure], change);
        fc.pre(wrong !== undefined);
        const right = before[figure];
        before[figure] = wrong!;
        expect(reconcileLine(lineOf(stores))).toEqual([
          {
            username: 'ali',
            lineId: 42,
            sessionKey,
            figure,
            counters: right,
            ledger: right,
            history: right,
            [store]: wrong,
            octets: Math.abs(wrong! - right),
          },
        ]);
      }),
    );
  });

  it('of a grant is found in counters and ledger, to the octet, and nothing else', () => {
    const where = fc.tuple(fc.constantFrom('counters', 'ledger'), fc.nat());
    fc.assert(
      fc.property(agreeing, where, by, (stores, [store, place], change) => {
        const ids = [...stores.counters.grants.keys()];
        const grantId = ids[place % ids.length]!;
        const right = stores.counters.grants.get(grantId)!;
        const wrong = moved(right, change);
        fc.pre(wrong !== undefined);
        if (store === 'counters') stores.counters.grants.set(grantId, wrong!);
        else stores.ledger.grants.get(grantId)!.consumedOctets = wrong!;
        const found = reconcileLine(lineOf(stores));
        expect(found).toHaveLength(1);
        expect(octetsOf(found)).toBe(Math.abs(wrong! - right));
      }),
    );
  });

  it('of what is in the history alone is found, to the octet', () => {
    const where = fc.constantFrom('burnedOctets' as const, 'unaccountedOctets' as const);
    fc.assert(
      fc.property(agreeing, where, by, (stores, figure, change) => {
        const right = stores.history.others[figure];
        const wrong = moved(right, change);
        fc.pre(wrong !== undefined);
        stores.history.others[figure] = wrong!;
        const found = reconcileLine(lineOf(stores));
        expect(found).toHaveLength(1);
        expect(octetsOf(found)).toBe(Math.abs(wrong! - right));
      }),
    );
  });
});

describe('wrong figures', () => {
  it('are never hidden by each other: a grant that is wrong by as much as its session', () => {
    fc.assert(
      fc.property(agreeing, by, fc.constantFrom(...storeNames), (stores, change, store) => {
        const session = stores[store].sessions.get(keyOf(0));
        fc.pre(session !== undefined && moved(session.burnedOctets, change) !== undefined);
        const wrong = moved(session!.burnedOctets, change)!;
        const off = Math.abs(wrong - session!.burnedOctets);
        session!.burnedOctets = wrong;
        stores.ledger.grants.get('g0')!.consumedOctets += off;
        stores.ledger.grants.get('g0')!.octets += off;
        expect(octetsOf(reconcileLine(lineOf(stores)))).toBe(2 * off);
      }),
    );
  });

  it('that are alike in all three stores break the equation of the session', () => {
    fc.assert(
      fc.property(agreeing, fc.integer({ min: 1, max: 2 ** 40 }), (stores, extra) => {
        fc.pre(stores.counters.sessions.size > 0);
        for (const name of storeNames) stores[name].sessions.get(keyOf(0))!.outputOctets += extra;
        expect(reconcileLine(lineOf(stores))).toMatchObject([
          { sessionKey: keyOf(0), figure: 'unaccountedOctets', octets: extra },
        ]);
      }),
    );
  });

  it('stay exact numbers however absurd they are', () => {
    const stores = fc.sample(
      agreeing.filter(({ counters }) => counters.sessions.size > 0),
      { numRuns: 1, seed: 7 },
    )[0]!;
    const most = Number.MAX_SAFE_INTEGER;
    stores.history.others.burnedOctets = most;
    stores.history.others.unaccountedOctets = most;
    for (const name of FIGURES) stores.history.sessions.get(keyOf(0))![name] = most;
    for (const { octets: off } of reconcileLine(lineOf(stores))) expect(Number.isSafeInteger(off)).toBe(true);
  });
});

describe('a record that a store does not have', () => {
  const empty = (): Stores => ({
    counters: { sessions: new Map(), grants: new Map() },
    ledger: { sessions: new Map(), grants: new Map() },
    history: { sessions: new Map(), others: { burnedOctets: 0, unaccountedOctets: 0 } },
  });

  it('is nothing used: a reserved session, a grant that was just bought', () => {
    const stores = empty();
    const nothing = Object.fromEntries(FIGURES.map((name) => [name, 0])) as Figures;
    stores.counters.sessions.set(keyOf(0), nothing);
    stores.ledger.grants.set('new', { octets: 100, consumedOctets: 0 });
    expect(reconcileLine(lineOf(stores))).toEqual([]);
  });

  it('is a difference once something was used', () => {
    const stores = empty();
    stores.ledger.grants.set('g1', { octets: 100, consumedOctets: 60 });
    stores.history.others.burnedOctets = 60;
    const lost = { ...lineOf(stores), state: undefined };
    expect(reconcileLine(lost)).toMatchObject([
      { grantId: 'g1', figure: 'consumedOctets', counters: 0, ledger: 60, history: null, octets: 60 },
    ]);
  });
});

it('does not miss a grant in the counters that ended long ago, and holds it against the history', () => {
  const stores: Stores = {
    counters: { sessions: new Map(), grants: new Map() },
    ledger: { sessions: new Map(), grants: new Map() },
    history: { sessions: new Map(), others: { burnedOctets: 60, unaccountedOctets: 0 } },
  };
  const put = (daysAgo: number) =>
    stores.ledger.grants.set('g1', { octets: 100, consumedOctets: 60, until: NOW - daysAgo * DAY_MS });
  put(41);
  expect(reconcileLine(lineOf(stores))).toEqual([]);
  put(39);
  expect(reconcileLine(lineOf(stores))).toMatchObject([{ grantId: 'g1', octets: 60 }]);
  put(41);
  stores.history.others.burnedOctets = 59;
  expect(reconcileLine(lineOf(stores))).toMatchObject([{ figure: 'consumedOctets', octets: 1 }]);
  // Still in the counters: then they have to agree.
  stores.counters.grants.set('g1', 50);
  expect(reconcileLine(lineOf(stores))).toMatchObject([{ grantId: 'g1', octets: 10 }]);
});

it('lets a grant be smaller than what was on its way when it was made so', () => {
  const stores: Stores = {
    counters: { sessions: new Map(), grants: new Map([['g1', 600]]) },
    ledger: { sessions: new Map(), grants: new Map([['g1', { octets: 600, consumedOctets: 650 }]]) },
    history: { sessions: new Map(), others: { burnedOctets: 650, unaccountedOctets: 0 } },
  };
  expect(reconcileLine(lineOf(stores))).toEqual([]);
  stores.history.others.burnedOctets = 649;
  expect(reconcileLine(lineOf(stores))).toMatchObject([
    { figure: 'consumedOctets', counters: 600, ledger: 650, history: 649, octets: 1 },
  ]);
});
