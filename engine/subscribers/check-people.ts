import type { Instant } from '../values/instant.ts';
import { plainNumber } from '../values/persian-text.ts';
import type { Result } from '../values/result.ts';
import {
  type CheckedCustomer,
  type CustomerFault,
  checkCustomer,
  checkLineContract,
} from './check-customer.ts';
import type { Report } from './check-plan.ts';
import type { Customer, CustomerDeclaration } from './customer.ts';
import { FAULT_WORDS } from './fault-words.ts';
import type { DeclaredCustomer, ProvisioningDocument } from './provisioning.ts';

/** What is stored already of the people whom a document names. */
export interface KnownPeople {
  /** By national id. */
  readonly customers: ReadonlyMap<string, Customer>;
  /** Those lines of theirs that exist. */
  readonly usernames: ReadonlySet<string>;
}

const UNKNOWN: CustomerDeclaration = {
  ...{ kind: 'person', name: '', nationalId: '', economicCode: '', mobile: '', phone: '', email: '' },
  ...{ postalCode: '', address: '', education: '', bornOn: '' },
};

/** A national id as somebody typed it, as it is stored when it is right: leading zeros that were left out are put back. */
export function identityKey(nationalId: string): string {
  const typed = plainNumber(nationalId);
  return typed === '' ? '' : typed.padStart(10, '0');
}

/** The particulars that a customer has once the document is applied, or every fault of what is declared. */
export function declareCustomer(
  { lines: _, ...declared }: DeclaredCustomer,
  stored: Customer | undefined,
  now: Instant,
): Result<CheckedCustomer, readonly CustomerFault[]> {
  const given = Object.entries(declared).filter(([, value]) => value !== undefined);
  return checkCustomer({ ...UNKNOWN, ...stored, ...Object.fromEntries(given) }, now);
}

/** Reports everything that is wrong with the customers of a document, against itself and what is stored. */
export function checkPeople(
  { customers = [], lines = [] }: ProvisioningDocument,
  known: KnownPeople,
  now: Instant,
  report: Report,
): void {
  const firsts = new Map<string, string>();
  const usernames = new Set([...known.usernames, ...lines.map(({ username }) => username)]);
  const owned = new Map<string, string>();
  customers.forEach((declared, index) => {
    const path = `customers[${index}]`;
    const key = identityKey(declared.nationalId);
    if (key === '') report(`${path}.nationalId`, FAULT_WORDS.missing);
    else reportTwice(firsts, key, `${path}.nationalId`, report);
    checkParticulars(declared, known.customers.get(key), path, now, report);
    checkLines(declared, usernames, owned, path, report);
  });
}

function checkParticulars(
  declared: DeclaredCustomer,
  stored: Customer | undefined,
  path: string,
  now: Instant,
  report: Report,
): void {
  const checked = declareCustomer(declared, stored, now);
  if (!checked.ok) {
    for (const { field, kind } of checked.error) report(`${path}.${field}`, FAULT_WORDS[kind]);
    return;
  }
  const { bornOn } = checked.value.particulars;
  // An empty one leaves the stored one, as everywhere.
  if (stored !== undefined && stored.bornOn !== '' && bornOn !== '' && bornOn !== stored.bornOn) {
    report(`${path}.bornOn`, `is ${stored.bornOn} already, and is set once`);
  }
}

function checkLines(
  { lines = [] }: DeclaredCustomer,
  usernames: ReadonlySet<string>,
  owned: Map<string, string>,
  customerPath: string,
  report: Report,
): void {
  lines.forEach(({ username, ...declared }, index) => {
    const path = `${customerPath}.lines[${index}]`;
    reportTwice(owned, username, `${path}.username`, report);
    if (!usernames.has(username)) report(`${path}.username`, `there is no line ${username}`);
    const checked = checkLineContract(declared);
    if (checked.ok) return;
    for (const { field, kind } of checked.error) report(`${path}.${field}`, FAULT_WORDS[kind]);
  });
}

function reportTwice(firsts: Map<string, string>, key: string, path: string, report: Report): void {
  const first = firsts.get(key);
  if (first === undefined) firsts.set(key, path);
  else report(path, `is the same as ${first}`);
}
