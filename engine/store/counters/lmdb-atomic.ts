import type { RootDatabase, TransactionFlags } from 'lmdb';

const ATTEMPTS = 3;
const REFUSED = /^MDB_BAD_TXN\b/;

/**
 * Runs `change` in one transaction, durable when it returns. Seldom, under many small removals, lmdb 3.5 refuses a sound
 * commit: where it puts free pages away it judges an entry that it did not find by a size that it did not read (mdb.c,
 * `mdb_freelist_save`: "reserved freelist had a data entry with zero-size"; of the family of lmdb-js#321). Nothing of the
 * transaction is stored then and the store is as it was, so that it is tried again.
 * @param change may run several times, each time on the store as it was.
 * @param flags as lmdb has them; durable without any.
 * @throws what LMDB throws after three refusals, and any other error at once; nothing is stored then.
 */
export function atomically<T>(
  root: Pick<RootDatabase, 'transactionSync'>,
  change: () => T,
  flags?: TransactionFlags,
): T {
  for (let attempt = 1; ; attempt++) {
    try {
      return root.transactionSync(change, flags);
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof Error) || !REFUSED.test(error.message)) throw error;
    }
  }
}
