import { type RawBuilder, sql } from 'kysely';
import { type ChangeNote, differences } from '../../subscribers/audit-trail.ts';
import { nameKey } from '../../subscribers/check-customer.ts';
import type { Customer, CustomerParticulars } from '../../subscribers/customer.ts';
import type { CustomerConflict, CustomerSearch } from '../../subscribers/customer-store.ts';
import { readMobile } from '../../values/contact-number.ts';
import type { Instant } from '../../values/instant.ts';
import { plainNumber } from '../../values/persian-text.ts';
import { fail, ok, type Result } from '../../values/result.ts';
import { agentWithin } from './agents/scope.ts';
import { audit } from './audit.ts';
import { storable } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';

/** Columns of a `Customer`, of table `c`. */
export const CUSTOMER = sql.raw(`c.id, c.kind, c.name, coalesce(c.national_id, '') AS "nationalId",
  c.economic_code AS "economicCode", c.mobile, c.phone, c.email, c.postal_code AS "postalCode", c.address,
  c.education, coalesce(c.born_on::text, '') AS "bornOn", c.revision, c.created_at AS "createdAt",
  c.updated_at AS "updatedAt"`);

/** `CustomerStore.createCustomer`; `tx` is a transaction. */
export async function createCustomer(
  tx: LedgerDb,
  particulars: CustomerParticulars,
  by: ChangeNote,
  now: Instant,
  agentId?: number,
): Promise<Result<Customer, CustomerConflict>> {
  const p = storableParticulars(particulars);
  const { rows } = await sql<Customer>`
    INSERT INTO customer AS c (kind, name, name_key, national_id, economic_code, mobile, phone, email, postal_code,
      address, education, born_on, agent_id, revision, created_at, updated_at)
    VALUES (${p.kind}, ${p.name}, ${nameKey(p.name)}, nullif(${p.nationalId}, ''), ${p.economicCode}, ${p.mobile},
      ${p.phone}, ${p.email}, ${p.postalCode}, ${p.address}, ${p.education}, nullif(${p.bornOn}, '')::date,
      ${agentId ?? null}::bigint, 1,
      ${toTime(now)}::timestamptz, ${toTime(now)}::timestamptz)
    ON CONFLICT (national_id) DO NOTHING RETURNING ${CUSTOMER}`.execute(tx);
  const [customer] = rows;
  if (customer === undefined) return fail(await whoHas(tx, p.nationalId));
  const subject = `customer:${customer.id}`;
  const after = agentId === undefined ? { ...p } : { ...p, agent: agentId };
  await audit(tx, { ...by, action: 'customer.create', subject, before: null, after }, now);
  return ok(customer);
}

/** `CustomerStore.updateCustomer`; `tx` is a transaction. */
export async function updateCustomer(
  tx: LedgerDb,
  id: number,
  revision: number,
  particulars: CustomerParticulars,
  by: ChangeNote,
  now: Instant,
): Promise<Result<Customer, CustomerConflict>> {
  const { rows: held } = await sql<Customer>`
    SELECT ${CUSTOMER} FROM customer c WHERE id = ${id}::bigint FOR UPDATE`.execute(tx);
  const [stored] = held;
  if (stored === undefined) return fail({ kind: 'no-such-customer' });
  if (stored.revision !== revision) return fail({ kind: 'changed-since', revision: stored.revision });
  const declared = storableParticulars(particulars);
  const p = { ...declared, bornOn: declared.bornOn === '' ? stored.bornOn : declared.bornOn };
  if (stored.bornOn !== '' && p.bornOn !== stored.bornOn) return fail({ kind: 'born-on-set' });
  const changed = differences({ ...stored }, { ...p });
  if (changed.after === null) return ok(stored);
  if (p.nationalId !== stored.nationalId) {
    const taken = await whoHas(tx, p.nationalId);
    if (taken.kind === 'national-id-taken') return fail(taken);
  }
  const { rows } = await sql<Customer>`
    UPDATE customer c SET kind = ${p.kind}, name = ${p.name}, name_key = ${nameKey(p.name)},
      national_id = nullif(${p.nationalId}, ''), economic_code = ${p.economicCode}, mobile = ${p.mobile},
      phone = ${p.phone}, email = ${p.email}, postal_code = ${p.postalCode}, address = ${p.address},
      education = ${p.education}, born_on = nullif(${p.bornOn}, '')::date, revision = c.revision + 1,
      updated_at = ${toTime(now)}::timestamptz
    WHERE id = ${id}::bigint RETURNING ${CUSTOMER}`.execute(tx);
  await audit(tx, { ...by, action: 'customer.update', subject: `customer:${id}`, ...changed }, now);
  return ok(rows[0]!);
}

/** `CustomerStore.customer`. */
export async function readCustomer(db: LedgerDb, id: number): Promise<Customer | undefined> {
  const { rows } = await sql<Customer>`
    SELECT ${CUSTOMER} FROM customer c WHERE id = ${id}::bigint`.execute(db);
  return rows[0];
}

/** `CustomerStore.findCustomers`. */
export async function findCustomers(db: LedgerDb, search: CustomerSearch): Promise<readonly Customer[]> {
  const { scope, name, mobile, nationalId, username, phone, limit, after } = search;
  const conditions: RawBuilder<unknown>[] = [sql`c.id > ${after ?? 0}::bigint`];
  if (scope !== undefined) conditions.push(agentWithin(scope, sql`c.agent_id`));
  // The key holds letters and digits alone, so that nothing in it has a meaning to LIKE.
  if (name !== undefined) conditions.push(sql`c.name_key LIKE ${`%${nameKey(name)}%`}`);
  if (mobile !== undefined) conditions.push(sql`c.mobile = ${readMobile(mobile) ?? null} AND c.mobile <> ''`);
  if (nationalId !== undefined)
    conditions.push(sql`c.national_id = ANY(${identitiesOf(nationalId)}::text[])`);
  if (username !== undefined) {
    conditions.push(sql`c.id = (SELECT customer_id FROM line WHERE username = ${storable(username)})`);
  }
  if (phone !== undefined) conditions.push(phoneIs(phone));
  const { rows } = await sql<Customer>`
    SELECT ${CUSTOMER} FROM customer c WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY c.id LIMIT ${limit}`.execute(db);
  return rows;
}

/** A number as it was typed, and as a national id whose leading zeros were left out. */
function identitiesOf(nationalId: string): readonly string[] {
  const typed = storable(plainNumber(nationalId));
  return [typed, typed.padStart(10, '0')];
}

function phoneIs(phone: string) {
  const digits = storable(plainNumber(phone)).replace(/^(\+98|0098|0)/, '');
  return sql`c.id IN (SELECT id FROM customer WHERE phone = ${digits} AND phone <> ''
    UNION ALL SELECT customer_id FROM line WHERE phone = ${digits} AND phone <> '')`;
}

async function whoHas(tx: LedgerDb, nationalId: string): Promise<CustomerConflict> {
  const { rows } = await sql<{ id: number }>`
    SELECT id FROM customer WHERE national_id = ${nationalId}`.execute(tx);
  const [holder] = rows;
  return holder === undefined
    ? { kind: 'no-such-customer' }
    : { kind: 'national-id-taken', customerId: holder.id };
}

function storableParticulars({
  kind,
  name,
  nationalId,
  economicCode,
  mobile,
  phone,
  email,
  postalCode,
  address,
  education,
  bornOn,
}: CustomerParticulars): CustomerParticulars {
  const texts = { name: storable(name), address: storable(address), education: storable(education) };
  return {
    kind,
    nationalId,
    economicCode,
    mobile,
    phone,
    email: storable(email),
    postalCode,
    bornOn,
    ...texts,
  };
}
