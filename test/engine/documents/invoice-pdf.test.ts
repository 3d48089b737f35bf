import { describe, expect, it } from 'vitest';
import { renderInvoicePdf } from '../../../engine/documents/invoice-pdf.ts';
import type { Invoice } from '../../../engine/invoices/invoice.ts';
import { rial } from '../../../engine/values/rial.ts';
import { companyBill, longBill, order469627, SAMPLES } from '../invoices/samples.ts';
import { canReadText, pageCount, pdfText } from './read-pdf.ts';

const URL = 'https://panel.example.ir/invoices/1394-1024';

/** Texts that are markup to Typst, or that turn, shape or fill a line. */
const HOSTILE: Readonly<Record<string, string>> = {
  'code and maths': '#panic("a") $x^2 $ #sys.inputs @label <label> // /* ``` #',
  markup: '*bold* _it_ = head - list + enum / term: \\ \\u{41} `raw` [b] {c}',
  quotes: `" ' \\" \\' "]) #eval("1")`,
  'an override': '\u202eGBP 1\u202c \u2067 \u2066 \u2069\u2069\u2069 end',
  'half a character': 'a\ud800b \udfff',
  controls: 'a\u0000b\u0007c\nd\r\ne\u2028f',
  'a long word': 'ص'.repeat(3000),
  'a long Latin word': 'W'.repeat(3000),
  'a long text': 'نام بسیار بلند '.repeat(500),
  'many marks on a letter': `ب${'\u064b'.repeat(390)}`,
  'foreign scripts': '北京 😀 👨‍👩‍👧 Ωμέγα עברית हिन्दी',
};

function withText(text: string): Invoice {
  const invoice = companyBill();
  const party = { kind: 'company', name: text, identity: text, economicCode: text } as const;
  const buyer = { ...party, postalCode: text, address: text, phone: text };
  return {
    ...{ ...invoice, buyer, seller: buyer, line: { username: text, phone: text } },
    ...{ orderId: text, billId: text },
    rows: invoice.rows.map((row) => ({ ...row, description: text })),
    paid: [{ by: 'gateway', gateway: text, reference: text, amount: rial(1) }],
  };
}

describe('an invoice as PDF', () => {
  it.each(Object.keys(SAMPLES))('is the same file each time: %s', (name) => {
    const invoice = SAMPLES[name]!();
    const first = renderInvoicePdf(invoice, 'fa', URL);
    expect(Buffer.from(first.subarray(0, 5)).toString('latin1')).toBe('%PDF-');
    renderInvoicePdf(order469627(), 'en', URL);
    expect(Buffer.compare(renderInvoicePdf(invoice, 'fa', URL), first)).toBe(0);
  });

  it.each([
    [1, 1],
    [12, 1],
    [60, 4],
  ])('of %i rows has %i pages', (rows, pages) => {
    expect(pageCount(renderInvoicePdf(longBill(rows), 'fa', URL))).toBe(pages);
  });

  it('bears the date of the invoice and not of the day', () => {
    const pdf = Buffer.from(renderInvoicePdf(order469627(), 'fa')).toString('latin1');
    expect(pdf).toContain('/CreationDate (D:20160214113000Z)');
  });

  it.runIf(canReadText)('says in Persian what product line P52 says', () => {
    const text = pdfText(renderInvoicePdf(order469627(), 'fa', URL));
    for (const figure of ['۶٬۷۹۱٬۲۳۳', '۱٬۹۲۸٬۷۶۷', '۷۲۰٬۰۰۰', '۸٬۰۰۰٬۰۰۰', '۴۶۹۶۲۷', '2048']) {
      expect(text).toContain(figure);
    }
    expect(text).toContain('پرداخت');
  });

  it.runIf(canReadText)('says so in English', () => {
    const text = pdfText(renderInvoicePdf(order469627(), 'en', URL));
    expect(text).toContain('6,791,233');
    expect(text).toContain('25 Bahman 1394 (14 February 2016)');
    expect(text).toContain('Page 1 of 1');
  });

  it.runIf(canReadText)('repeats the head of the table on every page that has rows', () => {
    const text = pdfText(renderInvoicePdf(longBill(60), 'en', URL));
    expect(text.match(/Unit price/g)).toHaveLength(4);
    for (const page of [1, 2, 3, 4]) expect(text).toContain(`Page ${page} of 4`);
  });

  it('holds the greatest amounts', () => {
    const amount = rial(Number.MAX_SAFE_INTEGER);
    const invoice = order469627();
    const row = { ...invoice.rows[0]!, unitPrice: amount, amount, vatPercent: 0, vat: rial(0) };
    expect(pageCount(renderInvoicePdf({ ...invoice, rows: [row] }, 'fa', URL))).toBe(1);
  });
});

describe('a hostile text', () => {
  it.each(Object.entries(HOSTILE))('is only text: %s', (_, text) => {
    for (const language of ['fa', 'en'] as const) {
      const pages = pageCount(renderInvoicePdf(withText(text), language, URL));
      expect(pages).toBeGreaterThanOrEqual(1);
      expect(pages).toBeLessThanOrEqual(8);
    }
  });

  it.runIf(canReadText)('comes out as it went in', () => {
    const text = pdfText(renderInvoicePdf(withText(HOSTILE['code and maths']!), 'en', URL));
    expect(text).toContain('#panic("a") $x^2 $ #sys.inputs @label <label> // /* ``` #');
  });

  it('after one that cannot be set the next document is set', () => {
    const tooLong = `https://panel.example.ir/${'x'.repeat(5000)}`;
    expect(() => renderInvoicePdf(order469627(), 'fa', tooLong)).toThrow();
    expect(pageCount(renderInvoicePdf(order469627(), 'fa', URL))).toBe(1);
  });
});
