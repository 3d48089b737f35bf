import { type ChangeNote, differences } from '../../subscribers/audit-trail.ts';
import { checkLineContract } from '../../subscribers/check-customer.ts';
import { declareCustomer, identityKey } from '../../subscribers/check-people.ts';
import type { Customer } from '../../subscribers/customer.ts';
import type { DeclaredCustomer, ProvisioningDocument } from '../../subscribers/provisioning.ts';
import type { Instant } from '../../values/instant.ts';
import type { Result } from '../../values/result.ts';
import { changeLineContract } from './customer-lines.ts';
import { createCustomer, updateCustomer } from './customers.ts';
import type { LedgerDb } from './database.ts';
import { lostRace } from './in-transaction.ts';
import { holdContracts, type StoredContract } from './load-people.ts';

/** The customers of one document at work: who was there before it, and who declares them when. */
interface Declaring {
  readonly tx: LedgerDb;
  readonly stored: ReadonlyMap<string, Customer>;
  readonly by: ChangeNote;
  readonly now: Instant;
}

/**
 * Writes what differs of the customers of a document that has passed `checkPeople`, within a transaction that holds the
 * apply lock and those customers, once its lines are written.
 * @returns how many are new, or are different themselves or in their lines.
 */
export async function applyPeople(document: ProvisioningDocument, declaring: Declaring): Promise<number> {
  const contracts = await holdContracts(declaring.tx, document);
  let changed = 0;
  for (const declared of document.customers ?? []) {
    const before = declaring.stored.get(identityKey(declared.nationalId));
    const customer = await applyCustomer(declaring, declared, before);
    const moved = await applyContracts(declaring, declared, customer.id, contracts);
    if (moved || customer.revision !== before?.revision) changed += 1;
  }
  return changed;
}

async function applyCustomer(
  { tx, by, now }: Declaring,
  declared: DeclaredCustomer,
  stored: Customer | undefined,
): Promise<Customer> {
  const { particulars } = checkedValue(declareCustomer(declared, stored, now));
  if (stored === undefined) {
    const made = await createCustomer(tx, particulars, by, now);
    // Between reading and writing somebody else made them: the next attempt finds them.
    if (!made.ok && made.error.kind === 'national-id-taken')
      throw lostRace('a customer is made twice at once');
    return checkedValue(made);
  }
  const bornOn = particulars.bornOn === '' ? stored.bornOn : particulars.bornOn;
  if (differences({ ...stored }, { ...particulars, bornOn }).after === null) return stored;
  return checkedValue(await updateCustomer(tx, stored.id, stored.revision, particulars, by, now));
}

/** True when one of the lines was not theirs, or its contract was another. */
async function applyContracts(
  { tx, by, now }: Declaring,
  { lines = [] }: DeclaredCustomer,
  customerId: number,
  contracts: ReadonlyMap<string, StoredContract>,
): Promise<boolean> {
  let changed = false;
  for (const { username, ...declared } of lines) {
    const change = { customerId, ...checkedValue(checkLineContract(declared)) };
    if (differences({ ...contracts.get(username) }, change).after === null) continue;
    checkedValue(await changeLineContract(tx, username, change, by, now));
    changed = true;
  }
  return changed;
}

/** What cannot fail after the checks, with all rows held. */
function checkedValue<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`a checked declaration was refused: ${JSON.stringify(result.error)}`);
  return result.value;
}
