import { sql } from 'kysely';
import type { StoredPool } from '../../addresses/address-pool.ts';
import { PoolBook } from '../../addresses/address-pool.ts';
import { blocksOf, parseRange } from '../../addresses/address-range.ts';
import type { PoolDeclaration } from '../../subscribers/provisioning.ts';
import type { Instant } from '../../values/instant.ts';
import { recordset } from './bulk.ts';
import { type LedgerDb, toTime } from './database.ts';

/** A pool without the static addresses in it. */
type BarePool = Omit<StoredPool, 'reserved'>;

/** All pools of ours by name. */
export async function readBarePools(db: LedgerDb): Promise<readonly BarePool[]> {
  const { rows } = await sql<BarePool>`SELECT name, revision, ranges FROM address_pool ORDER BY name`.execute(
    db,
  );
  return rows;
}

/** All pools of ours by name, with the static addresses of lines inside them. */
export async function readPools(db: LedgerDb): Promise<readonly StoredPool[]> {
  const pools = await readBarePools(db);
  const blocks = pools.flatMap(({ name, ranges }) =>
    blocksOfRanges(ranges).map((block) => ({ pool: name, block })),
  );
  if (blocks.length === 0) return pools.map((pool) => ({ ...pool, reserved: [] }));
  const { rows } = await sql<{ pool: string; address: string }>`
    SELECT r.pool, host(p.prefix) AS address
    FROM ${recordset(blocks, 'pool text, block cidr')}
    JOIN line_prefix p ON p.prefix <<= r.block AND p.kind = 'static-ip'
    ORDER BY p.prefix`.execute(db);
  const reserved = Map.groupBy(rows, ({ pool }) => pool);
  return pools.map((pool) => ({
    ...pool,
    reserved: (reserved.get(pool.name) ?? []).map(({ address }) => address),
  }));
}

/** Writes the pools that are new or different; resolves to their number. */
export async function applyPools(
  tx: LedgerDb,
  declarations: readonly PoolDeclaration[],
  now: Instant,
): Promise<number> {
  const stored = new Map((await readBarePools(tx)).map((pool) => [pool.name, pool]));
  let changed = 0;
  for (const { name, ranges } of declarations) {
    const before = stored.get(name);
    if (before?.ranges.join(' ') === ranges.join(' ')) continue;
    const at = toTime(now);
    await sql`
      INSERT INTO address_pool (name, revision, ranges, created_at, updated_at)
      VALUES (${name}, 1, ${JSON.stringify(ranges)}::jsonb, ${at}, ${at})
      ON CONFLICT (name) DO UPDATE SET ranges = excluded.ranges, revision = address_pool.revision + 1,
        updated_at = excluded.updated_at`.execute(tx);
    changed += 1;
  }
  return changed;
}

/** Static addresses that came or went change the pools they lie in; true when there are such pools. */
export async function touchPools(tx: LedgerDb, staticIps: readonly string[], now: Instant): Promise<boolean> {
  if (staticIps.length === 0) return false;
  const book = new PoolBook((await readBarePools(tx)).map((pool) => ({ ...pool, reserved: [] })));
  const names = new Set(staticIps.flatMap((address) => book.poolAt(address)?.name ?? []));
  if (names.size === 0) return false;
  await sql`
    UPDATE address_pool SET revision = revision + 1, updated_at = ${toTime(now)}
    WHERE name = ANY(${[...names]})`.execute(tx);
  return true;
}

/** The CIDR blocks that ranges consist of. */
export function blocksOfRanges(ranges: readonly string[]): readonly string[] {
  return ranges.flatMap((text) => {
    const range = parseRange(text);
    return range === undefined ? [] : blocksOf(range);
  });
}
