import type { Instant } from '../values/instant.ts';
import type { Octets } from '../values/octets.ts';
import type { Rial } from '../values/rial.ts';
import type { Audience } from './audience.ts';
import type { Term } from './term.ts';

interface OfferOf<Kind extends string> {
  readonly kind: Kind;
  /** What orders name it by; never changes. */
  readonly code: string;
  /** Name on the screen. */
  readonly name: string;
  readonly audience: Audience;
}

/** When a reserved service begins: when the running one ends, or also when its volume is used up (product line X05). */
export type ReserveStart = 'end' | 'end-or-exhaustion';

interface OfService {
  /** Speed, volume and charging are the plan's. */
  readonly planName: string;
  readonly term: Term;
  /** Line rental «آبونمان» of the whole term, without tax. */
  readonly lineRental: Rial;
  /** When a service behind this one begins; absent for as the house does. */
  readonly reserveStart?: ReserveStart | undefined;
}

/** A service that is paid before it begins. */
export interface PrepaidOffer extends OfferOf<'prepaid'>, OfService {
  readonly price: Rial;
}

/**
 * Days of a month on a bill (product line P32). `nominal`: 31 up to Shahrivar and 30 after it, Esfand too. `actual`: as
 * the calendar has them. The price is that of 30 days in both.
 */
export type MonthLength = 'nominal' | 'actual';

interface BilledMonthly extends OfService {
  readonly pricePerMonth: Rial;
  readonly monthLength: MonthLength;
}

/** A service that is billed after each Jalali month (product lines P29 to P32). */
export interface PostpaidOffer extends OfferOf<'postpaid'>, BilledMonthly {}

/** When a campaign's volume is given each month (product line P34). */
export interface CampaignRecharge {
  readonly octets: Octets;
  /** On Tehran's wall; 200 is 03:20. */
  readonly minuteOfDay: number;
}

/** A service that is billed after each month and recharged once a month, on its anchor day (product lines P33 and P34). */
export interface CampaignOffer extends OfferOf<'campaign'>, BilledMonthly {
  readonly recharge: CampaignRecharge;
}

/** Volume on top of a service «ترافیک اضافه» (product line P48). */
export interface ExtraTrafficOffer extends OfferOf<'extra'> {
  readonly price: Rial;
  readonly octets: Octets;
  /** `service`: what is left is gone with the term in which it was bought; `used-up`: it never ends. */
  readonly validity: 'service' | 'used-up';
}

/** Volume for a short time of its own «ترافیک زماندار» (product line P49). */
export interface TimedTrafficOffer extends OfferOf<'timed'> {
  readonly price: Rial;
  readonly octets: Octets;
  readonly term: Term;
}

/** An address of one's own, paid by the month (product line P56). */
export interface StaticIpOffer extends OfferOf<'static-ip'> {
  readonly pricePerMonth: Rial;
}

/** A service in any of the three ways to pay for it. */
export type ServiceOffer = PrepaidOffer | PostpaidOffer | CampaignOffer;

/** Volume that is bought on top of a service. */
export type TrafficOffer = ExtraTrafficOffer | TimedTrafficOffer;

/** Anything that can be ordered. */
export type Offer = ServiceOffer | TrafficOffer | StaticIpOffer;

/** An offer as it stands from an instant on; `undefined` from when it is not sold any more. */
export interface OfferVersion {
  readonly from: Instant;
  readonly offer: Offer | undefined;
}

/** All that an offer ever was and will be, by `from`. */
export interface OfferHistory {
  readonly code: string;
  readonly versions: readonly OfferVersion[];
}

/** The offer as it is sold at `at`; `undefined` before its first version and once it is withdrawn. */
export function offerAt({ versions }: OfferHistory, at: Instant): Offer | undefined {
  return versions.findLast(({ from }) => from <= at)?.offer;
}
