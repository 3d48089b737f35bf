import { sql } from 'kysely';
import { collectionStart } from '../../../orders/line-status.ts';
import { type Instant, MINUTE_MS } from '../../../values/instant.ts';
import { tehranDayStart } from '../../../values/tehran-time.ts';
import { toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { setStanding } from '../standing.ts';
import { tellLine } from './tell-line.ts';
import { LIFE_ACTOR, type LifeContext } from './work-lines.ts';

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
export function collect({ db, now, limit, settings }: LifeContext): Promise<number> {
  const day = toTime(tehranDayStart(now - settings.dailyMinute * MINUTE_MS));
  return inTransaction(db, async (tx) => {
    const { rows } = await sql<Ended>`
      SELECT id, username, customer_id, expires_at FROM line
      WHERE standing = 'in-operation' AND reserve_from IS NULL AND expires_at < ${day}::timestamptz
        AND status <> 'closed'
        AND NOT EXISTS (SELECT 1 FROM line_standing told WHERE told.line_id = line.id AND told.changed_at >=
          (date_trunc('day', expires_at AT TIME ZONE 'Asia/Tehran') + interval '1 day') AT TIME ZONE 'Asia/Tehran')
      ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED`.execute(tx);
    for (const line of rows) {
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
    return rows.length;
  });
}
