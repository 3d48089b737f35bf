import { sql } from 'kysely';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { NewLine, NewLineFault } from '../../../subscribers/agent-store.ts';
import type { ChangeNote } from '../../../subscribers/audit-trail.ts';
import type { CustomerLine } from '../../../subscribers/customer.ts';
import { declareLine } from '../../../subscribers/declare-line.ts';
import type { Instant } from '../../../values/instant.ts';
import { fail, type Result } from '../../../values/result.ts';
import { lockApply } from '../apply-lock.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import { changeLineContract, holdCustomer } from '../customer-lines.ts';
import type { LedgerDb } from '../database.ts';
import { readPlanLookup } from '../read-plans.ts';
import { writeLines } from '../write-lines.ts';

/** A transaction in which a line is added. */
interface Adding {
  readonly tx: LedgerDb;
  readonly secrets: SecretBox;
  readonly by: ChangeNote;
  readonly now: Instant;
}

/**
 * `AgentStore.createLine` within a transaction. Documents wait for it and it for them, so that it never takes a username
 * that one of them is declaring: written is what is not there, nothing is changed.
 */
export async function createLine(
  { tx, secrets, by, now }: Adding,
  { customerId, username, password, plan, contract }: NewLine,
): Promise<Result<CustomerLine, NewLineFault>> {
  await lockApply(tx);
  if (!(await holdCustomer(tx, customerId))) return fail('no-such-customer');
  const taken = await sql`SELECT 1 FROM line WHERE username = ${storable(username)}`.execute(tx);
  if (taken.rows.length > 0) return fail('username-taken');
  const plans = await readPlanLookup(tx);
  if (plans(plan) === undefined) return fail('no-such-plan');
  const declared = declareLine({ username, password, plan }, undefined, plans, now)!;
  const next = { ...declared, expiresAt: undefined, grants: [] };
  await writeLines(tx, secrets, [{ next, stored: undefined, storedRow: undefined }], now, by.actor);
  const after = { customer: customerId, plan };
  await audit(tx, { ...by, action: 'line.create', subject: `line:${username}`, before: null, after }, now);
  const made = await changeLineContract(tx, username, { ...contract, customerId }, by, now);
  if (!made.ok) throw new Error(`line ${username} is gone as it is made`);
  return made;
}
