import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invoiceName, invoiceSheet, verificationText } from '../../../engine/invoices/invoice-sheet.ts';
import {
  codeText,
  dateText,
  dayFigures,
  figure,
  foreignText,
} from '../../../engine/invoices/invoice-text.ts';
import { GATEWAY_NAMES } from '../../../engine/payments/gateway-names.ts';
import { BANK_DEPOSIT } from '../../../engine/payments/payment.ts';
import { AGENT_DEPOSIT } from '../../../engine/subscribers/agent.ts';
import { jalaliWallTime } from '../../../engine/values/jalali.ts';
import { companyBill, longBill, order469627, SAMPLES, surplusOrder, wholeCreditNote } from './samples.ts';

const URL = 'https://panel.example.ir/invoices/1394-1024';
const ARABIC = /\p{Script=Arabic}/u;
const BLANK = /undefined|null|NaN|\[object/;

/** Isolates that are opened and not closed, or closed before; 0 when all fit. */
function misnested(text: string): number {
  let depth = 0;
  for (const mark of text.match(/[\u2066-\u2069]/gu) ?? []) {
    depth += mark === '\u2069' ? -1 : 1;
    if (depth < 0) return depth;
  }
  return depth;
}

describe('figures', () => {
  it.each([
    [0, '۰', '0'],
    [999, '۹۹۹', '999'],
    [6_791_233, '۶٬۷۹۱٬۲۳۳', '6,791,233'],
    [-1_928_767, '\u2066−۱٬۹۲۸٬۷۶۷\u2069', '\u2066−1,928,767\u2069'],
    [Number.MAX_SAFE_INTEGER, '۹٬۰۰۷٬۱۹۹٬۲۵۴٬۷۴۰٬۹۹۱', '9,007,199,254,740,991'],
  ])('%i', (value, fa, en) => {
    expect(figure('fa', value)).toBe(fa);
    expect(figure('en', value)).toBe(en);
  });

  it('are those of Intl', () => {
    const intl = new Intl.NumberFormat('fa-IR-u-nu-arabext');
    fc.assert(
      fc.property(fc.maxSafeNat(), (value) => {
        expect(figure('fa', value)).toBe(intl.format(value));
      }),
    );
  });

  it('of codes keep their order', () => {
    expect(codeText('fa', '021-66001234')).toBe('\u2066۰۲۱-۶۶۰۰۱۲۳۴\u2069');
    expect(codeText('en', ' ')).toBe('');
  });
});

describe('dates', () => {
  const leapDay = jalaliWallTime({ year: 1403, month: 12, day: 30 }, 23 * 60 + 59);

  it('are those of Tehran', () => {
    expect(dateText('fa', leapDay)).toBe('پنجشنبه ۳۰ اسفند ۱۴۰۳');
    expect(dateText('en', leapDay)).toBe('30 Esfand 1403 (20 March 2025)');
    expect(dayFigures({ year: 1403, month: 1, day: 2 })).toBe('1403/01/02');
  });
});

describe("somebody's text", () => {
  it.each([
    ['IP ثابت', '\u2067\u2066IP\u2069 ثابت\u2069'],
    ['Pars Data Co.', '\u2066Pars Data Co.\u2069'],
    ['شرکت Pars Data Co. (خاص)', '\u2067شرکت \u2066Pars Data Co.\u2069 (خاص)\u2069'],
    ['باند 100 Mb/s - 40 گیگ', '\u2067باند \u2066100 Mb/s\u2069 - 40 گیگ\u2069'],
    ['تلفن 021-66001234', '\u2067تلفن \u2066021-66001234\u2069\u2069'],
    ['نشانی 85.9.70.25', '\u2067نشانی \u206685.9.70.25\u2069\u2069'],
    ['سه\u200cشنبه', '\u2067سه\u200cشنبه\u2069'],
    ['\u202egnp.exe\u2069', '\u2066gnp.exe\u2069'],
    ['a\u0000\nb\ud800', '\u2066a b\ufffd\u2069'],
    ['\u202e \u2069', ''],
  ])('%j', (text, written) => expect(foreignText(text)).toBe(written));

  it('never leaves its isolate and is never long', () => {
    const parts = fc.constantFrom('\u2066', '\u2067', '\u2069', '\u202e', 'سلام', ' ', 'Co.', '12', '-', '۳');
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: parts, maxLength: 900 }));
    fc.assert(
      fc.property(texts, (text) => {
        const written = foreignText(text);
        expect(misnested(written)).toBe(0);
        expect(written).toMatch(/^(?:|[\u2066\u2067].*\u2069)$/su);
        expect([...written.replace(/[\u2066-\u2069]/gu, '')].length).toBeLessThanOrEqual(400);
        expect(written.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('the sheet', () => {
  it('of product line P52', () => {
    const sheet = invoiceSheet(order469627(), 'fa', URL);
    expect(sheet).toMatchObject({ dir: 'rtl', title: 'صورتحساب فروش خدمات', stamp: 'پرداخت شد' });
    expect(sheet.facts).toEqual([
      { label: 'شماره صورتحساب', value: '\u2066۱۳۹۴-۱۰۲۴\u2069' },
      { label: 'تاریخ صدور', value: 'یکشنبه ۲۵ بهمن ۱۳۹۴' },
      { label: 'شماره سفارش', value: '\u2066۴۶۹۶۲۷\u2069' },
    ]);
    expect(sheet.rows[0]).toMatchObject({
      ...{ index: '۱', description: '\u2067زمرد - اینترنت 2048 یکساله 40 گیگ در ماه\u2069' },
      figures: ['۱', '۸٬۰۰۰٬۰۰۰', '۸٬۰۰۰٬۰۰۰', '۹٪', '۷۲۰٬۰۰۰', '۸٬۷۲۰٬۰۰۰'],
    });
    expect(sheet.sums.map((sum) => [sum.label, sum.amount])).toEqual([
      ['جمع مبلغ خدمات', '۸٬۰۰۰٬۰۰۰'],
      ['مالیات بر ارزش افزوده', '۷۲۰٬۰۰۰'],
      ['آبونمان', '۰'],
      ['جمع کل', '۸٬۷۲۰٬۰۰۰'],
      ['مبلغ باقیمانده سرویس', '\u2066−۱٬۹۲۸٬۷۶۷\u2069'],
    ]);
    expect(sheet.sums[4]?.notes[1]).toBe('مبنای محاسبه: ۳۵۲ از ۳۶۵ روز × ۲٬۰۰۰٬۰۰۰ ریال');
    expect(sheet.payable).toMatchObject({ label: 'مبلغ قابل پرداخت', amount: '۶٬۷۹۱٬۲۳۳ ریال' });
    expect(sheet.words[0]?.value).toBe('شش میلیون و هفتصد و نود و یک هزار و دویست و سی و سه ریال');
    expect(sheet.verification).toBe(`1394-1024\n6791233 IRR\n1394/11/25\n${URL}`);
  });

  it('tells what became of a surplus', () => {
    const { payments, stamp } = invoiceSheet(surplusOrder(), 'fa', '');
    expect(payments[1]).toContain('۴۰۲٬۷۶۷ ریال');
    expect(stamp).toBe('تسویه شد');
  });

  it('of a credit note names its invoice and has no stamp', () => {
    const sheet = invoiceSheet(wholeCreditNote(), 'en', '');
    expect(sheet.title).toBe('Credit note');
    expect(sheet.facts).toContainEqual({ label: 'Takes back invoice', value: '\u20661394-1024\u2069' });
    expect(sheet.payable).toMatchObject({ label: 'Amount given back', amount: '8,720,000 Rial' });
    expect(sheet.payments).toEqual(['To the panel credit: 8,720,000 Rial']);
    expect(sheet.stamp).toBe('');
  });

  it('of an unpaid bill says so', () => {
    const { payments, stamp, rows } = invoiceSheet(companyBill(), 'en', '');
    expect([payments, stamp]).toEqual([['Not paid yet.'], '']);
    expect(rows[0]?.note).toBe('1 Esfand 1393 to 29 Esfand 1393 (29 days)');
  });

  it.each(Object.keys(SAMPLES))('has every text in both languages: %s', (name) => {
    const invoice = SAMPLES[name]!();
    for (const language of ['fa', 'en'] as const) {
      const text = JSON.stringify(invoiceSheet(invoice, language, URL));
      expect(text).not.toMatch(BLANK);
      expect(misnested(text)).toBe(0);
    }
    const { seller, buyer } = invoice;
    const latin = { name: 'A', address: 'B' };
    const plain = {
      ...{ ...invoice, seller: { ...seller, ...latin }, buyer: { ...buyer, ...latin } },
      ...{ rows: invoice.rows.map((row) => ({ ...row, description: 'C' })) },
      deductions: invoice.deductions.map((each) => ({ ...each, name: 'D' })),
      paid: invoice.paid.map((each) => ({ ...each, gateway: 'E' })),
    };
    expect(JSON.stringify(invoiceSheet(plain, 'en', ''))).not.toMatch(ARABIC);
  });

  it.each([...GATEWAY_NAMES, BANK_DEPOSIT, AGENT_DEPOSIT])(
    'names %s in the words of its language',
    (gateway) => {
      const invoice = companyBill();
      const paid = [{ by: 'gateway', gateway, reference: '', amount: invoice.totals.payable }] as const;
      expect(invoiceSheet({ ...invoice, paid }, 'fa', '').payments[0]).not.toMatch(/[a-z]/i);
      expect(invoiceSheet({ ...invoice, paid }, 'en', '').payments[0]).not.toMatch(ARABIC);
    },
  );

  it('writes a mobile as it is dialled', () => {
    const phoneOf = (language: 'fa' | 'en') =>
      invoiceSheet(order469627(), language, '').parties[1]!.facts.find(
        ({ value }) => value.includes('۹۱۲') || value.includes('912'),
      );
    expect(phoneOf('fa')?.value).toBe('\u2066۰۹۱۲۳۴۵۶۷۸۹\u2069');
    expect(phoneOf('en')?.value).toBe('\u2066+989123456789\u2069');
  });

  it('has as many figures as columns', () => {
    const { columns, rows } = invoiceSheet(longBill(3), 'fa', '');
    for (const row of rows) expect(row.figures.length + 2).toBe(columns.length);
  });

  it('has a name and a text to verify it by', () => {
    const invoice = companyBill();
    expect(invoiceName(invoice)).toBe('1394-1026');
    expect(verificationText(invoice, '')).toBe('1394-1026\n157342588 IRR\n1394/11/25');
  });
});
