import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { escapeXml, readSoapReturn } from '../../../engine/payments/soap.ts';

const answer = (value: string) =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="x"><s:Body><n:opResponse xmlns:n="y"><return>${value}</return></n:opResponse></s:Body></s:Envelope>`;

describe('escaping', () => {
  test('keeps every text that XML can hold', () => {
    const parser = new XMLParser({ parseTagValue: false, trimValues: false });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), (text) => {
        expect(parser.parse(`<a>${escapeXml(text)}</a>`).a).toBe(text);
      }),
    );
  });

  test('makes an element of any text, without marks of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = escapeXml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.isWellFormed()).toBe(true);
        expect(XMLValidator.validate(`<a>${escaped}</a>`)).toBe(true);
      }),
    );
  });

  test('drops what is no character of XML', () => {
    expect(escapeXml('a\u0000\u0008\uD800\uFFFFb\tش😀')).toBe('ab\tش😀');
  });
});

describe('the return of an answer', () => {
  test('is its text, whatever the prefixes', () => {
    expect(readSoapReturn(answer('0,AF82'), 'op')).toBe('0,AF82');
    expect(readSoapReturn(answer(' 00 '), 'op')).toBe('00');
    expect(readSoapReturn(answer('0').replaceAll('s:', '').replaceAll('n:', ''), 'op')).toBe('0');
    expect(readSoapReturn(answer('').replace('<return></return>', '<return/>'), 'op')).toBe('');
  });

  test('is none of another operation, a fault, two of them, an object, or a document type', () => {
    const fault = '<Envelope><Body><Fault><faultstring>0</faultstring></Fault></Body></Envelope>';
    const twice = answer('0').replace('<return>', '<return>43</return><return>');
    const documentType = answer('&zero;').replace('?>', '?><!DOCTYPE a [<!ENTITY zero "0">]>');
    for (const text of [fault, twice, documentType, answer('<b>0</b>'), '', '0', '{}']) {
      expect(readSoapReturn(text, 'op')).toBeUndefined();
    }
    expect(readSoapReturn(answer('0'), 'other')).toBeUndefined();
    expect(readSoapReturn(answer('0'), 'toString')).toBeUndefined();
  });

  test('is none of an answer that was cut off anywhere', () => {
    const whole = answer('43');
    for (let length = 0; length < whole.length; length += 1) {
      expect(readSoapReturn(whole.slice(0, length), 'op')).toBeUndefined();
    }
  });

  test('never throws', () => {
    const part = fc.constantFrom(
      '<',
      '>',
      '/',
      'Envelope',
      'Body',
      'return',
      '&#0;',
      '<![CDATA[',
      '__proto__',
      '"',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(part).map((parts) => parts.join('')),
          fc.string(),
        ),
        (text) => {
          expect(readSoapReturn(text, 'op')).toBeUndefined();
        },
      ),
    );
  });
});
