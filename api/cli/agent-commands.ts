import type { Call } from './client.ts';
import { type Grammar, query } from './grammar.ts';
import { showAgent, showAgents, showNewToken, showReport, showToken, showTokens } from './show-agents.ts';

function post(path: string, body: object): Call {
  return { method: 'POST', path, body: JSON.stringify(body) };
}

/** Agents, their deposits and what they earn; tokens of the API. */
export const AGENT_GRAMMARS: readonly Grammar[] = [
  {
    ...{ words: ['agent', 'list'], options: ['limit'], show: showAgents },
    request: (_, { limit }) => ({ method: 'GET', path: `/agents${query({ limit })}` }),
  },
  {
    ...{ words: ['agent', 'show'], operand: 'NUMBER', options: [], show: showAgent },
    request: (id) => ({ method: 'GET', path: `/agents/${encodeURIComponent(id)}` }),
  },
  {
    ...{ words: ['agent', 'add'], operand: 'FILE.json', options: [], show: showAgent },
    request: () => ({ method: 'POST', path: '/agents' }),
  },
  {
    ...{ words: ['agent', 'deposit'], operand: 'NUMBER', show: showAgent },
    ...{ options: ['amount', 'into', 'reference'], needs: ['amount', 'into', 'reference'] },
    request: (id, { amount, into, reference }) =>
      post(`/agents/${encodeURIComponent(id)}/deposits`, { amount: Number(amount), into, reference }),
  },
  {
    ...{ words: ['agent', 'report'], operand: 'NUMBER', options: ['from', 'to', 'limit'], show: showReport },
    request: (id, { from, to, limit }) => ({
      method: 'GET',
      path: `/agents/${encodeURIComponent(id)}/report${query({ from, to, limit })}`,
    }),
  },
  {
    ...{
      words: ['agent', 'token'],
      operand: 'NUMBER',
      options: ['name'],
      needs: ['name'],
      show: showNewToken,
    },
    request: (id, { name }) => post('/tokens', { agentId: Number(id), name }),
  },
  {
    ...{ words: ['token', 'add'], operand: 'NAME', options: [], show: showNewToken },
    request: (name) => post('/tokens', { name }),
  },
  {
    ...{ words: ['token', 'list'], options: [], show: showTokens },
    request: () => ({ method: 'GET', path: '/tokens' }),
  },
  {
    ...{ words: ['token', 'revoke'], operand: 'NUMBER', options: [], show: showToken },
    request: (id) => post(`/tokens/${encodeURIComponent(id)}/revoke`, {}),
  },
];
