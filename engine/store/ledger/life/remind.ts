import { type RawBuilder, sql } from 'kysely';
import type { MessageContent } from '../../../messaging/message.ts';
import type { WorkPage, WorkPosition } from '../../../orders/life-store.ts';
import { type Reminder, remindersDue } from '../../../orders/reminders.ts';
import { DAY_MS, type Instant, MINUTE_MS } from '../../../values/instant.ts';
import { jalaliDayAt } from '../../../values/jalali.ts';
import { tehranDayStart } from '../../../values/tehran-time.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { toDate } from './tehran-date.ts';
import { tellLine } from './tell-line.ts';
import { forPageDue, type LifeContext, NOTHING_DUE } from './work-lines.ts';

interface Ending {
  readonly id: number;
  readonly username: string;
  readonly customer_id: number;
  readonly expires_at: Instant;
  readonly bought_at: Instant | null;
}

/**
 * Messages about the end of services, on their own day from the minute on (product lines P62 and X07). What a day has is
 * done once, whether all could be told or not; a message that was missed on its day is not sent on another.
 */
export async function remind(context: LifeContext): Promise<WorkPage> {
  const { db, now, settings } = context;
  const { minuteOfDay, daysBefore } = settings.reminders;
  const day = tehranDayStart(now);
  if (now < day + minuteOfDay * MINUTE_MS || daysBefore.length === 0) return NOTHING_DUE;
  const date = toDate(jalaliDayAt(now));
  const done = await sql`SELECT 1 FROM daily_run WHERE kind = 'remind' AND day = ${date}::date`.execute(db);
  if (done.rows.length > 0) return NOTHING_DUE;
  const page = await forPageDue(context, endingLines(context, day, date), async (tx, lines) => {
    let told = 0;
    for (const line of lines) told += await remindLine(tx, context, line);
    return told;
  });
  if (page.next !== undefined) return page;
  await sql`INSERT INTO daily_run (kind, day, finished_at) VALUES ('remind', ${date}::date, ${toTime(now)}::timestamptz)
    ON CONFLICT DO NOTHING`.execute(db);
  return page;
}

/**
 * Lines that end within the days of the rules, by number; a line with a reserve has something that goes on, and free days
 * are no service.
 */
function endingLines(
  { limit, settings, after }: LifeContext,
  day: Instant,
  date: string,
): RawBuilder<Ending & WorkPosition> {
  const until = toTime(day + (Math.max(...settings.reminders.daysBefore) + 2) * DAY_MS);
  // Where yesterday's messages have come to says nothing of today's.
  const from = after.at === date ? after.id : 0;
  return sql`
    SELECT id, ${date} AS at, username, customer_id, expires_at,
      (SELECT max(bought_at) FROM service s WHERE s.line_id = line.id AND s.ends_at = line.expires_at) AS bought_at
    FROM line
    WHERE expires_at >= ${toTime(day)}::timestamptz AND expires_at < ${until}::timestamptz AND reserve_from IS NULL
      AND customer_id IS NOT NULL AND status = 'active' AND id > ${from}::bigint
      AND NOT EXISTS (
        SELECT 1 FROM free_charge f WHERE f.line_id = line.id AND f.days > 0 AND f.until = line.expires_at)
    ORDER BY id LIMIT ${limit}`;
}

/** The number of messages. */
async function remindLine(tx: LedgerDb, { now, settings }: LifeContext, line: Ending): Promise<number> {
  const { bought_at, expires_at: end } = line;
  const service = { orderId: '', boughtAt: bought_at ?? 0, until: end, renewedAt: undefined };
  const due = remindersDue(service, settings.reminders, new Set(), now);
  for (const reminder of due) {
    const subject = `${line.id}-${end}`;
    await tellLine(tx, line, settings, now, { content: contentOf(reminder, end), subject });
  }
  return due.length;
}

function contentOf({ daysBefore: days }: Reminder, endsAt: Instant): MessageContent {
  if (days === 0) return { kind: 'service-ends-today', params: { endsAt } };
  return { kind: 'service-ends-in-days', params: { days, endsAt } };
}
