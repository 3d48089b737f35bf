import { sql } from 'kysely';
import type { MessageContent } from '../../../messaging/message.ts';
import { type Reminder, remindersDue } from '../../../orders/reminders.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../../../values/instant.ts';
import { jalaliDayAt } from '../../../values/jalali.ts';
import { tehranDayStart } from '../../../values/tehran-time.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { inTransaction } from '../in-transaction.ts';
import { toDate } from './tehran-date.ts';
import { tellLine } from './tell-line.ts';
import type { LifeContext } from './work-lines.ts';

interface Ending {
  readonly id: number;
  readonly username: string;
  readonly customer_id: number;
  readonly expires_at: Instant;
  readonly bought_at: Instant | null;
}

/**
 * Messages about the end of services, on their own day from the minute on (product lines P62 and X07). What a day has is
 * done once; a message that was missed on its day is not sent on another.
 */
export async function remind(context: LifeContext): Promise<number> {
  const { db, now, settings } = context;
  const { minuteOfDay, daysBefore } = settings.reminders;
  const day = tehranDayStart(now);
  if (now < day + minuteOfDay * MINUTE_MS || daysBefore.length === 0) return 0;
  const date = toDate(jalaliDayAt(now));
  const done = await sql`SELECT 1 FROM daily_run WHERE kind = 'remind' AND day = ${date}::date`.execute(db);
  if (done.rows.length > 0) return 0;
  let told = 0;
  for (let after = 0; ; ) {
    const page = await inTransaction(db, (tx) => remindPage(tx, context, day, after));
    told += page.told;
    if (page.last === undefined) break;
    after = page.last;
  }
  await sql`INSERT INTO daily_run (kind, day, finished_at) VALUES ('remind', ${date}::date, ${toTime(now)}::timestamptz)
    ON CONFLICT DO NOTHING`.execute(db);
  return told;
}

/** Lines that end within the days of the rules, by number; a line with a reserve has something that goes on. */
async function remindPage(
  tx: LedgerDb,
  { now, limit, settings }: LifeContext,
  day: Instant,
  after: number,
): Promise<{ readonly told: number; readonly last: number | undefined }> {
  const until = toTime(day + (Math.max(...settings.reminders.daysBefore) + 2) * DAY_MS);
  const { rows } = await sql<Ending>`
    SELECT id, username, customer_id, expires_at,
      (SELECT max(bought_at) FROM service s WHERE s.line_id = line.id AND s.ends_at = line.expires_at) AS bought_at
    FROM line
    WHERE expires_at >= ${toTime(day)}::timestamptz AND expires_at < ${until}::timestamptz AND reserve_from IS NULL
      AND customer_id IS NOT NULL AND status = 'active' AND id > ${after}::bigint
      AND NOT EXISTS (SELECT 1 FROM free_charge f WHERE f.line_id = line.id AND f.until = line.expires_at)
    ORDER BY id LIMIT ${limit}`.execute(tx);
  let told = 0;
  for (const line of rows) {
    const { bought_at, expires_at: end } = line;
    const service = { orderId: '', boughtAt: bought_at ?? 0, until: end, renewedAt: undefined };
    for (const reminder of remindersDue(service, settings.reminders, new Set(), now)) {
      const subject = `${line.id}-${end}`;
      await tellLine(tx, line, settings, now, { content: contentOf(reminder, end), subject });
      told += 1;
    }
  }
  return { told, last: rows.length === limit ? rows.at(-1)!.id : undefined };
}

function contentOf({ daysBefore: days }: Reminder, endsAt: Instant): MessageContent {
  if (days === 0) return { kind: 'service-ends-today', params: { endsAt } };
  return { kind: 'service-ends-in-days', params: { days, endsAt } };
}
