import { type RawBuilder, sql } from 'kysely';
import { planAt } from '../../catalog/plan-history.ts';
import { draftMessage } from '../../messaging/draft-message.ts';
import { type MessageDraft, messageKey } from '../../messaging/message.ts';
import { type HouseSettings, settingsAt } from '../../orders/house-settings.ts';
import { volumeMessage } from '../../orders/volume-message.ts';
import { WorkFailed } from '../../orders/work-failed.ts';
import { DAY_MS, type Instant } from '../../values/instant.ts';
import { octets } from '../../values/octets.ts';
import { readCatalogue } from './catalogue.ts';
import { type LedgerDb, toTime } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { cancelMessages, queueMessages } from './messages.ts';
import { readPlans } from './read-plans.ts';

/** What the lines of some marks have used of the volumes for full speed that are theirs now. */
interface UseRow {
  readonly line_id: number;
  readonly username: string;
  readonly plan_name: string;
  readonly customer_id: number;
  readonly mobile: string;
  readonly granted: number;
  readonly used: number;
  /** When the newest of the volumes was bought, and begins: what is told once. */
  readonly bought_at: Instant;
  readonly begins_at: Instant;
  readonly reserve_follows: boolean;
}

/**
 * `VolumeWork.tell`: takes marks that the schema's trigger has set, and queues what is to be told of their lines, in one
 * transaction. When that fails each mark has one of its own, and one of which nothing can be told goes to the end.
 */
export async function tellVolumes(db: LedgerDb, now: Instant, limit: number): Promise<number> {
  try {
    const next = sql`SELECT id FROM volume_mark ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
    return await inTransaction(db, (tx) => tellMarks(tx, now, next));
  } catch {
    return tellEach(db, now, limit);
  }
}

async function tellEach(db: LedgerDb, now: Instant, limit: number): Promise<number> {
  const { rows: marks } = await sql<{ readonly id: number }>`
    SELECT id FROM volume_mark ORDER BY id LIMIT ${limit}`.execute(db);
  const failures: unknown[] = [];
  let looked = 0;
  for (const { id } of marks) {
    const one = sql`SELECT id FROM volume_mark WHERE id = ${id}::bigint FOR UPDATE SKIP LOCKED`;
    try {
      looked += await inTransaction(db, (tx) => tellMarks(tx, now, one));
    } catch (reason) {
      // The next number is behind all others.
      await sql`UPDATE volume_mark SET id = DEFAULT WHERE id = ${id}::bigint`.execute(db);
      failures.push(reason);
    }
  }
  if (failures.length > 0) throw new WorkFailed(looked, failures);
  return looked;
}

/** @param which numbers of marks, locked; those that another worker has in hand are left to it. */
async function tellMarks(tx: LedgerDb, now: Instant, which: RawBuilder<unknown>): Promise<number> {
  const { rows: marks } = await sql<{ readonly line_id: number }>`
    DELETE FROM volume_mark WHERE id IN (${which}) RETURNING line_id`.execute(tx);
  if (marks.length === 0) return 0;
  const { settings: dated } = await readCatalogue(tx);
  const settings = settingsAt(dated, now);
  const uses = await readUses(tx, new Set(marks.map(({ line_id }) => line_id)), settings, now);
  if (uses.length === 0) return marks.length;
  const plans = new Map((await readPlans(tx)).map((history) => [history.name, planAt(history, now)]));
  const drafts: MessageDraft[] = [];
  const outdated: string[] = [];
  for (const use of uses) {
    const { granted, used, reserve_follows: reserveFollows } = use;
    const content = volumeMessage({ granted, used, reserveFollows }, plans.get(use.plan_name)!);
    if (content === undefined) continue;
    const { customer_id: customer, username, mobile } = use;
    const subject = `${use.line_id}-${use.bought_at}-${use.begins_at}`;
    if (content.kind === 'volume-ended') outdated.push(announcementKey(subject));
    drafts.push(
      draftMessage({
        ...{ recipient: { customer, username, mobile }, content, subject, language: 'fa' },
        ...{ sendAt: now, notAfter: now + DAY_MS, senderName: settings.seller.name },
      }),
    );
  }
  await cancelMessages(tx, outdated, now);
  await queueMessages(tx, drafts, now);
  return marks.length;
}

/** Key of the message that 85 % are used, which is not sent any more once all is. */
function announcementKey(subject: string): string {
  return messageKey({ kind: 'volume-85', params: { left: octets(0) } }, subject);
}

/** Only lines that are on and whose customer has a mobile. */
async function readUses(
  tx: LedgerDb,
  lineIds: ReadonlySet<number>,
  { reserveStart }: Pick<HouseSettings, 'reserveStart'>,
  now: Instant,
): Promise<readonly UseRow[]> {
  const at = sql`${toTime(now)}::timestamptz`;
  const { rows } = await sql<UseRow>`
    SELECT line.id AS line_id, line.username, line.plan_name, c.id AS customer_id, c.mobile,
      sum(g.octets)::bigint AS granted, sum(least(g.consumed_octets, g.octets))::bigint AS used,
      (max(ARRAY[g.created_at, g.valid_from]))[1] AS bought_at, (max(ARRAY[g.created_at, g.valid_from]))[2] AS begins_at,
      line.reserve_from IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM "grant" later WHERE later.line_id = line.id AND later.tier = 0 AND later.valid_from > ${at}
          AND later.valid_from < line.expires_at) AND coalesce((
        SELECT s.offer ->> 'reserveStart' FROM service s
        WHERE s.line_id = line.id AND s.starts_at <= ${at} AND s.ends_at > ${at} AND s.replaced_at IS NULL
        ORDER BY s.starts_at DESC LIMIT 1), ${reserveStart}::text) = 'end-or-exhaustion' AS reserve_follows
    FROM line
    JOIN customer c ON c.id = line.customer_id AND c.mobile <> ''
    JOIN "grant" g ON g.line_id = line.id AND g.tier = 0 AND g.valid_from <= ${at}
      AND (g.valid_until IS NULL OR g.valid_until > ${at})
    WHERE line.id = ANY(${[...lineIds]}::bigint[]) AND line.status = 'active'
    GROUP BY line.id, c.id ORDER BY line.id`.execute(tx);
  return rows;
}
