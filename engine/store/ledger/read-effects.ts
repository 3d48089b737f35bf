import { sql } from 'kysely';
import type { EffectFilter, EffectView } from '../../subscribers/effect-history.ts';
import type { LedgerDb } from './database.ts';

/** Orders of a line that have ended, newest first. */
export async function readEffects(
  db: LedgerDb,
  { username, sessionKey, limit }: EffectFilter,
): Promise<readonly EffectView[]> {
  const ofSession = sessionKey === undefined ? sql`true` : sql`session_key = ${sessionKey}`;
  const { rows } = await sql<EffectView>`
    SELECT at, session_key AS "sessionKey", nas, kind, reason, result, error_cause AS "errorCause", attempts,
      latency_ms AS "latencyMs"
    FROM effect_log WHERE username = ${username} AND ${ofSession}
    ORDER BY at DESC, log_partition DESC, log_position DESC LIMIT ${limit}`.execute(db);
  return rows;
}
