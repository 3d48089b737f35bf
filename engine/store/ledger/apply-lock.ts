import { sql } from 'kysely';
import type { LedgerDb } from './database.ts';

/** Held while something is declared: two documents at a time could each fit alone and clash together. */
const APPLY_LOCK = 7_166_423;

/** Waits until no other transaction declares anything; nobody else does until this one ends. */
export async function lockApply(tx: LedgerDb): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${APPLY_LOCK}::bigint)`.execute(tx);
}
