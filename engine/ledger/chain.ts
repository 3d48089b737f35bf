import { createHash } from 'node:crypto';
import type { Instant } from '../values/instant.ts';
import type { Posting } from './posting.ts';

/** An entry of the journal: numbers run from 1 without gaps, and nothing of it ever changes. */
export interface LedgerEntry extends Posting {
  readonly number: number;
  readonly postedAt: Instant;
  /** Hash of the entry before, `FIRST_PREVIOUS_HASH` for the first. */
  readonly previousHash: string;
  /** `hashOf` this entry. */
  readonly hash: string;
}

/** A place in the chain: the number of an entry and its hash. Who keeps one outside can prove later what was before it. */
export interface ChainPlace {
  readonly number: number;
  readonly hash: string;
}

/** Stands for the hash of an entry before the first one. */
export const FIRST_PREVIOUS_HASH = '0'.repeat(64);

/** The place before the first entry. */
export const CHAIN_START: ChainPlace = { number: 0, hash: FIRST_PREVIOUS_HASH };

/**
 * All that an entry says but its place in the chain, as one JSON text without spaces. The first word names the form:
 * another one would be another form. The database makes the same text of its rows (`ledger_entry_text`).
 */
export function canonicalText(entry: Omit<LedgerEntry, 'hash' | 'previousHash'>): string {
  const { number, postedAt, kind, key, orderId, paymentId, reverses, actor, reason, lines } = entry;
  return JSON.stringify([
    'mizan-ledger-1',
    ...[number, postedAt, kind, key, orderId, paymentId, reverses ?? null, actor, reason],
    lines.map(({ account, amount }) => [account, amount]),
  ]);
}

/** SHA-256 of the hash before and the entry's canonical text on a line of its own, in lowercase hex. */
export function hashOf(previousHash: string, text: string): string {
  return createHash('sha256').update(`${previousHash}\n${text}`, 'utf8').digest('hex');
}

/** The entry that a posting becomes after `last`. */
export function chainEntry(posting: Posting, last: ChainPlace, postedAt: Instant): LedgerEntry {
  const placed = { ...posting, number: last.number + 1, postedAt };
  return { ...placed, previousHash: last.hash, hash: hashOf(last.hash, canonicalText(placed)) };
}

/** What is wrong with an entry. */
export type ChainFaultKind =
  /** Entries are missing before it. */
  | 'gap'
  /** It does not follow from the entry before: that one was made anew. */
  | 'broken-link'
  /** It does not say any more what was hashed. */
  | 'wrong-hash'
  /** Its lines do not sum to 0, or are fewer than two. */
  | 'unbalanced'
  /** It is not the hash that somebody outside has kept for it. */
  | 'other-than-kept';

/** What is wrong with which entry. */
export interface ChainFault {
  readonly number: number;
  readonly kind: ChainFaultKind;
}

/**
 * Follows a chain entry by entry. After a fault it goes on from what the faulty entry says of itself, so that one
 * change is told once.
 */
export class ChainWalk {
  #last: ChainPlace;
  readonly #kept: ChainPlace | undefined;

  /**
   * @param start place of the entry before the first one that is shown; its hash is believed.
   * @param kept a place that was written down outside the ledger.
   */
  constructor(start: ChainPlace = CHAIN_START, kept?: ChainPlace) {
    this.#last = start;
    this.#kept = kept;
  }

  /** Place of the last entry seen. */
  get last(): ChainPlace {
    return this.#last;
  }

  /** What is wrong with the next entry; entries come in the order of their numbers. */
  next(entry: LedgerEntry): readonly ChainFault[] {
    const { number, hash, previousHash } = entry;
    const kinds: ChainFaultKind[] = [];
    if (number !== this.#last.number + 1) kinds.push('gap');
    else if (previousHash !== this.#last.hash) kinds.push('broken-link');
    if (hashOf(previousHash, canonicalText(entry)) !== hash) kinds.push('wrong-hash');
    if (entry.lines.length < 2 || exactSum(entry) !== 0n) kinds.push('unbalanced');
    if (number === this.#kept?.number && hash !== this.#kept.hash) kinds.push('other-than-kept');
    this.#last = { number, hash };
    return kinds.map((kind) => ({ number, kind }));
  }
}

/** Beyond 2^53 too: what is read here may have been tampered with. */
function exactSum({ lines }: LedgerEntry): bigint {
  return lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
}
