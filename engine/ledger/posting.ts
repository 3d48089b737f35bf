import type { Rial } from '../values/rial.ts';
import type { AccountCode } from './account.ts';

/** What an entry of the ledger records. */
export type EntryKind =
  | 'top-up'
  | 'purchase'
  | 'refund'
  | 'gift'
  | 'opening-balance'
  | 'loan'
  | 'bill'
  | 'repayment'
  | 'gateway-fee'
  | 'settlement'
  | 'unidentified'
  | 'identified'
  | 'agent-deposit'
  | 'commission'
  | 'commission-return'
  | 'reversal';

/** One line of an entry. */
export interface LedgerLine {
  readonly account: AccountCode;
  /** Whole Rial, never 0: above 0 a debit, below 0 a credit. */
  readonly amount: number;
}

/** Who causes an entry, why, and by which name the same cause is known when it comes again. */
export interface Circumstances {
  /** Idempotency key: one entry ever bears it, such as `payment:8812` or `order:469627`. 1 to 200 characters. */
  readonly key: string;
  /** Who did it: a job, a staff member, the subscriber. */
  readonly actor: string;
  /** For people; may be empty. */
  readonly reason: string;
  /** Order that it belongs to, '' for none. */
  readonly orderId?: string;
  /** Payment that it belongs to, '' for none. */
  readonly paymentId?: string;
}

/** An entry before it has its place in the journal. Its lines sum to 0; each account has one line, in order of codes. */
export interface Posting extends Required<Circumstances> {
  readonly kind: EntryKind;
  /** Number of the entry that this one takes back. */
  readonly reverses: number | undefined;
  readonly lines: readonly LedgerLine[];
}

/** A debit of `amount`. */
export function debit(account: AccountCode, amount: Rial): LedgerLine {
  return { account, amount };
}

/** A credit of `amount`. */
export function credit(account: AccountCode, amount: Rial): LedgerLine {
  return { account, amount: 0 - amount };
}

/**
 * Makes a posting of lines: those of one account become one, those of 0 fall away.
 * @throws RangeError when the lines do not sum to 0, nothing is left of them, or the key has no fit length: the rules
 *   of the business events never do that.
 */
export function makePosting(
  kind: EntryKind,
  circumstances: Circumstances,
  lines: readonly LedgerLine[],
  reverses?: number,
): Posting {
  const merged = mergeLines(lines);
  if (merged.length === 0) throw new RangeError(`a ${kind} of nothing`);
  if (sumOf(merged) !== 0) throw new RangeError(`a ${kind} that does not sum to 0`);
  const { key, actor, reason, orderId = '', paymentId = '' } = circumstances;
  if (key === '' || key.length > 200) throw new RangeError(`no key of an entry: ${key}`);
  return {
    kind,
    key: plain(key),
    actor: plain(actor),
    reason: plain(reason),
    orderId: plain(orderId),
    paymentId: plain(paymentId),
    reverses,
    lines: merged,
  };
}

/** One line for each account, in order of codes, none of 0. */
export function mergeLines(lines: readonly LedgerLine[]): readonly LedgerLine[] {
  const amounts = new Map<AccountCode, number>();
  for (const { account, amount } of lines) amounts.set(account, whole((amounts.get(account) ?? 0) + amount));
  return [...amounts]
    .map(([account, amount]) => ({ account, amount }))
    .filter(({ amount }) => amount !== 0)
    .sort((left, right) => (left.account < right.account ? -1 : 1));
}

/** Debits less credits of the lines, exact. */
export function sumOf(lines: readonly LedgerLine[]): number {
  return lines.reduce((sum, { amount }) => whole(sum + amount), 0);
}

/**
 * Whether two postings of one key move the same money for the same cause. Actor and reason may differ: the callback of a
 * payment and the job that asks about it later post one and the same.
 */
export function isSamePosting(left: Posting, right: Posting): boolean {
  const contentOf = ({ kind, key, orderId, paymentId, reverses, lines }: Posting): string =>
    JSON.stringify([
      kind,
      key,
      orderId,
      paymentId,
      reverses,
      lines.map((line) => [line.account, line.amount]),
    ]);
  return contentOf(left) === contentOf(right);
}

/** Text as the stores can hold it, so that what was hashed is what is read again. */
function plain(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not whole Rial: ${value}`);
  return value;
}
