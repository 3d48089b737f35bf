import type { AgentAnswer, AgentReportAnswer, TokenAnswer } from '../agents.ts';
import { type Column, formatFields, formatInstant, formatTable } from './format.ts';
import type { Show } from './show.ts';
import { formatRial } from './show-ledger.ts';

const rialOf = (amount: number) => `${formatRial(amount)} Rial`;

const agentColumns: readonly Column<AgentAnswer>[] = [
  { heading: 'NUMBER', align: 'right', cell: ({ id }) => String(id) },
  { heading: 'BELOW', align: 'right', cell: ({ parentId }) => String(parentId ?? '') },
  { heading: 'KIND', cell: ({ kind }) => kind },
  { heading: 'STATE', cell: ({ state }) => state },
  { heading: 'SHARE', align: 'right', cell: ({ commissionPercent }) => `${commissionPercent}%` },
  { heading: 'DEPOSIT', align: 'right', cell: ({ deposit }) => formatRial(deposit) },
  { heading: 'NAME', cell: ({ name }) => name },
];

/** `agent list`. */
export const showAgents: Show = (body) => {
  const { agents, next } = body as { readonly agents: readonly AgentAnswer[]; readonly next: number | null };
  if (agents.length === 0) return 'No agents.';
  return `${formatTable(agentColumns, agents)}${next === null ? '' : '\n\nThere are more; ask for them with --limit.'}`;
};

/** `agent show`, `agent add` and `agent deposit`. */
export const showAgent: Show = (body) => {
  const { id, parentId, kind, name, mobile, commissionPercent, state, deposit, creditLimit } =
    body as AgentAnswer;
  return formatFields([
    ['Number', String(id)],
    ['Name', name],
    ['Kind', kind],
    ['Below', parentId === null ? '-' : String(parentId)],
    ['Mobile', mobile === '' ? '-' : mobile],
    ['Share', `${commissionPercent}% of the price`],
    ['State', state],
    ['Deposit', rialOf(deposit)],
    ['Limit', rialOf(creditLimit)],
  ]);
};

/** `agent report`: what moved the deposit, and every commission. */
export const showReport: Show = (body) => {
  const { from, to, opening, deposits, sales, saleCount, commission, other, closing, commissions, next } =
    body as AgentReportAnswer;
  const sums = formatFields([
    ['From', formatInstant(from)],
    ['To', formatInstant(to)],
    ['Opening', rialOf(opening)],
    ['Deposits', rialOf(deposits)],
    ['Sales', `${rialOf(sales)} in ${saleCount}`],
    ['Commission', rialOf(commission)],
    ['Other', rialOf(other)],
    ['Closing', rialOf(closing)],
  ]);
  if (commissions.length === 0) return `${sums}\n\nNo commission.`;
  const table = formatTable(
    [
      { heading: 'ENTRY', align: 'right', cell: ({ entry }) => String(entry) },
      { heading: 'AT', cell: ({ at }) => formatInstant(at) },
      { heading: 'ORDER', align: 'right', cell: ({ orderId }) => String(orderId) },
      { heading: 'COMMISSION', align: 'right', cell: ({ amount }) => formatRial(amount) },
    ],
    commissions,
  );
  return `${sums}\n\n${table}${next === null ? '' : '\n\nThere are more; ask for them with --limit.'}`;
};

const tokenColumns: readonly Column<TokenAnswer>[] = [
  { heading: 'NUMBER', align: 'right', cell: ({ id }) => String(id) },
  { heading: 'ACTOR', cell: ({ actor }) => actor },
  { heading: 'REACHES', cell: ({ agentId, scope }) => (agentId === null ? 'all' : scope) },
  { heading: 'MADE', cell: ({ createdAt }) => formatInstant(createdAt) },
  { heading: 'USED', cell: ({ lastUsedAt }) => formatInstant(lastUsedAt) },
  { heading: 'REVOKED', cell: ({ revokedAt }) => formatInstant(revokedAt) },
];

/** `token list`. */
export const showTokens: Show = (body) => {
  const { tokens } = body as { readonly tokens: readonly TokenAnswer[] };
  return tokens.length === 0 ? 'No tokens but the one of the program.' : formatTable(tokenColumns, tokens);
};

/** `token revoke`. */
export const showToken: Show = (body) => formatTable(tokenColumns, [body as TokenAnswer]);

/** `agent token` and `token add`: the token, which nobody tells again. */
export const showNewToken: Show = (body) => {
  const { token, about } = body as { readonly token: string; readonly about: TokenAnswer };
  return `${formatFields([
    ['Token', token],
    ['Acts as', about.actor],
  ])}\n\nIt is told this once: keep it.`;
};
