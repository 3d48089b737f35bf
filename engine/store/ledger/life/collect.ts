import { sql } from 'kysely';
import type { WorkPage, WorkPosition } from '../../../orders/life-store.ts';
import { collectionStart } from '../../../orders/line-status.ts';
import { type Instant, MINUTE_MS } from '../../../values/instant.ts';
import { tehranDayStart } from '../../../values/tehran-time.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { setStanding } from '../standing.ts';
import { tellLine } from './tell-line.ts';
import { forPageDue, isBehind, LIFE_ACTOR, type LifeContext } from './work-lines.ts';

interface Ended {
  readonly id: number;
  readonly username: string;
  readonly customer_id: number | null;
  readonly expires_at: Instant;
}

/**
 * Lines whose end was yesterday or before go into the collection list, once the daily minute has come (product lines P24
 * and P25). Their history has the day on which they belong there, however late this runs. What
 * staff have said since that day stays.
 */
export function collect(context: LifeContext): Promise<WorkPage> {
  const { now, limit, settings } = context;
  const day = toTime(tehranDayStart(now - settings.dailyMinute * MINUTE_MS));
  const isDue = sql`standing = 'in-operation' AND reserve_from IS NULL AND expires_at < ${day}::timestamptz
    AND status <> 'closed'
    AND NOT EXISTS (SELECT 1 FROM line_standing told WHERE told.line_id = line.id AND told.changed_at >=
      (date_trunc('day', expires_at AT TIME ZONE 'Asia/Tehran') + interval '1 day') AT TIME ZONE 'Asia/Tehran')`;
  const question = sql<WorkPosition>`
    SELECT id, expires_at::text AS at FROM line
    WHERE ${isDue} AND ${isBehind(context, sql`expires_at`, sql`id`)} ORDER BY expires_at, id LIMIT ${limit}`;
  return forPageDue(context, question, async (tx, things) => {
    const { rows } = await sql<Ended>`
      SELECT id, username, customer_id, expires_at FROM line
      WHERE id = ANY(${things.map(({ id }) => id)}::bigint[]) AND ${isDue}
      ORDER BY id FOR UPDATE SKIP LOCKED`.execute(tx);
    for (const line of rows) await collectLine(tx, context, line);
    return rows.length;
  });
}

async function collectLine(tx: LedgerDb, { now, settings }: LifeContext, line: Ended): Promise<void> {
  const since = collectionStart(line.expires_at);
  const standing = {
    standing: 'in-collection-list',
    reason: 'expired',
    note: '',
    actor: LIFE_ACTOR,
  } as const;
  await setStanding(tx, line.id, standing, since);
  await tellLine(tx, line, settings, now, {
    content: { kind: 'collection-list', params: { since } },
    subject: `${line.id}-${line.expires_at}`,
  });
}
