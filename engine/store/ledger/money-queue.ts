import type { TimedPosting } from '../../ledger/append.ts';
import type { Posted, PostFault } from '../../ledger/money-ledger.ts';
import type { Result } from '../../values/result.ts';
import type { LedgerDb } from './database.ts';
import { inTransaction } from './in-transaction.ts';
import { postMoney } from './post-money.ts';

/** Postings of one transaction at most: some tens of milliseconds of the lock that all others wait for. */
const AT_ONCE = 100;

/** Values that the database does not take (SQLSTATE classes 22 and 23): the fault of one posting, not of its time. */
const REFUSED_VALUE = /^2[23]/;

interface Waiting extends TimedPosting {
  resolve(outcome: Result<Posted, PostFault>): void;
  reject(reason: unknown): void;
}

/**
 * Postings that come while others are being written make the next transaction, so that one commit is for many of them.
 * It also keeps to one connection, however many wait for the end of the chain.
 */
export class MoneyQueue {
  readonly #db: LedgerDb;
  #waiting: Waiting[] = [];
  #isWriting = false;

  constructor(db: LedgerDb) {
    this.#db = db;
  }

  /** Resolves when the posting is durable, or refused; rejects when that is not known. */
  post(timed: TimedPosting): Promise<Result<Posted, PostFault>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...timed, resolve, reject });
      if (!this.#isWriting) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) await this.#writeAll(this.#waiting.splice(0, AT_ONCE));
    this.#isWriting = false;
  }

  async #writeAll(batch: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await inTransaction(this.#db, (tx) => postMoney(tx, batch));
      for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index]!);
    } catch (reason) {
      const { code = '' } = reason as { code?: string };
      if (batch.length > 1 && REFUSED_VALUE.test(code)) {
        for (const one of batch) await this.#writeAll([one]);
      } else for (const { reject } of batch) reject(reason);
    }
  }
}
