import type { Audience, BuyerRole } from '../catalog/audience.ts';
import type { Offer, OfferHistory, OfferVersion } from '../catalog/offer.ts';
import type { Term } from '../catalog/term.ts';
import { readInstant } from '../subscribers/read-instant.ts';
import type { Instant } from '../values/instant.ts';
import { octets } from '../values/octets.ts';
import { rial } from '../values/rial.ts';
import type { OfferDeclaration } from './catalogue-document.ts';
import { type Placement, placeVersion } from './place-version.ts';

/** Everybody who may buy. */
const ALL_ROLES: readonly BuyerRole[] = ['subscriber', 'agent', 'reseller', 'staff'];

/** When a campaign's volume is given where nothing else is said: 03:20 (product line P34). */
const RECHARGE_MINUTE = 200;

/**
 * The version that a declaration adds to an offer, or puts in the place of one of the very same instant; `undefined` when
 * the offer is like that already by then. The declaration has passed `checkCatalogue`.
 */
export function declareOffer(
  declaration: OfferDeclaration,
  stored: OfferHistory | undefined,
  now: Instant,
): OfferVersion | undefined {
  const placement = placeOffer(declaration, stored, now);
  if (placement.kind !== 'at') return undefined;
  return { from: placement.from, offer: soldOffer(declaration) };
}

/**
 * Where the declared offer goes among its versions.
 * @throws RangeError when an amount is none of Rial or octets, which `checkCatalogue` reports before.
 */
export function placeOffer(
  declaration: OfferDeclaration,
  stored: OfferHistory | undefined,
  now: Instant,
): Placement {
  const versions = (stored?.versions ?? []).map(({ from, offer }) => ({ from, value: offer }));
  return placeVersion(soldOffer(declaration), versions, readInstant(declaration.effectiveFrom), now);
}

function soldOffer(declaration: OfferDeclaration): Offer | undefined {
  return declaration.withdrawn ? undefined : declaredOffer(declaration);
}

function declaredOffer(declaration: OfferDeclaration): Offer {
  const { code, name } = declaration;
  const common = { code, name, audience: declaredAudience(declaration.audience) };
  switch (declaration.kind) {
    case 'prepaid':
      return {
        kind: 'prepaid',
        ...common,
        ...serviceOf(declaration),
        price: rial(declaration.price),
      };
    case 'postpaid':
      return { kind: 'postpaid', ...common, ...serviceOf(declaration), ...billOf(declaration) };
    case 'campaign': {
      const { octets: volume, minuteOfDay = RECHARGE_MINUTE } = declaration.recharge;
      const recharge = { octets: octets(volume), minuteOfDay };
      return { kind: 'campaign', ...common, ...serviceOf(declaration), ...billOf(declaration), recharge };
    }
    case 'extra': {
      const { validity } = declaration;
      return { kind: 'extra', ...common, ...volumeOf(declaration), validity };
    }
    case 'timed':
      return { kind: 'timed', ...common, ...volumeOf(declaration), term: termOf(declaration.term) };
    case 'static-ip':
      return { kind: 'static-ip', ...common, pricePerMonth: rial(declaration.pricePerMonth) };
  }
}

type OfKind<Kind> = Extract<OfferDeclaration, { readonly kind: Kind }>;

function serviceOf(declared: OfKind<'prepaid' | 'postpaid' | 'campaign'>) {
  const { plan, term, lineRental = 0, reserveStart } = declared;
  const service = { planName: plan, term: termOf(term), lineRental: rial(lineRental) };
  return reserveStart === undefined ? service : { ...service, reserveStart };
}

function billOf({ pricePerMonth, monthLength = 'nominal' }: OfKind<'postpaid' | 'campaign'>) {
  return { pricePerMonth: rial(pricePerMonth), monthLength };
}

function volumeOf({ price, octets: volume }: OfKind<'extra' | 'timed'>) {
  return { price: rial(price), octets: octets(volume) };
}

function termOf({ unit, count }: Term): Term {
  return { unit, count };
}

/** Roles in one order, so that an offer is the same however they were listed. */
function declaredAudience(declared: OfferDeclaration['audience']): Audience {
  const { seenBy = ALL_ROLES, boughtBy = ALL_ROLES, counties = [], purchase = 'any' } = declared ?? {};
  return {
    seenBy: ALL_ROLES.filter((role) => seenBy.includes(role)),
    boughtBy: ALL_ROLES.filter((role) => boughtBy.includes(role)),
    counties: counties.toSorted(),
    purchase,
  };
}
