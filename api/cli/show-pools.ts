import type { LeasesAnswer, PoolAnswer } from '../routes/pools.ts';
import { type Column, formatFields, formatInstant, formatTable } from './format.ts';
import type { Show } from './show.ts';

const FIGURES = ['size', 'used', 'free', 'sticky', 'reserved'] as const;

const figureColumns: readonly Column<PoolAnswer>[] = FIGURES.map((figure) => ({
  heading: figure.toUpperCase(),
  align: 'right',
  cell: (pool) => String(pool[figure]),
}));

/** `pool list`. */
export const showPools: Show = (body) => {
  const { pools } = body as { pools: readonly PoolAnswer[] };
  if (pools.length === 0) return 'No pools of our own; declare one with mizan apply.';
  return formatTable(
    [
      { heading: 'NAME', cell: ({ name }) => name },
      ...figureColumns,
      { heading: 'RANGES', cell: ({ ranges }) => ranges.join(', ') },
    ],
    pools,
  );
};

/** `pool show`: the pool and who has its addresses. */
export const showPool: Show = (body) => {
  const { pool, leases, next } = body as LeasesAnswer;
  const fields = formatFields([
    ['Pool', pool.name],
    ['Ranges', pool.ranges.join(', ')],
    ...FIGURES.map(
      (figure) => [figure.replace(/^./, (letter) => letter.toUpperCase()), String(pool[figure])] as const,
    ),
  ]);
  if (leases.length === 0) return `${fields}\n\nNobody has an address.`;
  const table = formatTable(
    [
      { heading: 'ADDRESS', cell: ({ address }) => address },
      { heading: 'USERNAME', cell: ({ username }) => username },
      { heading: 'SINCE', cell: ({ since }) => formatInstant(since) },
      { heading: 'SESSION', cell: ({ sessionKey }) => sessionKey },
    ],
    leases,
  );
  const more =
    next === null ? '' : `\n\nThere are more; ask for them with --limit, or after ${next} by the API.`;
  return `${fields}\n\n${table}${more}`;
};
