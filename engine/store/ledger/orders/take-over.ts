import { sql } from 'kysely';
import type { ServiceRecord } from '../../../orders/line-account.ts';
import { TAKEN_OVER, takenOverService } from '../../../orders/taken-over.ts';
import type { SecretBox } from '../../../runtime/secret-box.ts';
import { findTerm } from '../../../subscribers/term-grants.ts';
import { audit } from '../audit.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { readLines, usernameIn } from '../read-lines.ts';
import { lineRecordOf } from '../rows.ts';
import { insertService, type Writing } from './write-applied.ts';

/** A line that runs, and its service if that was taken over before. */
interface OpenLine {
  readonly id: number;
  readonly username: string;
  readonly created_at: number;
  readonly service_id: number | null;
}

/** `OrderStore.takeOver`, within a transaction. */
export async function takeOver(writing: Writing, usernames: readonly string[]): Promise<number> {
  const { tx, secrets, actor, now } = writing;
  await sql`SELECT id FROM line WHERE username = ANY(${usernames}::text[]) ORDER BY id FOR UPDATE`.execute(
    tx,
  );
  const { rows: open } = await sql<OpenLine>`
    SELECT line.id, line.username, line.created_at, s.id AS service_id
    FROM line LEFT JOIN service s ON s.line_id = line.id
    WHERE line.username = ANY(${usernames}::text[]) AND line.status <> 'closed'
      AND line.expires_at > ${toTime(now)}::timestamptz
      AND NOT EXISTS (SELECT FROM service other WHERE other.line_id = line.id AND other.id <> s.id)
      AND (s.id IS NULL OR (s.order_id IS NULL AND s.note = ${TAKEN_OVER} AND s.paused_days = 0
        AND s.replaced_at IS NULL AND (s.ends_at <> line.expires_at OR s.plan_name <> line.plan_name
          -- Its end has followed the line's already, its days have not.
          OR s.days_sold <> greatest(1, (s.ends_at AT TIME ZONE 'Asia/Tehran')::date
            - (s.starts_at AT TIME ZONE 'Asia/Tehran')::date))))
    ORDER BY line.id`.execute(tx);
  const services = await servicesOf(tx, secrets, open, now);
  for (const { id, username, service_id } of open) {
    const service = services.get(username)!;
    if (service_id === null) await insertService(tx, id, service);
    else await rewriteService(tx, service_id, service);
  }
  if (open.length === 0) return 0;
  const note = { actor, action: 'service.take-over', subject: 'import', reason: TAKEN_OVER };
  await audit(tx, { ...note, before: null, after: { usernames: open.map(({ username }) => username) } }, now);
  return open.length;
}

async function servicesOf(
  tx: LedgerDb,
  secrets: SecretBox,
  open: readonly OpenLine[],
  now: number,
): Promise<ReadonlyMap<string, ServiceRecord>> {
  const lines = await readLines(tx, usernameIn(open.map(({ username }) => username)));
  const made = new Map(open.map(({ username, created_at }) => [username, created_at]));
  return new Map(
    lines.map(({ row, grants }) => {
      const { username, planName, expiresAt, grants: own } = lineRecordOf(row, grants, secrets);
      const from = findTerm(username, own, expiresAt)?.from ?? made.get(username)!;
      return [username, takenOverService({ planName, from, until: expiresAt! }, now)];
    }),
  );
}

/** The term as a later import tells it. */
async function rewriteService(tx: LedgerDb, id: number, service: ServiceRecord): Promise<void> {
  const { name, offer, daysSold, from, until } = service;
  await sql`
    UPDATE service SET name = ${name}, plan_name = ${offer.planName}, offer = ${JSON.stringify(offer)}::jsonb,
      days_sold = ${daysSold}, starts_at = ${toTime(from)}::timestamptz, ends_at = ${toTime(until)}::timestamptz
    WHERE id = ${id}::bigint`.execute(tx);
}
