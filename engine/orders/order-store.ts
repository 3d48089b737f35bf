import type { Scope } from '../subscribers/scope.ts';
import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { AppliedCharge, ChargeRefusal } from './apply-free-charge.ts';
import type { NotApplicable } from './apply-order.ts';
import type { StoredService } from './line-account.ts';
import type { Order, OrderedBy, OrderRequest } from './order.ts';
import type { OrderRefusal, Quoted } from './place-order.ts';

/** Why there is nothing to sell to: no line of this name, or nobody whose wallet could pay for it. */
export type NoBuyer = 'no-such-line' | 'no-customer';

/** Why an order is not paid from the wallet. */
export type WalletRefusal =
  | 'no-such-order'
  /** It is applied, credited or cancelled. */
  | 'order-is-over'
  /** Its figures do not hold any more: place it again. */
  | 'order-is-out-of-date'
  | 'insufficient-credit'
  /** The running service is not the one whose remaining value was taken off. */
  | 'service-has-changed'
  /** That service was used since, so that it is worth less than was taken off. */
  | 'value-has-fallen'
  /** The address was withdrawn, and is another line's by now. */
  | 'address-is-taken'
  /** The line is another customer's by now. */
  | 'line-has-moved'
  /** The tax is not that of the quote any more, and an invoice bears the one of its own day. */
  | 'tax-has-changed'
  /** The offer is for a first purchase, and another one was paid since. */
  | 'first-purchase-only'
  | NotApplicable;

/** Why an order is not paid from an agent's deposit. */
export type DepositPaymentRefusal =
  | WalletRefusal
  /** Not there, suspended, or not one whose customer it is, or above. */
  | 'no-such-agent'
  /** It takes credit of the customer's wallet, which is not the agent's: place it again as the agent. */
  | 'uses-wallet-credit'
  | 'insufficient-deposit';

/** Which orders to list, newest first. */
export interface OrderFilter {
  /** Only orders of customers within it. */
  readonly scope?: Scope | undefined;
  readonly customer?: number | undefined;
  readonly username?: string | undefined;
  readonly limit: number;
  /** Only orders with a lower number: the last one of the page before. */
  readonly before?: number | undefined;
}

/** A row of «سابقه سرویس ها»: services and traffic in one list (product lines P26 and P27). */
export interface PurchaseRow {
  readonly what: 'service' | 'traffic';
  readonly name: string;
  readonly boughtAt: Instant;
  readonly purchaseType: StoredService['purchaseType'];
  /** Of a service its first and last instant; of traffic both are when it was bought. */
  readonly from: Instant;
  readonly until: Instant;
  /** Volume that was bought beside a service, `undefined` of services. */
  readonly octets: number | undefined;
  readonly note: string;
}

/**
 * Orders and what becomes of them. Each call is one transaction, in which the line, its grants, the money, the invoice and
 * the outbox row of the packet path are written together. Expected failures are returned; a promise is rejected only
 * when the database does not answer, and then nothing of the call is stored, or all of it.
 */
export interface OrderStore {
  /** What an order would cost and do; nothing is stored. */
  quote(request: OrderRequest, by: OrderedBy, now: Instant): Promise<Result<Quoted, OrderRefusal | NoBuyer>>;
  /** A proforma «پیش فاکتور». */
  place(request: OrderRequest, by: OrderedBy, now: Instant): Promise<Result<Order, OrderRefusal | NoBuyer>>;
  order(id: number): Promise<Order | undefined>;
  orders(filter: OrderFilter): Promise<readonly Order[]>;
  /** Pays with the wallet alone and applies, once: a repeated call gives the order as it is. */
  payFromWallet(id: number, actor: string, now: Instant): Promise<Result<Order, WalletRefusal>>;
  /**
   * Pays with the deposit of the agent whose customer it is, or of one above, and applies, once, as `payFromWallet`. What
   * agents earn by it is added in the same step. Nothing is taken from the customer's wallet: an order that would is refused.
   */
  payFromDeposit(
    id: number,
    agentId: number,
    actor: string,
    now: Instant,
  ): Promise<Result<Order, DepositPaymentRefusal>>;
  /** Takes back an order that is not paid. */
  cancel(id: number, actor: string, now: Instant): Promise<Result<Order, 'no-such-order' | 'order-is-over'>>;
  /** Gives a free charge «شارژ رایگان» (product lines P57 to P60). */
  giveFreeCharge(
    username: string,
    actor: string,
    now: Instant,
  ): Promise<Result<AppliedCharge, ChargeRefusal | NoBuyer>>;
  /**
   * Writes the running terms of lines that came from another program into the history of their services, of no price: those
   * that have no service there yet. Of one that was taken over before, and of nothing else, its end follows the line's, so
   * that an import may be repeated. Lines that are closed, or whose term is over or has no end, are left as they are.
   * @returns how many services were written.
   */
  takeOver(usernames: readonly string[], actor: string, now: Instant): Promise<number>;
  /** All services and traffic of a line, newest first; `undefined` when there is no such line. */
  purchases(username: string): Promise<readonly PurchaseRow[] | undefined>;
}

/** Whose the orders are. */
export interface OrderOwner {
  readonly orders: OrderStore;
}
