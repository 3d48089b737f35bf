import type { Instant } from '../values/instant.ts';
import { type AccountCode, onNormalSide } from './account.ts';
import type { LedgerEntry } from './chain.ts';
import type { EntryKind } from './posting.ts';

/** Entries of one account, newest first. */
export interface AccountPage {
  /** Debits less credits up to and with the first of the entries. */
  readonly closing: number;
  readonly entries: readonly LedgerEntry[];
}

/** What one entry did to an account. */
export interface BalanceRow {
  readonly number: number;
  readonly postedAt: Instant;
  readonly kind: EntryKind;
  readonly orderId: string;
  readonly paymentId: string;
  readonly actor: string;
  readonly reason: string;
  /** Number of the entry that it takes back. */
  readonly reverses: number | undefined;
  /** What was added to the balance, whole Rial; below 0 what was taken from it. */
  readonly change: number;
  /** Balance after it. */
  readonly balance: number;
  /** Where it came from or went to, in order of codes. */
  readonly against: readonly AccountCode[];
}

/** A part of an account's life, balances as people read that account (`onNormalSide`). */
export interface BalanceExplanation {
  /** Before the oldest row. */
  readonly opening: number;
  /** After the newest row. */
  readonly closing: number;
  /** Newest first. */
  readonly rows: readonly BalanceRow[];
}

/** Explains an account's balance by its entries: opening + all changes = closing. */
export function explainBalance(account: AccountCode, page: AccountPage): BalanceExplanation {
  let balance = onNormalSide(account, page.closing);
  const rows: BalanceRow[] = [];
  for (const entry of page.entries) {
    const row = rowOf(account, entry, balance);
    rows.push(row);
    balance -= row.change;
  }
  return { opening: balance, closing: onNormalSide(account, page.closing), rows };
}

function rowOf(account: AccountCode, entry: LedgerEntry, balance: number): BalanceRow {
  const { number, postedAt, kind, orderId, paymentId, actor, reason, reverses, lines } = entry;
  const own = lines.find((line) => line.account === account)?.amount ?? 0;
  const against = lines.map((line) => line.account).filter((code) => code !== account);
  return {
    ...{ number, postedAt, kind, orderId, paymentId, actor, reason, reverses },
    change: onNormalSide(account, own),
    balance,
    against,
  };
}
