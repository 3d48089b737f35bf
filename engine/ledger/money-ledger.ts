import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { Rial } from '../values/rial.ts';
import type { AccountCode } from './account.ts';
import type { ChainFault, ChainPlace, LedgerEntry } from './chain.ts';
import type { AccountPage } from './explain-balance.ts';
import type { Circumstances, Posting } from './posting.ts';

/** An entry that is in the journal, and whether an earlier call had put it there. */
export interface Posted {
  readonly entry: LedgerEntry;
  readonly repeated: boolean;
}

/** Why a posting is not in the journal. */
export type PostFault =
  /** A wallet or an agent's deposit has less than the posting takes from it. */
  | {
      readonly kind: 'insufficient-credit';
      readonly account: AccountCode;
      /** What could be taken, its credit limit with it. */
      readonly available: number;
      readonly wanted: number;
    }
  /** Its key belongs to an entry that moves other money: an alarm, two causes share one name. */
  | { readonly kind: 'key-taken'; readonly number: number };

/** What a customer pays of his debt, from his wallet. */
export interface Repayment extends Pick<Circumstances, 'key' | 'actor' | 'reason'> {
  readonly customer: number;
  /** `undefined` for all that is owed. */
  readonly amount: Rial | undefined;
}

/** Credit that a customer of another program had there. */
export interface TakenOverCredit extends Pick<Circumstances, 'actor' | 'reason'> {
  readonly customer: number;
  readonly amount: Rial;
}

/** Why a debt is not paid: it is smaller by now; 0 also where all of nothing was to be paid. */
export interface MoreThanOwed {
  readonly kind: 'more-than-owed';
  readonly owed: number;
}

/** An account as it stands; amounts as people read it (`onNormalSide`). */
export interface AccountBalance {
  readonly account: AccountCode;
  readonly balance: number;
  /** How far below 0 it may go; only wallets and deposits have such a limit. */
  readonly creditLimit: Rial | undefined;
}

/** An account whose balance is not the sum of its lines; debits less credits. */
export interface BalanceFault {
  readonly account: string;
  readonly balance: number;
  readonly lines: number;
}

/** What a verification has found. */
export interface ChainReport {
  /** Entries that were read. */
  readonly entries: number;
  /** The last entry as the ledger knows it: worth keeping outside, for a later verification. */
  readonly head: ChainPlace;
  /** How many faults there are. */
  readonly faults: number;
  /** The first of the chain's faults. */
  readonly chainFaults: readonly ChainFault[];
  /** The first of the accounts with wrong balances. */
  readonly balanceFaults: readonly BalanceFault[];
}

/** A part of the chain to verify. */
export interface Verification {
  /** Number of the first entry; all by default. What is before it is believed. */
  readonly from?: number | undefined;
  /** A place that was kept outside the ledger. */
  readonly kept?: ChainPlace | undefined;
}

/** A change of how far a wallet, or the deposit of an agent, may go below 0. */
export interface CreditLimitChange {
  readonly account: AccountCode;
  readonly limit: Rial;
  readonly actor: string;
  readonly reason: string;
}

/** The money, as double entry. Every call rejects when the database does not answer. */
export interface MoneyLedger {
  /**
   * Appends an entry. A posting whose key is in the journal already, with the same money for the same cause, gives the
   * entry of then. A fault left nothing behind: the same key may be posted again.
   */
  post(posting: Posting, now: Instant): Promise<Result<Posted, PostFault>>;
  /**
   * Appends an entry by which a customer pays from his wallet what he owes, and never more than that: who else pays for him
   * meanwhile is waited for. A repeated key gives the entry of then, as with `post`.
   */
  repay(debt: Repayment, now: Instant): Promise<Result<Posted, PostFault | MoreThanOwed>>;
  /**
   * Appends the opening balance of a customer and notes it in the audit trail. There is one a customer, under the key
   * `import:<customer>`: the same again gives the entry of then, another one is `key-taken`.
   */
  takeOverCredit(credit: TakenOverCredit, now: Instant): Promise<Result<Posted, PostFault>>;
  /** An account as it stands, `undefined` when it never had an entry. */
  balance(account: AccountCode): Promise<AccountBalance | undefined>;
  /** One entry. */
  entry(number: number): Promise<LedgerEntry | undefined>;
  /** Up to `limit` entries of an account, newest first, numbers below `before`; for `explainBalance`. */
  entriesOf(account: AccountCode, limit: number, before?: number): Promise<AccountPage>;
  /**
   * Lets a wallet or a deposit go below 0, or no further than before. False, and nothing is changed, when its owner owes
   * more than the new limit already.
   */
  setCreditLimit(change: CreditLimitChange, now: Instant): Promise<boolean>;
  /** Reads the journal from an entry to its end, a page at a time, and compares all balances with their lines. */
  verifyChain(verification?: Verification): Promise<ChainReport>;
}

/** A store that holds the money. */
export interface MoneyStore {
  readonly money: MoneyLedger;
}
