import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InvoiceLinks } from '../../../engine/invoices/invoice-link.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';

const links = new InvoiceLinks(Buffer.alloc(32, 1));
const NOW = Date.UTC(2026, 10, 21, 7, 30);
const NAME = { series: '1405R', number: 1024 };

it('gives the name back until the end of its last day', () => {
  const signed = links.sign(NAME, NOW + DAY_MS);
  expect(signed).toMatch(/^1405R-1024\.[0-9a-z]+\.[\w-]{22}$/);
  expect(links.read(signed, NOW)).toEqual(NAME);
  expect(links.read(signed, Date.UTC(2026, 10, 22, 23, 59, 59, 999))).toEqual(NAME);
  expect(links.read(signed, Date.UTC(2026, 10, 23))).toBeUndefined();
});

it('is the same for the whole day, and another one with another key', () => {
  expect(links.sign(NAME, NOW)).toBe(links.sign(NAME, NOW + 1));
  const foreign = new InvoiceLinks(Buffer.alloc(32, 2));
  expect(foreign.read(links.sign(NAME, NOW), NOW)).toBeUndefined();
});

it('takes nothing that was changed by one letter, and nothing that was made up', () => {
  const signed = links.sign(NAME, NOW + DAY_MS);
  const letters = [...'0129azAZ-_.R'];
  for (let place = 0; place < signed.length; place += 1) {
    for (const letter of letters) {
      const changed = signed.slice(0, place) + letter + signed.slice(place + 1);
      if (changed !== signed) expect(links.read(changed, NOW), changed).toBeUndefined();
    }
  }
  fc.assert(
    fc.property(fc.string({ maxLength: 80, unit: 'binary' }), (text) => {
      expect(links.read(text, NOW)).toBeUndefined();
    }),
  );
});
