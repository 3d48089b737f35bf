import { sql } from 'kysely';
import type {
  Claim,
  IdempotencyStore,
  KeyedRequest,
  StoredAnswer,
} from '../../subscribers/idempotency-store.ts';
import type { Instant } from '../../values/instant.ts';
import { type LedgerDb, toTime } from './database.ts';

interface KeyRow {
  readonly request_hash: string;
  readonly until: Instant;
  readonly status: number | null;
  readonly content_type: string;
  readonly body: string;
}

/** Calls by their keys on PostgreSQL or its embedded twin. */
export class KyselyIdempotency implements IdempotencyStore {
  private readonly db: LedgerDb;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb) {
    this.db = db;
  }

  async claim(request: KeyedRequest, now: Instant, until: Instant): Promise<Claim> {
    for (;;) {
      const attempt = await this.take(request, now, until);
      if (attempt !== undefined) return { kind: 'begun', attempt };
      const claim = await this.whoHas(request);
      // It was removed in between.
      if (claim !== undefined) return claim;
    }
  }

  async finish(request: KeyedRequest, attempt: number, answer: StoredAnswer): Promise<void> {
    const { actor, key } = request;
    await sql`
      UPDATE idempotency_key
      SET status = ${answer.status}::smallint, content_type = ${answer.contentType}, body = ${answer.body}
      WHERE actor = ${actor} AND key = ${key} AND attempt = ${attempt}::integer`.execute(this.db);
  }

  /** The row stays, so that numbers of attempts go on: an attempt that was taken over must not match a later one. */
  async release({ actor, key }: KeyedRequest, attempt: number): Promise<void> {
    await sql`
      UPDATE idempotency_key SET until = first_at
      WHERE actor = ${actor} AND key = ${key} AND attempt = ${attempt}::integer AND status IS NULL`.execute(
      this.db,
    );
  }

  async removeBefore(instant: Instant, limit: number): Promise<number> {
    const { rows } = await sql`
      DELETE FROM idempotency_key WHERE (actor, key) IN (
        SELECT actor, key FROM idempotency_key WHERE first_at < ${toTime(instant)}::timestamptz
        ORDER BY first_at LIMIT ${limit}
      ) RETURNING 1`.execute(this.db);
    return rows.length;
  }

  /** The number of the attempt, `undefined` when the key is taken. */
  private async take(
    { actor, key, requestHash }: KeyedRequest,
    now: Instant,
    until: Instant,
  ): Promise<number | undefined> {
    const at = toTime(now);
    const { rows } = await sql<{ readonly attempt: number }>`
      INSERT INTO idempotency_key AS taken (actor, key, request_hash, first_at, attempt, until)
      VALUES (${actor}, ${key}, ${requestHash}, ${at}::timestamptz, 1, ${toTime(until)}::timestamptz)
      ON CONFLICT (actor, key) DO UPDATE SET attempt = taken.attempt + 1, until = excluded.until
      WHERE taken.status IS NULL AND taken.until <= ${at}::timestamptz
        AND taken.request_hash = excluded.request_hash
      RETURNING attempt`.execute(this.db);
    return rows[0]?.attempt;
  }

  private async whoHas({ actor, key, requestHash }: KeyedRequest): Promise<Claim | undefined> {
    const { rows } = await sql<KeyRow>`
      SELECT request_hash, until, status, content_type, body FROM idempotency_key
      WHERE actor = ${actor} AND key = ${key}`.execute(this.db);
    const [row] = rows;
    if (row === undefined) return undefined;
    if (row.request_hash !== requestHash) return { kind: 'other-request' };
    if (row.status === null) return { kind: 'in-work', until: row.until };
    const { status, content_type: contentType, body } = row;
    return { kind: 'answered', answer: { status, contentType, body } };
  }
}
