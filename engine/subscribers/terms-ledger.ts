import type { Instant } from '../values/instant.ts';

/** Which of the works of `TermsLedger` have something to do. */
export interface DueTerms {
  readonly reserves: boolean;
  readonly grants: boolean;
  readonly plans: boolean;
}

/**
 * What the passing of time changes in the ledger, and what the packet path has to hear of it. Each call does one page in a
 * transaction of its own with the outbox rows of its lines, and resolves to 0 when nothing was left; it may be repeated
 * at any time.
 */
export interface TermsLedger {
  /** What there is to do of the following: one short question, since it is asked every second. */
  dueTerms(now: Instant): Promise<DueTerms>;
  /** Makes reserved terms that have begun the running ones. The packet path behaves so by itself already. */
  beginReserves(now: Instant, limit: number): Promise<number>;
  /** Lines with a grant that has come into `GRANT_WINDOW` since the last time, once a day; at most `limit` such grants. */
  bringGrants(now: Instant, limit: number): Promise<number>;
  /** Online lines of plans that were declared differently: as many as leave each plan's lines looked at in 40 calls. */
  lookAtPlans(now: Instant): Promise<number>;
}
