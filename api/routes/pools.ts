import { z } from 'zod';
import { type AddressPool, addressPool, type StoredPool } from '../../engine/addresses/address-pool.ts';
import { rangesSize } from '../../engine/addresses/address-range.ts';
import { poolQuery } from '../../schemas/http/pool.ts';
import { leasesAnswer, type poolAnswer, poolsAnswer } from '../../schemas/http/pool-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import type { ApiDeps } from '../deps.ts';
import { toIsoOrNull } from '../iso-time.ts';
import { notFound } from '../problem.ts';
import { Resource } from '../route.ts';

/** A pool of ours in figures: addresses each. */
export type PoolAnswer = Told<typeof poolAnswer>;

/** A page of leases; `next` is null when that was all. */
export type LeasesAnswer = Told<typeof leasesAnswer>;

const NO_SUCH_POOL = 'There is no pool of this name.';

/** Pools of ours and who has which of their addresses. */
export function poolRoutes({ counters }: ApiDeps): Resource {
  const answerOf = async (stored: StoredPool): Promise<PoolAnswer> =>
    poolFigures(stored, addressPool(stored), await counters.addresses.usage(stored.name));
  return new Resource('Pools')
    .serve(
      {
        ...{ method: 'get', path: '/pools', operationId: 'listPools' },
        summary: 'List pools of addresses in figures',
        answers: { 200: poolsAnswer },
      },
      async () => {
        const { pools = [] } = await counters.reference();
        return { pools: await Promise.all(pools.map(answerOf)) };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/pools/{name}', operationId: 'listLeases' },
        summary: 'Show who has which address of a pool',
        params: { name: z.string() },
        query: poolQuery,
        answers: { 200: leasesAnswer },
        problems: { 404: NO_SUCH_POOL },
      },
      async ({ params, query: { limit, after = '' } }, c) => {
        const { pools = [] } = await counters.reference();
        const stored = pools.find(({ name }) => name === params.name);
        if (stored === undefined) return notFound(c, NO_SUCH_POOL);
        const page = await counters.addresses.held(stored.name, after, limit);
        const leases = page.leases.map((lease) => ({ ...lease, since: toIsoOrNull(lease.since) }));
        return { pool: await answerOf(stored), leases, next: page.cursor === '' ? null : page.cursor };
      },
    );
}

function poolFigures(
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
