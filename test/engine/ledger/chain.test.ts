import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHAIN_START,
  type ChainPlace,
  ChainWalk,
  canonicalText,
  chainEntry,
  FIRST_PREVIOUS_HASH,
  hashOf,
  type LedgerEntry,
} from '../../../engine/ledger/chain.ts';
import { explainBalance } from '../../../engine/ledger/explain-balance.ts';
import { anyEvent, NOW, purchaseOf, topUpOf } from './sample.ts';

const chain = chainOf(5);

function chainOf(length: number): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  let last: ChainPlace = CHAIN_START;
  for (let number = 1; number <= length; number += 1) {
    const entry = chainEntry(topUpOf(`p${number}`, 17, number), last, NOW + number);
    entries.push(entry);
    last = entry;
  }
  return entries;
}

function faultsOf(entries: readonly LedgerEntry[], kept?: ChainPlace): string[] {
  const walk = new ChainWalk(CHAIN_START, kept);
  return entries.flatMap((entry) => walk.next(entry)).map(({ number, kind }) => `${number} ${kind}`);
}

/** The chain with its third entry changed. */
function withThird(change: (entry: LedgerEntry) => LedgerEntry): readonly LedgerEntry[] {
  return chain.map((entry) => (entry.number === 3 ? change(entry) : entry));
}

describe('the chain', () => {
  it('hashes a text that is written down here', () => {
    const entry = chainEntry(topUpOf('p1', 17, 1_000), CHAIN_START, NOW);
    const text =
      '["mizan-ledger-1",1,1795246200000,"top-up","p1","","p1",null,"test","آزمون",' +
      '[["gateway:zarinpal",1000],["wallet:17",-1000]]]';
    expect(canonicalText(entry)).toBe(text);
    expect(entry.previousHash).toBe(FIRST_PREVIOUS_HASH);
    expect(entry.hash).toBe(
      createHash('sha256')
        .update(`${'0'.repeat(64)}\n${text}`)
        .digest('hex'),
    );
  });

  it('is whole as it was made, from any place on', () => {
    expect(faultsOf(chain)).toEqual([]);
    const walk = new ChainWalk(chain[1]);
    expect(chain.slice(2).flatMap((entry) => walk.next(entry))).toEqual([]);
    expect(walk.last).toEqual({ number: 5, hash: chain[4]!.hash });
  });

  it.each<[string, (entry: LedgerEntry) => LedgerEntry, string[]]>([
    ['an amount', (e) => ({ ...e, lines: topUpOf('p3', 17, 999).lines }), ['3 wrong-hash']],
    ['one line', (e) => ({ ...e, lines: e.lines.slice(1) }), ['3 wrong-hash', '3 unbalanced']],
    ['a reason', (e) => ({ ...e, reason: 'other' }), ['3 wrong-hash']],
    ['the time', (e) => ({ ...e, postedAt: e.postedAt + 1 }), ['3 wrong-hash']],
    ['the hash', (e) => ({ ...e, hash: hashOf(e.previousHash, 'x') }), ['3 wrong-hash', '4 broken-link']],
    [
      'all of it, hashed again',
      (e) => chainEntry(topUpOf('p3', 17, 999), { number: 2, hash: e.previousHash }, NOW),
      ['4 broken-link'],
    ],
  ])('shows a change of %s', (_, change, faults) => {
    expect(faultsOf(withThird((entry) => change(entry)))).toEqual(faults);
  });

  it('shows what is missing', () => {
    expect(faultsOf(chain.filter(({ number }) => number !== 3))).toEqual(['4 gap']);
    expect(faultsOf(chain.slice(1))).toEqual(['2 gap']);
  });

  it('that was made anew as a whole is found by a place that somebody kept', () => {
    const anew: LedgerEntry[] = [];
    for (const entry of chain)
      anew.push(chainEntry({ ...entry, reason: 'x' }, anew.at(-1) ?? CHAIN_START, NOW));
    expect(faultsOf(anew)).toEqual([]);
    expect(faultsOf(anew, chain[3])).toEqual(['4 other-than-kept']);
    expect(faultsOf(chain, chain[3])).toEqual([]);
  });
});

describe('an explained balance', () => {
  it('adds up row by row, from the opening to the closing', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const entries: LedgerEntry[] = [];
        for (const [index, event] of events.entries()) {
          entries.push(chainEntry(event(`k${index}`), entries.at(-1) ?? CHAIN_START, NOW));
        }
        const own = entries.filter(({ lines }) => lines.some(({ account }) => account === 'wallet:1'));
        const amounts = own.map(({ lines }) => lines.find(({ account }) => account === 'wallet:1')!.amount);
        const closing = amounts.reduce((sum, amount) => sum + amount, 0);
        const told = explainBalance('wallet:1', { closing, entries: own.toReversed() });
        expect(told.opening).toBe(0);
        expect(told.closing).toBe(closing === 0 ? 0 : -closing);
        let balance = 0;
        for (const row of told.rows.toReversed()) {
          balance += row.change;
          expect(row.balance).toBe(balance);
        }
        expect(balance).toBe(told.closing);
      }),
    );
  });

  it('says where the money came from and went to', () => {
    const first = chainEntry(topUpOf('p', 17, 500), CHAIN_START, NOW);
    const second = chainEntry(purchaseOf('o', 17, 200), first, NOW);
    expect(explainBalance('wallet:17', { closing: -300, entries: [second] })).toMatchObject({
      opening: 500,
      closing: 300,
      rows: [{ number: 2, kind: 'purchase', orderId: 'o', change: -200, balance: 300, against: ['revenue'] }],
    });
  });
});
