import { sql } from 'kysely';
import type { ChangeNote } from '../../../subscribers/audit-trail.ts';
import type { Instant } from '../../../values/instant.ts';
import { audit } from '../audit.ts';
import type { LedgerDb } from '../database.ts';
import { holdAgent } from './agent-rows.ts';

/** `AgentStore.assignCustomer`; `tx` is a transaction. */
export async function assignCustomer(
  tx: LedgerDb,
  customerId: number,
  agentId: number | undefined,
  by: ChangeNote,
  now: Instant,
): Promise<boolean> {
  if (agentId !== undefined && (await holdAgent(tx, agentId, 'SHARE')) === undefined) return false;
  const { rows } = await sql<{ readonly agent: number | null }>`
    SELECT agent_id AS agent FROM customer WHERE id = ${customerId}::bigint FOR UPDATE`.execute(tx);
  const [stored] = rows;
  if (stored === undefined) return false;
  const agent = agentId ?? null;
  if (stored.agent === agent) return true;
  await sql`UPDATE customer SET agent_id = ${agent}::bigint WHERE id = ${customerId}::bigint`.execute(tx);
  const subject = `customer:${customerId}`;
  await audit(
    tx,
    { ...by, action: 'customer.assign', subject, before: { agent: stored.agent }, after: { agent } },
    now,
  );
  return true;
}
