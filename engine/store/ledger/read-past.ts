import { type Expression, type Selectable, type SqlBool, sql } from 'kysely';
import type { EffectRow, LinePast, StatusRow, TermFields } from '../../explain/past-stores.ts';
import type { Grant } from '../../quota/grant.ts';
import type { Instant } from '../../values/instant.ts';
import { type GrantTable, type LedgerDb, type LineTable, toTime } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { readLines, type StoredLine, usernameIn } from './read-lines.ts';
import { grantOf, lineProfileOf } from './rows.ts';

/** `PastLedger.linePast`. */
export async function readLinePast(db: LedgerDb, username: string): Promise<LinePast | undefined> {
  return (await readPasts(db, usernameIn([username])))[0];
}

/** `PastLedger.linePastsOf`. */
export function readLinePastsOf(
  db: LedgerDb,
  planNames: readonly string[],
  since: Instant,
  after: number,
  limit: number,
): Promise<readonly LinePast[]> {
  const page = sql<SqlBool>`line.id IN (
    SELECT id FROM line WHERE id > ${after}::bigint AND (
      plan_name = ANY(${planNames}) OR reserve_plan_name = ANY(${planNames})
      OR EXISTS (SELECT FROM line_past p WHERE p.line_id = line.id AND p.changed_at > ${toTime(since)}::timestamptz
        AND (p.plan_name = ANY(${planNames}) OR p.reserve_plan_name = ANY(${planNames}))))
    ORDER BY id LIMIT ${limit})`;
  return readPasts(db, page);
}

/** The lines with their past as of one instant, by number. */
function readPasts(db: LedgerDb, condition: Expression<SqlBool>): Promise<readonly LinePast[]> {
  return inTransaction(db, async (tx) => {
    await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`.execute(tx);
    const lines = await readLines(tx, condition);
    if (lines.length === 0) return [];
    const ids = lines.map(({ row }) => row.id);
    const earlier = await sql<TermColumns & { readonly line_id: number; readonly changed_at: Instant }>`
      SELECT * FROM line_past WHERE line_id = ANY(${ids}) ORDER BY id`.execute(tx);
    const grants = await sql<EarlierGrantRow>`
      SELECT line_id, changed_at, grant_id AS id, kind, octets, 0::bigint AS consumed_octets, valid_from, valid_until,
        priority, tier, created_at
      FROM grant_past WHERE line_id = ANY(${ids}) ORDER BY grant_past.id`.execute(tx);
    const statuses = await tx
      .selectFrom('line_status_history')
      .select(['line_id', 'status', 'reason', 'actor', 'changed_at as at'])
      .where(sql<boolean>`line_id = ANY(${ids})`)
      .orderBy('id')
      .execute();
    const earlierOf = Map.groupBy(earlier.rows, ({ line_id }) => line_id);
    const grantsOf = Map.groupBy(grants.rows, ({ line_id }) => line_id);
    const statusesOf = Map.groupBy(statuses, ({ line_id }) => line_id);
    return lines
      .toSorted((left, right) => left.row.id - right.row.id)
      .map((line) => pastOf(line, earlierOf, grantsOf, statusesOf));
  });
}

type TermColumns = Pick<
  Selectable<LineTable>,
  | 'plan_name'
  | 'expires_at'
  | 'reserve_plan_name'
  | 'reserve_from'
  | 'reserve_until'
  | 'concurrent_sessions'
  | 'mac_lock'
>;

type EarlierGrantRow = Selectable<GrantTable> & { readonly changed_at: Instant };
type ByLine<Row> = ReadonlyMap<number, readonly Row[]>;

function pastOf(
  { row, grants }: StoredLine,
  earlierOf: ByLine<TermColumns & { readonly changed_at: Instant }>,
  grantsOf: ByLine<EarlierGrantRow>,
  statusesOf: ByLine<StatusRow>,
): LinePast {
  const earlier = (earlierOf.get(row.id) ?? []).map((each): TermFields & { changedAt: Instant } => ({
    planName: each.plan_name,
    expiresAt: each.expires_at ?? undefined,
    reserve:
      each.reserve_plan_name === null
        ? undefined
        : { planName: each.reserve_plan_name, from: each.reserve_from!, expiresAt: each.reserve_until! },
    concurrentSessions: each.concurrent_sessions ?? undefined,
    macLock: each.mac_lock,
    changedAt: each.changed_at,
  }));
  const earlierGrants = (grantsOf.get(row.id) ?? []).map((each): { changedAt: Instant; grant: Grant } => ({
    changedAt: each.changed_at,
    grant: grantOf(each),
  }));
  const statuses = (statusesOf.get(row.id) ?? []).map(({ status, reason, actor, at }) => ({
    ...{ status, reason, actor, at },
  }));
  return { profile: lineProfileOf(row), grants, createdAt: row.created_at, earlier, earlierGrants, statuses };
}

/** `PastLedger.effectsOf`. */
export async function readEffectsOf(
  db: LedgerDb,
  username: string,
  from: Instant,
  to: Instant,
  limit: number,
): Promise<readonly EffectRow[]> {
  const { rows } = await sql<EffectRow>`
    SELECT at, session_key AS "sessionKey", nas, kind, reason, result, error_cause AS "errorCause", attempts
    FROM effect_log
    WHERE username = ${username} AND at > ${toTime(from)}::timestamptz AND at <= ${toTime(to)}::timestamptz
    ORDER BY at DESC, log_position DESC
    LIMIT ${limit}`.execute(db);
  return rows;
}
