import type { Context } from 'hono';
import type { AgentChange } from '../../engine/subscribers/agent-store.ts';
import type { ChangeNote } from '../../engine/subscribers/audit-trail.ts';
import { scopeOf } from '../../engine/subscribers/scope.ts';
import { readMobile } from '../../engine/values/contact-number.ts';
import { agentBody, agentChangeBody, agentsQuery, reasonBody } from '../../schemas/http/agent.ts';
import { agentAnswer, agentsAnswer } from '../../schemas/http/agent-answers.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { agentConflict, NO_SUCH_AGENT, tellAgent } from '../agents.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { notFound, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';

const ONE_AGENT = {
  params: { id: storedNumber.describe('Number of the agent.') },
  problems: { 404: NO_SUCH_AGENT },
} as const;

const NOT_OF_AN_AGENT = 'The token is none of an agent.';

/** Agents «نماینده» and resellers «ریسلر»: added, shown, changed, moved, suspended. */
export function agentRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Agents', deps);
  serveReading(routes, deps);
  serveChanges(routes, deps);
  serveStates(routes, deps);
  return routes;
}

function serveReading(routes: Resource, { ledger: { agents } }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'get', path: '/agents/me', operationId: 'showMe' },
        summary: 'Show the agent whose token this is',
        answers: { 200: agentAnswer },
        problems: { 404: NOT_OF_AN_AGENT },
        ...{ callers: ['staff', 'agent'], reach: 'listed' },
      },
      async (_, c) => {
        const principal = principalOf(c);
        const agent = principal.kind === 'agent' ? await agents.agent(principal.agentId) : undefined;
        return agent === undefined ? notFound(c, NOT_OF_AN_AGENT) : tellAgent(agent);
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/agents', operationId: 'listAgents' },
        summary: 'List agents; an agent sees itself and those below',
        query: agentsQuery,
        answers: { 200: agentsAnswer },
        ...{ callers: ['staff', 'agent'], reach: 'listed' },
      },
      async ({ query: { limit, after } }, c) => {
        const found = await agents.agents({ scope: scopeOf(principalOf(c)), limit, after });
        return { agents: found.map(tellAgent), next: found.length === limit ? found.at(-1)!.id : null };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/agents/{id}', operationId: 'getAgent', ...ONE_AGENT },
        summary: 'Show an agent with the deposit',
        answers: { 200: agentAnswer },
        ...{ callers: ['staff', 'agent'], reach: { of: 'agent', name: 'id' } },
      },
      async ({ params: { id } }, c) => {
        const agent = await agents.agent(id);
        return agent === undefined ? notFound(c, NO_SUCH_AGENT) : tellAgent(agent);
      },
    );
}

function serveChanges(routes: Resource, { ledger: { agents }, clock }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'post', path: '/agents', operationId: 'addAgent', idempotencyKey: 'optional' },
        summary: 'Add an agent',
        body: agentBody,
        answers: { 201: agentAnswer },
      },
      async ({ body: { reason, parentId, mobile, ...declared } }, c) => {
        const read = readOptionalMobile(mobile);
        if (read === undefined) return notAMobile(c);
        const particulars = { ...declared, mobile: read, parentId: parentId ?? undefined };
        const made = await agents.createAgent(particulars, noteOf(c, reason), clock.now());
        return made.ok ? tellAgent(made.value) : agentConflict(c, made.error);
      },
    )
    .serve(
      {
        ...{ method: 'patch', path: '/agents/{id}', operationId: 'changeAgent', ...ONE_AGENT },
        summary: 'Change an agent, or move it with all below',
        body: agentChangeBody,
        answers: { 200: agentAnswer },
      },
      async ({ params: { id }, body: { reason, mobile, ...change } }, c) => {
        const read = mobile === undefined ? undefined : readOptionalMobile(mobile);
        if (mobile !== undefined && read === undefined) return notAMobile(c);
        const wanted: AgentChange = { ...change, mobile: read };
        const changed = await agents.changeAgent(id, wanted, noteOf(c, reason), clock.now());
        return changed.ok ? tellAgent(changed.value) : agentConflict(c, changed.error);
      },
    );
}

function serveStates(routes: Resource, { ledger: { agents }, clock }: ApiDeps): void {
  const put = async (c: Context, id: number, state: 'active' | 'suspended', reason: string) => {
    const changed = await agents.changeAgent(id, { state }, noteOf(c, reason), clock.now());
    return changed.ok ? tellAgent(changed.value) : agentConflict(c, changed.error);
  };
  const shared = { ...ONE_AGENT, body: reasonBody, answers: { 200: agentAnswer } } as const;
  routes
    .serve(
      {
        ...{ method: 'post', path: '/agents/{id}/suspend', operationId: 'suspendAgent', ...shared },
        summary: 'Let an agent neither see nor sell; the tokens are refused until it is resumed',
      },
      ({ params: { id }, body: { reason } }, c) => put(c, id, 'suspended', reason),
    )
    .serve(
      {
        ...{ method: 'post', path: '/agents/{id}/resume', operationId: 'resumeAgent', ...shared },
        summary: 'Let a suspended agent work again',
      },
      ({ params: { id }, body: { reason } }, c) => put(c, id, 'active', reason),
    );
}

function noteOf(c: Context, reason: string): ChangeNote {
  return { actor: principalOf(c).actor, reason };
}

/** '' stays; `undefined` for what is no mobile number. */
function readOptionalMobile(text: string): string | undefined {
  return text === '' ? '' : readMobile(text);
}

function notAMobile(c: Context): Response {
  return unprocessable(c, [{ path: 'mobile', message: 'must be a mobile number such as 09123456789' }]);
}
