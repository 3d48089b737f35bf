import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { qrCode, qrSvg } from '../../engine/documents/qr-code.ts';
import type { Invoice } from '../../engine/invoices/invoice.ts';
import { invoiceSheet } from '../../engine/invoices/invoice-sheet.ts';
import type { InvoiceLanguage } from '../../engine/invoices/invoice-words.ts';
import { InvoicePage } from '../../panel/invoice-page.tsx';
import { companyBill, longBill, order469627 } from '../engine/invoices/samples.ts';

const ASSETS = { style: '/assets/1/invoice.css', icon: '/assets/1/mark.svg' };

function pageOf(invoice: Invoice, language: InvoiceLanguage, pdfUrl?: string): string {
  const sheet = invoiceSheet(invoice, language, 'https://panel.example.ir/invoices/1');
  const qr = qrCode(sheet.verification);
  return String(
    <InvoicePage {...{ sheet, qr, assets: ASSETS }} {...(pdfUrl === undefined ? {} : { pdfUrl })} />,
  );
}

describe('the page of an invoice', () => {
  it('says in Persian what the PDF says', () => {
    const html = pageOf(order469627(), 'fa', '/invoices/1.pdf');
    expect(html).toMatch(/^<html lang="fa" dir="rtl">/);
    const { sums, payable, words, columns } = invoiceSheet(order469627(), 'fa', '');
    for (const { label, amount } of [...sums, payable]) {
      expect(html).toContain(label);
      expect(html).toContain(amount);
    }
    for (const text of [...columns, ...words.map(({ value }) => value)]) expect(html).toContain(text);
    expect(html).toContain('href="/invoices/1.pdf"');
    expect(html).toContain('<p class="stamp">پرداخت شد</p>');
  });

  it('is English from left to right', () => {
    const html = pageOf(companyBill(), 'en');
    expect(html).toMatch(/^<html lang="en" dir="ltr">/);
    expect(html).toContain('157,342,588 Rial');
    expect(html).not.toContain('class="stamp"');
    expect(html).not.toContain('<nav>');
  });

  it('has one row for each', () => {
    expect(pageOf(longBill(60), 'fa').match(/<td class="figure">۹٪/g)).toHaveLength(60);
  });

  it('is text, whatever is written into it', () => {
    const invoice = order469627();
    const html = pageOf({ ...invoice, buyer: { ...invoice.buyer, name: '<script>"x"</script>' } }, 'fa');
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
  });

  it('has nothing inline that the content policy forbids', () => {
    expect(pageOf(order469627(), 'fa', '/x.pdf')).not.toMatch(/ style=|<style|<script| on[a-z]+=/);
  });

  it('is laid out for A4, without what is only for the screen', () => {
    const css = readFileSync(join(import.meta.dirname, '../../panel/assets/invoice.css'), 'utf8');
    expect(css).toMatch(/@page \{\s*size: A4;/);
    expect(css).toMatch(/@media print \{\s*nav \{\s*display: none;/);
  });
});

describe('the QR code', () => {
  it('is drawn within its quiet zone', () => {
    const { size, path } = qrCode('1394-1024');
    expect(size).toBe(21 + 8);
    // The finder in the corner: seven dark modules, then a ring.
    expect(path).toMatch(/^M4 4h7v1H4z/);
    expect(path).toContain('M4 5h1v1H4zM10 5h1v1H10z');
    expect(qrSvg({ size, path })).toContain(`viewBox="0 0 29 29"`);
  });
});
