import type { Context } from 'hono';
import { checkLineContract } from '../../engine/subscribers/check-customer.ts';
import type { StandingEntry } from '../../engine/subscribers/people-store.ts';
import { jalaliTextAt } from '../../engine/subscribers/read-day.ts';
import type { SuspensionChange, SuspensionOutcome } from '../../engine/subscribers/suspension.ts';
import { contractBody, standingBody, standingQuery, suspensionBody } from '../../schemas/http/customer.ts';
import {
  conditionAnswer,
  contractAnswer,
  standingHistoryAnswer,
} from '../../schemas/http/customer-answers.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { lineParams, NO_SUCH_LINE } from '../path-username.ts';
import { inWords, tellContract } from '../people.ts';
import { notFound, problem, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';

/** What all routes of one line share. */
const ONE_LINE = { params: lineParams, problems: { 404: NO_SUCH_LINE } } as const;
const CLOSED = 'The line is closed.';

/** What is declared of lines: whose they are, why they are off, and whether they are to be collected. */
export function contractRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Contracts', deps);
  serveContract(routes, deps);
  serveSuspensions(routes, deps);
  serveStanding(routes, deps);
  return routes;
}

function serveContract(routes: Resource, { ledger: { people }, clock, onApplied }: ApiDeps): void {
  const path = '/lines/{username}/contract';
  routes
    .serve(
      {
        ...{ method: 'get', path, operationId: 'getContract', ...ONE_LINE },
        ...{ callers: ['staff', 'agent'], reach: { of: 'line', name: 'username' } },
        summary: 'Show whose a line is, and its telephone line',
        answers: { 200: contractAnswer },
      },
      async ({ params: { username } }, c) => {
        const line = await people.customerLine(username);
        return line === undefined ? notFound(c, NO_SUCH_LINE) : tellContract(line);
      },
    )
    .serve(
      {
        ...{ method: 'patch', path, operationId: 'changeContract', ...ONE_LINE },
        summary: 'Give a line to a customer, or change what is declared of its telephone line',
        body: contractBody,
        answers: { 200: contractAnswer },
      },
      async ({ params: { username }, body: { customerId, reason, ...declared } }, c) => {
        const checked = checkLineContract(declared);
        if (!checked.ok) return unprocessable(c, inWords(checked.error));
        const change = { ...checked.value, ...(customerId !== undefined && { customerId }) };
        const by = { actor: principalOf(c).actor, reason };
        const changed = await people.changeLineContract(username, change, by, clock.now());
        if (changed.ok) {
          await onApplied();
          return tellContract(changed.value);
        }
        if (changed.error === 'no-such-line') return notFound(c, NO_SUCH_LINE);
        return unprocessable(c, [{ path: 'customerId', message: 'is no customer of ours' }]);
      },
    );
}

function serveSuspensions(routes: Resource, deps: ApiDeps): void {
  const { people } = deps.ledger;
  const { clock } = deps;
  const change = (c: Context, reason: string): SuspensionChange => ({
    ...{ cause: 'staff', actor: principalOf(c).actor, reason },
  });
  const shared = {
    params: lineParams,
    body: suspensionBody,
    answers: { 200: conditionAnswer },
    problems: { 404: NO_SUCH_LINE, 409: CLOSED },
  } as const;
  routes
    .serve(
      {
        ...{ method: 'post', path: '/lines/{username}/suspend', operationId: 'suspendLine', ...shared },
        summary: 'Keep a line off until staff let it on again',
      },
      async ({ params: { username }, body: { reason } }, c) =>
        told(c, deps, username, await people.suspendLine(username, change(c, reason), clock.now())),
    )
    .serve(
      {
        ...{ method: 'post', path: '/lines/{username}/resume', operationId: 'resumeLine', ...shared },
        summary: 'Take away that staff keep a line off; other causes stay',
      },
      async ({ params: { username }, body: { reason } }, c) =>
        told(c, deps, username, await people.resumeLine(username, change(c, reason), clock.now())),
    );
}

/** How the line is now, once the packet path has it. */
async function told(c: Context, deps: ApiDeps, username: string, outcome: SuspensionOutcome | undefined) {
  if (outcome === 'closed') return problem(c, { status: 409, title: 'Closed', detail: CLOSED });
  if (outcome === 'changed') await deps.onApplied();
  return tellCondition(c, deps, username);
}

async function tellCondition(c: Context, { ledger: { people } }: ApiDeps, username: string) {
  const condition = await people.lineCondition(username);
  if (condition === undefined) return notFound(c, NO_SUCH_LINE);
  const { standing, suspensions } = condition;
  return {
    ...{ username, standing },
    suspensions: suspensions.map(({ cause, since }) => ({ cause, since: toIso(since) })),
  };
}

function serveStanding(routes: Resource, deps: ApiDeps): void {
  const { people } = deps.ledger;
  routes
    .serve(
      {
        ...{ method: 'get', path: '/lines/{username}/standing', operationId: 'getStanding', ...ONE_LINE },
        ...{ callers: ['staff', 'agent'], reach: { of: 'line', name: 'username' } },
        summary: 'Show how a line stands, and what keeps it off',
        answers: { 200: conditionAnswer },
      },
      ({ params: { username } }, c) => tellCondition(c, deps, username),
    )
    .serve(
      {
        ...{ method: 'put', path: '/lines/{username}/standing', operationId: 'changeStanding', ...ONE_LINE },
        summary: 'Put a line into the collection list, or into operation, by the word of staff',
        body: standingBody,
        answers: { 200: conditionAnswer },
      },
      async ({ params: { username }, body }, c) => {
        const change = { ...body, actor: principalOf(c).actor };
        await people.changeStanding(username, change, deps.clock.now());
        return tellCondition(c, deps, username);
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/lines/{username}/standing-history', operationId: 'listStandings' },
        ...ONE_LINE,
        ...{ callers: ['staff', 'agent'], reach: { of: 'line', name: 'username' } },
        summary: 'List how a line stood since it is there',
        query: standingQuery,
        answers: { 200: standingHistoryAnswer },
      },
      async ({ params: { username }, query: { limit, after } }, c) => {
        const rows = await people.standingHistory(username, limit, after);
        if (rows === undefined) return notFound(c, NO_SUCH_LINE);
        return { changes: rows.map(tellStanding), next: rows.length === limit ? rows.at(-1)!.id : null };
      },
    );
}

function tellStanding({ id, at, to, reason, note, actor }: StandingEntry) {
  return { id, day: jalaliTextAt(at), at: toIso(at), standing: to, reason, note, actor };
}
