import { type Expression, type Selectable, type SqlBool, sql } from 'kysely';
import type { Grant } from '../../quota/grant.ts';
import type { LedgerDb, LineTable } from './database.ts';
import { type GrantArray, grantOfArray, grantsOfLine } from './grant-array.ts';

/** A line's row with its grants, oldest first, as of one instant. */
export interface StoredLine {
  readonly row: Selectable<LineTable>;
  readonly grants: readonly Grant[];
}

type LineRow = Selectable<LineTable> & { readonly grants: readonly GrantArray[] | null };

/**
 * The lines that fulfil a condition on table `line`, by username; one statement, so that a line fits its grants.
 * @param which condition on the grants, which are table `g`; all of a line without it.
 */
export async function readLines(
  db: LedgerDb,
  condition: Expression<SqlBool>,
  which?: Expression<SqlBool>,
): Promise<readonly StoredLine[]> {
  const { rows } = await sql<LineRow>`
    SELECT line.*, ${grantsOfLine(which)} AS grants FROM line
    WHERE ${condition} ORDER BY line.username`.execute(db);
  return rows.map(({ grants, ...row }) => ({ row, grants: (grants ?? []).map(grantOfArray) }));
}

/** Condition on the username of table `line`. */
export function usernameIn(usernames: readonly string[]): Expression<SqlBool> {
  return sql<SqlBool>`line.username = ANY(${usernames})`;
}
