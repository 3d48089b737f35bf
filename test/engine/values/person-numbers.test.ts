import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskCard, readCardNumber, readSheba } from '../../../engine/values/bank-number.ts';
import { readMobile, readPostalCode } from '../../../engine/values/contact-number.ts';
import { readCompanyId, readNationalId } from '../../../engine/values/identity-number.ts';
import { asciiDigits, normalPersian, plainNumber } from '../../../engine/values/persian-text.ts';

const PERSIAN = '۰۱۲۳۴۵۶۷۸۹';
const ARABIC = '٠١٢٣٤٥٦٧٨٩';

/** The text as another keyboard would write its digits. */
function typedOn(digits: string, text: string): string {
  return text.replace(/\d/g, (digit) => digits[Number(digit)]!);
}

/** A text of so many digits. */
function digitsOf(length: number) {
  return fc.array(fc.nat(9), { minLength: length, maxLength: length }).map((digits) => digits.join(''));
}

describe('text', () => {
  it('has one form of each digit and letter', () => {
    expect(asciiDigits(`${PERSIAN} ${ARABIC} 5`)).toBe('0123456789 0123456789 5');
    expect(normalPersian('علي كریمى ۱۲')).toBe('علی کریمی 12');
    expect(plainNumber(' ۰۹۱۲ ۳۴۵-۶۷۸۹\u200f')).toBe('09123456789');
  });

  it('in its normal form stays so', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'يىكیک۱٢3 آ') }), (text) => {
        expect(normalPersian(normalPersian(text))).toBe(normalPersian(text));
      }),
    );
  });
});

describe('product line V01: a national id', () => {
  it.each(['0013542419', '0499370899'])('%s is one', (id) => {
    expect(readNationalId(id)).toEqual({ ok: true, value: id });
    expect(readNationalId(id.replace(/^0+/, ''))).toEqual({ ok: true, value: id });
    expect(readNationalId(typedOn(PERSIAN, id))).toEqual({ ok: true, value: id });
    expect(readNationalId(typedOn(ARABIC, id))).toEqual({ ok: true, value: id });
  });

  it.each([
    ['0083301200', 'wrong-check-digit'],
    ['1111111111', 'not-issued'],
    ['1234567890', 'wrong-check-digit'],
    ['1230000001', 'not-issued'],
    ['0000000', 'wrong-length'],
    ['00135424191', 'wrong-length'],
    ['001354241x', 'not-digits'],
    ['', 'not-digits'],
  ])('%s is none: %s', (id, error) => {
    expect(readNationalId(id)).toEqual({ ok: false, error });
  });

  it('has exactly one check digit', () => {
    fc.assert(
      fc.property(digitsOf(9), (start) => {
        fc.pre(start.slice(3) !== '000000' && !/^(\d)\1*$/.test(start));
        const found = [...'0123456789'].filter((check) => readNationalId(start + check).ok);
        expect(found).toHaveLength(1);
      }),
    );
  });
});

describe('product line V02: a company id', () => {
  it('10380284790 is one', () => {
    expect(readCompanyId('10380284790')).toEqual({ ok: true, value: '10380284790' });
    expect(readCompanyId(typedOn(PERSIAN, '10380284790')).ok).toBe(true);
  });

  it.each([
    ['10380285692', 'wrong-check-digit'],
    ['1038028479', 'wrong-length'],
    ['1038028479a', 'not-digits'],
  ])('%s is none: %s', (id, error) => {
    expect(readCompanyId(id)).toEqual({ ok: false, error });
  });

  it('has exactly one check digit', () => {
    fc.assert(
      fc.property(digitsOf(10), (start) => {
        expect([...'0123456789'].filter((check) => readCompanyId(start + check).ok)).toHaveLength(1);
      }),
    );
  });
});

describe('product line V03: a mobile number', () => {
  it('is +98 and ten digits, however it was typed', () => {
    fc.assert(
      fc.property(
        digitsOf(9),
        fc.constantFrom('+98', '0098', '98', '0', ''),
        fc.constantFrom('0123456789', PERSIAN, ARABIC),
        (rest, prefix, digits) => {
          expect(readMobile(typedOn(digits, `${prefix}9${rest}`))).toBe(`+989${rest}`);
        },
      ),
    );
  });

  it.each(['', '0812345678', '091234567', '091234567890', '+99 9123456789', '+9809123456789', '9123456789a'])(
    '%s is none',
    (text) => expect(readMobile(text)).toBeUndefined(),
  );
});

describe('product line V04: a postal code', () => {
  it.each([
    ['1619735744', false],
    ['۱۶۱۹۷-۳۵۷۴۴', false],
    ['1019735744', true],
    ['1219735744', true],
    ['1619535744', true],
    ['1619755744', false],
    ['1619235744', true],
    ['1619725744', true],
    ['1619735740', true],
  ])('%s is accepted, unusual: %s', (text, isUnusual) => {
    expect(readPostalCode(text)).toEqual({ code: plainNumber(text), isUnusual });
  });

  it.each(['161973574', '16197357444', '161973574x'])('%s is none', (text) => {
    expect(readPostalCode(text)).toBeUndefined();
  });
});

describe('product line V05: a Sheba', () => {
  const sample = 'IR820540102680020817909002';

  it('has the remainder 1', () => {
    expect(readSheba(sample)).toEqual({ ok: true, value: sample });
    expect(readSheba('ir82 0540 1026 8002 0817 9090 02')).toEqual({ ok: true, value: sample });
    expect(readSheba(typedOn(PERSIAN, sample)).ok).toBe(true);
    expect(readSheba(sample.slice(2))).toEqual({ ok: false, error: 'wrong-form' });
  });

  it('shows any one wrong digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 25 }), fc.integer({ min: 1, max: 9 }), (place, step) => {
        const digit = (Number(sample[place]) + step) % 10;
        const wrong = sample.slice(0, place) + digit + sample.slice(place + 1);
        expect(readSheba(wrong)).toEqual({ ok: false, error: 'wrong-check-digits' });
      }),
    );
  });
});

describe('product line V06: a card', () => {
  it.each(['6037701689095443', '6219861034529007'])('%s is one', (card) => {
    expect(readCardNumber(card)).toEqual({ ok: true, value: card });
    expect(readCardNumber(typedOn(ARABIC, card.replace(/(\d{4})(?=\d)/g, '$1-'))).ok).toBe(true);
  });

  it('6219861034529008 is none, nor is what has not 16 digits', () => {
    expect(readCardNumber('6219861034529008')).toEqual({ ok: false, error: 'wrong-check-digits' });
    expect(readCardNumber('621986103452900')).toEqual({ ok: false, error: 'wrong-form' });
  });

  it('is shown by six digits and four', () => {
    expect(maskCard('6037701689095443')).toBe('603770******5443');
  });
});
