import type { BuyerRole } from '../catalog/audience.ts';
import type { Offer } from '../catalog/offer.ts';
import type { Instant } from '../values/instant.ts';
import type { PurchaseType } from './line-account.ts';
import type { Quote } from './quote.ts';

/** What an order does: buy or renew a service, put one in the place of the running one, traffic, months of an address. */
export type OrderKind = 'service' | 'change' | 'traffic' | 'static-ip';

/**
 * `placed`: a proforma «پیش فاکتور» that may be paid. `applied`: paid and served. `credited`: paid, but what was ordered
 * could not be given any more, so that the money is in the wallet. `cancelled`: it will not be paid.
 */
export type OrderState = 'placed' | 'applied' | 'credited' | 'cancelled';

/** Which states may follow; an order that is over stays so. */
const FOLLOWING: Readonly<Record<OrderState, readonly OrderState[]>> = {
  placed: ['applied', 'credited', 'cancelled'],
  applied: [],
  credited: [],
  // Its payment may have been on the way: the money goes to the wallet.
  cancelled: ['credited'],
};

/** Whether an order may go from one state to the other. */
export function mayFollow(before: OrderState, after: OrderState): boolean {
  return FOLLOWING[before].includes(after);
}

/** What somebody wants for a line. */
export interface OrderRequest {
  readonly username: string;
  readonly kind: OrderKind;
  readonly offerCode: string;
  /** Of an address; 1 of everything else. */
  readonly months: number;
}

/** Who orders, for himself or for a subscriber. */
export interface OrderedBy {
  readonly role: BuyerRole;
  readonly actor: string;
}

/** How a purchase is told in the history of a line (product line P26). */
export function purchaseTypeOf(role: BuyerRole): PurchaseType {
  if (role === 'subscriber') return 'online';
  return role === 'staff' ? 'admin' : 'agent';
}

/** An order as it was placed, and what became of it. */
export interface Order {
  /** «شماره سفارش شما جهت پیگیری» */
  readonly id: number;
  readonly customer: number;
  readonly lineId: number;
  readonly username: string;
  readonly kind: OrderKind;
  /** As it was when the order was placed: what is paid is what was seen. */
  readonly offer: Offer;
  readonly months: number;
  readonly quote: Quote;
  /** Stored service that the quote's remaining value is of; `undefined` of everything but a change of a sold service. */
  readonly replaces: number | undefined;
  readonly state: OrderState;
  /** Why it was cancelled or credited, '' otherwise. */
  readonly stateReason: string;
  readonly purchaseType: PurchaseType;
  readonly actor: string;
  readonly placedAt: Instant;
  /** A payment that begins before this is taken for the figures of the quote. */
  readonly validUntil: Instant;
  readonly closedAt: Instant | undefined;
}
