import type { Random } from '../fleet/random.ts';
import type { TrafficShape } from './scenario.ts';

/** Part of its speed that a session uses from `from` until `until` (ms of the play). */
export interface Share {
  readonly part: number;
  readonly from: number;
  readonly until: number;
}

const HARDLY = 0.02;

/** A session's use of its speed, one stretch after the other, without end. */
export function* trafficOf(shape: TrafficShape, random: Random, startMs: number): Generator<Share, never> {
  let from = startMs;
  if (shape === 'idle-then-full') {
    const until = from + random.integer(1_000, 1_800_000);
    yield { part: HARDLY, from, until };
    from = until;
  }
  if (shape !== 'bursty') {
    for (;;) yield { part: 1, from, until: Number.POSITIVE_INFINITY };
  }
  for (let part = 1; ; part = part === 1 ? HARDLY : 1) {
    const until = from + random.integer(5_000, 180_000);
    yield { part, from, until };
    from = until;
  }
}
