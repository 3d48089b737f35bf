import { type RawBuilder, sql } from 'kysely';
import {
  isReachable,
  type MessageContent,
  type MessageDraft,
  type MessageKind,
  type MessageLanguage,
  type MessageState,
  type MessageView,
} from '../../messaging/message.ts';
import type {
  DeliveryNote,
  MessageFilter,
  MessageOutcome,
  MessagePage,
  MessageStore,
  NewestFilter,
  SentMessage,
  TakenMessage,
} from '../../messaging/message-store.ts';
import { type Instant, SECOND_MS } from '../../values/instant.ts';
import { rial } from '../../values/rial.ts';
import { recordset, storable } from './bulk.ts';
import { type LedgerDb, toOptionalTime, toTime } from './database.ts';
import { inTransaction } from './in-transaction.ts';

const DRAFT_COLUMNS = `dedupe_key text, kind text, params jsonb, customer_id bigint, username text, mobile text,
  language text, text text, parts integer, sender_name text, send_at timestamptz, not_after timestamptz`;

/**
 * Stores messages within a transaction, which they stay or go with; the keys of those that were not there yet. In the
 * order of the keys, so that two transactions with the same keys do not wait for each other in a circle. A message to a
 * number that is none is left out: what it would have told of happens all the same.
 */
export async function queueMessages(
  tx: LedgerDb,
  drafts: readonly MessageDraft[],
  now: Instant,
): Promise<ReadonlySet<string>> {
  const rows = drafts.filter(isReachable).map(draftRowOf);
  if (rows.length === 0) return new Set();
  const { rows: added } = await sql<{ readonly dedupe_key: string }>`
    INSERT INTO message (dedupe_key, kind, params, customer_id, username, mobile, language, text, parts, sender_name,
      queued_at, send_at, not_after, next_at)
    SELECT dedupe_key, kind, params, customer_id, username, mobile, language, text, parts, sender_name,
      ${toTime(now)}::timestamptz, send_at, not_after, send_at
    FROM ${recordset(rows, DRAFT_COLUMNS)} ORDER BY dedupe_key
    ON CONFLICT (dedupe_key) DO NOTHING RETURNING dedupe_key`.execute(tx);
  return new Set(added.map(({ dedupe_key }) => dedupe_key));
}

/** `MessageStore.cancel` within a transaction, such as the one of a renewal. */
export async function cancelMessages(
  tx: LedgerDb,
  dedupeKeys: readonly string[],
  now: Instant,
): Promise<number> {
  const isUnsent = sql`state = 'queued' AND uncertain_since IS NULL`;
  const { rows } = await sql<{ readonly state: MessageState }>`
    UPDATE message SET cancel_wanted = true,
      state = CASE WHEN ${isUnsent} THEN 'cancelled' ELSE state END,
      next_at = CASE WHEN ${isUnsent} THEN NULL ELSE next_at END,
      ended_at = CASE WHEN ${isUnsent} THEN ${toTime(now)}::timestamptz END
    WHERE id IN (
      SELECT id FROM message WHERE dedupe_key = ANY(${dedupeKeys}::text[]) AND state IN ('queued', 'sending')
      ORDER BY id FOR UPDATE)
    RETURNING state`.execute(tx);
  return rows.filter(({ state }) => state === 'cancelled').length;
}

/** The messages on PostgreSQL or its embedded twin. */
export class KyselyMessages implements MessageStore {
  private readonly db: LedgerDb;

  /** @param db not owned: who opened it closes it. */
  constructor(db: LedgerDb) {
    this.db = db;
  }

  queue(drafts: readonly MessageDraft[], now: Instant): Promise<ReadonlySet<string>> {
    return inTransaction(this.db, (tx) => queueMessages(tx, drafts, now));
  }

  cancel(dedupeKeys: readonly string[], now: Instant): Promise<number> {
    return inTransaction(this.db, (tx) => cancelMessages(tx, dedupeKeys, now));
  }

  async take(
    limit: number,
    provider: string,
    now: Instant,
    leaseSeconds: number,
  ): Promise<readonly TakenMessage[]> {
    const at = sql`${toTime(now)}::timestamptz`;
    const { rows } = await sql<TakenRow>`
      WITH due AS (
        SELECT id, uncertain_since AS since FROM message
        WHERE state IN ('queued', 'sending') AND next_at <= ${at}
          AND (uncertain_since IS NULL OR provider = ${provider} OR not_after <= ${at})
        ORDER BY next_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )
      UPDATE message SET state = 'sending', attempts = attempts + 1, next_at = ${leaseEnd(now, leaseSeconds)},
        provider = CASE WHEN uncertain_since IS NULL THEN ${provider} ELSE provider END,
        uncertain_since = coalesce(uncertain_since, ${at})
      FROM due WHERE message.id = due.id
      RETURNING message.id, attempts, mobile, text, send_at, not_after, provider, due.since, cancel_wanted`.execute(
      this.db,
    );
    return rows.map(takenOf).sort((left, right) => left.sendAt - right.sendAt || left.id - right.id);
  }

  async done(outcomes: readonly MessageOutcome[], now: Instant): Promise<number> {
    if (outcomes.length === 0) return 0;
    const rows = outcomes.map((outcome) => outcomeRowOf(outcome, now));
    return inTransaction(this.db, async (tx) => {
      const { rows: noted } = await sql`
        UPDATE message SET state = r.state, provider_id = r.provider_id, cost = r.cost, reason = r.reason,
          next_at = r.next_at, uncertain_since = r.uncertain_since, sent_at = r.sent_at, ended_at = r.ended_at
        FROM ${recordset(rows, OUTCOME_COLUMNS)}
        WHERE message.id = r.id AND message.attempts = r.attempt AND message.state = 'sending'
        RETURNING message.id`.execute(tx);
      return noted.length;
    });
  }

  async takeSent(
    limit: number,
    provider: string,
    now: Instant,
    leaseSeconds: number,
  ): Promise<readonly SentMessage[]> {
    const { rows } = await sql<{ id: number; provider_id: string; sent_at: Instant }>`
      UPDATE message SET next_at = ${leaseEnd(now, leaseSeconds)}
      WHERE id IN (
        SELECT id FROM message
        WHERE state = 'sent' AND provider = ${provider} AND next_at <= ${toTime(now)}::timestamptz
        ORDER BY next_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
      RETURNING id, provider_id, sent_at`.execute(this.db);
    return rows.map(({ id, provider_id, sent_at }) => ({ id, providerId: provider_id, sentAt: sent_at }));
  }

  async noteDeliveries(notes: readonly DeliveryNote[], now: Instant): Promise<void> {
    if (notes.length === 0) return;
    const rows = notes.map(({ id, state, nextAt }) => ({
      ...{ id, state, next_at: toOptionalTime(nextAt) },
      ended_at: state === 'sent' ? null : toTime(now),
    }));
    await inTransaction(this.db, (tx) =>
      sql`
        UPDATE message SET state = r.state, next_at = r.next_at, ended_at = r.ended_at
        FROM ${recordset(rows, 'id bigint, state text, next_at timestamptz, ended_at timestamptz')}
        WHERE message.id = r.id AND message.state = 'sent'`.execute(tx),
    );
  }

  async ofCustomer(customer: number, filter: MessageFilter): Promise<MessagePage> {
    const { limit, offset, receivedOnly } = filter;
    const wanted = receivedOnly ? sql`state IN ('sent', 'delivered')` : sql`true`;
    const from = sql`FROM message WHERE customer_id = ${customer}::bigint AND ${wanted}`;
    const { rows: counted } = await sql<{ total: number }>`SELECT count(*) AS total ${from}`.execute(this.db);
    const { rows } = await sql<MessageRow>`
      SELECT * ${from} ORDER BY send_at DESC, id DESC LIMIT ${limit} OFFSET ${offset}`.execute(this.db);
    return { total: Number(counted[0]!.total), messages: rows.map(viewOf) };
  }

  async newest({ state, limit, before }: NewestFilter): Promise<readonly MessageView[]> {
    const { rows } = await sql<MessageRow>`
      SELECT * FROM message WHERE ${state === undefined ? sql`true` : sql`state = ${state}`}
        AND ${before === undefined ? sql`true` : sql`id < ${before}::bigint`}
      ORDER BY id DESC LIMIT ${limit}`.execute(this.db);
    return rows.map(viewOf);
  }
}

function leaseEnd(now: Instant, leaseSeconds: number): RawBuilder<unknown> {
  return sql`${toTime(now + leaseSeconds * SECOND_MS)}::timestamptz`;
}

function draftRowOf(draft: MessageDraft): Readonly<Record<string, unknown>> {
  const { content, mobile, language, parts } = draft;
  return {
    ...{ kind: content.kind, mobile, language, parts },
    dedupe_key: storable(draft.dedupeKey),
    params: storableParams(content.params),
    customer_id: draft.customer,
    username: storable(draft.username),
    text: storable(draft.text),
    sender_name: storable(draft.senderName),
    send_at: toTime(draft.sendAt),
    not_after: toTime(draft.notAfter),
  };
}

function storableParams(params: MessageContent['params']): Readonly<Record<string, unknown>> {
  const entries = Object.entries(params).map(
    ([name, value]) => [name, typeof value === 'string' ? storable(value) : value] as const,
  );
  return Object.fromEntries(entries);
}

const OUTCOME_COLUMNS = `id bigint, attempt integer, state text, provider_id text, cost bigint, reason text,
  next_at timestamptz, uncertain_since timestamptz, sent_at timestamptz, ended_at timestamptz`;

function outcomeRowOf(outcome: MessageOutcome, now: Instant): Readonly<Record<string, unknown>> {
  const { id, attempt, state, providerId, cost, nextAt, uncertainSince } = outcome;
  return {
    ...{ id, attempt, state, cost: cost ?? null },
    provider_id: storable(providerId),
    reason: storable(outcome.reason),
    next_at: toOptionalTime(nextAt),
    uncertain_since: toOptionalTime(uncertainSince),
    sent_at: providerId === '' ? null : toTime(now),
    ended_at: state === 'queued' || state === 'sent' ? null : toTime(now),
  };
}

interface TakenRow {
  readonly id: number;
  readonly attempts: number;
  readonly mobile: string;
  readonly text: string;
  readonly send_at: Instant;
  readonly not_after: Instant;
  readonly provider: string;
  readonly since: Instant | null;
  readonly cancel_wanted: boolean;
}

function takenOf(row: TakenRow): TakenMessage {
  const { id, mobile, text, provider } = row;
  return {
    ...{ id, mobile, text, provider },
    attempt: row.attempts,
    sendAt: row.send_at,
    notAfter: row.not_after,
    uncertainSince: row.since ?? undefined,
    cancelWanted: row.cancel_wanted,
  };
}

interface MessageRow extends Omit<TakenRow, 'since' | 'cancel_wanted'> {
  readonly dedupe_key: string;
  readonly kind: MessageKind;
  readonly params: unknown;
  readonly customer_id: number;
  readonly username: string;
  readonly language: MessageLanguage;
  readonly parts: number;
  readonly sender_name: string;
  readonly state: MessageState;
  readonly provider_id: string;
  readonly cost: number | null;
  readonly reason: string;
  readonly queued_at: Instant;
  readonly sent_at: Instant | null;
  readonly ended_at: Instant | null;
}

function viewOf(row: MessageRow): MessageView {
  const { id, username, mobile, language, text, parts, state, provider, attempts, reason } = row;
  return {
    ...{ id, username, mobile, language, text, parts, state, provider, attempts, reason },
    dedupeKey: row.dedupe_key,
    content: { kind: row.kind, params: row.params } as MessageContent,
    customer: row.customer_id,
    senderName: row.sender_name,
    providerId: row.provider_id,
    cost: row.cost === null ? undefined : rial(row.cost),
    queuedAt: row.queued_at,
    sendAt: row.send_at,
    notAfter: row.not_after,
    sentAt: row.sent_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
  };
}
