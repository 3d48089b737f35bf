import type { Instant } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';
import { truncShare } from '../values/trunc-share.ts';

/** Octets counted over the time after `from` up to `to`. A stretch with `from` = `to` happened at that instant. */
export interface Stretch {
  readonly from: Instant;
  readonly to: Instant;
  readonly inputOctets: Octets;
  readonly outputOctets: Octets;
}

/**
 * Divides a stretch at `edges` (any order; those outside are ignored) by time: each part gets TRUNC of its share, the
 * last part the remainder, so the parts add up to the whole exactly (design section 7). Nobody knows when within an
 * interval the octets flowed; this is the declared convention.
 */
export function splitStretch(stretch: Stretch, edges: readonly Instant[]): readonly Stretch[] {
  if (edges.length === 0) return [stretch];
  const inside = [...new Set(edges)].filter((edge) => edge > stretch.from && edge < stretch.to);
  if (inside.length === 0) return [stretch];
  inside.sort((left, right) => left - right);
  const parts: Stretch[] = [];
  let from = stretch.from;
  let inputLeft: number = stretch.inputOctets;
  let outputLeft: number = stretch.outputOctets;
  for (const to of inside) {
    const inputOctets = truncShare(stretch.inputOctets, to - from, stretch.to - stretch.from);
    const outputOctets = truncShare(stretch.outputOctets, to - from, stretch.to - stretch.from);
    parts.push({ from, to, inputOctets, outputOctets });
    inputLeft -= inputOctets;
    outputLeft -= outputOctets;
    from = to;
  }
  parts.push({ from, to: stretch.to, inputOctets: octets(inputLeft), outputOctets: octets(outputLeft) });
  return parts;
}
