import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Audience, type Buyer, isSeenBy, refusalOf } from '../../../engine/catalog/audience.ts';
import { type ExtraTrafficOffer, offerAt } from '../../../engine/catalog/offer.ts';
import { type Promotion, promotedOctets, promotionAt } from '../../../engine/catalog/promotion.ts';
import { calendarDays, termEnd } from '../../../engine/catalog/term.ts';
import { KNOWN_VAT_RATES, vatRateAt } from '../../../engine/catalog/vat.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { jalaliDayStart, jalaliMonthLength, jalaliWallTime } from '../../../engine/values/jalali.ts';
import { octets } from '../../../engine/values/octets.ts';
import { rial } from '../../../engine/values/rial.ts';

const MB = 1024 ** 2;
const GB = 1024 ** 3;

describe('product line T01: the value added tax of a year', () => {
  it.each([
    [1387, 3],
    [1388, 3],
    [1389, 3],
    [1390, 4],
    [1391, 5],
    [1392, 6],
    [1393, 8],
    [1394, 9],
    [1400, 9],
    [1402, 9],
    [1403, 10],
    [1404, 10],
  ])('%i: %i %%, from its first instant to its last', (year, percent) => {
    const begins = jalaliDayStart({ year, month: 1, day: 1 });
    const ends = jalaliDayStart({ year: year + 1, month: 1, day: 1 }) - 1;
    expect(vatRateAt(begins, [])).toBe(percent);
    expect(vatRateAt(ends, [])).toBe(percent);
  });

  it('is not known for 1405 and for before the tax, until the house says it', () => {
    const in1405 = jalaliDayStart({ year: 1405, month: 1, day: 1 });
    expect(vatRateAt(in1405, [])).toBeUndefined();
    expect(vatRateAt(jalaliDayStart({ year: 1387, month: 1, day: 1 }) - 1, [])).toBeUndefined();
    expect(vatRateAt(in1405, [{ fromYear: 1405, toYear: 1405, percent: 12 }])).toBe(12);
    expect(vatRateAt(in1405 - 1, [{ fromYear: 1404, toYear: 1404, percent: 0 }])).toBe(0);
  });

  it('is one for each year of the table', () => {
    KNOWN_VAT_RATES.slice(1).forEach(({ fromYear }, index) => {
      expect(fromYear).toBe(KNOWN_VAT_RATES[index]!.toYear + 1);
    });
  });
});

describe('a term', () => {
  const bought = jalaliWallTime({ year: 1394, month: 11, day: 21 }, 14 * 60 + 9);

  it('product line P63: 30 days from 1394/11/21 end on 12/21, at the same time', () => {
    const end = jalaliWallTime({ year: 1394, month: 12, day: 21 }, 14 * 60 + 9);
    expect(termEnd(bought, { unit: 'day', count: 30 })).toBe(end);
    expect(calendarDays(bought, end)).toBe(30);
  });

  it('product line P36: 26 days are left on 1394/11/25 at any hour, none after the end', () => {
    const end = jalaliWallTime({ year: 1394, month: 12, day: 21 }, 13 * 60 + 42);
    for (const minute of [0, 720, 1439]) {
      expect(calendarDays(jalaliWallTime({ year: 1394, month: 11, day: 25 }, minute), end)).toBe(26);
    }
    expect(calendarDays(end, bought)).toBe(0);
  });

  it('product line P56: two months end on the same Jalali day, or on the last of a short month', () => {
    expect(termEnd(bought, { unit: 'month', count: 2 })).toBe(
      jalaliWallTime({ year: 1395, month: 1, day: 21 }, 14 * 60 + 9),
    );
    expect(termEnd(jalaliDayStart({ year: 1404, month: 10, day: 30 }), { unit: 'month', count: 2 })).toBe(
      jalaliDayStart({ year: 1404, month: 12, day: 29 }),
    );
  });

  it('product line A09: twelve months from the day of a deposit end exactly one year later', () => {
    const year = { unit: 'month', count: 12 } as const;
    const day = fc.record({
      year: fc.integer({ min: 1390, max: 1420 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 31 }),
    });
    fc.assert(
      fc.property(day, fc.nat(1_439), (told, minute) => {
        const deposited = { ...told, day: Math.min(told.day, jalaliMonthLength(told.year, told.month)) };
        const lastOfMonth = jalaliMonthLength(told.year + 1, told.month);
        const valid = { ...deposited, year: told.year + 1, day: Math.min(deposited.day, lastOfMonth) };
        expect(termEnd(jalaliWallTime(deposited, minute), year)).toBe(jalaliWallTime(valid, minute));
      }),
    );
    // 1403 is a leap year.
    const lastOf1403 = jalaliWallTime({ year: 1403, month: 12, day: 30 }, 600);
    expect(termEnd(lastOf1403, year)).toBe(jalaliWallTime({ year: 1404, month: 12, day: 29 }, 600));
  });

  it('of hours is that many hours', () => {
    expect(termEnd(bought, { unit: 'hour', count: 6 })).toBe(bought + 6 * HOUR_MS);
  });
});

describe('a promotion', () => {
  const rain: Promotion = {
    name: 'طرح حجم ریزان +10% حجم اضافی',
    extraPercent: 10,
    kinds: ['extra'],
    from: 0,
    until: DAY_MS,
  };

  it('product line P28: +10 % makes 5,632 MB of 5 GB and 1,126.4 MB of 1 GB', () => {
    expect(promotedOctets(octets(5 * GB), rain)).toBe(5_632 * MB);
    expect(promotedOctets(octets(GB), rain)).toBe(Math.trunc(1_126.4 * MB));
    expect(promotedOctets(octets(GB), undefined)).toBe(GB);
  });

  it('holds for its kinds and its time, the most generous one first', () => {
    const better = { ...rain, extraPercent: 20, from: DAY_MS / 2 };
    expect(promotionAt([rain, better], 'extra', 0)).toBe(rain);
    expect(promotionAt([rain, better], 'extra', DAY_MS / 2)).toBe(better);
    expect(promotionAt([rain, better], 'extra', DAY_MS)).toBeUndefined();
    expect(promotionAt([rain, better], 'timed', 0)).toBeUndefined();
    expect(promotionAt([rain, { ...rain, name: 'other' }], 'extra', 0)).toBe(rain);
  });

  it('never gives less than was bought, and never a whole octet too much', () => {
    fc.assert(
      fc.property(fc.nat(10_000 * GB).map(octets), fc.nat(100), (volume, extraPercent) => {
        const extra = BigInt(promotedOctets(volume, { ...rain, extraPercent }) - volume) * 100n;
        const exact = BigInt(volume) * BigInt(extraPercent);
        expect(extra <= exact && exact - extra < 100n).toBe(true);
      }),
    );
  });
});

const everybody: Audience = {
  seenBy: ['subscriber', 'agent', 'reseller', 'staff'],
  boughtBy: ['subscriber', 'agent', 'reseller', 'staff'],
  counties: [],
  purchase: 'any',
};

describe('an audience', () => {
  const buyer: Buyer = { role: 'subscriber', county: 'شیراز', hasPaidBefore: true };

  it.each<[Partial<Audience>, Partial<Buyer>, ReturnType<typeof refusalOf>, boolean]>([
    [{}, {}, undefined, true],
    [{ boughtBy: ['staff'] }, {}, 'not-for-role', true],
    [{ seenBy: ['agent'], boughtBy: ['agent'] }, {}, 'not-for-role', false],
    [{ seenBy: ['agent'], boughtBy: ['agent'] }, { role: 'agent' }, undefined, true],
    [{ counties: ['تهران'] }, {}, 'not-in-county', false],
    [{ counties: ['تهران', 'شیراز'] }, {}, undefined, true],
    [{ purchase: 'first' }, {}, 'first-purchase-only', true],
    [{ purchase: 'first' }, { hasPaidBefore: false }, undefined, true],
    [{ purchase: 'repeat' }, {}, undefined, true],
    [{ purchase: 'repeat' }, { hasPaidBefore: false }, 'repeat-purchase-only', true],
  ])('%o and %o: %s, seen %s', (audience, who, refusal, isSeen) => {
    expect(refusalOf({ ...everybody, ...audience }, { ...buyer, ...who })).toBe(refusal);
    expect(isSeenBy({ ...everybody, ...audience }, { ...buyer, ...who })).toBe(isSeen);
  });
});

describe('the history of an offer', () => {
  it('gives the version of the day, none before it begins and none once it is withdrawn', () => {
    const offer: ExtraTrafficOffer = {
      kind: 'extra',
      code: 'extra-5',
      name: '5 گیگ ترافیک عمومی پیش پرداخت',
      audience: everybody,
      price: rial(250_000),
      octets: octets(5 * GB),
      validity: 'service',
    };
    const dearer = { ...offer, price: rial(300_000) };
    const versions = [
      { from: 10, offer },
      { from: 20, offer: dearer },
      { from: 30, offer: undefined },
    ];
    const found = [9, 10, 19, 20, 29, 30].map((at) => offerAt({ code: 'extra-5', versions }, at));
    expect(found).toEqual([undefined, offer, offer, dearer, dearer, undefined]);
  });
});
