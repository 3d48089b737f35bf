import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { Rial } from '../values/rial.ts';
import type { RechargeRow } from './campaign-recharge.ts';
import type { NoBuyer } from './order-store.ts';
import type { Bill } from './postpaid-bills.ts';

/** Works that only the passing of time calls for. */
export const LIFE_WORKS = [
  /** Lines into the collection list, as the day after their end begins (product line P25). */
  'collect',
  /** Messages before the end of services (P62). */
  'remind',
  /** Reserved services begun, where the volume of the running one is used up (X05). */
  'exhaust',
  /** Volumes of campaigns (P34). */
  'recharge',
  /** Bills of postpaid services (P29). */
  'bill',
  /** Pauses ended that have lasted as long as they may (C19). */
  'end-pauses',
  /** Addresses taken from lines that did not renew them (P56). */
  'withdraw-addresses',
  /** Orders that nobody paid in time cancelled. */
  'close-orders',
  /** Lines suspended whose documents were not replaced in time (P22). */
  'enforce-documents',
] as const;

/** One of those works. */
export type LifeWork = (typeof LIFE_WORKS)[number];

/** A place in the order in which what is due of a work is done; only who gave it can read it. */
export interface WorkPosition {
  readonly at: string;
  readonly id: number;
}

/** What a page of a work came to. */
export interface WorkPage {
  readonly done: number;
  /** Why some could not be done; those stay due. */
  readonly failures: readonly unknown[];
  /** What the next page comes behind; `undefined` when nothing is due behind this one. */
  readonly next: WorkPosition | undefined;
}

/** A bill that was issued. */
export interface IssuedBill extends Bill {
  readonly id: number;
  /** Who was billed: whose the line was on those days. */
  readonly customer: number;
  readonly vat: Rial;
  readonly invoice: { readonly series: string; readonly number: number };
  readonly issuedAt: Instant;
}

/** A pause of a line. */
export interface LinePause {
  readonly from: Instant;
  /** `undefined` while it goes on. */
  readonly until: Instant | undefined;
  /** When it ends by itself. */
  readonly endsBy: Instant;
}

/** Why a line is not paused, or not begun again. */
export type PauseRefusal =
  | NoBuyer
  | 'no-running-service'
  | 'is-paused'
  | 'is-not-paused'
  /** All days that the house credits in a term are used. */
  | 'no-days-left'
  /** A postpaid service is not paused: it is billed by the day. */
  | 'is-postpaid'
  | 'line-is-closed';

/** Why a campaign's volume is not given by hand. */
export type RechargeRefusal = NoBuyer | 'no-campaign' | 'line-is-closed' | 'key-is-taken';

/**
 * What the passing of time does to services, and what is asked of it. A work does a page in transactions of its own; what
 * it has done is not due any more, so that it may be repeated at any time, by any number of workers, and however late. What
 * it cannot do stays due and holds up nothing behind it: the next page begins there.
 */
export interface LifeStore {
  /**
   * Looks at the first `limit` things that are due of a work at `now`, and does each that can be done. Rejects when the
   * database does not answer.
   * @param after where a page before has ended; the beginning without it.
   */
  work(work: LifeWork, now: Instant, limit: number, after?: WorkPosition): Promise<WorkPage>;
  /** Pauses the running service of a line, which is then off and loses no days. */
  pause(username: string, actor: string, now: Instant): Promise<Result<LinePause, PauseRefusal>>;
  /** Ends the pause; the end of the service moves by the days of it. */
  endPause(username: string, actor: string, now: Instant): Promise<Result<LinePause, PauseRefusal>>;
  /** Pauses of a line, oldest first; `undefined` when there is no such line. */
  pauses(username: string): Promise<readonly LinePause[] | undefined>;
  /** Bills of a line, newest first; `undefined` when there is no such line. */
  bills(username: string): Promise<readonly IssuedBill[] | undefined>;
  /** What became of every recharge of a line's campaigns, by time (P33); `undefined` when there is no such line. */
  recharges(username: string, now: Instant): Promise<readonly NamedRecharge[] | undefined>;
  /**
   * Gives the volume of the running campaign by hand: the month's own if that is due, an extra one else (P34).
   * @param key of the request, if it has one: with the same key again nothing is given, and the answer is the first one.
   */
  rechargeNow(
    username: string,
    actor: string,
    now: Instant,
    key?: string,
  ): Promise<Result<RechargeRow, RechargeRefusal>>;
}

/** A row of «شارژ کمپین ها». */
export interface NamedRecharge extends RechargeRow {
  readonly name: string;
  readonly octets: number;
}

/** Whose the life of services is. */
export interface LifeOwner {
  readonly life: LifeStore;
}
