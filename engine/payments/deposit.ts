import type { ChangeNote } from '../subscribers/audit-trail.ts';
import type { Instant } from '../values/instant.ts';
import { asciiDigits } from '../values/persian-text.ts';
import type { Result } from '../values/result.ts';
import type { Rial } from '../values/rial.ts';
import { tehranOffsetMs } from '../values/tehran-time.ts';
import type { Concluded } from './payment.ts';

/** `waiting` for staff; the other two are final. */
export type DepositState = 'waiting' | 'approved' | 'rejected';

/** Money that somebody says to have paid into one of our accounts (product lines A06 to A09). */
export interface DepositDraft {
  readonly customer: number;
  /** Order that it pays; without one it is credit. */
  readonly orderId: number | undefined;
  readonly amount: Rial;
  /** Of the account that was paid into, as the setting `depositAccounts` calls it. */
  readonly bank: string;
  /** Trace number «شماره پیگیری» on the receipt, as it was told; `traceKey` is what is compared. */
  readonly trace: string;
  /** ISO 8601, of the Gregorian calendar. */
  readonly depositedOn: string;
  /** JPEG of our own making. */
  readonly receipt: Uint8Array | undefined;
}

/** A deposit that was told. */
export interface Deposit extends Omit<DepositDraft, 'receipt'> {
  readonly id: number;
  readonly hasReceipt: boolean;
  readonly state: DepositState;
  readonly submittedBy: string;
  readonly submittedAt: Instant;
  readonly reviewedBy: string | undefined;
  readonly reviewedAt: Instant | undefined;
  /** What staff said of it. */
  readonly note: string;
  /** Of an approved one. */
  readonly paymentId: number | undefined;
}

/** Why a deposit is not taken for review. */
export type DepositRefusal =
  | 'no-such-customer'
  | 'no-such-order'
  | 'order-is-over'
  | 'nothing-to-pay'
  | 'no-such-bank-account'
  | 'date-in-future'
  /** One of the same bank, trace, day and amount waits or was approved. */
  | 'told-already';

/** Why a review is not taken. `reference-is-taken`: one of the same bank, trace and day was approved with another amount. */
export type ReviewRefusal = 'no-such-deposit' | 'reviewed-already' | 'reference-is-taken';

/** Which deposits to list, by number. */
export interface DepositFilter {
  readonly state?: DepositState | undefined;
  readonly customer?: number | undefined;
  readonly limit: number;
  /** Only those after this one. */
  readonly after?: number | undefined;
}

/** An approved deposit, and what became of the money. */
export interface ApprovedDeposit {
  readonly deposit: Deposit;
  readonly concluded: Concluded;
}

/** Deposits. Each call is one transaction; a promise is rejected only when the database does not answer. */
export interface DepositStore {
  /** Puts it before staff; nothing is credited by that. */
  submit(draft: DepositDraft, by: ChangeNote, now: Instant): Promise<Result<Deposit, DepositRefusal>>;
  deposit(id: number): Promise<Deposit | undefined>;
  deposits(filter: DepositFilter): Promise<readonly Deposit[]>;
  /** JPEG; `undefined` without one. */
  receipt(id: number): Promise<Uint8Array | undefined>;
  /**
   * Somebody has seen the money in the account: it is taken as a payment with gateway `bank-deposit`, and pays its order or
   * becomes credit.
   * @param secret unguessable, of the payment.
   */
  approve(
    id: number,
    secret: string,
    by: ChangeNote,
    now: Instant,
  ): Promise<Result<ApprovedDeposit, ReviewRefusal>>;
  /** The money is not there; the same deposit may be told again. */
  reject(id: number, by: ChangeNote, now: Instant): Promise<Result<Deposit, ReviewRefusal>>;
}

/** Whose the deposits are. */
export interface DepositOwner {
  readonly deposits: DepositStore;
}

/**
 * A trace number as it is compared: receipts, and those who type them off, write the same one with zeros before it or
 * without, and in Persian or Latin digits.
 */
export function traceKey(trace: string): string {
  return asciiDigits(trace).replace(/^0+(?=.)/, '');
}

/** What a deposit is known by among payments: one for each, whatever its amount. */
export function depositReference({
  bank,
  trace,
  depositedOn,
}: Pick<Deposit, 'bank' | 'trace' | 'depositedOn'>): string {
  return `${bank}:${traceKey(trace)}:${depositedOn}`;
}

/** Whether a day, ISO 8601, has not begun in Tehran at `now`. */
export function isAhead(day: string, now: Instant): boolean {
  return day > new Date(now + tehranOffsetMs(now)).toISOString().slice(0, 10);
}
