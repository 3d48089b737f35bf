import { sql } from 'kysely';
import type { ChangeNote } from '../../../subscribers/audit-trail.ts';
import type { Principal } from '../../../subscribers/principal.ts';
import { type ApiToken, actorOf, type TokenDraft } from '../../../subscribers/token-store.ts';
import { type Instant, MINUTE_MS } from '../../../values/instant.ts';
import { fail, ok, type Result } from '../../../values/result.ts';
import { audit } from '../audit.ts';
import { storable } from '../bulk.ts';
import { type LedgerDb, toTime } from '../database.ts';
import { holdAgent } from './agent-rows.ts';

interface TokenRow {
  readonly id: number;
  readonly name: string;
  readonly agent_id: number | null;
  readonly scope: ApiToken['scope'];
  readonly created_by: string;
  readonly created_at: Instant;
  readonly last_used_at: Instant | null;
  readonly revoked_at: Instant | null;
}

const TOKEN = sql.raw('id, name, agent_id, scope, created_by, created_at, last_used_at, revoked_at');

/** `TokenStore.createToken`; `tx` is a transaction. */
export async function createToken(
  tx: LedgerDb,
  { name, agentId, scope, digest }: TokenDraft,
  by: ChangeNote,
  now: Instant,
): Promise<Result<ApiToken, 'no-such-agent' | 'name-taken'>> {
  if (agentId !== undefined && (await holdAgent(tx, agentId, 'SHARE')) === undefined) {
    return fail('no-such-agent');
  }
  const { rows } = await sql<TokenRow>`
    INSERT INTO api_token (agent_id, name, digest, scope, created_by, created_at)
    VALUES (${agentId ?? null}::bigint, ${storable(name)}, ${digest}, ${scope}, ${storable(by.actor)},
      ${toTime(now)}::timestamptz)
    ON CONFLICT (coalesce(agent_id, 0), name) DO NOTHING RETURNING ${TOKEN}`.execute(tx);
  const [row] = rows;
  if (row === undefined) return fail('name-taken');
  const token = tokenOf(row);
  const after = { token: token.id, name: token.name, scope };
  await audit(tx, { ...by, action: 'token.create', subject: subjectOf(token), before: null, after }, now);
  return ok(token);
}

/** `TokenStore.tokens`. */
export async function readTokens(db: LedgerDb, agentId?: number): Promise<readonly ApiToken[]> {
  const { rows } = await sql<TokenRow>`
    SELECT ${TOKEN} FROM api_token
    WHERE ${agentId === undefined ? sql`true` : sql`agent_id = ${agentId}::bigint`} ORDER BY id`.execute(db);
  return rows.map(tokenOf);
}

/** `TokenStore.revokeToken`; `tx` is a transaction. */
export async function revokeToken(
  tx: LedgerDb,
  id: number,
  by: ChangeNote,
  now: Instant,
): Promise<ApiToken | undefined> {
  const { rows: held } = await sql<TokenRow>`
    SELECT ${TOKEN} FROM api_token WHERE id = ${id}::bigint FOR UPDATE`.execute(tx);
  const stored = held[0] && tokenOf(held[0]);
  if (stored === undefined || stored.revokedAt !== undefined) return stored;
  await sql`UPDATE api_token SET revoked_at = ${toTime(now)}::timestamptz WHERE id = ${id}::bigint`.execute(
    tx,
  );
  const before = { token: id, name: stored.name, valid: true };
  const after = { ...before, valid: false };
  await audit(tx, { ...by, action: 'token.revoke', subject: subjectOf(stored), before, after }, now);
  return { ...stored, revokedAt: now };
}

/** `TokenStore.principalOf`. When it was used is noted once a minute, so that reading is no writing. */
export async function principalOf(
  db: LedgerDb,
  digest: string,
  now: Instant,
): Promise<Principal | undefined> {
  const { rows } = await sql<TokenRow & { readonly kind: 'agent' | 'reseller' | null }>`
    SELECT t.id, t.name, t.agent_id, t.scope, t.last_used_at, a.kind
    FROM api_token t LEFT JOIN agent a ON a.id = t.agent_id
    WHERE t.digest = ${digest} AND t.revoked_at IS NULL AND coalesce(a.state, 'active') = 'active'`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.last_used_at === null || now - row.last_used_at >= MINUTE_MS) {
    await sql`UPDATE api_token SET last_used_at = ${toTime(now)}::timestamptz WHERE id = ${row.id}::bigint`.execute(
      db,
    );
  }
  const { name, agent_id: agentId, scope, kind: role } = row;
  if (agentId === null || role === null)
    return { kind: 'staff', actor: actorOf({ name, agentId: undefined }) };
  return { kind: 'agent', actor: actorOf({ name, agentId }), agentId, role, scope };
}

function subjectOf({ agentId }: ApiToken): string {
  return agentId === undefined ? 'staff' : `agent:${agentId}`;
}

function tokenOf(row: TokenRow): ApiToken {
  return {
    ...{ id: row.id, name: row.name, agentId: row.agent_id ?? undefined, scope: row.scope },
    ...{ createdBy: row.created_by, createdAt: row.created_at },
    ...{ lastUsedAt: row.last_used_at ?? undefined, revokedAt: row.revoked_at ?? undefined },
  };
}
