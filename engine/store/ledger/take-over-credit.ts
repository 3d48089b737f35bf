import { openingBalance } from '../../ledger/business-events.ts';
import type { Posted, PostFault, TakenOverCredit } from '../../ledger/money-ledger.ts';
import type { Instant } from '../../values/instant.ts';
import type { Result } from '../../values/result.ts';
import { audit } from './audit.ts';
import type { LedgerDb } from './database.ts';
import { postMoney } from './post-money.ts';

/** `MoneyLedger.takeOverCredit` within a transaction, so that the credit and its row in the trail come together. */
export async function takeOverCredit(
  tx: LedgerDb,
  { customer, amount, actor, reason }: TakenOverCredit,
  now: Instant,
): Promise<Result<Posted, PostFault>> {
  const posting = openingBalance({ key: `import:${customer}`, actor, reason }, customer, amount);
  const [posted] = await postMoney(tx, [{ posting, now }]);
  if (posted!.ok && !posted!.value.repeated) {
    const note = { actor, reason, action: 'wallet.opening-credit', subject: `customer:${customer}` };
    await audit(tx, { ...note, before: null, after: { amount } }, now);
  }
  return posted!;
}
