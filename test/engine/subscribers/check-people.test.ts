import { describe, expect, it } from 'vitest';
import { declareCustomer, identityKey, type KnownPeople } from '../../../engine/subscribers/check-people.ts';
import { checkProvisioning } from '../../../engine/subscribers/check-provisioning.ts';
import type { Customer } from '../../../engine/subscribers/customer.ts';
import type { DeclaredCustomer, ProvisioningDocument } from '../../../engine/subscribers/provisioning.ts';
import { NOW } from './people-samples.ts';

const stored: Customer = {
  ...{ id: 7, kind: 'company', name: 'میزان', nationalId: '10380284790', economicCode: '', phone: '' },
  ...{ mobile: '+989123456789', email: '', postalCode: '', address: 'تهران', education: '' },
  ...{ bornOn: '1990-05-01', revision: 3, createdAt: NOW, updatedAt: NOW },
};
const known: KnownPeople = {
  customers: new Map([[stored.nationalId, stored]]),
  usernames: new Set(['u1', 'u2']),
};
const person = { nationalId: '0499370899', name: 'سارا' };

/** Path and message of every error, `path: message`. */
function errorsIn(customers: readonly DeclaredCustomer[], more: ProvisioningDocument = {}): string[] {
  const stores = { plans: new Map(), nasAddresses: new Map(), lines: new Map() };
  const owners = { staticIpOwners: new Map(), grantOwners: new Map() };
  const ground = { ...stores, ...owners, people: known };
  return checkProvisioning({ ...more, customers }, ground, NOW).map(
    ({ path, message }) => `${path}: ${message}`,
  );
}

describe('people in a document', () => {
  it('fit with no more than a new name, and with nothing but the number of one who exists', () => {
    const own = {
      ...person,
      lines: [{ username: 'u1', phone: '۰۶۱-۳۲۴۵۵۱۲۳', exchange: '', county: 'اهواز' }],
    };
    expect(errorsIn([own, { nationalId: stored.nationalId }])).toEqual([]);
  });

  it('may have lines that are declared beside them', () => {
    const plans = [{ name: 'p', days: 30 }];
    const lines = [{ username: 'u9', plan: 'p' }];
    expect(errorsIn([{ ...person, lines: [{ username: 'u9' }] }], { plans, lines })).toEqual([]);
  });

  it.each<[string, readonly DeclaredCustomer[], readonly string[]]>([
    ['no number', [{ ...person, nationalId: ' ' }], ['customers[0].nationalId: is missing']],
    [
      'a wrong number',
      [{ ...person, nationalId: '0499370898' }],
      ['customers[0].nationalId: has a digit that is wrong'],
    ],
    ['a new one without a name', [{ nationalId: '0499370899' }], ['customers[0].name: is missing']],
    [
      'the name of one who exists taken away',
      [{ nationalId: stored.nationalId, name: '' }],
      ['customers[0].name: is missing'],
    ],
    [
      'one number in two spellings',
      [person, { ...person, nationalId: '۴۹۹۳۷۰۸۹۹' }],
      ['customers[1].nationalId: is the same as customers[0].nationalId'],
    ],
    [
      'several fields',
      [person, { nationalId: stored.nationalId, mobile: '12', postalCode: '1', phone: '1' }],
      [
        'customers[1].phone: must be a landline number such as 02188776655',
        'customers[1].mobile: must be a mobile number such as 09123456789',
        'customers[1].postalCode: must be a postal code of ten digits',
      ].toSorted(),
    ],
    [
      'another day of birth',
      [{ nationalId: stored.nationalId, bornOn: '1369/02/12' }],
      ['customers[0].bornOn: is 1990-05-01 already, and is set once'],
    ],
    [
      'lines that are not there, twice, and badly declared',
      [
        { ...person, lines: [{ username: 'u1', phone: '1' }] },
        {
          nationalId: stored.nationalId,
          lines: [{ username: 'u2' }, { username: 'u1' }, { username: 'u7' }],
        },
      ],
      [
        'customers[0].lines[0].phone: must be a landline number such as 02188776655',
        'customers[1].lines[1].username: is the same as customers[0].lines[0].username',
        'customers[1].lines[2].username: there is no line u7',
      ],
    ],
  ])('refuses %s', (_, customers, errors) => expect(errorsIn(customers).toSorted()).toEqual(errors));
});

describe('a declared customer', () => {
  it('keeps what is absent, clears what is empty, and is stored in one spelling', () => {
    const declared = { nationalId: stored.nationalId, mobile: undefined, address: '', bornOn: '1369/02/11' };
    const { id: _, revision: __, createdAt: ___, updatedAt: ____, ...before } = stored;
    expect(declareCustomer(declared, stored, NOW)).toMatchObject({
      ok: true,
      value: { particulars: { ...before, address: '' } },
    });
  });

  it('is a person where nothing else is said', () => {
    const made = declareCustomer({ nationalId: '۴۹۹۳۷۰۸۹۹', name: 'علي' }, undefined, NOW);
    const particulars = { kind: 'person', name: 'علی', nationalId: '0499370899', mobile: '', bornOn: '' };
    expect(made).toMatchObject({ ok: true, value: { particulars } });
  });

  it('is looked up by the number as it is stored', () => {
    expect(['۱۳۵۴۲۴۱۹', '001-354241-9', '10380284790', ''].map(identityKey)).toEqual([
      ...['0013542419', '0013542419', '10380284790', ''],
    ]);
  });
});
