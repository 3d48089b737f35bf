import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountCode, onNormalSide } from '../../engine/ledger/account.ts';
import { gift, reversal, topUp } from '../../engine/ledger/business-events.ts';
import type { LedgerEntry } from '../../engine/ledger/chain.ts';
import type { Posting } from '../../engine/ledger/posting.ts';
import { rial } from '../../engine/values/rial.ts';
import { anyEvent, because, NOW, purchaseOf, topUpOf } from '../engine/ledger/sample.ts';
import { moneyTamperingTests } from './money-tampering.ts';
import { MoneyModel, type MoneyPlace, MoneyWorld } from './money-world.ts';

type GetWorld = () => MoneyWorld;

/** What every ledger promises about money. The tests follow one ledger through its life, in order. */
export function moneyLedgerSuite(name: string, makePlace: () => Promise<MoneyPlace>): void {
  describe(`money on ${name}`, () => {
    let world: MoneyWorld;
    beforeAll(async () => {
      world = await MoneyWorld.open(await makePlace());
    }, 60_000);
    afterAll(() => world.close());
    posting(() => world);
    texts(() => world);
    races(() => world);
    limits(() => world);
    reversals(() => world);
    randomLife(() => world);
    moneyTamperingTests(() => world);
  });
}

function posting(world: GetWorld): void {
  it('is empty and whole at first', async () => {
    const { money } = world();
    expect(await money.verifyChain()).toMatchObject({ entries: 0, faults: 0, head: { number: 0 } });
    expect(await money.balance('wallet:17')).toBeUndefined();
    expect(await money.entriesOf('wallet:17', 10)).toEqual({ closing: 0, entries: [] });
    expect(await money.entry(1)).toBeUndefined();
  });

  it('gives back what was posted, to the letter', async () => {
    const odd = {
      ...topUpOf('odd "key" \\ /', 17, 1_000),
      reason: 'خط\n"ی\\"\t\u0001\u2028😀\u007f',
      orderId: '٤٧',
    };
    const posted = await world().post(odd);
    expect(posted).toMatchObject({ ok: true, value: { repeated: false, entry: { ...odd, number: 1 } } });
    expect(await world().money.entry(1)).toEqual(entryOf(posted));
    expect(await world().money.balance('wallet:17')).toEqual({
      account: 'wallet:17',
      balance: 1_000,
      creditLimit: 0,
    });
    expect(await world().money.balance('gateway:zarinpal')).toEqual({
      account: 'gateway:zarinpal',
      balance: 1_000,
      creditLimit: undefined,
    });
  });

  it('takes a key once: the same again is the same entry, other money is told', async () => {
    const entry = entryOf(await world().post(topUpOf('once', 18, 500)));
    const again = { ...topUpOf('once', 18, 500), actor: 'another', reason: 'inquiry' };
    expect(await world().post(again)).toEqual({ ok: true, value: { entry, repeated: true } });
    expect(await world().post(topUpOf('once', 18, 501))).toEqual({
      ok: false,
      error: { kind: 'key-taken', number: entry.number },
    });
    expect(await world().balance('wallet:18')).toBe(500);
  });

  it('holds sums up to 2^53 - 1, and refuses what goes beyond', async () => {
    const { MAX_SAFE_INTEGER: all } = Number;
    const given = (key: string, customer: number) =>
      world().post(topUp(because(key), customer, { gateway: 'vault', amount: rial(all) }));
    const posted = await given('all', 19);
    await expect(given('more', 20)).rejects.toThrow('ledger_balance_balance_check');
    const beside = [topUpOf('beside-1', 20, 1), topUpOf('beside-2', 26, 1)].map((made) => world().post(made));
    await expect(given('and-more', 20)).rejects.toThrow('ledger_balance_balance_check');
    expect((await Promise.all(beside)).map(({ ok }) => ok)).toEqual([true, true]);
    expect(await world().explained('wallet:20', 10)).toEqual([1]);
    await world().post(reversal({ actor: 'staff', reason: '' }, entryOf(posted)));
    expect(await world().explained('wallet:19', 10)).toEqual([all, -all]);
    expect((await world().money.verifyChain()).faults).toBe(0);
  });
}

function texts(world: GetWorld): void {
  it('hashes any text as the database does', async () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary-ascii' }),
      anyBrokenText,
    );
    const told = fc.sample(fc.tuple(anyText, anyText), { numRuns: 300, seed: 7 });
    const made = told.map(([reason, actor], index) =>
      gift(because(`text-${index} ${actor}`.slice(0, 200), { reason, actor, orderId: reason }), 27, rial(1)),
    );
    const posted = (await Promise.all(made.map((one) => world().post(one)))).map(entryOf);
    expect(posted).toMatchObject(made);
    const { entries } = await world().money.entriesOf('wallet:27', 300);
    expect(entries.toReversed()).toEqual(posted);
    expect(await world().money.verifyChain()).toMatchObject({ faults: 0 });
  });
}

/** Halves of pairs, which UTF-8 has no form for. */
const anyBrokenText = fc
  .array(fc.integer({ min: 0, max: 0xffff }))
  .map((codes) => String.fromCharCode(...codes));

function entryOf(posted: Awaited<ReturnType<MoneyWorld['post']>>): LedgerEntry {
  if (!posted.ok) throw new Error(`not posted: ${posted.error.kind}`);
  return posted.value.entry;
}

function races(world: GetWorld): void {
  it('lets one of 200 purchases at the same time have the money for one', async () => {
    await world().post(topUpOf('for-one', 21, 1_000));
    const buys = Array.from({ length: 200 }, (_, index) =>
      world().post(purchaseOf(`race-${index}`, 21, 1_000)),
    );
    const results = await Promise.all(buys);
    const faults = results.flatMap((result) => (result.ok ? [] : [result.error]));
    expect(faults).toHaveLength(199);
    const refused = { kind: 'insufficient-credit', account: 'wallet:21', available: 0, wanted: 1_000 };
    expect(new Set(faults.map((fault) => JSON.stringify(fault)))).toEqual(new Set([JSON.stringify(refused)]));
    expect(await world().explained('wallet:21', 10)).toEqual([1_000, -1_000]);
  }, 60_000);

  it('credits a callback that comes 100 times at the same time once', async () => {
    const callbacks = Array.from({ length: 100 }, () => world().post(topUpOf('payment:8812', 22, 700)));
    const results = await Promise.all(callbacks);
    const posted = results.flatMap((result) => (result.ok ? [result.value] : []));
    expect(posted).toHaveLength(100);
    expect(posted.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(posted.map(({ entry }) => entry.hash)).size).toBe(1);
    expect(await world().explained('wallet:22', 10)).toEqual([700]);
  }, 60_000);

  it('lets either a purchase or the reversal of what would pay it happen', async () => {
    const entry = entryOf(await world().post(topUpOf('contested', 28, 1_000)));
    const back = reversal({ actor: 'staff', reason: '' }, entry);
    const tries = Array.from({ length: 60 }, (_, index) =>
      world().post(index % 2 === 0 ? purchaseOf(`contest-${index}`, 28, 1_000) : back),
    );
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((outcome) => outcome.ok && !outcome.value.repeated)).toHaveLength(1);
    expect(await world().explained('wallet:28', 10)).toEqual([1_000, -1_000]);
  });

  it('may try again under the same key after a fault', async () => {
    expect((await world().post(purchaseOf('again', 22, 800))).ok).toBe(false);
    await world().post(topUpOf('payment:8813', 22, 100));
    expect(await world().post(purchaseOf('again', 22, 800))).toMatchObject({
      ok: true,
      value: { repeated: false },
    });
    expect(await world().balance('wallet:22')).toBe(0);
  });
}

function limits(world: GetWorld): void {
  it('lets a wallet go below 0 as far as its limit, and not lower the limit below what is owed', async () => {
    const limit = (amount: number) =>
      world().money.setCreditLimit(
        { account: 'wallet:23', limit: rial(amount), actor: 'staff', reason: 'trusted' },
        NOW,
      );
    expect(await limit(300)).toBe(true);
    expect((await world().post(purchaseOf('on-credit', 23, 200))).ok).toBe(true);
    expect(await world().post(purchaseOf('too-much', 23, 101))).toMatchObject({ error: { available: 100 } });
    expect(await limit(199)).toBe(false);
    expect(await limit(200)).toBe(true);
    expect(await world().money.balance('wallet:23')).toEqual({
      account: 'wallet:23',
      balance: -200,
      creditLimit: 200,
    });
    const [told] = await world().behindTheScenes([
      `SELECT l.amount::integer, l.actor FROM ledger_credit_limit l JOIN ledger_account a ON a.id = l.account_id
       WHERE a.code = 'wallet:23' ORDER BY l.id`,
    ]);
    expect(told!.rows).toEqual([
      { amount: 300, actor: 'staff' },
      { amount: 200, actor: 'staff' },
    ]);
  });
}

function reversals(world: GetWorld): void {
  const by = { actor: 'staff', reason: 'mistake' };

  it('takes an entry back, once', async () => {
    const entry = entryOf(await world().post(topUpOf('mistaken', 24, 900)));
    expect(await world().post(reversal(by, entry))).toMatchObject({ value: { repeated: false } });
    expect(await world().post(reversal(by, entry))).toMatchObject({ value: { repeated: true } });
    expect(await world().explained('wallet:24', 1)).toEqual([900, -900]);
  });

  it('does not take back what was spent', async () => {
    const spent = entryOf(await world().post(topUpOf('spent', 25, 900)));
    await world().post(purchaseOf('spending', 25, 600));
    expect(await world().post(reversal(by, spent))).toMatchObject({
      error: { kind: 'insufficient-credit', available: 300, wanted: 900 },
    });
  });
}

/** What is done to the ledger in a random life. */
type Step =
  | { readonly kind: 'event'; readonly make: (key: string) => Posting }
  | { readonly kind: 'again' | 'reverse'; readonly which: number }
  | { readonly kind: 'limit'; readonly account: AccountCode; readonly amount: number };

const which = fc.nat(1_000);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: anyEvent.map((make) => ({ kind: 'event', make }) as const) },
  { weight: 1, arbitrary: which.map((index) => ({ kind: 'again', which: index }) as const) },
  { weight: 2, arbitrary: which.map((index) => ({ kind: 'reverse', which: index }) as const) },
  {
    weight: 1,
    arbitrary: fc
      .record({ account: fc.constantFrom('wallet:1', 'wallet:2', 'agent:3'), amount: fc.nat(9_000_000) })
      .map((limit) => ({ kind: 'limit', ...limit }) as const),
  },
);

function randomLife(world: GetWorld): void {
  it('says in a random life what the simplest count says', async () => {
    const model = new MoneyModel();
    const entries: LedgerEntry[] = [];
    const taken = new Set<number>();
    for (const code of ['gateway:zarinpal', 'revenue', 'promotions', 'commissions'] as const) {
      // As debits less credits again: turning the side twice is turning it back.
      model.sums.set(code, onNormalSide(code, await world().balance(code)));
    }
    let keys = 0;
    const postBoth = async (made: Posting) => {
      const expected = model.post(made);
      const posted = await world().post(made);
      if (expected !== undefined) expect(posted).toEqual({ ok: false, error: expected });
      else expect(posted).toMatchObject({ ok: true, value: { repeated: false } });
      if (posted.ok) entries.push(posted.value.entry);
      return posted.ok;
    };
    const play = async (step: Step): Promise<void> => {
      if (step.kind === 'event') {
        await postBoth(step.make(`life-${keys}`));
        keys += 1;
      } else if (step.kind === 'limit') {
        const { account } = step;
        const fits = -model.balance(account) <= step.amount;
        const change = { account, limit: rial(step.amount), actor: 'staff', reason: '' };
        expect(await world().money.setCreditLimit(change, NOW)).toBe(fits);
        if (fits) model.limits.set(account, step.amount);
      } else if (entries.length > 0) {
        const entry = entries[step.which % entries.length]!;
        const repeat = { ok: true, value: { entry, repeated: true } };
        if (step.kind === 'again') expect(await world().post(entry)).toEqual(repeat);
        else if (entry.reverses === undefined && !taken.has(entry.number)) {
          if (await postBoth(reversal({ actor: 'staff', reason: '' }, entry))) taken.add(entry.number);
        }
      }
    };
    const judge = async (): Promise<void> => {
      for (const account of model.sums.keys()) {
        expect(await world().balance(account)).toBe(model.balance(account));
        if (account.startsWith('wallet:')) await world().explained(account as AccountCode, 7);
      }
      expect(await world().money.verifyChain()).toMatchObject({ faults: 0 });
    };
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 30 }), async (steps) => {
        for (const step of steps) await play(step);
        await judge();
      }),
      { numRuns: 8, endOnFailure: true },
    );
    expect(entries.length).toBeGreaterThan(40);
  }, 120_000);
}
