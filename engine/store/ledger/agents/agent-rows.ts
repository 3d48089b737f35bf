import { type RawBuilder, sql } from 'kysely';
import type { Agent, AgentShare } from '../../../subscribers/agent.ts';
import type { Instant } from '../../../values/instant.ts';
import { rial } from '../../../values/rial.ts';
import type { LedgerDb } from '../database.ts';

interface AgentRow {
  readonly id: number;
  readonly parent_id: number | null;
  readonly kind: Agent['kind'];
  readonly name: string;
  readonly mobile: string;
  readonly commission_percent: number;
  readonly state: Agent['state'];
  readonly balance: number | null;
  readonly credit_limit: number | null;
  readonly created_at: Instant;
  readonly updated_at: Instant;
}

/** Agents that fulfil a condition on table `a`, in an order and with a limit or lock if any. */
export async function selectAgents(
  db: LedgerDb,
  condition: RawBuilder<unknown>,
  tail: RawBuilder<unknown> = sql``,
): Promise<readonly Agent[]> {
  const { rows } = await sql<AgentRow>`
    SELECT a.id, a.parent_id, a.kind, a.name, a.mobile, a.commission_percent, a.state, a.created_at, a.updated_at,
      b.balance, b.credit_limit
    FROM agent a LEFT JOIN ledger_account account ON account.code = 'agent:' || a.id
    LEFT JOIN ledger_balance b ON b.account_id = account.id
    WHERE ${condition} ${tail}`.execute(db);
  return rows.map((row) => ({
    ...{ id: row.id, parentId: row.parent_id ?? undefined, kind: row.kind, name: row.name },
    ...{ mobile: row.mobile, commissionPercent: row.commission_percent, state: row.state },
    ...{ deposit: 0 - (row.balance ?? 0), creditLimit: rial(row.credit_limit ?? 0) },
    ...{ createdAt: row.created_at, updatedAt: row.updated_at },
  }));
}

/** One agent as it stands. */
export async function readAgent(db: LedgerDb, id: number): Promise<Agent | undefined> {
  const [agent] = await selectAgents(db, sql`a.id = ${id}::bigint`);
  return agent;
}

/** One agent, who stays as he is until the transaction ends. */
export async function holdAgent(
  tx: LedgerDb,
  id: number,
  lock: 'UPDATE' | 'SHARE',
): Promise<Agent | undefined> {
  const [agent] = await selectAgents(tx, sql`a.id = ${id}::bigint`, sql`FOR ${sql.raw(lock)} OF a`);
  return agent;
}

/** The agent and those above, up to the top; none when there is no such agent. */
export async function readChain(db: LedgerDb, id: number): Promise<readonly AgentShare[]> {
  const { rows } = await sql<AgentShare>`
    SELECT above.id AS agent, above.commission_percent AS percent FROM agent me
    JOIN agent above ON above.id = ANY (me.path)
    WHERE me.id = ${id}::bigint ORDER BY cardinality(above.path) DESC`.execute(db);
  return rows;
}
