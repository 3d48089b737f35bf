import { sql } from 'kysely';
import { identityKey } from '../../subscribers/check-people.ts';
import type { Customer } from '../../subscribers/customer.ts';
import type { LineContractChange } from '../../subscribers/customer-store.ts';
import type { ProvisioningDocument } from '../../subscribers/provisioning.ts';
import { inPieces, storable } from './bulk.ts';
import { CUSTOMER } from './customers.ts';
import type { LedgerDb } from './database.ts';

/** Rows read in one statement. */
const ROWS_AT_ONCE = 2_000;

/** Whose a line is, and what is declared of its telephone line. */
export type StoredContract = Required<LineContractChange>;

/**
 * The customers that a document names, as far as they exist, by national id. Nobody changes them until the transaction
 * ends. It comes before any line is locked, as everywhere. A sale, which has its line and refers to the customer, is not
 * in the way: a reference goes together with this lock.
 */
export async function holdDeclaredCustomers(
  tx: LedgerDb,
  { customers = [] }: ProvisioningDocument,
): Promise<ReadonlyMap<string, Customer>> {
  const held = new Map<string, Customer>();
  const keys = customers.map(({ nationalId }) => storable(identityKey(nationalId)));
  for (const piece of inPieces(keys.toSorted(), ROWS_AT_ONCE)) {
    const { rows } = await sql<Customer>`
      SELECT ${CUSTOMER} FROM customer c WHERE c.national_id = ANY(${piece}::text[])
      ORDER BY c.id FOR NO KEY UPDATE`.execute(tx);
    for (const customer of rows) held.set(customer.nationalId, customer);
  }
  return held;
}

/** Those lines of the declared customers that exist, each with its contract; they stay so until the transaction ends. */
export async function holdContracts(
  tx: LedgerDb,
  { customers = [] }: ProvisioningDocument,
): Promise<ReadonlyMap<string, StoredContract>> {
  const held = new Map<string, StoredContract>();
  const usernames = customers.flatMap(({ lines = [] }) => lines.map(({ username }) => storable(username)));
  for (const piece of inPieces(usernames.toSorted(), ROWS_AT_ONCE)) {
    const { rows } = await sql<StoredContract & { readonly username: string }>`
      SELECT username, customer_id AS "customerId", phone, exchange, county FROM line
      WHERE username = ANY(${piece}::text[]) ORDER BY id FOR UPDATE`.execute(tx);
    for (const { username, ...contract } of rows) held.set(username, contract);
  }
  return held;
}
