import { DAY, dayOf } from './calendar.ts';
import { planOf, type ShopService } from './shop.ts';
import type { Volume } from './volumes.ts';

/** Something that was paid; what was given back whole is no purchase any more. */
export interface Purchase {
  readonly at: number;
  isRefunded: boolean;
}

/** A service as it was sold, and what became of it. */
export interface BookedTerm {
  readonly orderId: number;
  readonly service: ShopService;
  readonly price: number;
  readonly vat: number;
  readonly boughtAt: number;
  readonly purchase: Purchase;
  /** By its dates, as it was sold or has begun. */
  daysSold: number;
  from: number;
  until: number;
  /** Days that pauses have added, as far as `until` has them. */
  paused: number;
  /** Milliseconds beside those days, of pauses that went on beyond its end. */
  pausedBeside: number;
  /** Days that went to a loan. */
  repaid: number;
  givenUpAt: number | undefined;
  /** What it was still worth was taken off the price of another service. */
  isTakenOff: boolean;
  /** Of its whole length, without recharges. */
  volumes: Volume[];
  /** Recharges of a campaign: index of the month that was given last, and how many there were. */
  rechargedMonth: number;
  recharges: number;
  /** Last day that is billed. */
  billedTo: number | undefined;
}

/** What the remaining value goes by: days left, or the smaller of the shares of days and volume left. */
export type ValueBasis = 'days' | 'smaller';

/**
 * What of the price of a running service is not used, cut to the Rial (product lines P51 and X02), by the days of `at`;
 * nothing of a price that was given back.
 */
export function valueLeft(term: BookedTerm, basis: ValueBasis, at: number): number {
  const { from, until, paused, daysSold, service, volumes } = term;
  const price = keptPrice(term);
  // Days beyond were given.
  const lastSold = Math.min(dayOf(until), dayOf(from) + daysSold + paused);
  const left = Math.min(daysSold, Math.max(0, lastSold - dayOf(at)));
  const byDays = shareOf(price, left, daysSold);
  const [volume] = volumes;
  // The parts of a term have no volume in common.
  if (basis === 'days' || volume === undefined || planOf(service).per !== 'term') return byDays;
  return Math.min(byDays, shareOf(price, volume.octets - volume.used, service.octets));
}

/** What of the price was not given back. */
export function keptPrice({ price, purchase }: Pick<BookedTerm, 'price' | 'purchase'>): number {
  return purchase.isRefunded ? 0 : price;
}

/** A pause credits the days that have gone by whole in it (product line C19). */
export function wholeDays(from: number, until: number): number {
  return Math.floor((until - from) / DAY);
}

/** Rial times octets is beyond what a number holds. */
function shareOf(price: number, left: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(price) * BigInt(left)) / BigInt(whole));
}
