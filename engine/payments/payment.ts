import type { Order } from '../orders/order.ts';
import type { Scope } from '../subscribers/scope.ts';
import type { Instant } from '../values/instant.ts';
import { MINUTE_MS } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { Rial } from '../values/rial.ts';
import type { Redirect, Verified } from './gateway.ts';

/**
 * `created`: the gateway was not asked yet, or did not answer. `pending`: the payer was sent there. `paid`: the gateway
 * said so, server to server. `failed`: it said that nothing was paid, or nothing final for three days (the reason begins with
 * `GIVEN_UP`); should it say otherwise later, it is paid all the same. `reversed`: sent back to the payer. `suspicious`: paid by a reference that is another payment's.
 */
export type PaymentState = 'created' | 'pending' | 'paid' | 'failed' | 'reversed' | 'suspicious';

/** What the money is for: an order, the wallet, or what the customer owes. */
export type PaymentPurpose = 'order' | 'top-up' | 'debt';

/** An attempt to pay, successful or not (product line P14). */
export interface Payment {
  /** What gateways know it by. */
  readonly id: number;
  readonly customer: number;
  readonly purpose: PaymentPurpose;
  readonly orderId: number | undefined;
  readonly gateway: string;
  readonly amount: Rial;
  readonly state: PaymentState;
  /** Unguessable; part of the callback's address. */
  readonly secret: string;
  readonly token: string | undefined;
  /** Where the payer was sent; kept for the page that sends the browser there. */
  readonly redirect: Redirect | undefined;
  readonly fields: Readonly<Record<string, string>>;
  readonly reference: string | undefined;
  readonly card: string;
  /** For staff: why it failed; of a paid one what became of the money, '' when it did what it was for. */
  readonly reason: string;
  readonly returnPath: string;
  readonly createdAt: Instant;
  readonly endedAt: Instant | undefined;
  /** How often the gateway was asked on its own. */
  readonly inquiries: number;
}

/** A payment that is to begin. */
export interface PaymentDraft {
  readonly purpose: PaymentPurpose;
  readonly customer: number;
  /** Of purpose `order`, whose payable amount is asked for. */
  readonly orderId?: number | undefined;
  /** Of every other purpose. */
  readonly amount?: Rial | undefined;
  readonly gateway: string;
  readonly secret: string;
  readonly returnPath: string;
  readonly actor: string;
}

/** Why no payment begins. */
export type PaymentRefusal =
  | 'no-such-customer'
  | 'no-such-order'
  | 'order-is-over'
  | 'order-is-out-of-date'
  /** The wallet pays all of it. */
  | 'nothing-to-pay';

/** What became of a payment that the gateway was asked about. */
export interface Concluded {
  readonly payment: Payment;
  /** Of an order's payment. */
  readonly order: Order | undefined;
  /** True when this call changed something: lines are to be served, messages to be sent. */
  readonly isNews: boolean;
}

/** Which payments to list, newest first. */
export interface PaymentFilter {
  /** Only payments of customers within it. */
  readonly scope?: Scope | undefined;
  readonly customer?: number | undefined;
  readonly orderId?: number | undefined;
  readonly state?: PaymentState | undefined;
  readonly limit: number;
  readonly before?: number | undefined;
}

/** Which paid attempts a gateway's settlement is compared with: those that it names, and all that ended within [from, to). */
export interface SettlementFilter {
  readonly references: readonly string[];
  readonly from: Instant;
  readonly to: Instant;
}

/** Attempts to pay. Each call is one transaction; a promise is rejected only when the database does not answer. */
export interface PaymentStore {
  open(draft: PaymentDraft, now: Instant): Promise<Result<Payment, PaymentRefusal>>;
  /** The gateway has taken it: `token` is its name there. From now on it is inquired about until it is over. */
  sent(id: number, token: string, now: Instant, redirect?: Redirect): Promise<void>;
  bySecret(secret: string): Promise<Payment | undefined>;
  byToken(gateway: string, token: string): Promise<Payment | undefined>;
  payment(id: number): Promise<Payment | undefined>;
  payments(filter: PaymentFilter): Promise<readonly Payment[]>;
  /** Keeps what a callback told, for asking the gateway; a field that comes again is the newer one. */
  keepFields(id: number, fields: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Notes what the gateway said, and if it was paid credits it once and applies its order, all in one transaction. What
   * was ordered and cannot be given any more becomes credit in the wallet (product line X03).
   */
  conclude(id: number, verified: Verified, now: Instant): Promise<Concluded>;
  /** Paid attempts at a gateway by reference, for comparison with its own list. */
  paidAt(gateway: string, filter: SettlementFilter): Promise<readonly Payment[]>;
  /** Notes that it was sent back to the payer. */
  reversed(id: number, reason: string, now: Instant): Promise<void>;
  /** Up to `limit` pending attempts whose next inquiry is due; their next ones are planned at once. */
  dueInquiries(now: Instant, limit: number): Promise<readonly Payment[]>;
}

/** Whose the payments are. */
export interface PaymentOwner {
  readonly payments: PaymentStore;
}

/** Minutes after the payer was sent to the bank at which it is asked about him (product line G01)... */
const INQUIRY_MINUTES: readonly number[] = [1, 3, 10, 25];
/** ...and then once an hour, for as long as money may still come back by itself: 72 hours (product line G07). */
const HOURLY_MINUTES = 60;
const INQUIRE_UNTIL_MINUTES = 72 * 60;

/** Begins the reason of an attempt that failed because nobody ever heard from the gateway what became of it. */
export const GIVEN_UP = 'given-up';

/** When an attempt is inquired about next, `undefined` when it is given up. @param done inquiries so far. */
export function nextInquiry(sentAt: Instant, done: number, now: Instant): Instant | undefined {
  const planned = INQUIRY_MINUTES[done];
  if (planned !== undefined) return Math.max(now, sentAt + planned * MINUTE_MS);
  const next = now + HOURLY_MINUTES * MINUTE_MS;
  return next <= sentAt + INQUIRE_UNTIL_MINUTES * MINUTE_MS ? next : undefined;
}

/** Stands in the place of a gateway for money that was paid into our bank account and that staff have seen there. */
export const BANK_DEPOSIT = 'bank-deposit';
