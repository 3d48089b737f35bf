import { sql } from 'kysely';
import { depositOf } from '../../../ledger/account.ts';
import { agentDeposit, type Incoming, reversal } from '../../../ledger/business-events.ts';
import type { Agent } from '../../../subscribers/agent.ts';
import type { AgentDeposit, CommissionRefusal, DepositRefusal } from '../../../subscribers/agent-store.ts';
import type { ChangeNote } from '../../../subscribers/audit-trail.ts';
import type { Instant } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { addRial, type Rial, rial } from '../../../values/rial.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import type { LedgerDb } from '../database.ts';
import { selectEntries } from '../money-rows.ts';
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
  const key = `agent-deposit:${into}:${storable(reference)}`;
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

/** `AgentStore.returnCommission`; `tx` is a transaction, with the refund of the sale or without. */
export async function returnCommission(
  tx: LedgerDb,
  orderId: number,
  by: ChangeNote,
  now: Instant,
): Promise<Result<Rial, CommissionRefusal>> {
  await lockHead(tx);
  const [entry] = await selectEntries(
    tx,
    sql`e.order_id = ${String(orderId)} AND e.kind = 'commission'`,
    sql`e.number`,
  );
  if (entry === undefined) return fail('no-commission');
  const [posted] = await postMoney(tx, [{ posting: reversal(by, entry), now }]);
  if (!posted!.ok) {
    if (posted!.error.kind === 'insufficient-credit') return fail('insufficient-deposit');
    throw new Error(`entry ${posted!.error.number} has the key of the reversal of ${entry.number}`);
  }
  const earned = Object.fromEntries(
    entry.lines.filter(({ amount }) => amount < 0).map(({ account, amount }) => [account, 0 - amount]),
  );
  const amount = addRial(...Object.values(earned).map(rial));
  if (posted!.value.repeated) return ok(amount);
  const subject = `order:${orderId}`;
  const after = { commissions: {}, entry: posted!.value.entry.number };
  await audit(
    tx,
    { ...by, action: 'commission.return', subject, before: { commissions: earned }, after },
    now,
  );
  return ok(amount);
}
