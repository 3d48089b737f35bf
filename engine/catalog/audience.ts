/** As whom somebody buys; an agent or a reseller buys for a subscriber. */
export type BuyerRole = 'subscriber' | 'agent' | 'reseller' | 'staff';

/** To whom an offer is shown and sold. */
export interface Audience {
  readonly seenBy: readonly BuyerRole[];
  readonly boughtBy: readonly BuyerRole[];
  /** Counties «شهرستان» in which it is offered; none for everywhere. */
  readonly counties: readonly string[];
  /** `first`: only to a line that never paid for a service; `repeat`: only to one that did. */
  readonly purchase: 'any' | 'first' | 'repeat';
}

/** Who buys, and for what line. */
export interface Buyer {
  readonly role: BuyerRole;
  /** The line's county. */
  readonly county: string;
  /** True when a service was ever paid for on the line. */
  readonly hasPaidBefore: boolean;
}

/** Why an offer is not for a buyer. */
export type AudienceRefusal =
  | 'not-for-role'
  | 'not-in-county'
  | 'first-purchase-only'
  | 'repeat-purchase-only';

/** True when the offer is in the buyer's list. What cannot be bought may be seen there, with the reason. */
export function isSeenBy(audience: Audience, { role, county }: Buyer): boolean {
  return audience.seenBy.includes(role) && isInCounty(audience, county);
}

/** Why the buyer may not buy; `undefined` when nothing is in the way. */
export function refusalOf(audience: Audience, buyer: Buyer): AudienceRefusal | undefined {
  if (!audience.boughtBy.includes(buyer.role)) return 'not-for-role';
  if (!isInCounty(audience, buyer.county)) return 'not-in-county';
  if (audience.purchase === 'first' && buyer.hasPaidBefore) return 'first-purchase-only';
  return audience.purchase === 'repeat' && !buyer.hasPaidBefore ? 'repeat-purchase-only' : undefined;
}

function isInCounty({ counties }: Audience, county: string): boolean {
  return counties.length === 0 || counties.includes(county);
}
