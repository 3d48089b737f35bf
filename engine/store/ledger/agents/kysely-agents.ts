import { sql } from 'kysely';
import { depositOf } from '../../../ledger/account.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import type { Agent } from '../../../subscribers/agent.ts';
import type { AgentFilter, AgentStore, LimitRefusal, NewLine } from '../../../subscribers/agent-store.ts';
import type { ChangeNote } from '../../../subscribers/audit-trail.ts';
import type { Instant } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import type { Rial } from '../../../values/rial.ts';
import { audit } from '../audit.ts';
import { changeCreditLimit } from '../credit-limit.ts';
import type { LedgerDb } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { holdAgent, readAgent, selectAgents } from './agent-rows.ts';
import { assignCustomer } from './assign-customer.ts';
import { changeAgent, createAgent } from './change-agent.ts';
import { createLine } from './create-line.ts';
import { takeDeposit } from './deposit.ts';
import { readReport } from './report.ts';
import { agentWithin, isWithin } from './scope.ts';
import { createToken, principalOf, readTokens, revokeToken } from './tokens.ts';

/** What follows the store in the arguments of its own function. */
type Asked<Name extends keyof AgentStore> = Parameters<AgentStore[Name]>;
type Told<Name extends keyof AgentStore> = ReturnType<AgentStore[Name]>;

/** Agents on PostgreSQL or its embedded twin; what holds always is held by the schema (`0016-agents.sql`). */
export class KyselyAgents implements AgentStore {
  readonly #db: LedgerDb;
  readonly #secrets: SecretBox;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb, secrets: SecretBox) {
    this.#db = db;
    this.#secrets = secrets;
  }

  createAgent(...asked: Asked<'createAgent'>): Told<'createAgent'> {
    return inTransaction(this.#db, (tx) => createAgent(tx, ...asked));
  }

  changeAgent(...asked: Asked<'changeAgent'>): Told<'changeAgent'> {
    return inTransaction(this.#db, (tx) => changeAgent(tx, ...asked));
  }

  agent(id: number): Told<'agent'> {
    return readAgent(this.#db, id);
  }

  agents({ scope, limit, after = 0 }: AgentFilter): Promise<readonly Agent[]> {
    const wanted = sql`${agentWithin(scope, sql`a.id`)} AND a.id > ${after}::bigint`;
    return selectAgents(this.#db, wanted, sql`ORDER BY a.id LIMIT ${limit}`);
  }

  deposit(...asked: Asked<'deposit'>): Told<'deposit'> {
    return inTransaction(this.#db, (tx) => takeDeposit(tx, ...asked));
  }

  setDepositLimit(
    id: number,
    limit: Rial,
    by: ChangeNote,
    now: Instant,
  ): Promise<Result<Agent, LimitRefusal>> {
    return inTransaction(this.#db, async (tx) => {
      const stored = await holdAgent(tx, id, 'UPDATE');
      if (stored === undefined) return fail('no-such-agent');
      const account = depositOf(id);
      if (!(await changeCreditLimit(tx, { ...by, account, limit }, now))) return fail('owes-more');
      const before = { creditLimit: stored.creditLimit };
      const note = { ...by, action: 'agent.limit', subject: account, before, after: { creditLimit: limit } };
      await audit(tx, note, now);
      return ok((await readAgent(tx, id))!);
    });
  }

  async report(id: number, filter: Asked<'report'>[1]): Told<'report'> {
    return (await readAgent(this.#db, id)) && readReport(this.#db, id, filter);
  }

  assignCustomer(...asked: Asked<'assignCustomer'>): Promise<boolean> {
    return inTransaction(this.#db, (tx) => assignCustomer(tx, ...asked));
  }

  createLine(line: NewLine, by: ChangeNote, now: Instant): Told<'createLine'> {
    return inTransaction(this.#db, (tx) => createLine({ tx, secrets: this.#secrets, by, now }, line));
  }

  async agentOf(customerId: number): Promise<number | undefined> {
    const { rows } = await sql<{ readonly agent: number | null }>`
      SELECT agent_id AS agent FROM customer WHERE id = ${customerId}::bigint`.execute(this.#db);
    return rows[0]?.agent ?? undefined;
  }

  isWithin(...asked: Asked<'isWithin'>): Promise<boolean> {
    return isWithin(this.#db, ...asked);
  }

  createToken(...asked: Asked<'createToken'>): Told<'createToken'> {
    return inTransaction(this.#db, (tx) => createToken(tx, ...asked));
  }

  tokens(...asked: Asked<'tokens'>): Told<'tokens'> {
    return readTokens(this.#db, ...asked);
  }

  revokeToken(...asked: Asked<'revokeToken'>): Told<'revokeToken'> {
    return inTransaction(this.#db, (tx) => revokeToken(tx, ...asked));
  }

  principalOf(...asked: Asked<'principalOf'>): Told<'principalOf'> {
    return principalOf(this.#db, ...asked);
  }
}
