import { sql } from 'kysely';
import type { AccountCode } from '../../../ledger/account.ts';
import { commissionReturn, type Earning } from '../../../ledger/business-events.ts';
import type { LedgerEntry } from '../../../ledger/chain.ts';
import type { Circumstances, Posting } from '../../../ledger/posting.ts';
import { commissionToReturn } from '../../../subscribers/agent.ts';
import type { Instant } from '../../../values/instant.ts';
import { type Rial, rial, ZERO_RIAL } from '../../../values/rial.ts';
import { audit } from '../audit.ts';
import type { LedgerDb } from '../database.ts';
import { selectEntries } from '../money-rows.ts';

/** What of a sale is refunded. */
export interface RefundedPart {
  readonly orderId: string;
  /** Refunded of the price, without tax, by this refund and all before it. */
  readonly price: Rial;
  /** The whole price. */
  readonly of: Rial;
}

/**
 * What agents give back of their commission when a sale is refunded, within the transaction of the refund, which holds the
 * invoice: their share of all that is refunded by now, less what they gave back before. It is taken whether a deposit has
 * it or not, so that a customer's refund never waits for an agent and nothing is given up. `undefined` when there is
 * nothing to give back.
 */
export async function returnedCommission(
  tx: LedgerDb,
  { orderId, ...refunded }: RefundedPart,
  circumstances: Circumstances,
  now: Instant,
): Promise<Posting | undefined> {
  if (orderId === '' || refunded.of === ZERO_RIAL) return undefined;
  const isCommission = sql`e.order_id = ${orderId} AND e.kind IN ('commission', 'commission-return')`;
  const entries = await selectEntries(tx, isCommission, sql`e.number`);
  const earned = depositsOf(entries, 'commission');
  if (earned.size === 0) return undefined;
  const before = depositsOf(entries, 'commission-return');
  const returned: readonly Earning[] = [...earned].map(([account, amount]) => ({
    agent: Number(account.split(':')[1]),
    amount: commissionToReturn(rial(amount), refunded, rial(0 - (before.get(account) ?? 0))),
  }));
  const { actor, reason } = circumstances;
  const note = { actor, reason, action: 'commission.return', subject: `order:${orderId}` };
  const stood = [...earned].map(([account, amount]) => ({ account, amount }));
  await audit(tx, { ...note, before: { earned: stood }, after: { returned } }, now);
  return commissionReturn(circumstances, returned);
}

/** What entries of a kind have added to each deposit; below 0 what they took. */
function depositsOf(
  entries: readonly LedgerEntry[],
  kind: LedgerEntry['kind'],
): ReadonlyMap<AccountCode, number> {
  const sums = new Map<AccountCode, number>();
  for (const { account, amount } of entries
    .filter((entry) => entry.kind === kind)
    .flatMap(({ lines }) => lines)) {
    if (account !== 'commissions') sums.set(account, (sums.get(account) ?? 0) - amount);
  }
  return sums;
}
