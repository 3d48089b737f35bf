import { sql } from 'kysely';
import { depositOf } from '../../../ledger/account.ts';
import { agentDeposit, type Incoming } from '../../../ledger/business-events.ts';
import { traceKey } from '../../../payments/deposit.ts';
import type { Agent } from '../../../subscribers/agent.ts';
import type { AgentDeposit, DepositRefusal } from '../../../subscribers/agent-store.ts';
import type { ChangeNote } from '../../../subscribers/audit-trail.ts';
import type { Instant } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import type { LedgerDb } from '../database.ts';
import { lockHead, postMoney } from '../post-money.ts';
import { holdAgent, readAgent } from './agent-rows.ts';

/** `AgentStore.deposit`; `tx` is a transaction. */
export async function takeDeposit(
  tx: LedgerDb,
  { agentId, into, amount, reference }: AgentDeposit,
  by: ChangeNote,
  now: Instant,
): Promise<Result<Agent, DepositRefusal>> {
  if ((await holdAgent(tx, agentId, 'SHARE')) === undefined) return fail('no-such-agent');
  // From here on nobody changes a balance.
  await lockHead(tx);
  const stored = (await readAgent(tx, agentId))!;
  const paid: Incoming = into === 'bank' ? { bank: true, amount } : { gateway: into, amount };
  const key = await keyOf(tx, into, storable(reference));
  const posting = agentDeposit({ key, actor: by.actor, reason: by.reason }, agentId, paid);
  const [posted] = await postMoney(tx, [{ posting, now }]);
  if (!posted!.ok) return fail('reference-taken');
  if (posted!.value.repeated) return ok(stored);
  const deposit = stored.deposit + amount;
  await audit(
    tx,
    {
      ...{ ...by, action: 'agent.deposit', subject: depositOf(agentId) },
      before: { deposit: stored.deposit },
      after: { deposit, into, reference, entry: posted!.value.entry.number },
    },
    now,
  );
  return ok({ ...stored, deposit });
}

/**
 * Key of a deposit's entry: its reference is compared as `traceKey` has it, whoever has typed it. Entries of former days bear
 * it as it was typed, and keep that.
 */
async function keyOf(tx: LedgerDb, into: string, reference: string): Promise<string> {
  const key = `agent-deposit:${into}:${traceKey(reference)}`;
  // As the index on it has it.
  const { rows } = await sql<{ readonly key: string }>`
    SELECT key FROM ledger_entry WHERE kind = 'agent-deposit' AND regexp_replace(
      translate(key, '۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩', '01234567890123456789'), '^(agent-deposit:[^:]*:)0+(?=.)', '\\1') = ${key}
    ORDER BY number LIMIT 1`.execute(tx);
  return rows[0]?.key ?? key;
}
