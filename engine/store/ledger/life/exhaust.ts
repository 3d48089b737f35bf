import { sql } from 'kysely';
import { beginOnExhaustion } from '../../../orders/exhaust-line.ts';
import type { WorkPage, WorkPosition } from '../../../orders/life-store.ts';
import { toTime } from '../database.ts';
import { loadAccount } from '../orders/load-account.ts';
import { endService, moveService, writeLineChange } from '../orders/write-applied.ts';
import { forEachDue, type LifeContext } from './work-lines.ts';

/** Reserves of lines that have no volume left at full speed, nor one to come in their term, as far as the ledger knows: some seconds behind. */
export function exhaust(context: LifeContext): Promise<WorkPage> {
  const { secrets, now, limit, after, settings } = context;
  const at = toTime(now);
  const question = sql<WorkPosition & { readonly username: string }>`
    SELECT id, '' AS at, username FROM line
    WHERE id > ${after.id}::bigint AND reserve_from > ${at}::timestamptz AND status = 'active' AND customer_id IS NOT NULL
      AND EXISTS (SELECT 1 FROM "grant" g WHERE g.line_id = line.id AND g.tier = 0
        AND g.valid_from <= ${at}::timestamptz AND g.valid_until > ${at}::timestamptz)
      AND NOT EXISTS (SELECT 1 FROM "grant" g WHERE g.line_id = line.id AND g.tier = 0
        AND g.valid_from < line.expires_at AND (g.valid_until IS NULL OR g.valid_until > ${at}::timestamptz)
        AND g.consumed_octets < g.octets)
      AND NOT EXISTS (SELECT 1 FROM service s WHERE s.line_id = line.id AND s.kind = 'campaign'
        AND s.starts_at <= ${at}::timestamptz AND s.ends_at > ${at}::timestamptz AND s.replaced_at IS NULL)
      AND coalesce((SELECT s.offer ->> 'reserveStart' FROM service s WHERE s.line_id = line.id
        AND s.starts_at <= ${at}::timestamptz AND s.ends_at > ${at}::timestamptz AND s.replaced_at IS NULL
        ORDER BY s.starts_at DESC LIMIT 1), ${settings.reserveStart}::text) = 'end-or-exhaustion'
    ORDER BY id LIMIT ${limit}`;
  const work = async (tx: LifeContext['db'], { username }: { readonly username: string }) => {
    const loaded = await loadAccount(tx, secrets, username, true);
    if (!loaded.ok) return false;
    const { account } = loaded.value;
    const early = beginOnExhaustion(account, settings.reserveStart, await context.plans(tx), now);
    if (early === undefined) return false;
    await writeLineChange({ tx, secrets, now }, loaded.value, early.line);
    if (early.ended !== undefined) await endService(tx, early.ended.id, now);
    if (early.begun !== undefined) await moveService(tx, early.begun);
    return true;
  };
  return forEachDue(context, question, work);
}
