import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Audience } from '../../../engine/catalog/audience.ts';
import type { PrepaidOffer, StaticIpOffer } from '../../../engine/catalog/offer.ts';
import { type Quote, type QuoteTerms, quoteService, quoteStaticIp } from '../../../engine/orders/quote.ts';
import {
  type PaidService,
  type RemainingRules,
  remainingValue,
} from '../../../engine/orders/remaining-value.ts';
import { renewStaticIp, staticIpEnd } from '../../../engine/orders/static-ip.ts';
import { daysLater, jalaliDayAt, jalaliDayStart, jalaliWallTime } from '../../../engine/values/jalali.ts';
import { octets } from '../../../engine/values/octets.ts';
import type { Result } from '../../../engine/values/result.ts';
import { rial, ZERO_RIAL } from '../../../engine/values/rial.ts';

const audience: Audience = {
  seenBy: ['subscriber'],
  boughtBy: ['subscriber'],
  counties: [],
  purchase: 'any',
};
const today = jalaliWallTime({ year: 1394, month: 11, day: 25 }, 15 * 60);
const terms: QuoteTerms = { at: today, vatRates: [], walletCredit: ZERO_RIAL };
const byDaysOf365: RemainingRules = { basis: 'days', dayBase: 'year-of-365', base: 'price' };

const turquoise: PaidService = {
  name: 'فیروزه - اینترنت 2048 ماهیانه 5 گیگ',
  price: rial(2_000_000),
  vat: rial(180_000),
  from: daysLater(today, -13),
  until: daysLater(today, 352),
  pausedDays: 0,
  daysSold: 365,
  // 5 GB anew each month: «سرویس محدود دوره 1k», which is no single number.
  traffic: undefined,
};

function yearly(code: string, name: string, price: number, lineRental = 0): PrepaidOffer {
  const term = { unit: 'day', count: 365 } as const;
  return {
    kind: 'prepaid',
    code,
    name,
    audience,
    planName: code,
    price: rial(price),
    term,
    lineRental: rial(lineRental),
  };
}

const emerald = yearly('emerald', 'زمرد - اینترنت 2048 یکساله 40 گیگ در ماه', 8_000_000);
const agate = yearly('agate', 'عقیق- اینترنت یکساله 1024 با 40 گیگ حجم سالیانه + 10 گیگ هدیه', 1_400_000);
const staticIp: StaticIpOffer = {
  kind: 'static-ip',
  code: 'ip',
  name: 'IP',
  audience,
  pricePerMonth: rial(50_000),
};

function quoted(result: Result<Quote, string>): Quote {
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('the remaining value of a service', () => {
  it('product line P51: 352 of 365 days of 2,000,000 are 1,928,767', () => {
    expect(remainingValue(turquoise, byDaysOf365, today)).toEqual({
      amount: 1_928_767,
      base: 2_000_000,
      left: 352,
      whole: 365,
      unit: 'days',
    });
  });

  it('product line X02: may be of the price with the tax that was paid', () => {
    const rules: RemainingRules = { ...byDaysOf365, base: 'price-and-tax' };
    expect(remainingValue(turquoise, rules, today)).toMatchObject({ amount: 2_102_356, base: 2_180_000 });
  });

  it.each(['term-as-sold', 'actual'] as const)('is of the days that were sold (%s)', (dayBase) => {
    const month = { ...turquoise, from: daysLater(today, -10), until: daysLater(today, 20), daysSold: 30 };
    const valued = (service: PaidService) => remainingValue(service, { ...byDaysOf365, dayBase }, today);
    expect(valued(month)).toMatchObject({ amount: 1_333_333, left: 20, whole: 30 });
    // Ten days that staff gave, and four that a loan took off.
    expect(valued({ ...month, until: daysLater(today, 30) })).toMatchObject({ left: 20, whole: 30 });
    expect(valued({ ...month, until: daysLater(today, 16) })).toMatchObject({ left: 16, whole: 30 });
    const over = { ...month, from: daysLater(today, -35), until: daysLater(today, 5) };
    expect(valued(over).amount).toBe(0);
  });

  it('product line C19: is not made less by a pause', () => {
    const rules: RemainingRules = { ...byDaysOf365, dayBase: 'actual' };
    const month = { ...turquoise, from: daysLater(today, -10), until: daysLater(today, 20), daysSold: 30 };
    const paused = { ...month, from: daysLater(today, -17), pausedDays: 7 };
    expect(remainingValue(paused, rules, today)).toEqual(remainingValue(month, rules, today));
  });

  it('is by traffic, or by the smaller of both, where the plan has one volume', () => {
    const half = { ...turquoise, traffic: { left: octets(50), whole: octets(100) } };
    const most = { ...turquoise, traffic: { left: octets(99), whole: octets(100) } };
    const by = (service: PaidService, basis: RemainingRules['basis'], at = today) =>
      remainingValue(service, { ...byDaysOf365, basis }, at);
    expect(by(half, 'traffic')).toMatchObject({ amount: 1_000_000, left: 50, whole: 100, unit: 'octets' });
    expect(by(half, 'smaller')).toMatchObject({ amount: 1_000_000, unit: 'octets' });
    expect(by(most, 'traffic')).toMatchObject({ amount: 1_980_000, unit: 'octets' });
    expect(by(most, 'smaller')).toMatchObject({ amount: 1_928_767, unit: 'days' });
    expect(by(turquoise, 'traffic')).toMatchObject({ amount: 1_928_767, unit: 'days' });
    expect(by(most, 'traffic', turquoise.until)).toMatchObject({ amount: 0, unit: 'octets' });
  });

  it('product line X02: is nothing for no day, all for all days, and grows with the days', () => {
    fc.assert(
      fc.property(
        fc.nat(10 ** 12),
        fc.constantFrom<RemainingRules['dayBase']>('year-of-365', 'term-as-sold', 'actual'),
        fc.nat(365),
        fc.nat(365),
        (price, dayBase, one, other) => {
          const rules = { ...byDaysOf365, dayBase };
          const service = { ...turquoise, price: rial(price), from: daysLater(turquoise.until, -365) };
          const worth = (days: number) =>
            remainingValue(service, rules, daysLater(service.until, -days)).amount;
          expect(worth(0)).toBe(0);
          expect(worth(365)).toBe(price);
          expect(worth(Math.min(one, other))).toBeLessThanOrEqual(worth(Math.max(one, other)));
          expect(worth(one)).toBe(Math.trunc((price * one) / 365));
        },
      ),
    );
  });

  it('is never more than was paid, however long a service was made, and none of less than a day', () => {
    const longer = { ...turquoise, until: daysLater(today, 500) };
    expect(remainingValue(longer, byDaysOf365, today)).toMatchObject({ amount: 1_928_767, left: 352 });
    const hours = { ...turquoise, from: today, until: today + 1, daysSold: 0 };
    const rules: RemainingRules = { ...byDaysOf365, dayBase: 'term-as-sold' };
    expect(remainingValue(hours, rules, today).amount).toBe(0);
  });
});

describe('a change of service', () => {
  const replaced = { service: turquoise, rules: byDaysOf365 };

  it('product line P52: to زمرد 6,791,233 are payable, each line with its reason', () => {
    expect(quoted(quoteService(emerald, terms, replaced))).toEqual({
      lines: [
        { what: 'price', amount: 8_000_000, name: emerald.name, each: 8_000_000, count: 1 },
        { what: 'vat', amount: 720_000, percent: 9, of: 8_000_000 },
        {
          what: 'remaining-value',
          amount: 1_928_767,
          name: turquoise.name,
          value: { amount: 1_928_767, base: 2_000_000, left: 352, whole: 365, unit: 'days' },
        },
      ],
      price: 8_000_000,
      vat: 720_000,
      lineRental: 0,
      remainingValue: 1_928_767,
      creditUsed: 0,
      payable: 6_791_233,
      surplus: 0,
      creditAfter: 0,
    });
  });

  it('product line P53: to عقیق nothing is payable and 402,767 are kept as credit', () => {
    expect(quoted(quoteService(agate, terms, replaced))).toMatchObject({
      vat: 126_000,
      payable: 0,
      creditUsed: 0,
      surplus: 402_767,
      creditAfter: 402_767,
    });
    const walletCredit = rial(100_000);
    expect(quoted(quoteService(agate, { ...terms, walletCredit }, replaced))).toMatchObject({
      payable: 0,
      creditUsed: 0,
      surplus: 402_767,
      creditAfter: 502_767,
    });
  });

  it('uses the wallet before the bank, and says so', () => {
    const walletCredit = rial(402_767);
    const quote = quoted(quoteService(agate, { ...terms, walletCredit }));
    expect(quote).toMatchObject({ creditUsed: 402_767, payable: 1_123_233, creditAfter: 0 });
    expect(quote.lines.at(-1)).toEqual({ what: 'wallet-credit', amount: 402_767, before: 402_767 });
    const rich = quoted(quoteService(agate, { ...terms, walletCredit: rial(2_000_000) }));
    expect(rich).toMatchObject({ creditUsed: 1_526_000, payable: 0, creditAfter: 474_000, surplus: 0 });
  });

  it('product line T01: the tax is that of the day of the invoice, and none can be made without it', () => {
    const in1393 = jalaliDayStart({ year: 1394, month: 1, day: 1 }) - 1;
    expect(quoted(quoteService(agate, { ...terms, at: in1393 }))).toMatchObject({ vat: 112_000 });
    const in1405 = jalaliDayStart({ year: 1405, month: 1, day: 1 });
    expect(quoteService(agate, { ...terms, at: in1405 })).toEqual({
      ok: false,
      error: 'tax-of-year-unknown',
    });
    const vatRates = [{ fromYear: 1405, toYear: 1405, percent: 10 }];
    expect(quoted(quoteService(agate, { ...terms, at: in1405, vatRates })).vat).toBe(140_000);
  });

  it('product line X01: payable − credit out = price + tax + rental − remaining − credit in, never both', () => {
    const money = fc.nat(10 ** 10);
    fc.assert(
      fc.property(
        money,
        money,
        money,
        money,
        fc.integer({ min: -5, max: 400 }),
        (price, rental, paid, credit, days) => {
          const service = { ...turquoise, price: rial(paid), until: daysLater(today, days) };
          const offer = yearly('x', 'x', price, rental);
          const walletCredit = rial(credit);
          const quote = quoted(
            quoteService(offer, { ...terms, walletCredit }, { service, rules: byDaysOf365 }),
          );
          const due = quote.price + quote.vat + quote.lineRental - quote.remainingValue - credit;
          expect(quote.payable - quote.creditAfter).toBe(due);
          expect(Math.min(quote.payable, quote.creditAfter)).toBe(0);
          expect(Math.min(quote.payable, quote.surplus)).toBe(0);
          expect(quote.vat).toBe(Math.trunc((price * 9) / 100));
          const signs = { price: 1, vat: 1, 'line-rental': 1, 'remaining-value': -1, 'wallet-credit': -1 };
          const shown = quote.lines.reduce((sum, line) => sum + signs[line.what] * line.amount, 0);
          expect(shown).toBe(quote.payable - quote.surplus);
        },
      ),
    );
  });
});

describe('a postpaid service', () => {
  it('costs its line rental now', () => {
    const { price: pricePerMonth, ...offer } = yearly('post', 'پس پرداخت', 215_000, 30_000);
    const postpaid = { ...offer, kind: 'postpaid', pricePerMonth, monthLength: 'nominal' } as const;
    expect(quoted(quoteService(postpaid, terms))).toMatchObject({ price: 0, vat: 0, payable: 30_000 });
  });
});

describe('product line P56: a static IP', () => {
  it('of 50,000 a month costs 100,000 for two, 109,000 with the tax', () => {
    const quote = quoted(quoteStaticIp(staticIp, 2, terms));
    expect(quote).toMatchObject({ price: 100_000, vat: 9_000, payable: 109_000 });
    expect(quote.lines[0]).toMatchObject({ what: 'price', each: 50_000, count: 2 });
  });

  it('is renewed from its current end on', () => {
    const startedAt = jalaliDayStart({ year: 1393, month: 11, day: 16 });
    const year = { startedAt, months: 13 };
    const renewed = renewStaticIp(year, 2, today);
    expect(jalaliDayAt(staticIpEnd(year))).toEqual({ year: 1394, month: 12, day: 16 });
    expect(jalaliDayAt(staticIpEnd(renewed))).toEqual({ year: 1395, month: 2, day: 16 });
    expect(renewStaticIp({ startedAt, months: 12 }, 2, today)).toEqual({ startedAt: today, months: 2 });
    expect(renewStaticIp(undefined, 2, today)).toEqual({ startedAt: today, months: 2 });
  });

  it('ends on the same day whether its months are bought at once or one by one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }), (months) => {
        const startedAt = jalaliDayStart({ year: 1403, month: 12, day: 30 });
        let term = renewStaticIp(undefined, months[0]!, startedAt);
        for (const more of months.slice(1)) term = renewStaticIp(term, more, startedAt);
        const total = months.reduce((sum, count) => sum + count, 0);
        expect(staticIpEnd(term)).toBe(staticIpEnd({ startedAt, months: total }));
      }),
    );
  });
});
