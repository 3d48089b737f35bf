/** What the ratios need of a peer's figures, medians over the rounds. */
export interface Medians {
  readonly packetsPerSecond: number;
  readonly sustainedPerSecond: number;
  readonly cpuMicrosTotal: number;
  readonly cpuMicrosSettled: number;
}

/** Medians by kind of load, then by peer; a peer that could not be started is missing. */
export type MediansByPeer = Readonly<
  Record<'pap' | 'interim', Readonly<Record<string, Medians | undefined>>>
>;

/** Microseconds per operation of both codecs. */
export interface CodecMicros {
  readonly decodeMicros: readonly [mizan: number, radius: number];
  readonly replyMicros: readonly [mizan: number, radius: number];
}

/** A design aim and what came of it; `ratio` is null where a peer is missing. */
export interface Aim {
  readonly ratio: number | null;
  readonly aim: string;
  readonly met: boolean | null;
}

type Column = keyof Medians;

/** Median of some figures; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** All aims of the packet path's speed, each as one ratio of figures of the same run. */
export function designAims(
  { pap, interim }: MediansByPeer,
  codec: CodecMicros,
): Readonly<Record<string, Aim>> {
  const least = (figures: typeof pap, ours: string, theirs: string, bound: number) =>
    aim(quotient(figures, ours, theirs, 'packetsPerSecond'), bound, 'least');
  const most = (ours: string, theirs: string, column: Column, bound: number) =>
    aim(quotient(interim, ours, theirs, column), bound, 'most');
  const sustained = (ours: string) =>
    aim(quotient(interim, ours, 'freeradius-sql', 'sustainedPerSecond'), 8, 'least');
  return {
    accountingRateRedisOverFreeradiusSql: least(interim, 'mizan-redis', 'freeradius-sql', 8),
    accountingRateLmdbOverFreeradiusSql: least(interim, 'mizan-lmdb', 'freeradius-sql', 8),
    accountingSustainedRedisOverFreeradiusSql: sustained('mizan-redis'),
    accountingSustainedLmdbOverFreeradiusSql: sustained('mizan-lmdb'),
    accountingRateLmdbOverRedis: least(interim, 'mizan-lmdb', 'mizan-redis', 1),
    accountingCpuRedisOverFreeradiusSql: most('mizan-redis', 'freeradius-sql', 'cpuMicrosSettled', 1 / 8),
    accountingCpuLmdbOverFreeradiusSql: most('mizan-lmdb', 'freeradius-sql', 'cpuMicrosSettled', 1 / 8),
    accountingCpuRedisOverEcho: most('mizan-redis', 'echo', 'cpuMicrosTotal', 3),
    accountingCpuLmdbOverEcho: most('mizan-lmdb', 'echo', 'cpuMicrosTotal', 3),
    papRateLmdbOverUsersFile: least(pap, 'mizan-lmdb', 'freeradius-files', 1.2),
    papRateRedisOverUsersFile: least(pap, 'mizan-redis', 'freeradius-files', 1.2),
    papRateLmdbOverFreeradiusSql: least(pap, 'mizan-lmdb', 'freeradius-sql', 8),
    papRateRedisOverFreeradiusSql: least(pap, 'mizan-redis', 'freeradius-sql', 8),
    codecDecode: aim(codec.decodeMicros[1] / codec.decodeMicros[0], 6, 'least'),
    codecReply: aim(codec.replyMicros[1] / codec.replyMicros[0], 6, 'least'),
  };
}

function quotient(
  figures: Readonly<Record<string, Medians | undefined>>,
  ours: string,
  theirs: string,
  column: Column,
): number | undefined {
  const [above, below] = [figures[ours]?.[column], figures[theirs]?.[column]];
  return above === undefined || below === undefined ? undefined : above / below;
}

function aim(ratio: number | undefined, bound: number, side: 'least' | 'most'): Aim {
  const text = `${side === 'least' ? '>=' : '<='} ${bound}`;
  if (ratio === undefined || Number.isNaN(ratio)) return { ratio: null, aim: text, met: null };
  return {
    ratio: Number(ratio.toPrecision(3)),
    aim: text,
    met: side === 'least' ? ratio >= bound : ratio <= bound,
  };
}
