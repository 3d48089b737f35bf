import {
  type CustomerFault,
  type CustomerWarning,
  missingFields,
} from '../engine/subscribers/check-customer.ts';
import type { Customer, CustomerLine } from '../engine/subscribers/customer.ts';
import type { Document } from '../engine/subscribers/document.ts';
import { jalaliTextOf } from '../engine/subscribers/read-day.ts';
import type {
  contractAnswer,
  customerAnswer,
  customerDetailAnswer,
  customersAnswer,
  documentAnswer,
  standingHistoryAnswer,
  storedCustomerAnswer,
} from '../schemas/http/customer-answers.ts';
import type { Told } from '../schemas/http/told.ts';
import { toIso, toIsoOrNull } from './iso-time.ts';
import type { FieldError } from './problem.ts';

const WORDS: Readonly<Record<CustomerFault['kind'] | CustomerWarning['kind'], string>> = {
  missing: 'is missing',
  'too-long': 'is too long',
  'not-printable': 'must not hold control characters',
  'not-a-mobile': 'must be a mobile number such as 09123456789',
  'not-a-phone': 'must be a landline number such as 02188776655',
  'not-an-email': 'must be an e-mail address',
  'not-a-postal-code': 'must be a postal code of ten digits',
  'not-a-date': 'must be a day such as 1369/02/11 or 1990-05-01',
  'in-the-future': 'must not be in the future',
  'not-an-economic-code': 'must be an economic code of 10 to 14 digits',
  'not-digits': 'must be digits',
  'wrong-length': 'has not as many digits as it must have',
  'not-issued': 'is a number that was never issued',
  'wrong-check-digit': 'has a digit that is wrong',
  'unusual-postal-code': 'has a form that few postal codes have',
  'foreign-id': "is taken as a foreigner's code, which cannot be checked",
};

/** A customer in an answer. */
export type CustomerAnswer = Told<typeof customerAnswer>;
/** A customer with lines and documents in an answer. */
export type CustomerDetailAnswer = Told<typeof customerDetailAnswer>;
/** A customer that was stored, in an answer. */
export type StoredCustomerAnswer = Told<typeof storedCustomerAnswer>;
/** A page of customers in an answer. */
export type CustomersAnswer = Told<typeof customersAnswer>;
/** A line's contract in an answer. */
export type ContractAnswer = Told<typeof contractAnswer>;
/** A page of a line's standings in an answer. */
export type StandingHistoryAnswer = Told<typeof standingHistoryAnswer>;

/** Faults or warnings of what was typed of a person, each with its field. */
export function inWords(found: readonly (CustomerFault | CustomerWarning)[]): FieldError[] {
  return found.map(({ field, kind }) => ({ path: field, message: WORDS[kind] }));
}

/** A customer as answers tell them. */
export function tellCustomer(customer: Customer): CustomerAnswer {
  return {
    ...customer,
    bornOnJalali: customer.bornOn === '' ? '' : jalaliTextOf(customer.bornOn),
    missingFields: missingFields(customer),
    createdAt: toIso(customer.createdAt),
    updatedAt: toIso(customer.updatedAt),
  };
}

/** A line's contract as answers tell it. */
export function tellContract(line: CustomerLine): ContractAnswer {
  const { username, displayName, customerId, phone, exchange, county, planName, expiresAt, status } = line;
  return {
    ...{ username, name: displayName, customerId: customerId ?? null, phone, exchange, county },
    ...{ plan: planName, expiresAt: toIsoOrNull(expiresAt), status },
  };
}

/** A document as answers tell it. */
export function tellDocument({ review, uploadedAt, ...document }: Document): Told<typeof documentAnswer> {
  return {
    ...document,
    uploadedAt: toIso(uploadedAt),
    reviewedBy: review?.by ?? null,
    reviewedAt: toIsoOrNull(review?.at),
    note: review?.note ?? '',
  };
}
