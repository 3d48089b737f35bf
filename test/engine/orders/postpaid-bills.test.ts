import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BilledService, postpaidBills } from '../../../engine/orders/postpaid-bills.ts';
import {
  addJalaliDays,
  type JalaliDay,
  jalaliDay,
  jalaliDaysBetween,
  jalaliMonthLength,
  jalaliMonthName,
} from '../../../engine/values/jalali.ts';
import { rial } from '../../../engine/values/rial.ts';

function day(text: string): JalaliDay {
  const [year, month, dayOfMonth] = text.split('/').map(Number);
  return jalaliDay(year!, month!, dayOfMonth!)!;
}

const campaign: BilledService = {
  name: 'کمپین 2مگ ماهیانه 5 گیگ-پس پرداخت',
  pricePerMonth: rial(227_900),
  monthLength: 'nominal',
  firstDay: day('1393/07/01'),
  lastDay: undefined,
};
const spring: BilledService = {
  ...campaign,
  name: 'جشنواره بهار تا بهار 2مگ ماهیانه 5 گیگ یکساله+ (ماهی 5 گیگ رایگان)-پس پرداخت',
  pricePerMonth: rial(215_000),
  firstDay: day('1394/01/01'),
};

/** The sixteen bills of product lines P29 and P30. */
const samples = [
  ...[7, 8, 9, 10, 11, 12].map((month) => ({ year: 1393, month, days: 30, amount: 227_900 })),
  ...[1, 2, 3, 4, 5, 6].map((month) => ({ year: 1394, month, days: 31, amount: 222_166 })),
  ...[7, 8, 9, 10].map((month) => ({ year: 1394, month, days: 30, amount: 215_000 })),
];

describe('product lines P29 and P30: the bills of 1393/07 to 1394/10', () => {
  const bills = postpaidBills([campaign, spring], day('1394/11/01'));

  it('are sixteen, one for each Jalali month', () => expect(bills).toHaveLength(16));

  it.each(samples.map((sample, index) => ({ ...sample, index })))(
    '$year/$month: $days days, $amount Rial',
    ({ year, month, days, amount, index }) => {
      expect(bills[index]).toEqual({
        name: year === 1393 ? campaign.name : spring.name,
        firstDay: { year, month, day: 1 },
        lastDay: { year, month, day: jalaliMonthLength(year, month) },
        days,
        amount,
      });
    },
  );

  it('are told by the month: «مهر ماه سال 1393» is the first', () => {
    const { month, year } = bills[0]!.firstDay;
    expect(`${jalaliMonthName(month)} ماه سال ${year}`).toBe('مهر ماه سال 1393');
  });

  it('come when their month is over', () => {
    expect(postpaidBills([campaign, spring], day('1394/10/30'))).toHaveLength(15);
    expect(postpaidBills([campaign], day('1393/07/30'))).toEqual([]);
  });
});

describe('product lines P31 and P32: the amount', () => {
  const billOf = (firstDay: string, monthLength: BilledService['monthLength']) => {
    const [bill] = postpaidBills([{ ...spring, monthLength, firstDay: day(firstDay) }], day('1405/01/01'));
    return { days: bill!.days, amount: bill!.amount };
  };

  it.each([
    { firstDay: '1394/01/01', length: 'nominal', days: 31, amount: 222_166 },
    { firstDay: '1394/07/01', length: 'nominal', days: 30, amount: 215_000 },
    { firstDay: '1393/11/01', length: 'nominal', days: 30, amount: 215_000 },
    { firstDay: '1393/12/01', length: 'nominal', days: 30, amount: 215_000 },
    { firstDay: '1394/01/01', length: 'actual', days: 31, amount: 222_166 },
    { firstDay: '1393/11/01', length: 'actual', days: 30, amount: 215_000 },
    { firstDay: '1393/12/01', length: 'actual', days: 29, amount: 207_833 },
    { firstDay: '1403/12/01', length: 'nominal', days: 30, amount: 215_000 },
    { firstDay: '1403/12/01', length: 'actual', days: 30, amount: 215_000 },
  ] as const)('$firstDay, $length: $days days, TRUNC(215,000 × $days / 30) = $amount', (row) => {
    expect(billOf(row.firstDay, row.length)).toEqual({ days: row.days, amount: row.amount });
  });
});

describe('product line X06: a change within a month', () => {
  it('gives two bills whose days add up to the month', () => {
    const changed = [
      { ...campaign, firstDay: day('1394/12/01') },
      { ...spring, firstDay: day('1394/12/11') },
    ];
    const bills = postpaidBills(changed, day('1395/01/01'));
    expect(bills.map(({ name, days, amount }) => ({ name, days, amount }))).toEqual([
      { name: campaign.name, days: 10, amount: 75_966 },
      { name: spring.name, days: 20, amount: 143_333 },
    ]);
    expect(bills.map(({ lastDay }) => lastDay.day)).toEqual([10, 29]);
  });

  it('bills a service that ends for its own days', () => {
    const ended = { ...spring, firstDay: day('1394/03/05'), lastDay: day('1394/04/02') };
    const bills = postpaidBills([ended], day('1395/01/01'));
    expect(bills.map(({ days }) => days)).toEqual([27, 2]);
  });

  it('never bills a day twice, nor leaves one out while a service goes on', () => {
    const services = fc.array(
      fc.record({
        after: fc.nat(80),
        lasts: fc.option(fc.nat(100), { nil: undefined }),
        monthLength: fc.constantFrom<BilledService['monthLength']>('nominal', 'actual'),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(services, fc.nat(500), (rows, until) => {
        let firstDay = day('1393/07/01');
        const had = rows.map(({ after, lasts, monthLength }): BilledService => {
          firstDay = addJalaliDays(firstDay, after);
          const lastDay = lasts === undefined ? undefined : addJalaliDays(firstDay, lasts);
          return { ...spring, monthLength, firstDay, lastDay };
        });
        const today = addJalaliDays(day('1393/07/01'), until);
        const bills = postpaidBills(had, today);
        const dayOne = day('1393/07/01');
        const billed = bills.flatMap((bill) => {
          const from = jalaliDaysBetween(dayOne, bill.firstDay);
          const length = jalaliDaysBetween(bill.firstDay, bill.lastDay) + 1;
          expect(bill.firstDay.month).toBe(bill.lastDay.month);
          return Array.from({ length }, (_, index) => from + index);
        });
        const monthStart = jalaliDaysBetween(dayOne, { ...today, day: 1 });
        const served = Array.from({ length: Math.max(0, monthStart) }, (_, index) => index).filter(
          (index) => {
            const service = had.findLast((one) => jalaliDaysBetween(dayOne, one.firstDay) <= index);
            if (service === undefined) return false;
            return service.lastDay === undefined || index <= jalaliDaysBetween(dayOne, service.lastDay);
          },
        );
        expect(billed).toEqual(served);
      }),
    );
  });

  it('bills a whole month of any kind for its length, into however many services it is cut', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 2, max: 29 }), { maxLength: 5 });
    const lengths = fc.constantFrom<BilledService['monthLength']>('nominal', 'actual');
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 12 }), lengths, (days, month, monthLength) => {
        const firstDays = [1, ...days.toSorted((left, right) => left - right)];
        const had = firstDays.map((first) => ({
          ...spring,
          monthLength,
          firstDay: { year: 1394, month, day: first },
        }));
        const sum = postpaidBills(had, day('1395/01/01'))
          .filter((bill) => bill.firstDay.month === month)
          .reduce((total, bill) => total + bill.days, 0);
        const nominal = month <= 6 ? 31 : 30;
        expect(sum).toBe(monthLength === 'nominal' ? nominal : jalaliMonthLength(1394, month));
      }),
    );
  });
});
