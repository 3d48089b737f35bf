import { expect, it } from 'vitest';
import { USUAL_SETTINGS } from '../../engine/orders/house-settings.ts';
import { readProvisioning } from '../../schemas/http/provisioning.ts';

const extra = { kind: 'extra', code: 'x', name: '۵ گیگ', price: 0, octets: 1, validity: 'used-up' };
const prepaid = {
  kind: 'prepaid',
  code: 'y',
  name: 'y',
  plan: 'p',
  term: { unit: 'day', count: 1 },
  price: 1,
};
const until = '2027-03-21T00:00:00+03:30';

/** Path and message of every fault, `path: message`. */
function faultsIn(json: unknown): string[] {
  const read = readProvisioning(json, ['p']);
  return read.ok ? [] : read.error.map(({ path, message }) => `${path}: ${message}`);
}

const offer = (given: object) => ({ offers: [{ ...extra, ...given }] });
const setting = (name: string, value: unknown) => ({ settings: [{ name, value }] });
const account = { bank: '', owner: '', cardNumber: '', accountNumber: '', sheba: '' };

it('takes offers, promotions and settings as they are', () => {
  const document = {
    offers: [extra, { ...prepaid, audience: { seenBy: ['staff'], counties: ['شیراز'] }, withdrawn: true }],
    promotions: [{ name: 'تابستان', extraPercent: 10, kinds: ['extra', 'timed'], until }],
    settings: [
      { name: 'freeCharge', value: null, effectiveFrom: until },
      { name: 'depositAccounts', value: [{ ...account, cardNumber: '۶۲۱۹-۸۶۱۰-۳۴۵۲-۹۰۰۷' }] },
    ],
  };
  expect(readProvisioning(document, ['p'])).toEqual({ ok: true, value: document });
});

it('takes every setting with its usual value', () => {
  const settings = Object.entries(USUAL_SETTINGS).map(([name, value]) => ({ name, value }));
  expect(faultsIn({ settings })).toEqual([]);
});

it.each<[string, object, string]>([
  ['half a Rial', offer({ price: 0.5 }), 'offers[0].price: must be a whole number from 0 to 1000000000000'],
  ['less than nothing', offer({ price: -1 }), 'offers[0].price: must be a whole number'],
  ['no price', offer({ price: undefined }), 'offers[0].price: must be a whole number'],
  [
    'a volume of which promotions could make more than is exact',
    offer({ octets: 2 ** 49 + 1 }),
    `offers[0].octets: must be a whole number from 1 to ${2 ** 49}`,
  ],
  ['no volume', offer({ octets: 0 }), 'offers[0].octets: must be a whole number from 1'],
  [
    'another kind',
    offer({ kind: 'gift' }),
    'offers[0].kind: must be "prepaid", "postpaid", "campaign", "extra", "timed" or "static-ip"',
  ],
  ['a field of another kind', offer({ plan: 'p' }), 'offers[0].plan: is not a known field'],
  ['a code with blanks', offer({ code: 'a b' }), 'offers[0].code: must be 1 to 64 letters'],
  [
    'a role that buys nothing',
    offer({ audience: { boughtBy: ['guest'] } }),
    'offers[0].audience.boughtBy[0]: must be "subscriber", "agent", "reseller" or "staff"',
  ],
  [
    'a county twice',
    offer({ audience: { counties: ['ری', 'ری'] } }),
    'offers[0].audience.counties: must not name anything twice',
  ],
  [
    'a term that is no whole number',
    { offers: [{ ...prepaid, term: { unit: 'day', count: 1.5 } }] },
    'offers[0].term.count: must be a whole number',
  ],
  [
    'a term of twenty years',
    { offers: [{ ...prepaid, term: { unit: 'month', count: 240 } }] },
    'offers[0].term.count: must be at most ten years',
  ],
  [
    'a promotion of nothing',
    { promotions: [{ name: 'x', extraPercent: 0, kinds: ['extra'], until }] },
    'promotions[0].extraPercent: must be a whole number from 1',
  ],
  [
    'a promotion without an end',
    { promotions: [{ name: 'x', extraPercent: 5, kinds: ['extra'] }] },
    'promotions[0].until: must be an ISO 8601 instant',
  ],
  ['a setting of no name', setting('price', 1), 'settings[0].name: must be "vatRates", "remainingRules"'],
  [
    'a year before the tax',
    setting('vatRates', [{ fromYear: 1300, toYear: 1405, percent: 10 }]),
    'settings[0].value[0].fromYear: must be a whole number from 1387 to 1500',
  ],
  [
    'years the wrong way round',
    setting('vatRates', [{ fromYear: 1406, toYear: 1405, percent: 10 }]),
    'settings[0].value[0].toYear: must not be before fromYear',
  ],
  [
    'more than all of it',
    setting('vatRates', [{ fromYear: 1405, toYear: 1405, percent: 101 }]),
    'settings[0].value[0].percent: must be a whole number from 0 to 100',
  ],
  [
    'a charge that gives nothing',
    setting('freeCharge', { days: 0, octets: 0, onDaysOut: 'days', kind: 'gift' }),
    'settings[0].value: must give something; null is for no free charge',
  ],
  [
    'a gift of more than is exact',
    setting('freeCharge', { days: 0, octets: 2 ** 49 + 1, onDaysOut: 'days', kind: 'gift' }),
    `settings[0].value.octets: must be a whole number from 0 to ${2 ** 49}`,
  ],
  [
    'a card that Luhn does not know (product line V06)',
    setting('depositAccounts', [{ ...account, cardNumber: '6219861034529008' }]),
    'settings[0].value[0].cardNumber: must be a card number of 16 digits with the right check digit',
  ],
  [
    'a Sheba with a wrong digit (product line V05)',
    setting('depositAccounts', [{ ...account, sheba: 'IR820540102680020817909003' }]),
    'settings[0].value[0].sheba: must be a Sheba',
  ],
  ['a code twice', { offers: [extra, extra] }, 'offers[1].code: is the same as offers[0].code'],
  [
    'an order that holds for no time',
    setting('orderHours', 0),
    'settings[0].value: must be a whole number from 1 to 8784',
  ],
])('refuses %s', (_, json, fault) => {
  const faults = faultsIn(json);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(fault);
});

it('names a plan that nobody has, beside other faults', () => {
  expect(faultsIn({ offers: [{ ...prepaid, plan: 'q', price: -1 }] })).toEqual([
    'offers[0].plan: there is no plan q',
    'offers[0].price: must be a whole number from 0 to 1000000000000',
  ]);
});
