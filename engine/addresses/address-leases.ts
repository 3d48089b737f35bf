import type { Instant } from '../values/instant.ts';
import type { AddressPool } from './address-pool.ts';

/** An address that is held, and by whom. */
export interface AddressLease {
  readonly address: string;
  readonly username: string;
  /** Key of the session that holds it. */
  readonly sessionKey: string;
  /** When it was taken, or claimed last. */
  readonly since: Instant;
}

/** A wish for an address of a pool. */
export interface LeaseRequest {
  readonly username: string;
  readonly sessionKey: string;
  /** Sessions of the line that end with this login: an address of theirs is handed on to it. */
  readonly instead: readonly string[];
}

/** A session that has an address already, whoever gave it. */
export interface LeaseClaim {
  readonly address: string;
  readonly username: string;
  readonly sessionKey: string;
  /** Version of the line that shows the session open, 0 for a login whose commit is still to come. */
  readonly version: number;
}

/**
 * What became of a wish. exhausted: all addresses are held. unsure: the leases may lack some that sessions have, because
 * they or the counters were lost, or the pool was never compared with the lines; nothing may be taken before they are
 * made sure of.
 */
export type TakeResult =
  | { readonly kind: 'leased'; readonly address: string }
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'unsure' };

/** The holder's lease when somebody else has the address. */
export type ClaimResult = { readonly ok: true } | { readonly ok: false; readonly holder: AddressLease };

/** Addresses of a pool: held now, and free ones that were held once and are remembered for their last line. */
export interface PoolUsage {
  readonly held: number;
  readonly remembered: number;
}

/**
 * Who has which address of our pools, kept beside the counters. Each call is one atomic step among all programs that
 * use them. A call rejects with `StoreAway` while the store cannot be reached.
 */
export interface AddressLeases {
  /**
   * Takes an address: the one that the key has already, else one of `instead`, else the line's last one if it is free,
   * else one that nobody ever had, else the one that was free for longest.
   * @param proof what the caller knows the leases to be made sure of by (`putProof`).
   */
  take(pool: AddressPool, request: LeaseRequest, proof: string, now: Instant): Promise<TakeResult>;
  /** Gives an address to the session that has it, unless another line holds it. */
  claim(pool: AddressPool, claim: LeaseClaim, now: Instant): Promise<ClaimResult>;
  /**
   * Frees what the key holds; false when it holds nothing, or when a later version of the line has claimed it.
   * @param version of the line that shows no such session open.
   */
  release(pool: string, sessionKey: string, version: number, now: Instant): Promise<boolean>;
  /** Addresses held, in the store's order, at most about `limit`, after `cursor` ('' at first); '' when that was all. */
  held(
    pool: string,
    cursor: string,
    limit: number,
  ): Promise<{ leases: readonly AddressLease[]; cursor: string }>;
  usage(pool: string): Promise<PoolUsage>;
  /** What the pool was made sure of by, '' for never. */
  proof(pool: string): Promise<string>;
  /** All open sessions have claimed their addresses: from now on `take` is for those who know this proof. */
  putProof(pool: string, proof: string): Promise<void>;
}
