import { sql } from 'kysely';
import { isCredit } from '../../ledger/account.ts';
import type { CreditLimitChange } from '../../ledger/money-ledger.ts';
import type { Instant } from '../../values/instant.ts';
import { storable } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';
import { lockHead, openAccounts } from './post-money.ts';

/**
 * `MoneyLedger.setCreditLimit` within a transaction, whose other work stays or goes with it.
 * @throws RangeError for an account that has no limit.
 */
export async function changeCreditLimit(
  tx: LedgerDb,
  { account, limit, actor, reason }: CreditLimitChange,
  now: Instant,
): Promise<boolean> {
  if (!isCredit(account)) throw new RangeError(`no account with a limit: ${account}`);
  await lockHead(tx);
  await openAccounts(tx, [account], now);
  const { rows } = await sql`
    WITH changed AS (
      UPDATE ledger_balance SET credit_limit = ${limit}::bigint
      WHERE account_id = (SELECT id FROM ledger_account WHERE code = ${account}) AND balance <= ${limit}::bigint
      RETURNING account_id
    )
    INSERT INTO ledger_credit_limit (account_id, amount, set_at, actor, reason)
    SELECT account_id, ${limit}::bigint, ${toTime(now)}::timestamptz, ${storable(actor)}, ${storable(reason)}
    FROM changed RETURNING id`.execute(tx);
  return rows.length > 0;
}
