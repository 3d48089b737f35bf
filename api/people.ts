import {
  type CustomerFault,
  type CustomerWarning,
  missingFields,
} from '../engine/subscribers/check-customer.ts';
import type { Customer, CustomerLine } from '../engine/subscribers/customer.ts';
import type { Document } from '../engine/subscribers/document.ts';
import { FAULT_WORDS } from '../engine/subscribers/fault-words.ts';
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
  return found.map(({ field, kind }) => ({ path: field, message: FAULT_WORDS[kind] }));
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
