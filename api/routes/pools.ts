import { Hono } from 'hono';
import { type AddressPool, addressPool, type StoredPool } from '../../engine/addresses/address-pool.ts';
import { rangesSize } from '../../engine/addresses/address-range.ts';
import { poolQuery } from '../../schemas/http/pool.ts';
import type { ApiDeps } from '../deps.ts';
import { toIsoOrNull } from '../iso-time.ts';
import { notFound } from '../problem.ts';
import { readInput } from '../read-input.ts';

/** A pool of ours in figures: addresses each. */
export interface PoolAnswer {
  readonly name: string;
  readonly ranges: readonly string[];
  readonly size: number;
  /** Leased to sessions now. */
  readonly used: number;
  /** Neither leased nor static addresses of lines; a little less while lines with static ones are online. */
  readonly free: number;
  /** Free ones that are remembered for the line that had them last. */
  readonly sticky: number;
  /** Static addresses of lines. */
  readonly reserved: number;
}

/** Who has an address of a pool. */
export interface LeaseAnswer {
  readonly address: string;
  readonly username: string;
  readonly sessionKey: string;
  readonly since: string | null;
}

/** A page of leases; `next` is null when that was all. */
export interface LeasesAnswer {
  readonly pool: PoolAnswer;
  readonly leases: readonly LeaseAnswer[];
  readonly next: string | null;
}

/** GET /pools and /pools/{name}: pools of ours and who has which of their addresses. */
export function poolRoutes({ counters }: ApiDeps): Hono {
  const answerOf = async (stored: StoredPool): Promise<PoolAnswer> =>
    poolAnswer(stored, addressPool(stored), await counters.addresses.usage(stored.name));
  return new Hono()
    .get('/pools', async (c) => {
      const { pools = [] } = await counters.reference();
      return c.json({ pools: await Promise.all(pools.map(answerOf)) });
    })
    .get('/pools/:name', async (c) => {
      const query = readInput(c, poolQuery, c.req.query());
      if (!query.ok) return query.error;
      const { pools = [] } = await counters.reference();
      const stored = pools.find(({ name }) => name === c.req.param('name'));
      if (stored === undefined) return notFound(c, 'There is no pool of this name.');
      const { limit, after = '' } = query.value;
      const page = await counters.addresses.held(stored.name, after, limit);
      const leases = page.leases.map((lease): LeaseAnswer => ({ ...lease, since: toIsoOrNull(lease.since) }));
      const next = page.cursor === '' ? null : page.cursor;
      return c.json({ pool: await answerOf(stored), leases, next } satisfies LeasesAnswer);
    });
}

function poolAnswer(
  { name, ranges, reserved }: StoredPool,
  pool: AddressPool,
  { held, remembered }: { readonly held: number; readonly remembered: number },
): PoolAnswer {
  const free = Math.max(0, rangesSize(pool.free) - held);
  return {
    ...{ name, ranges, size: rangesSize(pool.ranges), used: held, free },
    ...{ sticky: remembered, reserved: reserved.length },
  };
}
