import type { Instant } from '../values/instant.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { type AccountCode, isCredit, kindOf } from './account.ts';
import { type ChainPlace, chainEntry, type LedgerEntry } from './chain.ts';
import type { Posted, PostFault } from './money-ledger.ts';
import { isSamePosting, type Posting } from './posting.ts';

/** A posting, and when it is posted. */
export interface TimedPosting {
  readonly posting: Posting;
  readonly now: Instant;
}

/** An account before an append. */
export interface AccountState {
  /** Debits less credits. */
  readonly balance: number;
  /** How far a wallet or a deposit may go below 0; other accounts have none. */
  readonly creditLimit: number | undefined;
}

/** What the journal says of the accounts and keys of the postings that are to be appended, while nobody else appends. */
export interface LedgerState {
  readonly head: ChainPlace;
  /** Accounts that are not here never had an entry. */
  readonly accounts: ReadonlyMap<AccountCode, AccountState>;
  /** Entries that have one of the keys. */
  readonly entries: readonly LedgerEntry[];
}

/** What becomes of postings: an outcome for each, in their order, and the entries to be written. */
export interface Appended {
  readonly outcomes: readonly Result<Posted, PostFault>[];
  readonly entries: readonly LedgerEntry[];
}

/** Appends postings one after the other; one that is refused changes nothing for those after it. */
export function appendAll(state: LedgerState, postings: readonly TimedPosting[]): Appended {
  const byKey = new Map(state.entries.map((entry) => [entry.key, entry]));
  const balances = new Map([...state.accounts].map(([account, { balance }]) => [account, balance]));
  const entries: LedgerEntry[] = [];
  let last = state.head;
  const append = ({ posting, now }: TimedPosting): Result<Posted, PostFault> => {
    const before = byKey.get(posting.key);
    if (before !== undefined) {
      if (isSamePosting(before, posting)) return ok({ entry: before, repeated: true });
      return fail({ kind: 'key-taken', number: before.number });
    }
    const overdraft = findOverdraft(posting, balances, state);
    if (overdraft !== undefined) return fail(overdraft);
    const entry = chainEntry(posting, last, now);
    last = entry;
    entries.push(entry);
    byKey.set(entry.key, entry);
    for (const { account, amount } of entry.lines)
      balances.set(account, (balances.get(account) ?? 0) + amount);
    return ok({ entry, repeated: false });
  };
  return { outcomes: postings.map(append), entries };
}

/**
 * The first wallet or deposit that the posting would take more from than there is. What an agent gives back of commission
 * is owed where the deposit cannot bear it (`commissionReturn`).
 */
function findOverdraft(
  { kind, lines }: Posting,
  balances: ReadonlyMap<AccountCode, number>,
  { accounts }: LedgerState,
): PostFault | undefined {
  for (const { account, amount } of lines) {
    if (!isCredit(account) || amount < 0) continue;
    if (kind === 'commission-return' && kindOf(account) === 'agent') continue;
    const available = (accounts.get(account)?.creditLimit ?? 0) - (balances.get(account) ?? 0);
    if (amount > available) return { kind: 'insufficient-credit', account, available, wanted: amount };
  }
  return undefined;
}
