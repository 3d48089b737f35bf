import type { Context } from 'hono';
import type { Agent } from '../engine/subscribers/agent.ts';
import type { AgentConflict, AgentReport } from '../engine/subscribers/agent-store.ts';
import { type ApiToken, actorOf } from '../engine/subscribers/token-store.ts';
import type { Instant } from '../engine/values/instant.ts';
import type { agentAnswer, agentReportAnswer, tokenAnswer } from '../schemas/http/agent-answers.ts';
import type { Told } from '../schemas/http/told.ts';
import { toIso, toIsoOrNull } from './iso-time.ts';
import { notFound, unprocessable } from './problem.ts';

/** Tells of an agent that is not there. */
export const NO_SUCH_AGENT = 'There is no agent of this number.';

/** An agent in an answer. */
export type AgentAnswer = Told<typeof agentAnswer>;
/** A report of an agent in an answer. */
export type AgentReportAnswer = Told<typeof agentReportAnswer>;
/** A token in an answer. */
export type TokenAnswer = Told<typeof tokenAnswer>;

/** An agent as answers tell it. */
export function tellAgent({ parentId, createdAt, updatedAt, ...agent }: Agent): AgentAnswer {
  return { ...agent, parentId: parentId ?? null, createdAt: toIso(createdAt), updatedAt: toIso(updatedAt) };
}

/** A page of a report as answers tell it. */
export function tellReport(
  agentId: number,
  { rows, ...sums }: AgentReport,
  { from, to, limit }: { readonly from: Instant; readonly to: Instant; readonly limit: number },
): AgentReportAnswer {
  return {
    ...{ agentId, from: toIso(from), to: toIso(to), ...sums },
    commissions: rows.map((row) => ({ ...row, at: toIso(row.at) })),
    next: rows.length === limit ? rows.at(-1)!.entry : null,
  };
}

/** A token as answers tell it. */
export function tellToken(token: ApiToken): TokenAnswer {
  const { id, name, agentId, scope, createdBy, createdAt, lastUsedAt, revokedAt } = token;
  return {
    ...{ id, name, agentId: agentId ?? null, scope, actor: actorOf(token), createdBy },
    ...{
      createdAt: toIso(createdAt),
      lastUsedAt: toIsoOrNull(lastUsedAt),
      revokedAt: toIsoOrNull(revokedAt),
    },
  };
}

const WORDS: Readonly<
  Record<Exclude<AgentConflict, 'no-such-agent'>, readonly [path: string, message: string]>
> = {
  'no-such-parent': ['parentId', 'is no agent of ours'],
  'would-be-above-itself': ['parentId', 'is the agent itself, or one below'],
  'more-than-parent': ['commissionPercent', 'is more than that of the agent above'],
  'less-than-below': ['commissionPercent', 'is less than that of an agent below'],
  'too-deep': ['parentId', 'would make the tree too deep'],
};

/** Answers why an agent was not stored. */
export function agentConflict(c: Context, conflict: AgentConflict): Response {
  if (conflict === 'no-such-agent') return notFound(c, NO_SUCH_AGENT);
  const [path, message] = WORDS[conflict];
  return unprocessable(c, [{ path, message }]);
}
