import type { CustomerFault, CustomerWarning } from './check-customer.ts';

/** What is said of a field that has a fault or a warning, after its path. */
export const FAULT_WORDS: Readonly<Record<CustomerFault['kind'] | CustomerWarning['kind'], string>> = {
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
