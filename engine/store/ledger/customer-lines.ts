import { sql } from 'kysely';
import { type ChangeNote, differences } from '../../subscribers/audit-trail.ts';
import type { CustomerLine } from '../../subscribers/customer.ts';
import type { LineContractChange, LineContractFault } from '../../subscribers/customer-store.ts';
import type { Instant } from '../../values/instant.ts';
import { fail, ok, type Result } from '../../values/result.ts';
import { audit } from './audit.ts';
import { storable } from './bulk.ts';
import type { LedgerDb } from './database.ts';
import { keepFormerOwner } from './life/former-owners.ts';
import { resume } from './suspensions.ts';

/** A row of `CUSTOMER_LINE`. */
type LineRow = {
  readonly [Name in keyof CustomerLine]: Name extends 'customerId' | 'expiresAt'
    ? number | null
    : CustomerLine[Name];
};

const CUSTOMER_LINE =
  sql.raw(`id AS "lineId", username, display_name AS "displayName", customer_id AS "customerId",
  phone, exchange, county, plan_name AS "planName", expires_at AS "expiresAt", status`);

/** `CustomerStore.linesOf`. */
export async function readLinesOf(db: LedgerDb, customerId: number): Promise<readonly CustomerLine[]> {
  const { rows } = await sql<LineRow>`
    SELECT ${CUSTOMER_LINE} FROM line WHERE customer_id = ${customerId}::bigint ORDER BY username`.execute(
    db,
  );
  return rows.map(customerLineOf);
}

/** `CustomerStore.customerLine`. */
export async function readCustomerLine(db: LedgerDb, username: string): Promise<CustomerLine | undefined> {
  const { rows } = await sql<LineRow>`
    SELECT ${CUSTOMER_LINE} FROM line WHERE username = ${storable(username)}`.execute(db);
  return rows[0] && customerLineOf(rows[0]);
}

/**
 * `CustomerStore.changeLineContract`; `tx` is a transaction. Nothing of it goes to the packet path, so the line's
 * revision stays. The customer is held before the line, as everywhere. Bills of the days until yesterday stay with whose
 * the line was.
 */
export async function changeLineContract(
  tx: LedgerDb,
  username: string,
  change: LineContractChange,
  by: ChangeNote,
  now: Instant,
): Promise<Result<CustomerLine, LineContractFault>> {
  if (typeof change.customerId === 'number' && !(await holdCustomer(tx, change.customerId))) {
    return fail('no-such-customer');
  }
  const { rows } = await sql<LineRow>`
    SELECT ${CUSTOMER_LINE} FROM line WHERE username = ${storable(username)} FOR UPDATE`.execute(tx);
  const [stored] = rows;
  if (stored === undefined) return fail('no-such-line');
  const next = {
    customerId: change.customerId === undefined ? stored.customerId : change.customerId,
    phone: change.phone ?? stored.phone,
    exchange: storable(change.exchange ?? stored.exchange),
    county: storable(change.county ?? stored.county),
  };
  const changed = differences({ ...stored }, next);
  if (changed.after === null) return ok(customerLineOf(stored));
  await sql`
    UPDATE line SET customer_id = ${next.customerId}::bigint, phone = ${next.phone}, exchange = ${next.exchange},
      county = ${next.county} WHERE id = ${stored.lineId}::bigint`.execute(tx);
  await audit(tx, { ...by, action: 'line.contract', subject: `line:${username}`, ...changed }, now);
  if (next.customerId !== stored.customerId) {
    await keepFormerOwner(tx, stored.lineId, stored.customerId, now);
    await resume(tx, stored.lineId, { ...by, cause: 'documents' }, now);
  }
  return ok((await readCustomerLine(tx, username))!);
}

/** Takes a customer's row until the transaction ends; false when there is none of this number. */
export async function holdCustomer(tx: LedgerDb, id: number): Promise<boolean> {
  const { rows } = await sql`SELECT id FROM customer WHERE id = ${id}::bigint FOR UPDATE`.execute(tx);
  return rows.length > 0;
}

function customerLineOf({ customerId, expiresAt, ...line }: LineRow): CustomerLine {
  return { ...line, customerId: customerId ?? undefined, expiresAt: expiresAt ?? undefined };
}
