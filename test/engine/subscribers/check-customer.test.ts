import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkCustomer,
  checkLineContract,
  missingFields,
  nameKey,
} from '../../../engine/subscribers/check-customer.ts';
import type { CustomerDeclaration } from '../../../engine/subscribers/customer.ts';
import { jalaliTextOf, readDay } from '../../../engine/subscribers/read-day.ts';
import { NOW, typed } from './people-samples.ts';

const check = (given: Partial<CustomerDeclaration>) => checkCustomer({ ...typed, ...given }, NOW);

describe('what somebody typed', () => {
  it('is stored in one spelling, whatever keyboard it came from', () => {
    expect(check({})).toEqual({
      ok: true,
      value: {
        particulars: {
          kind: 'person',
          name: 'علی کریمی',
          nationalId: '0013542419',
          economicCode: '',
          mobile: '+989123456789',
          phone: '1132455123',
          email: 'ali@example.ir',
          postalCode: '1619735744',
          address: 'اصفهان، خیابان دانشگاه 12',
          education: '',
          bornOn: '1990-05-01',
        },
        warnings: [],
      },
    });
  });

  it.each([
    ['name', '  ', 'missing'],
    ['name', 'a'.repeat(201), 'too-long'],
    ['name', 'a\u0000b', 'not-printable'],
    ['name', 'علی\u202e', 'not-printable'],
    ['address', 'a\u2066b\u2069', 'not-printable'],
    ['education', 'a\u200fb', 'not-printable'],
    ['email', 'a\u202e@example.ir', 'not-an-email'],
    ['nationalId', '0083301200', 'wrong-check-digit'],
    ['nationalId', '1111111111', 'not-issued'],
    ['nationalId', '12345', 'wrong-length'],
    ['nationalId', 'ناشناس', 'not-digits'],
    ['mobile', '02112345678', 'not-a-mobile'],
    ['phone', '12', 'not-a-phone'],
    ['email', 'ali@example', 'not-an-email'],
    ['email', 'a li@example.ir', 'not-an-email'],
    ['postalCode', '123456789', 'not-a-postal-code'],
    ['economicCode', '12', 'not-an-economic-code'],
    ['bornOn', '1404/12/30', 'not-a-date'],
    ['bornOn', '2023-02-29', 'not-a-date'],
    ['bornOn', '1405/12/01', 'in-the-future'],
  ] as const)('%s %j is refused: %s', (field, text, kind) => {
    expect(check({ [field]: text })).toEqual({ ok: false, error: [{ field, kind }] });
  });

  it('may hold half-spaces', () => {
    expect(check({ name: 'می\u200cخواهم' })).toMatchObject({
      ok: true,
      value: { particulars: { name: 'می\u200cخواهم' } },
    });
  });

  it('is told of all its faults at once', () => {
    const checked = check({ name: '', mobile: '1', bornOn: 'x' });
    expect(checked).toMatchObject({
      error: [{ field: 'name' }, { field: 'mobile' }, { field: 'bornOn' }],
    });
  });

  it('is stored with a warning where a rule is not certain', () => {
    expect(check({ postalCode: '1619725744' })).toMatchObject({
      value: { warnings: [{ field: 'postalCode', kind: 'unusual-postal-code' }] },
    });
    expect(check({ nationalId: '۱۲۰۴۵۶۷۸۹۰۱۲' })).toMatchObject({
      value: {
        particulars: { nationalId: '120456789012' },
        warnings: [{ field: 'nationalId', kind: 'foreign-id' }],
      },
    });
  });

  it('of a company is judged by the rules of companies', () => {
    expect(check({ kind: 'company', nationalId: '10380284790' })).toMatchObject({ ok: true });
    expect(check({ kind: 'company', nationalId: '10380285692' })).toMatchObject({
      error: [{ field: 'nationalId', kind: 'wrong-check-digit' }],
    });
  });

  it('never throws, and what it gives is given again', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...Object.values(typed)));
    const anyDeclaration = fc.record({
      kind: fc.constantFrom('person' as const, 'company' as const),
      ...{ name: text, nationalId: text, economicCode: text, mobile: text, phone: text, email: text },
      ...{ postalCode: text, address: text, education: text, bornOn: text },
    });
    fc.assert(
      fc.property(anyDeclaration, (declaration) => {
        const once = checkCustomer(declaration, NOW);
        if (once.ok) expect(checkCustomer(once.value.particulars, NOW)).toEqual(once);
        else expect(once.error.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('a profile', () => {
  it('is complete when no required field is empty', () => {
    const checked = check({});
    if (!checked.ok) throw new Error('refused');
    const customer = { ...checked.value.particulars, id: 1, revision: 1, createdAt: NOW, updatedAt: NOW };
    expect(missingFields(customer)).toEqual([]);
    expect(missingFields({ ...customer, address: '', bornOn: '', email: '' })).toEqual(['bornOn', 'address']);
  });
});

describe('days', () => {
  it.each([
    ['۱۳۶۹/۰۲/۱۱', '1990-05-01'],
    ['1369-2-11', '1990-05-01'],
    ['1990-05-01', '1990-05-01'],
    [' 1403/12/30 ', '2025-03-20'],
  ])('%s is %s', (text, day) => {
    expect(readDay(text)).toBe(day);
    expect(readDay(jalaliTextOf(day))).toBe(day);
  });

  it.each(['', '1369/02', '1369/02-11', '1990-13-01', '1700-01-01', '0000/00/00'])('%j is none', (text) => {
    expect(readDay(text)).toBeUndefined();
  });
});

it('finds a name in any spelling', () => {
  const key = nameKey('علی‌رضا كريمي‌پور');
  for (const part of ['علیرضا', 'علی رضا', 'کریمی پور', 'كريمي']) expect(key).toContain(nameKey(part));
  expect(nameKey('100%_')).toBe('100');
});

it('takes what is said of a contract, and leaves the rest alone', () => {
  expect(checkLineContract({ phone: '۰۱۱۳۲۴۵۵۱۲۳', county: ' شهركرد ' })).toEqual({
    ok: true,
    value: { phone: '1132455123', county: 'شهرکرد' },
  });
  expect(checkLineContract({})).toEqual({ ok: true, value: {} });
  expect(checkLineContract({ phone: 'x', exchange: 'y'.repeat(101) })).toEqual({
    ok: false,
    error: [
      { field: 'phone', kind: 'not-a-phone' },
      { field: 'exchange', kind: 'too-long' },
    ],
  });
});
