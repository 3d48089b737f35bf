import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Invoice, type InvoiceDraft, isPaid, issueInvoice } from '../../../engine/invoices/invoice.ts';
import {
  chargeOf,
  creditNoteOf,
  type InvoiceCircumstances,
  invoiceOfBills,
  invoiceOfQuote,
  type TakenBack,
} from '../../../engine/invoices/issue.ts';
import { purchase, refund } from '../../../engine/ledger/business-events.ts';
import { quoteService, quoteStaticIp } from '../../../engine/orders/quote.ts';
import { jalaliWallTime } from '../../../engine/values/jalali.ts';
import { rial, ZERO_RIAL } from '../../../engine/values/rial.ts';
import {
  CIRCUMSTANCES,
  companyBill,
  done,
  FIROUZEH,
  ISSUED_AT,
  longBill,
  order469627,
  SAMPLES,
  surplusOrder,
  wholeCreditNote,
  yearly,
} from './samples.ts';

const NUMBER = { series: '1394', number: 7 };
const KEY = { key: 'order:1', actor: 'subscriber', reason: '' };

const sum = (amounts: readonly number[]) => amounts.reduce((all, each) => all + each, 0);

/** The law of an invoice's figures, counted anew. */
function expectToAddUp({ rows, deductions, totals, paid }: InvoiceDraft) {
  const { price, vat, lineRental, total, deducted, payable } = totals;
  expect(price).toBe(sum(rows.map((row) => row.quantity * row.unitPrice)));
  expect(vat).toBe(sum(rows.map((row) => Math.floor((row.amount * row.vatPercent) / 100))));
  expect(total).toBe(price + vat + lineRental);
  expect(deducted).toBe(sum(deductions.map(({ amount }) => amount)));
  expect(payable).toBe(total - deducted);
  expect(sum(paid.map(({ amount }) => amount))).toBeLessThanOrEqual(payable);
}

/** Orders with and without a former service, rental and credit. */
const orders = fc
  .record({
    price: fc.nat({ max: 100_000_000 }),
    lineRental: fc.nat({ max: 500_000 }),
    walletCredit: fc.nat({ max: 20_000_000 }).map(rial),
    replaces: fc.boolean(),
  })
  .map(({ price, lineRental, walletCredit, replaces }) => {
    const terms = { at: ISSUED_AT, vatRates: [], walletCredit };
    const quote = done(quoteService(yearly('x', price, lineRental), terms, replaces ? FIROUZEH : undefined));
    return { quote, draft: invoiceOfQuote(quote, { ...CIRCUMSTANCES, orderId: '1' }) };
  });

describe('the invoice of an order', () => {
  it('has the figures of product line P52', () => {
    const { totals, rows, deductions, orderId } = order469627();
    expect(totals).toEqual({
      ...{ price: 8_000_000, vat: 720_000, lineRental: 0, total: 8_720_000 },
      ...{ deducted: 1_928_767, payable: 6_791_233 },
    });
    expect(rows).toMatchObject([{ quantity: 1, unitPrice: 8_000_000, vatPercent: 9, vat: 720_000 }]);
    expect(deductions).toMatchObject([{ what: 'remaining-value', value: { left: 352, whole: 365 } }]);
    expect(orderId).toBe('469627');
    expect(isPaid(order469627())).toBe(true);
  });

  it('keeps the surplus of product line P53', () => {
    const invoice = surplusOrder();
    expect(invoice.totals).toMatchObject({ total: 1_526_000, deducted: 1_526_000, payable: 0 });
    expect(invoice.surplus).toBe(402_767);
    expect(isPaid(invoice)).toBe(true);
  });

  it('has months of an address as quantity (product line P56)', () => {
    const offer = { ...yearly('IP', 0), kind: 'static-ip', pricePerMonth: rial(50_000) } as const;
    const quote = done(quoteStaticIp(offer, 2, { at: ISSUED_AT, vatRates: [], walletCredit: rial(30_000) }));
    const { rows, totals, deductions } = invoiceOfQuote(quote, CIRCUMSTANCES);
    expect(rows).toMatchObject([{ quantity: 2, unitPrice: 50_000, amount: 100_000, vat: 9_000 }]);
    expect(deductions).toEqual([{ what: 'wallet-credit', amount: 30_000, before: 30_000 }]);
    expect(totals.payable).toBe(79_000);
  });

  it('adds up, and is what the ledger is charged with', () => {
    fc.assert(
      fc.property(orders, ({ quote, draft }) => {
        expectToAddUp(draft);
        expect(draft.totals.payable).toBe(quote.payable);
        expect(draft.surplus).toBe(quote.surplus);
        expect(draft.totals.deducted + draft.surplus).toBe(quote.remainingValue + quote.creditUsed);
        const paid = { gateway: 'g', amount: draft.totals.payable };
        const charge = chargeOf(draft);
        const entry = purchase(KEY, { customer: 1, charge, returned: quote.remainingValue, paid });
        const booked = (account: string) =>
          entry?.lines.find((line) => line.account.startsWith(account))?.amount ?? 0;
        expect(booked('revenue')).toBe(0 - draft.totals.price);
        expect(booked('vat-payable')).toBe(0 - draft.totals.vat);
        expect(booked('line-rental')).toBe(0 - draft.totals.lineRental);
        // The wallet bears what it was used for, and takes the surplus.
        expect(booked('wallet')).toBe(quote.creditUsed - draft.surplus);
      }),
    );
  });

  it('refuses more money than is to be paid', () => {
    const quote = done(
      quoteService(yearly('x', 1000), { at: ISSUED_AT, vatRates: [], walletCredit: ZERO_RIAL }),
    );
    const paid = [{ by: 'wallet', amount: rial(1091) }] as const;
    expect(() => invoiceOfQuote(quote, { ...CIRCUMSTANCES, paid })).toThrow(RangeError);
  });
});

describe('the invoice of bills', () => {
  const month = { firstDay: { year: 1393, month: 11, day: 1 }, lastDay: { year: 1393, month: 11, day: 30 } };
  const bills = (...amounts: number[]) =>
    amounts.map((amount) => ({ name: 'سرویس', ...month, days: 30, amount: rial(amount) }));
  const at = (year: number): InvoiceCircumstances => ({
    ...CIRCUMSTANCES,
    issuedAt: jalaliWallTime({ year, month: 1, day: 1 }, 0),
  });

  it('bears the tax of its own day, cut for each row', () => {
    const draft = done(invoiceOfBills(bills(99, 99), [], at(1393)));
    expect(draft.rows.map((row) => [row.vatPercent, row.vat])).toEqual([
      [8, 7],
      [8, 7],
    ]);
    expect(draft.rows[0]?.term).toEqual({ ...month, days: 30 });
    expectToAddUp(draft);
    expect(done(invoiceOfBills(bills(100), [], at(1394))).totals.vat).toBe(9);
  });

  it('is not written for a year whose tax nobody knows', () => {
    expect(invoiceOfBills(bills(1), [], at(1410))).toEqual({ ok: false, error: 'tax-of-year-unknown' });
    const own = [{ fromYear: 1410, toYear: 1410, percent: 12 }];
    expect(done(invoiceOfBills(bills(100), own, at(1410))).totals.vat).toBe(12);
  });

  it('adds up', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1e12 }), { maxLength: 20 }), (amounts) => {
        expectToAddUp(done(invoiceOfBills(bills(...amounts), [], at(1400))));
      }),
    );
  });
});

describe('a credit note', () => {
  const note = (invoice: Invoice, takenBack: TakenBack, earlier: readonly Invoice[] = []) =>
    creditNoteOf(invoice, { issuedAt: ISSUED_AT, takenBack, earlier, to: { by: 'wallet' } });

  it('and its invoice are nothing together', () => {
    fc.assert(
      fc.property(orders, ({ draft }) => {
        const invoice = issueInvoice(draft, NUMBER);
        const result = note(invoice, 'all');
        if (draft.totals.total === 0) {
          expect(result).toEqual({ ok: false, error: 'nothing-to-take-back' });
          return;
        }
        const credit = done(result);
        expectToAddUp(credit);
        expect(chargeOf(credit)).toEqual(chargeOf(invoice));
        const lines = [
          ...purchase(KEY, { customer: 1, charge: chargeOf(invoice), returned: ZERO_RIAL })!.lines,
          ...refund(KEY, 1, chargeOf(credit)).lines,
        ];
        for (const { account } of lines) {
          expect(sum(lines.filter((line) => line.account === account).map((line) => line.amount))).toBe(0);
        }
      }),
    );
  });

  it('gives all of the price back, also what was paid with a former service', () => {
    const credit = wholeCreditNote();
    expect(credit.totals).toMatchObject({ total: 8_720_000, deducted: 0, payable: 8_720_000 });
    expect(credit.paid).toEqual([{ by: 'wallet', amount: 8_720_000 }]);
    expect(credit.corrects).toEqual({ series: '1394', number: 1024 });
    expect(credit.orderId).toBe('469627');
  });

  it('takes each row back once', () => {
    const invoice = companyBill();
    const first = done(note(invoice, { rows: [2], lineRental: false }));
    expect(first.rows).toEqual([{ ...invoice.rows[1], takesBack: 2 }]);
    expect(first.totals.total).toBe(218_000);
    const earlier = [issueInvoice(first, { series: '1394', number: 2000 })];
    expect(note(invoice, 'all', earlier)).toEqual({ ok: false, error: 'already-taken-back' });
    const rest = done(note(invoice, { rows: [1, 3], lineRental: false }, earlier));
    expect(rest.totals.total + first.totals.total).toBe(invoice.totals.total);
    expect(note(longBill(2), { rows: [2], lineRental: false }, earlier).ok).toBe(true);
  });

  it('takes the line rental back once', () => {
    const terms = { at: ISSUED_AT, vatRates: [], walletCredit: ZERO_RIAL };
    const quote = done(quoteService(yearly('x', 1000, 50), terms));
    const invoice = issueInvoice(invoiceOfQuote(quote, CIRCUMSTANCES), NUMBER);
    const credit = done(note(invoice, { rows: [], lineRental: true }));
    expect(credit.totals).toMatchObject({ price: 0, vat: 0, lineRental: 50, payable: 50 });
    const earlier = [issueInvoice(credit, { ...NUMBER, number: 8 })];
    expect(note(invoice, 'all', earlier)).toEqual({ ok: false, error: 'already-taken-back' });
    expect(done(note(invoice, { rows: [1], lineRental: false }, earlier)).totals.total).toBe(1090);
  });

  it.each([
    ['of a credit note', wholeCreditNote(), 'all', 'not-an-invoice'],
    ['of a row that is not there', companyBill(), { rows: [4], lineRental: false }, 'no-such-row'],
    ['of one row twice', companyBill(), { rows: [1, 1], lineRental: false }, 'already-taken-back'],
    ['of nothing', companyBill(), { rows: [], lineRental: true }, 'nothing-to-take-back'],
  ] as const)('is not written %s', (_, invoice, takenBack, error) => {
    expect(note(invoice, takenBack)).toEqual({ ok: false, error });
  });
});

describe('a number', () => {
  const { number: _, series: __, ...draft } = order469627();

  it.each([
    ['', 1],
    ['۱۳۹۴', 1],
    ['1394\n', 1],
    ['1394', 0],
    ['1394', 1.5],
  ])('%j %d is refused', (series, number) => {
    expect(() => issueInvoice(draft, { series, number })).toThrow(RangeError);
  });

  it('is not given to figures that do not add up', () => {
    const totals = { ...draft.totals, payable: rial(1) };
    expect(() => issueInvoice({ ...draft, totals }, NUMBER)).toThrow(RangeError);
    expect(issueInvoice(draft, NUMBER)).toEqual({ ...draft, ...NUMBER });
  });

  it('and everything else survives being stored as JSON', () => {
    for (const make of Object.values(SAMPLES)) {
      const invoice = make();
      expect(issueInvoice(JSON.parse(JSON.stringify(invoice)), invoice)).toEqual(invoice);
    }
  });
});
