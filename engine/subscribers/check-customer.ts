import { readMobile, readPostalCode } from '../values/contact-number.ts';
import { type IdentityNumberError, readCompanyId, readNationalId } from '../values/identity-number.ts';
import type { Instant } from '../values/instant.ts';
import { normalPersian, plainNumber } from '../values/persian-text.ts';
import { fail, ok, type Result } from '../values/result.ts';
import type {
  Customer,
  CustomerDeclaration,
  CustomerField,
  CustomerParticulars,
  LineContract,
} from './customer.ts';
import { readDay } from './read-day.ts';

/** What is wrong with a field; nothing of the declaration can be stored. */
export type CustomerFaultKind =
  | 'missing'
  | 'too-long'
  | 'not-printable'
  | 'not-a-mobile'
  | 'not-a-phone'
  | 'not-an-email'
  | 'not-a-postal-code'
  | 'not-a-date'
  | 'in-the-future'
  | 'not-an-economic-code'
  | IdentityNumberError;

/** A fault and where it is. */
export interface CustomerFault {
  readonly field: CustomerField | keyof LineContract;
  readonly kind: CustomerFaultKind;
}

/** What should be looked at again and is stored all the same. */
export interface CustomerWarning {
  readonly field: CustomerField;
  /** A postal code of a form that few have; a foreigner's code, which has no check digit that is known. */
  readonly kind: 'unusual-postal-code' | 'foreign-id';
}

/** Particulars that can be stored. */
export interface CheckedCustomer {
  readonly particulars: CustomerParticulars;
  readonly warnings: readonly CustomerWarning[];
}

const LENGTHS = { name: 200, email: 254, address: 500, education: 100, exchange: 100, county: 100 } as const;

/** «کد فراگیر» of foreigners: longer than a national id, so that neither is taken for the other. */
const FOREIGN_ID = /^\d{11,14}$/;
/** Tax numbers of 10 to 14 digits: 12 since the economic codes, 11 and 14 since the national numbers took their place. */
const ECONOMIC_CODE = /^\d{10,14}$/;
/** A landline without its trunk zero, short numbers of an exchange included. */
const LANDLINE = /^[1-9]\d{3,10}$/;
const EMAIL = /^[^\s@<>()",;:\\[\]]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}$/i;
/** Signs that nobody sees, such as those that turn the direction of what follows; the half-space alone is one of a name. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029]|(?!\u200c)\p{Cf}/u;

/** Fields that a profile is not complete without (product line P08). */
const REQUIRED: readonly CustomerField[] = [
  'name',
  'nationalId',
  'mobile',
  'bornOn',
  'postalCode',
  'address',
];

/** Every fault of what somebody typed, or the particulars as they are stored (product lines P16, V01 to V04). */
export function checkCustomer(
  declaration: CustomerDeclaration,
  now: Instant,
): Result<CheckedCustomer, readonly CustomerFault[]> {
  const faults: CustomerFault[] = [];
  const warnings: CustomerWarning[] = [];
  const { kind } = declaration;
  const free = (field: 'name' | 'address' | 'education') => checkedText(declaration[field], field, faults);
  const name = free('name');
  if (name === '') faults.push({ field: 'name', kind: 'missing' });
  const particulars: CustomerParticulars = {
    kind,
    name,
    nationalId: checkedIdentity(declaration, faults, warnings),
    economicCode: digitsLike(ECONOMIC_CODE, declaration.economicCode, 'economicCode', faults),
    mobile: checkedMobile(declaration.mobile, faults),
    phone: digitsLike(LANDLINE, withoutTrunkZero(declaration.phone), 'phone', faults),
    email: checkedEmail(declaration.email, faults),
    postalCode: checkedPostalCode(declaration.postalCode, faults, warnings),
    address: free('address'),
    education: free('education'),
    bornOn: checkedDay(declaration.bornOn, now, faults),
  };
  return faults.length > 0 ? fail(faults) : ok({ particulars, warnings });
}

/** What is declared of a line's contract as it is stored, or every fault; a field that is absent stays absent. */
export function checkLineContract(
  declared: Partial<LineContract>,
): Result<Partial<LineContract>, readonly CustomerFault[]> {
  const faults: CustomerFault[] = [];
  const { phone, exchange, county } = declared;
  const contract = {
    ...(phone !== undefined && { phone: digitsLike(LANDLINE, withoutTrunkZero(phone), 'phone', faults) }),
    ...(exchange !== undefined && { exchange: checkedText(exchange, 'exchange', faults) }),
    ...(county !== undefined && { county: checkedText(county, 'county', faults) }),
  };
  return faults.length > 0 ? fail(faults) : ok(contract);
}

/** Required fields that are empty: the profile is complete when there is none (product line P08). */
export function missingFields(customer: Customer): readonly CustomerField[] {
  return REQUIRED.filter((field) => customer[field] === '');
}

/** A name, or a part of one, as names are searched: in one spelling, without blanks, half-spaces and signs. */
export function nameKey(name: string): string {
  return normalPersian(name.normalize('NFC'))
    .toLowerCase()
    .replace(/[آأإٱ]/gu, 'ا')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

function checkedText(
  text: string,
  field: 'name' | 'address' | 'education' | 'exchange' | 'county',
  faults: CustomerFault[],
): string {
  const stored = normalPersian(text).replace(/\s+/gu, ' ').trim();
  if (UNPRINTABLE.test(stored)) faults.push({ field, kind: 'not-printable' });
  if (stored.length > LENGTHS[field]) faults.push({ field, kind: 'too-long' });
  return stored;
}

function checkedIdentity(
  { kind, nationalId }: CustomerDeclaration,
  faults: CustomerFault[],
  warnings: CustomerWarning[],
): string {
  const typed = plainNumber(nationalId);
  if (typed === '') return '';
  if (kind === 'person' && FOREIGN_ID.test(typed)) {
    warnings.push({ field: 'nationalId', kind: 'foreign-id' });
    return typed;
  }
  const read = kind === 'person' ? readNationalId(typed) : readCompanyId(typed);
  if (read.ok) return read.value;
  faults.push({ field: 'nationalId', kind: read.error });
  return '';
}

function checkedMobile(text: string, faults: CustomerFault[]): string {
  if (plainNumber(text) === '') return '';
  const mobile = readMobile(text);
  if (mobile === undefined) faults.push({ field: 'mobile', kind: 'not-a-mobile' });
  return mobile ?? '';
}

function checkedEmail(text: string, faults: CustomerFault[]): string {
  const email = text.trim();
  if (email === '') return '';
  if (email.length > LENGTHS.email) faults.push({ field: 'email', kind: 'too-long' });
  else if (!EMAIL.test(email) || UNPRINTABLE.test(email))
    faults.push({ field: 'email', kind: 'not-an-email' });
  return email;
}

function checkedPostalCode(text: string, faults: CustomerFault[], warnings: CustomerWarning[]): string {
  if (plainNumber(text) === '') return '';
  const read = readPostalCode(text);
  if (read === undefined) faults.push({ field: 'postalCode', kind: 'not-a-postal-code' });
  if (read?.isUnusual) warnings.push({ field: 'postalCode', kind: 'unusual-postal-code' });
  return read?.code ?? '';
}

function checkedDay(text: string, now: Instant, faults: CustomerFault[]): string {
  if (text.trim() === '') return '';
  const day = readDay(text);
  if (day === undefined) faults.push({ field: 'bornOn', kind: 'not-a-date' });
  else if (Date.parse(day) > now) faults.push({ field: 'bornOn', kind: 'in-the-future' });
  return day ?? '';
}

function digitsLike(
  form: RegExp,
  text: string,
  field: 'economicCode' | 'phone',
  faults: CustomerFault[],
): string {
  const digits = plainNumber(text);
  if (digits === '' || form.test(digits)) return digits;
  faults.push({ field, kind: field === 'phone' ? 'not-a-phone' : 'not-an-economic-code' });
  return '';
}

function withoutTrunkZero(phone: string): string {
  return plainNumber(phone).replace(/^(\+98|0098|0)/, '');
}
