import type { Instant } from '../values/instant.ts';

/** A call that bears an Idempotency-Key. */
export interface KeyedRequest {
  /** Whose key it is: two principals may use the same one. */
  readonly actor: string;
  readonly key: string;
  /** SHA-256 of method, path with query, and body; hexadecimal. */
  readonly requestHash: string;
}

/** An answer that is told again. */
export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** What becomes of a call with a key. */
export type Claim =
  /** It is to be carried out, for the first time or because whoever began it has not come to its end in time. */
  | { readonly kind: 'begun'; readonly attempt: number }
  /** It was carried out before, with this answer. */
  | { readonly kind: 'answered'; readonly answer: StoredAnswer }
  /** It is being carried out until this instant at the latest. */
  | { readonly kind: 'in-work'; readonly until: Instant }
  /** The key belongs to another request. */
  | { readonly kind: 'other-request' };

/**
 * Remembers calls by their keys, so that a call that is repeated is answered as the first time. A process that dies in
 * the middle leaves a claim that ends by itself; the call may then be carried out again, and it is the ledger's keys
 * that keep its effects from coming twice. Every call rejects when the database does not answer.
 */
export interface IdempotencyStore {
  /** Takes the key for this call until `until`, unless it is taken. */
  claim(request: KeyedRequest, now: Instant, until: Instant): Promise<Claim>;
  /** Keeps the answer of an attempt; nothing happens when another attempt has taken over. */
  finish(request: KeyedRequest, attempt: number, answer: StoredAnswer): Promise<void>;
  /** Gives the key free after an attempt that has failed; nothing happens when another attempt has taken over. */
  release(request: KeyedRequest, attempt: number): Promise<void>;
  /** Forgets keys that were first used before an instant; resolves with how many, at most `limit`. */
  removeBefore(instant: Instant, limit: number): Promise<number>;
}

/** A store that remembers calls by their keys. */
export interface KeyedRequestStore {
  readonly idempotency: IdempotencyStore;
}
