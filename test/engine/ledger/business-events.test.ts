import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  agentDeposit,
  bill,
  commission,
  gift,
  loan,
  purchase,
  refund,
  repayment,
  reversal,
  topUp,
} from '../../../engine/ledger/business-events.ts';
import { isSamePosting, makePosting, type Posting, sumOf } from '../../../engine/ledger/posting.ts';
import { rial } from '../../../engine/values/rial.ts';
import { anyEvent, because, purchaseOf, topUpOf } from './sample.ts';

const NOTHING = rial(0);

/** Lines as `{ account: amount }`. */
function linesOf(posting: Posting | undefined): Record<string, number> {
  return Object.fromEntries((posting?.lines ?? []).map(({ account, amount }) => [account, amount]));
}

function charge(price: number, vat = 0, lineRental = 0) {
  return { price: rial(price), vat: rial(vat), lineRental: rial(lineRental) };
}

describe('every business event', () => {
  it('sums to 0, names an account once, in order of codes, and never moves nothing', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const { lines } = event('k');
        expect(sumOf(lines)).toBe(0);
        expect(lines.length).toBeGreaterThanOrEqual(2);
        const codes = lines.map(({ account }) => account);
        expect(codes).toEqual([...new Set(codes)].sort());
        expect(lines.every(({ amount }) => amount !== 0)).toBe(true);
      }),
    );
  });

  it('is taken back by its opposite', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const entry = { ...event('k'), number: 7 };
        const back = reversal({ actor: 'staff', reason: '' }, entry);
        expect(back).toMatchObject({ key: 'reversal:7', reverses: 7, kind: 'reversal' });
        expect(back.lines.map(({ amount }) => -amount)).toEqual(entry.lines.map(({ amount }) => amount));
      }),
    );
  });
});

describe('a purchase', () => {
  const returned = rial(1_928_767);

  it('is order 469627 (product P52)', () => {
    const sale = { customer: 5, charge: charge(8_000_000, 720_000), returned };
    const paid = { gateway: 'mellat', amount: rial(6_791_233) };
    expect(linesOf(purchase(because('order:469627'), { ...sale, paid }))).toEqual({
      'gateway:mellat': 6_791_233,
      'returned-service': 1_928_767,
      revenue: -8_000_000,
      'vat-payable': -720_000,
    });
  });

  it('leaves credit when the service before was worth more (product P53)', () => {
    const sale = { customer: 5, charge: charge(1_400_000, 126_000), returned };
    expect(linesOf(purchase(because('o'), sale))).toMatchObject({ 'wallet:5': -402_767 });
  });

  it('takes from the wallet what the gateway did not pay, and gives it what was too much', () => {
    const sale = { customer: 5, charge: charge(1_000, 90, 10), returned: NOTHING };
    const walletAfter = (amount?: number) => {
      const paid = amount === undefined ? undefined : { gateway: 'zarinpal', amount: rial(amount) };
      return linesOf(purchase(because('o'), { ...sale, paid }))['wallet:5'];
    };
    expect([walletAfter(), walletAfter(400), walletAfter(1_100), walletAfter(1_500)]).toEqual([
      1_100,
      700,
      undefined,
      -400,
    ]);
  });

  it('of nothing is no posting', () => {
    expect(purchase(because('o'), { customer: 5, charge: charge(0), returned: NOTHING })).toBeUndefined();
  });
});

describe('the other events', () => {
  it('know their accounts', () => {
    expect(linesOf(gift(because('g'), 5, rial(7)))).toEqual({ promotions: 7, 'wallet:5': -7 });
    expect(linesOf(loan(because('l'), 5, rial(7)))).toEqual({ 'receivable:5': 7, 'wallet:5': -7 });
    expect(linesOf(repayment(because('r'), 5, rial(7)))).toEqual({ 'receivable:5': -7, 'wallet:5': 7 });
    expect(linesOf(repayment(because('r'), 5, rial(7), { gateway: 'zibal', amount: rial(7) }))).toEqual({
      'gateway:zibal': 7,
      'receivable:5': -7,
    });
    expect(linesOf(bill(because('b'), 5, charge(100, 9, 1)))).toEqual({
      'line-rental': -1,
      'receivable:5': 110,
      revenue: -100,
      'vat-payable': -9,
    });
    expect(linesOf(refund(because('r'), 5, charge(100, 9)))).toEqual({
      revenue: 100,
      'vat-payable': 9,
      'wallet:5': -109,
    });
  });

  it('refuse nothing, no customer and no gateway', () => {
    expect(() => gift(because('g'), 5, NOTHING)).toThrow('a gift of nothing');
    expect(() => gift(because('g'), 0, rial(1))).toThrow('no account: wallet:0');
    expect(() => topUp(because('t'), 5, { gateway: 'a:b', amount: rial(1) })).toThrow(
      'no account: gateway:a:b',
    );
    expect(() => gift(because(''), 5, rial(1))).toThrow('no key');
    expect(() => makePosting('gift', because('g'), [{ account: 'bank', amount: 1 }])).toThrow('not sum to 0');
  });
});

describe('an agent', () => {
  it('pays in advance, pays for customers from that, and earns with those above', () => {
    const cash = { gateway: 'cash', amount: rial(1_000) };
    expect(linesOf(agentDeposit(because('d'), 7, cash))).toEqual({
      'agent:7': -1_000,
      'gateway:cash': 1_000,
    });
    const paid = { agent: 7, amount: rial(109) };
    const sale = { customer: 5, charge: charge(100, 9), returned: NOTHING, paid };
    expect(linesOf(purchase(because('o'), sale))).toEqual({
      'agent:7': 109,
      revenue: -100,
      'vat-payable': -9,
    });
    const earnings = [
      { agent: 7, amount: rial(10) },
      { agent: 3, amount: rial(5) },
    ];
    expect(linesOf(commission(because('c'), earnings))).toEqual({
      'agent:3': -5,
      'agent:7': -10,
      commissions: 15,
    });
    expect(commission(because('c'), [{ agent: 7, amount: NOTHING }])).toBeUndefined();
  });
});

describe('postings of one key', () => {
  it('are the same when they move the same money for the same cause, whoever posts them', () => {
    const posting = topUpOf('p', 5, 1_000);
    expect(isSamePosting(posting, { ...posting, actor: 'inquiry', reason: 'later' })).toBe(true);
    for (const other of [
      topUpOf('p', 5, 1_001),
      topUpOf('p', 6, 1_000),
      purchaseOf('p', 5, 1_000),
      { ...posting, paymentId: '9' },
      { ...posting, orderId: '9' },
    ]) {
      expect(isSamePosting(posting, other)).toBe(false);
    }
  });

  it('hold only what the stores can hold', () => {
    expect(gift(because('a\0b', { reason: '\uD800' }), 5, rial(1))).toMatchObject({
      key: 'a\uFFFDb',
      reason: '\uFFFD',
    });
  });
});
