import type { Context } from 'hono';
import type { ChangeNote } from '../../engine/subscribers/audit-trail.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import {
  agentDepositBody,
  agentLimitBody,
  agentReportQuery,
  customerAgentBody,
  depositPaymentBody,
} from '../../schemas/http/agent.ts';
import { agentAnswer, agentReportAnswer, customerAgentAnswer } from '../../schemas/http/agent-answers.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { orderAnswer } from '../../schemas/http/order-answers.ts';
import { NO_SUCH_AGENT, tellAgent, tellReport } from '../agents.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { tellOrder } from '../orders.ts';
import { notFound, problem, unprocessable } from '../problem.ts';
import { NOT_APPLIED, refusalsOf, refused } from '../refusal.ts';
import { Resource } from '../route.ts';

/** Length of a report when `from` is not given. */
const DEFAULT_PERIOD_MS = 30 * DAY_MS;

const ONE_AGENT = { params: { id: storedNumber.describe('Number of the agent.') } } as const;
const REFERENCE_TAKEN = 'This reference is that of another deposit.';
const OWES_MORE = 'The agent owes more than that already.';
const NO_SUCH_ORDER = 'There is no order of this number.';

const NOT_PAID = [
  'no-such-agent',
  'order-is-over',
  'order-is-out-of-date',
  'insufficient-deposit',
  'uses-wallet-credit',
  ...NOT_APPLIED,
] as const;

/** Deposits of agents, sales from them, and what they earn. */
export function agentMoneyRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Agents', deps);
  serveDeposits(routes, deps);
  serveReports(routes, deps);
  serveSales(routes, deps);
  return routes;
}

function serveDeposits(routes: Resource, { ledger: { agents }, clock }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'post', path: '/agents/{id}/deposits', operationId: 'takeAgentDeposit', ...ONE_AGENT },
        summary: 'Take money that an agent pays in advance',
        description:
          'The same place, reference, amount and agent again is the same deposit, and counts once.',
        body: agentDepositBody,
        answers: { 201: agentAnswer },
        problems: { 404: NO_SUCH_AGENT, 409: REFERENCE_TAKEN },
        idempotencyKey: 'optional',
      },
      async ({ params: { id: agentId }, body: { amount, into, reference, reason } }, c) => {
        const deposit = { agentId, into, amount: rial(amount), reference };
        const taken = await agents.deposit(deposit, noteOf(c, reason), clock.now());
        if (taken.ok) return tellAgent(taken.value);
        if (taken.error === 'no-such-agent') return notFound(c, NO_SUCH_AGENT);
        return problem(c, { status: 409, title: 'Reference taken', detail: REFERENCE_TAKEN });
      },
    )
    .serve(
      {
        ...{ method: 'put', path: '/agents/{id}/credit-limit', operationId: 'limitAgent', ...ONE_AGENT },
        summary: 'Say how far the deposit of an agent may go below 0',
        body: agentLimitBody,
        answers: { 200: agentAnswer },
        problems: { 404: NO_SUCH_AGENT, 409: OWES_MORE },
      },
      async ({ params: { id }, body: { limit, reason } }, c) => {
        const changed = await agents.setDepositLimit(id, rial(limit), noteOf(c, reason), clock.now());
        if (changed.ok) return tellAgent(changed.value);
        if (changed.error === 'no-such-agent') return notFound(c, NO_SUCH_AGENT);
        return problem(c, { status: 409, title: 'Owes more', detail: OWES_MORE });
      },
    );
}

function serveReports(routes: Resource, { ledger: { agents }, clock }: ApiDeps): void {
  routes.serve(
    {
      ...{ method: 'get', path: '/agents/{id}/report', operationId: 'reportAgent', ...ONE_AGENT },
      summary: 'Show what moved the deposit of an agent within a period, with every commission',
      description: 'The last 30 days by default.',
      query: agentReportQuery,
      answers: { 200: agentReportAnswer },
      problems: { 404: NO_SUCH_AGENT },
      ...{ callers: ['staff', 'agent'], reach: { of: 'agent', name: 'id' } },
    },
    async ({ params: { id }, query: { limit, before, ...period } }, c) => {
      const to = period.to ?? clock.now() + 1;
      const from = period.from ?? to - DEFAULT_PERIOD_MS;
      if (from >= to) return unprocessable(c, [{ path: 'from', message: 'must be before to' }]);
      const report = await agents.report(id, { from, to, limit, before });
      return report === undefined ? notFound(c, NO_SUCH_AGENT) : tellReport(id, report, { from, to, limit });
    },
  );
}

function serveSales(routes: Resource, { ledger: { agents, orders }, clock, onApplied }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'put', path: '/customers/{id}/agent', operationId: 'assignCustomer' },
        summary: 'Give a customer to an agent, or back to the house',
        params: { id: storedNumber.describe('Number of the customer.') },
        body: customerAgentBody,
        answers: { 200: customerAgentAnswer },
        problems: { 404: 'There is no such customer or agent.' },
      },
      async ({ params: { id: customerId }, body: { agentId, reason } }, c) => {
        const by = noteOf(c, reason);
        const given = await agents.assignCustomer(customerId, agentId ?? undefined, by, clock.now());
        return given ? { customerId, agentId } : notFound(c, 'There is no such customer or agent.');
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/orders/{id}/pay-from-deposit', operationId: 'payFromDeposit' },
        summary: "Pay an order from an agent's deposit and apply it",
        description:
          'Once: an order that is applied already is told as it is. Commission is added in the same step. ' +
          "Nothing is taken from the customer's wallet: what an agent orders is quoted without it.",
        params: { id: storedNumber.describe('Number of the order.') },
        body: depositPaymentBody,
        answers: { 200: orderAnswer },
        problems: { 404: NO_SUCH_ORDER, 409: refusalsOf(...NOT_PAID) },
        ...{ callers: ['staff', 'agent'], reach: { of: 'order', name: 'id' } },
      },
      async ({ params: { id }, body }, c) => {
        const principal = principalOf(c);
        const agentId = principal.kind === 'agent' ? principal.agentId : body.agentId;
        if (agentId === undefined) return unprocessable(c, [{ path: 'agentId', message: 'is missing' }]);
        const paid = await orders.payFromDeposit(id, agentId, principal.actor, clock.now());
        if (!paid.ok) return refused(c, paid.error);
        await onApplied();
        return tellOrder(paid.value);
      },
    );
}

function noteOf(c: Context, reason: string): ChangeNote {
  return { actor: principalOf(c).actor, reason };
}
