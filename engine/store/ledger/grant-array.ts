import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Grant, GrantKind } from '../../quota/grant.ts';
import { GRANT_WINDOW } from '../../subscribers/grant-window.ts';
import type { Instant } from '../../values/instant.ts';
import { octets } from '../../values/octets.ts';
import { toTime } from './database.ts';

/** A moment as epoch ms within JSON. */
export const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint`;

/** An array has a third of the letters of an object. */
const GRANT_ARRAY = `json_build_array(g.id, g.kind, g.octets, g.consumed_octets, ${ms('g.valid_from')},
  ${ms('g.valid_until')}, g.priority, ${ms('g.created_at')}, g.tier)`;

/** A grant as `grantsOfLine` gives it. */
export type GrantArray = readonly [
  id: string,
  kind: GrantKind,
  octets: number,
  consumed: number,
  from: number,
  until: number | null,
  priority: number,
  createdAt: number,
  tier: number,
];

/**
 * The grants of a row of table `line`, oldest first, as one JSON text or NULL: a line may have hundreds, and a row for each
 * would repeat its line.
 * @param which condition on table `g`.
 */
export function grantsOfLine(which: Expression<SqlBool> = sql<SqlBool>`true`): RawBuilder<unknown> {
  return sql`(SELECT json_agg(${sql.raw(GRANT_ARRAY)} ORDER BY g.created_at, g.id)
    FROM "grant" g WHERE g.line_id = line.id AND ${which})`;
}

/** Condition on table `g`: the packet path holds the grant at `now`. */
export function inGrantWindow(now: Instant): Expression<SqlBool> {
  const { endedMs, aheadMs } = GRANT_WINDOW;
  return sql<SqlBool>`(g.valid_until IS NULL OR g.valid_until > ${toTime(now - endedMs)}::timestamptz)
    AND g.valid_from < ${toTime(now + aheadMs)}::timestamptz`;
}

/** A grant with the consumption that the ledger knows of. */
export function grantOfArray(array: GrantArray): Grant {
  const [id, kind, size, consumed, from, until, priority, createdAt, tier] = array;
  return {
    id,
    kind,
    octets: octets(size),
    consumed: octets(Math.min(consumed, size)),
    from,
    until: until ?? undefined,
    priority,
    tier,
    createdAt,
  };
}
