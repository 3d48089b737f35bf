import { createHash } from 'node:crypto';
import { randomOctets } from '../../engine/runtime/random.ts';
import { reasonBody, tokenBody, tokensQuery } from '../../schemas/http/agent.ts';
import { newTokenAnswer, tokenAnswer, tokensAnswer } from '../../schemas/http/agent-answers.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { tellToken } from '../agents.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { notFound, problem, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';

/** 256 bits: nobody guesses one, so that its plain digest keeps it. */
const TOKEN_OCTETS = 32;
/** Tells people and scanners of sources what it is. */
const PREFIX = 'mizan_';
const NO_SUCH_TOKEN = 'There is no token of this number.';
const NAME_TAKEN = 'There is, or was, a token of this name.';

/** Tokens of the API: of agents, and of staff by name, so that the audit trail says who. */
export function tokenRoutes({ ledger: { agents }, clock }: ApiDeps): Resource {
  return new Resource('Tokens')
    .serve(
      {
        ...{ method: 'post', path: '/tokens', operationId: 'createToken' },
        summary: 'Make a token for an agent or a member of staff, told once',
        body: tokenBody,
        answers: { 201: newTokenAnswer },
        problems: { 409: NAME_TAKEN },
      },
      async ({ body: { name, agentId, scope, reason } }, c) => {
        const token = `${PREFIX}${randomOctets(TOKEN_OCTETS).toString('base64url')}`;
        const digest = createHash('sha256').update(token).digest('hex');
        const by = { actor: principalOf(c).actor, reason };
        const made = await agents.createToken({ name, agentId, scope, digest }, by, clock.now());
        if (made.ok) return { token, about: tellToken(made.value) };
        if (made.error === 'name-taken') {
          return problem(c, { status: 409, title: 'Name taken', detail: NAME_TAKEN });
        }
        return unprocessable(c, [{ path: 'agentId', message: 'is no agent of ours' }]);
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/tokens', operationId: 'listTokens' },
        summary: 'List tokens with when they were last used',
        query: tokensQuery,
        answers: { 200: tokensAnswer },
      },
      async ({ query: { agentId } }) => ({ tokens: (await agents.tokens(agentId)).map(tellToken) }),
    )
    .serve(
      {
        ...{ method: 'post', path: '/tokens/{id}/revoke', operationId: 'revokeToken' },
        summary: 'Take a token back, at once and for good',
        params: { id: storedNumber.describe('Number of the token.') },
        body: reasonBody,
        answers: { 200: tokenAnswer },
        problems: { 404: NO_SUCH_TOKEN },
      },
      async ({ params: { id }, body: { reason } }, c) => {
        const by = { actor: principalOf(c).actor, reason };
        const revoked = await agents.revokeToken(id, by, clock.now());
        return revoked === undefined ? notFound(c, NO_SUCH_TOKEN) : tellToken(revoked);
      },
    );
}
