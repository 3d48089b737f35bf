import type { TrafficOffer } from '../catalog/offer.ts';
import { type Promotion, promotedOctets, promotionAt } from '../catalog/promotion.ts';
import { termEnd } from '../catalog/term.ts';
import type { Grant } from '../quota/grant.ts';
import type { Instant } from '../values/instant.ts';
import { fail, ok, type Result } from '../values/result.ts';

/** The volume that a purchase of traffic gives, and the promotion that made it more. */
export interface TrafficGiven extends Pick<Grant, 'kind' | 'octets' | 'from' | 'until'> {
  readonly promotion: Promotion | undefined;
}

/**
 * What traffic bought at `at` gives, at once (product line P48). Timed traffic is gone at its own end, also when the
 * service goes on (product line P49); it ends soonest as a rule, and so is used first.
 * @param serviceUntil end of the running term; without one there is nothing to add traffic to.
 * @param orderedAt when it was ordered: the promotion of that moment was seen, and is given.
 */
export function trafficGiven(
  offer: TrafficOffer,
  promotions: readonly Promotion[],
  at: Instant,
  serviceUntil: Instant | undefined,
  orderedAt: Instant = at,
): Result<TrafficGiven, 'no-running-service'> {
  if (serviceUntil === undefined || serviceUntil <= at) return fail('no-running-service');
  const promotion = promotionAt(promotions, offer.kind, orderedAt);
  const { kind } = offer;
  return ok({
    kind,
    octets: promotedOctets(offer.octets, promotion),
    from: at,
    until: trafficEnd(offer, at, serviceUntil),
    promotion,
  });
}

function trafficEnd(offer: TrafficOffer, at: Instant, serviceUntil: Instant): Instant | undefined {
  if (offer.kind === 'timed') return termEnd(at, offer.term);
  return offer.validity === 'service' ? serviceUntil : undefined;
}
