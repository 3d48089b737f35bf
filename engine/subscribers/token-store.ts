import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { ChangeNote } from './audit-trail.ts';
import type { AgentScope, Principal } from './principal.ts';

/** A token that is to be valid. The token itself is told once, to whoever asked for it, and stored nowhere. */
export interface TokenDraft {
  /** Says where it is used; stands in the audit trail, and is never given twice to the same owner. */
  readonly name: string;
  /** `undefined`: staff's. */
  readonly agentId: number | undefined;
  readonly scope: AgentScope;
  /** SHA-256 of the token, hexadecimal, small letters. */
  readonly digest: string;
}

/** A token as it is known after it was told. */
export interface ApiToken {
  readonly id: number;
  readonly name: string;
  readonly agentId: number | undefined;
  readonly scope: AgentScope;
  readonly createdBy: string;
  readonly createdAt: Instant;
  /** To the minute. */
  readonly lastUsedAt: Instant | undefined;
  /** Since when it is not valid any more. */
  readonly revokedAt: Instant | undefined;
}

/** Tokens of programs, of staff and of agents. */
export interface TokenStore {
  createToken(
    draft: TokenDraft,
    by: ChangeNote,
    now: Instant,
  ): Promise<Result<ApiToken, 'no-such-agent' | 'name-taken'>>;
  /** By number, those that were taken back too; of one agent, or all. */
  tokens(agentId?: number): Promise<readonly ApiToken[]>;
  /** Takes a token back, at once and for good. `undefined` when there is no such token. */
  revokeToken(id: number, by: ChangeNote, now: Instant): Promise<ApiToken | undefined>;
  /** Whose token has this digest: nobody's when it was taken back, or its agent is suspended. */
  principalOf(digest: string, now: Instant): Promise<Principal | undefined>;
}

/** What the audit trail and the journal call whoever bears a token. */
export function actorOf({ name, agentId }: Pick<TokenDraft, 'name' | 'agentId'>): string {
  return agentId === undefined ? `staff:${name}` : `agent:${agentId}:${name}`;
}
