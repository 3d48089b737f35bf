import { setTimeout as sleep } from 'node:timers/promises';
import type { LedgerDb } from './database.ts';

/** PostgreSQL's answers to a transaction that lost against another and may be repeated (SQLSTATE, appendix A). */
const LOST = new Set(['40001', '40P01']);

/** A loss that PostgreSQL cannot see: `inTransaction` runs the work that throws it again. */
export function lostRace(what: string): Error {
  return Object.assign(new Error(what), { code: '40001' });
}

/** How often a transaction is tried before its failure is the caller's. */
const ATTEMPTS = 5;

/** Pause after the first loss; it grows by as much with each. */
const PAUSE_MS = 20;

/**
 * Runs `work` in a transaction, and again from its beginning when it lost against another one: a deadlock or a
 * serialization failure stored nothing. Rejects with any other failure, and with the fifth loss.
 */
export async function inTransaction<T>(db: LedgerDb, work: (tx: LedgerDb) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (reason) {
      const { code } = reason as { code?: string };
      if (code === undefined || !LOST.has(code) || attempt === ATTEMPTS) throw reason;
      await sleep(attempt * PAUSE_MS);
    }
  }
}
