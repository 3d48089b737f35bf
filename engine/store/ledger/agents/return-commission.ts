import { sql } from 'kysely';
import type { AccountCode } from '../../../ledger/account.ts';
import { commissionReturn, type Earning } from '../../../ledger/business-events.ts';
import type { Circumstances, Posting } from '../../../ledger/posting.ts';
import type { Instant } from '../../../values/instant.ts';
import { type Rial, rial, ZERO_RIAL } from '../../../values/rial.ts';
import { truncShare } from '../../../values/trunc-share.ts';
import { audit } from '../audit.ts';
import type { LedgerDb } from '../database.ts';
import { selectEntries } from '../money-rows.ts';
import { lockHead } from '../post-money.ts';

/** What of a sale is refunded. */
export interface RefundedPart {
  readonly orderId: string;
  /** Refunded of the price, without tax. */
  readonly price: Rial;
  /** The whole price. */
  readonly of: Rial;
}

interface Room {
  readonly code: AccountCode;
  readonly room: number;
}

/**
 * What agents give back of their commission when a sale is refunded, within the transaction of the refund: their share of
 * what is refunded, TRUNC to the Rial. A customer's refund never waits for an agent, so that no more is taken than a
 * deposit has; what is missing is noted in the audit trail. `undefined` when there is nothing to give back.
 */
export async function returnedCommission(
  tx: LedgerDb,
  { orderId, price, of }: RefundedPart,
  circumstances: Circumstances,
  now: Instant,
): Promise<Posting | undefined> {
  if (orderId === '' || of === ZERO_RIAL) return undefined;
  await lockHead(tx);
  const isCommission = sql`e.order_id = ${orderId} AND e.kind = 'commission'`;
  const [entry] = await selectEntries(tx, isCommission, sql`e.number`);
  if (entry === undefined) return undefined;
  const earned = entry.lines.filter(({ amount }) => amount < 0);
  const rooms = await roomOf(
    tx,
    earned.map(({ account }) => account),
  );
  const returned: Earning[] = [];
  const missing: Earning[] = [];
  for (const { account, amount } of earned) {
    const agent = Number(account.split(':')[1]);
    const wanted = truncShare(rial(0 - amount), price, of);
    const given = rial(Math.min(wanted, Math.max(0, rooms.get(account) ?? 0)));
    returned.push({ agent, amount: given });
    if (given < wanted) missing.push({ agent, amount: rial(wanted - given) });
  }
  const { actor, reason } = circumstances;
  const note = { actor, reason, action: 'commission.return', subject: `order:${orderId}` };
  await audit(tx, { ...note, before: { earned: earned.map(told) }, after: { returned, missing } }, now);
  return commissionReturn(circumstances, returned);
}

function told({ account, amount }: { readonly account: AccountCode; readonly amount: number }) {
  return { account, amount: 0 - amount };
}

/** How much may be taken from each deposit. */
async function roomOf(
  tx: LedgerDb,
  accounts: readonly AccountCode[],
): Promise<ReadonlyMap<AccountCode, number>> {
  const { rows } = await sql<Room>`
    SELECT a.code, (coalesce(b.credit_limit, 0) - b.balance)::bigint AS room
    FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
    WHERE a.code = ANY(${[...accounts]}::text[])`.execute(tx);
  return new Map(rows.map(({ code, room }) => [code, room]));
}
