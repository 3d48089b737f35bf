import { type Expression, type Selectable, type SqlBool, sql } from 'kysely';
import type { Grant } from '../../quota/grant.ts';
import { GRANT_WINDOW } from '../../subscribers/grant-window.ts';
import type { Instant } from '../../values/instant.ts';
import { type GrantTable, type LedgerDb, type LineTable, toTime } from './database.ts';
import { grantOf } from './rows.ts';

/** A line's row with its grants, oldest first, as of one instant. */
export interface StoredLine {
  readonly row: Selectable<LineTable>;
  readonly grants: readonly Grant[];
}

/**
 * The lines that fulfil a condition on table `line`, by username; one statement, so that a line fits its grants.
 * @param which condition on the grants; all of a line without it.
 */
export async function readLines(
  db: LedgerDb,
  condition: Expression<SqlBool>,
  which: Expression<SqlBool> = sql<SqlBool>`true`,
): Promise<readonly StoredLine[]> {
  const rows = await db
    .selectFrom('line')
    .leftJoin('grant', (join) => join.onRef('grant.line_id', '=', 'line.id').on(which))
    .selectAll('line')
    .select([
      'grant.id as grant_id',
      'grant.kind',
      'grant.octets',
      'grant.consumed_octets',
      'grant.valid_from',
      'grant.valid_until',
      'grant.priority',
      'grant.tier',
      'grant.created_at as granted_at',
    ])
    .where(condition)
    .orderBy('line.username')
    .orderBy('grant.created_at')
    .orderBy('grant.id')
    .execute();
  const lines: { row: Selectable<LineTable>; grants: Grant[] }[] = [];
  for (const joined of rows) {
    if (lines.at(-1)?.row.id !== joined.id) lines.push({ row: joined, grants: [] });
    if (joined.grant_id !== null) lines.at(-1)!.grants.push(joinedGrant(joined as unknown as JoinedGrant));
  }
  return lines;
}

/** Condition on the username of table `line`. */
export function usernameIn(usernames: readonly string[]): Expression<SqlBool> {
  return sql<SqlBool>`line.username = ANY(${usernames})`;
}

/** Condition on table `grant`, or on what stands for it: the packet path holds it at `now`. */
export function inGrantWindow(now: Instant, table = '"grant"'): Expression<SqlBool> {
  const { endedMs, aheadMs } = GRANT_WINDOW;
  const until = sql.raw(`${table}.valid_until`);
  return sql<SqlBool>`(${until} IS NULL OR ${until} > ${toTime(now - endedMs)}::timestamptz)
    AND ${sql.raw(table)}.valid_from < ${toTime(now + aheadMs)}::timestamptz`;
}

/** Grant columns of a joined row that has a grant. */
type JoinedGrant = Omit<Selectable<GrantTable>, 'id' | 'created_at'> & {
  readonly grant_id: string;
  readonly granted_at: number;
};

function joinedGrant(joined: JoinedGrant): Grant {
  return grantOf({ ...joined, id: joined.grant_id, created_at: joined.granted_at });
}
