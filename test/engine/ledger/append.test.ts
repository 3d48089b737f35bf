import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AccountCode, isCredit } from '../../../engine/ledger/account.ts';
import { type AccountState, appendAll, type LedgerState } from '../../../engine/ledger/append.ts';
import { agentDeposit, commissionReturn, purchase } from '../../../engine/ledger/business-events.ts';
import { CHAIN_START, ChainWalk, type LedgerEntry } from '../../../engine/ledger/chain.ts';
import type { Posting } from '../../../engine/ledger/posting.ts';
import { rial } from '../../../engine/values/rial.ts';
import { anyEvent, because, NOW, purchaseOf, topUpOf } from './sample.ts';

const EMPTY: LedgerState = { head: CHAIN_START, accounts: new Map(), entries: [] };

function timed(postings: readonly Posting[]) {
  return postings.map((posting, index) => ({ posting, now: NOW + index }));
}

/** The books after what was appended, as the store would read them. */
function after(state: LedgerState, entries: LedgerState['entries']): LedgerState {
  const accounts = new Map<AccountCode, AccountState>(state.accounts);
  for (const { account, amount } of entries.flatMap(({ lines }) => lines)) {
    const { balance, creditLimit } = accounts.get(account) ?? { balance: 0, creditLimit: undefined };
    accounts.set(account, { balance: balance + amount, creditLimit });
  }
  return { head: entries.at(-1) ?? state.head, accounts, entries: [...state.entries, ...entries] };
}

/** Entries that left a wallet or a deposit below 0 by taking from it, but for commission that was given back. */
function overdrafts(entries: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const balances = new Map<AccountCode, number>();
  return entries.filter(({ kind, lines }) => {
    const below = lines.filter(({ account, amount }) => {
      const balance = (balances.get(account) ?? 0) + amount;
      balances.set(account, balance);
      const isOwed = kind === 'commission-return' && account.startsWith('agent:');
      return isCredit(account) && amount > 0 && balance > 0 && !isOwed;
    });
    return below.length > 0;
  });
}

describe('appending', () => {
  it('many at once is appending them one after the other', () => {
    const anyPostings = fc
      .array(fc.tuple(anyEvent, fc.nat(20)), { maxLength: 40 })
      .map((made) => made.map(([event, key]) => event(`k${key}`)));
    fc.assert(
      fc.property(anyPostings, (postings) => {
        const { outcomes, entries } = appendAll(EMPTY, timed(postings));
        let state = EMPTY;
        const single = timed(postings).map((one) => {
          const appended = appendAll(state, [one]);
          state = after(state, appended.entries);
          return appended.outcomes[0];
        });
        expect(outcomes).toEqual(single);
        expect(entries).toEqual(state.entries);
        const walk = new ChainWalk();
        expect(entries.flatMap((entry) => walk.next(entry))).toEqual([]);
        expect(overdrafts(entries)).toEqual([]);
      }),
    );
  });

  it('lets what is refused change nothing for what comes after it', () => {
    const { outcomes, entries } = appendAll(
      EMPTY,
      timed([
        purchaseOf('early', 5, 100),
        topUpOf('in', 5, 100),
        purchaseOf('much', 5, 101),
        purchaseOf('early', 5, 100),
        topUpOf('in', 5, 100),
        topUpOf('in', 5, 99),
      ]),
    );
    expect(outcomes).toMatchObject([
      { ok: false, error: { kind: 'insufficient-credit', available: 0, wanted: 100 } },
      { ok: true, value: { repeated: false } },
      { ok: false, error: { kind: 'insufficient-credit', available: 100, wanted: 101 } },
      { ok: true, value: { repeated: false } },
      { ok: true, value: { repeated: true } },
      { ok: false, error: { kind: 'key-taken', number: 1 } },
    ]);
    expect(entries.map(({ number, key, postedAt }) => [number, key, postedAt])).toEqual([
      [1, 'in', NOW + 1],
      [2, 'early', NOW + 3],
    ]);
  });

  it("takes no more from an agent's deposit than there is", () => {
    const sale = (key: string) =>
      purchase(because(key), {
        customer: 5,
        charge: { price: rial(100), vat: rial(0), lineRental: rial(0) },
        returned: rial(0),
        paid: { agent: 7, amount: rial(100) },
      })!;
    const deposit = agentDeposit(because('in'), 7, { bank: true, amount: rial(100) });
    const { outcomes } = appendAll(EMPTY, timed([deposit, sale('one'), sale('two')]));
    const refused = { kind: 'insufficient-credit', account: 'agent:7', available: 0, wanted: 100 };
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true }, { ok: false, error: refused }]);
  });

  it('takes commission back whatever is left, and sells nothing of what is owed then', () => {
    const given = [{ agent: 7, amount: rial(150) }];
    const deposit = (key: string, amount: number) =>
      agentDeposit(because(key), 7, { bank: true, amount: rial(amount) });
    const sale = purchase(because('sale'), {
      customer: 5,
      charge: { price: rial(1), vat: rial(0), lineRental: rial(0) },
      returned: rial(0),
      paid: { agent: 7, amount: rial(1) },
    })!;
    const back = commissionReturn(because('back'), given)!;
    const { outcomes } = appendAll(
      EMPTY,
      timed([deposit('in', 100), back, sale, deposit('more', 50), sale, deposit('last', 1), sale]),
    );
    const refused = { kind: 'insufficient-credit', account: 'agent:7', wanted: 1 };
    expect(outcomes).toMatchObject([
      ...[{ ok: true }, { ok: true }, { ok: false, error: { ...refused, available: -50 } }],
      ...[{ ok: true }, { ok: false, error: { ...refused, available: 0 } }, { ok: true }, { ok: true }],
    ]);
  });

  it('lets a wallet go as far as its limit', () => {
    const accounts = new Map([['wallet:5' as const, { balance: -40, creditLimit: 60 }]]);
    const { outcomes } = appendAll(
      { ...EMPTY, accounts },
      timed([101, 100].map((n) => purchaseOf(`o${n}`, 5, n))),
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual([false, true]);
  });
});
