import { type Selectable, sql } from 'kysely';
import type { Grant } from '../../quota/grant.ts';
import { passwordContext, type SecretBox } from '../../runtime/secret-box.ts';
import { PROVISIONING } from '../../subscribers/audit-trail.ts';
import type { LineRecord } from '../../subscribers/line-record.ts';
import type { Instant } from '../../values/instant.ts';
import { inPieces, recordset, storable } from './bulk.ts';
import { type LedgerDb, type LineTable, toOptionalTime, toTime } from './database.ts';

/** A line that is new or different, beside what is stored of it. */
export interface ChangedLine {
  readonly next: LineRecord;
  readonly stored: LineRecord | undefined;
  readonly storedRow: Selectable<LineTable> | undefined;
}

/** Lines written in one statement. */
const LINES_AT_ONCE = 2_000;

const LINE_COLUMNS = [
  'username text',
  'display_name text',
  'revision bigint',
  'status text',
  'sealed_password text',
  'plan_name text',
  'expires_at timestamptz',
  'reserve_plan_name text',
  'reserve_from timestamptz',
  'reserve_until timestamptz',
  'static_ip text',
  'concurrent_sessions integer',
  'mac_lock text',
  'framed_routes jsonb',
  'framed_ipv6_prefix text',
  'delegated_ipv6_prefix text',
  'updated_at timestamptz',
];
const LINE_NAMES = LINE_COLUMNS.map((column) => column.slice(0, column.indexOf(' ')));
const INSERTED = LINE_NAMES.join(', ');
const UPDATED = LINE_NAMES.map((name) => `${name} = excluded.${name}`).join(', ');

/**
 * Writes the lines with their grants, the history of their status and their outbox rows; `tx` is a transaction.
 * @param actor who stands in the history of a status.
 * @returns how many grants were new or different.
 */
export async function writeLines(
  tx: LedgerDb,
  secrets: SecretBox,
  changed: readonly ChangedLine[],
  now: Instant,
  actor = PROVISIONING.actor,
): Promise<number> {
  let grants = 0;
  for (const piece of inPieces(changed, LINES_AT_ONCE)) {
    const ids = await upsertLines(tx, secrets, piece, now);
    await removeGrants(tx, piece);
    grants += await upsertGrants(tx, piece, ids);
    await noteStatus(tx, piece, ids, { actor, now });
    const outbox = piece.map(({ next }) => ({ key: next.username }));
    await sql`
      INSERT INTO outbox (kind, key) SELECT 'line', key FROM ${recordset(outbox, 'key text')}`.execute(tx);
  }
  return grants;
}

async function upsertLines(
  tx: LedgerDb,
  secrets: SecretBox,
  changed: readonly ChangedLine[],
  now: Instant,
): Promise<ReadonlyMap<string, number>> {
  const rows = changed.map((line) => lineRow(line, secrets, now));
  const { rows: written } = await sql<{ id: number; username: string }>`
    INSERT INTO line (${sql.raw(INSERTED)}, created_at)
    SELECT ${sql.raw(INSERTED)}, updated_at FROM ${recordset(rows, LINE_COLUMNS.join(', '))}
    ON CONFLICT (username) DO UPDATE SET ${sql.raw(UPDATED)}
    RETURNING id, username`.execute(tx);
  return new Map(written.map(({ id, username }) => [username, id]));
}

function lineRow(line: ChangedLine, secrets: SecretBox, now: Instant): Record<string, unknown> {
  const { next } = line;
  return {
    username: next.username,
    display_name: next.displayName,
    revision: next.revision,
    status: next.status,
    sealed_password: sealedPassword(line, secrets),
    plan_name: next.planName,
    expires_at: toOptionalTime(next.expiresAt),
    reserve_plan_name: next.reserve?.planName ?? null,
    reserve_from: toOptionalTime(next.reserve?.from),
    reserve_until: toOptionalTime(next.reserve?.expiresAt),
    static_ip: next.staticIp === '' ? null : next.staticIp,
    concurrent_sessions: next.concurrentSessions ?? null,
    mac_lock: next.macLock,
    framed_routes: next.framedRoutes,
    framed_ipv6_prefix: next.framedIpv6Prefix,
    delegated_ipv6_prefix: next.delegatedIpv6Prefix,
    updated_at: toTime(now),
  };
}

/** A password that did not change keeps its sealed text, also when that cannot be opened. */
function sealedPassword({ next, stored, storedRow }: ChangedLine, secrets: SecretBox): string {
  if (storedRow !== undefined && next.password === stored?.password) return storedRow.sealed_password;
  return next.password ? secrets.seal(next.password, passwordContext(next.username)) : '';
}

async function upsertGrants(
  tx: LedgerDb,
  changed: readonly ChangedLine[],
  lineIds: ReadonlyMap<string, number>,
): Promise<number> {
  const rows = changed.flatMap(({ next, stored }) => {
    const before = new Map(stored?.grants.map((grant) => [grant.id, JSON.stringify(grant)]));
    const different = next.grants.filter((grant) => before.get(grant.id) !== JSON.stringify(grant));
    return different.map((grant) => grantRow(grant, lineIds.get(next.username)!));
  });
  if (rows.length === 0) return 0;
  // What was consumed is the sink's to write.
  await sql`
    INSERT INTO "grant" (id, line_id, kind, octets, valid_from, valid_until, priority, tier, created_at)
    SELECT id, line_id, kind, octets, valid_from, valid_until, priority, tier, created_at
    FROM ${recordset(
      rows,
      `id text, line_id bigint, kind text, octets bigint, valid_from timestamptz,
       valid_until timestamptz, priority integer, tier integer, created_at timestamptz`,
    )}
    ORDER BY id
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, octets = excluded.octets,
      valid_from = excluded.valid_from, valid_until = excluded.valid_until, priority = excluded.priority,
      tier = excluded.tier
    `.execute(tx);
  return rows.length;
}

/** Volumes of periods that will not come. One that is in use against all clocks stays, and is over. */
async function removeGrants(tx: LedgerDb, changed: readonly ChangedLine[]): Promise<void> {
  const gone = changed.flatMap(({ next, stored }) => {
    const kept = new Set(next.grants.map(({ id }) => id));
    return (stored?.grants ?? []).flatMap(({ id }) => (kept.has(id) ? [] : [id]));
  });
  if (gone.length === 0) return;
  const ids = gone.toSorted();
  await sql`SELECT id FROM "grant" WHERE id = ANY(${ids}) ORDER BY id FOR UPDATE`.execute(tx);
  await sql`DELETE FROM "grant" WHERE id = ANY(${ids}) AND consumed_octets = 0`.execute(tx);
  await sql`UPDATE "grant" SET valid_until = valid_from WHERE id = ANY(${ids})`.execute(tx);
}

function grantRow(grant: Grant, lineId: number): Record<string, unknown> {
  return {
    id: grant.id,
    line_id: lineId,
    kind: grant.kind,
    octets: grant.octets,
    valid_from: toTime(grant.from),
    valid_until: toOptionalTime(grant.until),
    priority: grant.priority,
    tier: grant.tier,
    created_at: toTime(grant.createdAt),
  };
}

async function noteStatus(
  tx: LedgerDb,
  changed: readonly ChangedLine[],
  lineIds: ReadonlyMap<string, number>,
  { actor, now }: { readonly actor: string; readonly now: Instant },
): Promise<void> {
  const rows = changed
    .filter(({ next, stored }) => next.status !== stored?.status)
    .map(({ next }) => ({
      line_id: lineIds.get(next.username)!,
      status: next.status,
      changed_at: toTime(now),
    }));
  if (rows.length === 0) return;
  await sql`
    INSERT INTO line_status_history (line_id, status, reason, actor, changed_at)
    SELECT line_id, status, 'declared', ${storable(actor)}, changed_at
    FROM ${recordset(rows, 'line_id bigint, status text, changed_at timestamptz')}`.execute(tx);
}
