import type { Instant } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';
import { truncShare } from '../values/trunc-share.ts';
import type { Offer } from './offer.ts';

/** More volume for the same price for a time, as «طرح حجم ریزان +10% حجم اضافی» (product lines P27 and P28). */
export interface Promotion {
  readonly name: string;
  /** Whole percent of the volume that is given on top. */
  readonly extraPercent: number;
  /** Kinds of offers that it holds for. */
  readonly kinds: readonly Offer['kind'][];
  readonly from: Instant;
  /** First instant after it. */
  readonly until: Instant;
}

/** The promotion of a purchase at `at`: the one that gives most, the first where several do; `undefined` without any. */
export function promotionAt(
  promotions: readonly Promotion[],
  kind: Offer['kind'],
  at: Instant,
): Promotion | undefined {
  let best: Promotion | undefined;
  for (const promotion of promotions) {
    const isOn = promotion.from <= at && at < promotion.until && promotion.kinds.includes(kind);
    if (isOn && promotion.extraPercent > (best?.extraPercent ?? 0)) best = promotion;
  }
  return best;
}

/** The volume with what a promotion adds, TRUNC to the octet: 5 GB and 10 % are 5,632 MB (product line P28). */
export function promotedOctets(volume: Octets, promotion: Promotion | undefined): Octets {
  if (promotion === undefined) return volume;
  return octets(volume + truncShare(volume, promotion.extraPercent, 100));
}
