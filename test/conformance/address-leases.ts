import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AddressLease, AddressLeases } from '../../engine/addresses/address-leases.ts';
import { type AddressPool, addressPool } from '../../engine/addresses/address-pool.ts';
import type { CounterStore } from '../../engine/pipeline/counter-store.ts';
import { type StorePlace, World } from './counter-world.ts';

/** A pool of these ranges. */
function pool(ranges: readonly string[], revision = 1, reserved: readonly string[] = []): AddressPool {
  return addressPool({ name: 'home', revision, ranges, reserved });
}

/** A session key of a number. */
function key(number: number): string {
  return number.toString(16).padStart(16, '0');
}

const PROOF = 'proof';

/** Takes an address and gives its text, or the word why there is none. */
async function take(
  leases: AddressLeases,
  from: AddressPool,
  username: string,
  session: number,
  now = 0,
  instead: readonly number[] = [],
): Promise<string> {
  const request = { username, sessionKey: key(session), instead: instead.map(key) };
  const taken = await leases.take(from, request, PROOF, now);
  return taken.kind === 'leased' ? taken.address : taken.kind;
}

/** All leases of a pool, by address. */
async function allHeld(leases: AddressLeases): Promise<readonly AddressLease[]> {
  const all: AddressLease[] = [];
  let cursor = '';
  do {
    const page = await leases.held('home', cursor, 7);
    all.push(...page.leases);
    cursor = page.cursor;
  } while (cursor !== '');
  return all.toSorted((one, other) => (one.address < other.address ? -1 : 1));
}

/** What every store of leases promises; `makePlace` makes an empty one for each test. */
export function addressLeasesSuite(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`${name} as a store of leases`, () => {
    let current: World;
    beforeEach(async () => {
      current = await World.at(await makePlace());
      await current.store.addresses.putProof('home', PROOF);
    });
    afterEach(() => current.remove());
    const leases = () => current.store.addresses;
    describe('taking', () => takes(leases));
    describe('giving back', () => releases(leases));
    describe('ranges', () => changesRanges(leases));
    describe('several users', () => servesSeveral(() => current));
    describe('any order', () => keepsTheModel(leases));
  });
}

function takes(leases: () => AddressLeases): void {
  const small = pool(['10.0.0.1-10.0.0.3']);

  it('gives the key the same address again, and nobody else the same', async () => {
    expect(await take(leases(), small, 'a', 1)).toBe('10.0.0.1');
    expect(await take(leases(), small, 'a', 1)).toBe('10.0.0.1');
    expect(await take(leases(), small, 'a', 2)).toBe('10.0.0.2');
    expect(await take(leases(), small, 'b', 3)).toBe('10.0.0.3');
    expect(await take(leases(), small, 'c', 4)).toBe('exhausted');
    expect(await leases().usage('home')).toEqual({ held: 3, remembered: 0 });
  });

  it('gives a line its last address again, others one that was never used, then the longest free', async () => {
    await take(leases(), small, 'a', 1);
    await leases().release('home', key(1), 1, 10);
    expect(await take(leases(), small, 'b', 2, 20)).toBe('10.0.0.2');
    expect(await take(leases(), small, 'a', 3, 30)).toBe('10.0.0.1');
    await leases().release('home', key(2), 1, 40);
    await leases().release('home', key(3), 1, 50);
    expect(await take(leases(), small, 'c', 4, 60)).toBe('10.0.0.3');
    expect(await take(leases(), small, 'd', 5, 70)).toBe('10.0.0.2');
    expect(await take(leases(), small, 'b', 6, 80)).toBe('10.0.0.1');
    expect(await take(leases(), small, 'a', 7, 90)).toBe('exhausted');
    expect(await leases().usage('home')).toEqual({ held: 3, remembered: 0 });
  });

  it('hands on the address of a session that ends with the login, but not that of another line', async () => {
    await take(leases(), small, 'a', 1);
    await take(leases(), small, 'b', 2);
    expect(await take(leases(), small, 'a', 3, 5, [1, 2])).toBe('10.0.0.1');
    expect(await leases().release('home', key(1), 9, 6)).toBe(false);
    expect(await allHeld(leases())).toEqual([
      { address: '10.0.0.1', username: 'a', sessionKey: key(3), since: 5 },
      { address: '10.0.0.2', username: 'b', sessionKey: key(2), since: 0 },
    ]);
  });

  it('gives nothing to those who do not know that the leases were made sure of', async () => {
    const request = { username: 'a', sessionKey: key(1), instead: [] };
    expect(await leases().take(small, request, 'another', 0)).toEqual({ kind: 'unsure' });
    expect(await leases().take({ ...small, name: 'new' }, request, PROOF, 0)).toEqual({ kind: 'unsure' });
    expect(await leases().proof('home')).toBe(PROOF);
    expect(await leases().proof('new')).toBe('');
  });

  it('lets a session claim what it has, unless another line holds it', async () => {
    const claim = { address: '10.0.0.2', username: 'a', sessionKey: key(1), version: 1 };
    expect(await leases().claim(small, claim, 3)).toEqual({ ok: true });
    expect(await leases().claim(small, { ...claim, username: 'b', sessionKey: key(2) }, 4)).toEqual({
      ok: false,
      holder: { address: '10.0.0.2', username: 'a', sessionKey: key(1), since: 3 },
    });
    expect(await leases().claim(small, { ...claim, sessionKey: key(3) }, 5)).toEqual({ ok: true });
    expect(await take(leases(), small, 'b', 4)).toBe('10.0.0.1');
    expect(await take(leases(), small, 'b', 5)).toBe('10.0.0.3');
  });
}

function releases(leases: () => AddressLeases): void {
  const small = pool(['10.0.0.1-10.0.0.3']);

  it('is harmless twice, and with a wrong key', async () => {
    await take(leases(), small, 'a', 1);
    expect(await leases().release('home', key(9), 1, 1)).toBe(false);
    expect(await leases().release('nowhere', key(1), 1, 1)).toBe(false);
    expect(await leases().release('home', key(1), 1, 1)).toBe(true);
    expect(await leases().release('home', key(1), 1, 2)).toBe(false);
    expect(await leases().usage('home')).toEqual({ held: 0, remembered: 1 });
    expect(await allHeld(leases())).toEqual([]);
  });

  it('is refused on the word of an older version of the line than the one that claimed', async () => {
    await take(leases(), small, 'a', 1);
    const claim = { address: '10.0.0.1', username: 'a', sessionKey: key(1), version: 7 };
    await leases().claim(small, claim, 1);
    await leases().claim(small, { ...claim, version: 5 }, 2);
    expect(await leases().release('home', key(1), 6, 3)).toBe(false);
    expect(await leases().release('home', key(1), 7, 3)).toBe(true);
  });

  it('frees what a session had before when it claims another address', async () => {
    await take(leases(), small, 'a', 1);
    await leases().claim(small, { address: '10.0.0.3', username: 'a', sessionKey: key(1), version: 1 }, 1);
    expect((await allHeld(leases())).map(({ address }) => address)).toEqual(['10.0.0.3']);
    expect(await leases().usage('home')).toEqual({ held: 1, remembered: 1 });
  });

  it('keeps names of any letters apart', async () => {
    const names = ['علی', 'a b', ' ', '- x', 'x\ny', 'é'.repeat(100)];
    const wide = pool(['10.1.0.0/24']);
    const given = await Promise.all(names.map((username, index) => take(leases(), wide, username, index)));
    expect(new Set(given).size).toBe(names.length);
    expect((await allHeld(leases())).map(({ username }) => username).toSorted()).toEqual(names.toSorted());
  });
}

function changesRanges(leases: () => AddressLeases): void {
  it('lets a pool grow and shrink, and never leases what is reserved or gone', async () => {
    expect(await take(leases(), pool(['10.0.0.1-10.0.0.2'], 1, ['10.0.0.1']), 'a', 1)).toBe('10.0.0.2');
    expect(await take(leases(), pool(['10.0.0.1-10.0.0.2'], 1, ['10.0.0.1']), 'b', 2)).toBe('exhausted');
    expect(await take(leases(), pool(['10.0.0.1-10.0.0.2'], 2), 'b', 2)).toBe('10.0.0.1');
    const moved = pool(['10.0.9.0/31'], 3);
    await leases().release('home', key(1), 1, 1);
    expect(await take(leases(), moved, 'a', 3)).toBe('10.0.9.0');
    expect(await take(leases(), moved, 'c', 4)).toBe('10.0.9.1');
    expect(await take(leases(), moved, 'd', 5)).toBe('exhausted');
  });
}

function servesSeveral(world: () => World): void {
  it('gives 1,000 addresses to two users at once, none of them twice', async () => {
    const other: CounterStore = await world().open();
    const wide = pool(['10.3.0.0-10.3.3.231']);
    const users = [world().store.addresses, other.addresses];
    const taken = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => take(users[index % 2]!, wide, `u${index}`, index)),
    );
    expect(new Set(taken).size).toBe(1000);
    expect(await take(other.addresses, wide, 'late', 5000)).toBe('exhausted');
    expect(await take(world().store.addresses, wide, 'u7', 7)).toBe(taken[7]);
  }, 30_000);
}

/** The rules written once more, the simple way: who holds what, and what was freed in which order. */
class Model {
  readonly held = new Map<string, string>();
  take(session: number): string | undefined {
    return this.held.get(key(session));
  }
}

function keepsTheModel(leases: () => AddressLeases): void {
  it('never gives one address to two keys, and loses none', async () => {
    const size = 4;
    const wish = fc.record({
      kind: fc.constantFrom('take', 'take', 'release'),
      user: fc.integer({ min: 0, max: 5 }),
      session: fc.integer({ min: 0, max: 9 }),
    });
    let now = 1;
    await fc.assert(
      fc.asyncProperty(fc.array(wish, { maxLength: 40 }), async (wishes) => {
        for (const { sessionKey } of await allHeld(leases()))
          await leases().release('home', sessionKey, 9, now++);
        const model = new Model();
        for (const { kind, user, session } of wishes) {
          now++;
          if (kind === 'release') {
            expect(await leases().release('home', key(session), 1, now)).toBe(
              model.held.delete(key(session)),
            );
            continue;
          }
          const given = await take(leases(), pool([`10.0.0.0-10.0.0.${size - 1}`]), `u${user}`, session, now);
          const known = model.take(session);
          if (known !== undefined) expect(given).toBe(known);
          else if (model.held.size === size) expect(given).toBe('exhausted');
          else {
            expect([...model.held.values()]).not.toContain(given);
            expect(given).not.toBe('exhausted');
            model.held.set(key(session), given);
          }
        }
        expect((await leases().usage('home')).held).toBe(model.held.size);
        const held = (await allHeld(leases())).map(({ sessionKey, address }) => [sessionKey, address]);
        expect(new Map(held as [string, string][])).toEqual(model.held);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
}
