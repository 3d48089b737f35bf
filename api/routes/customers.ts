import type { Context } from 'hono';
import { settingsAt } from '../../engine/orders/house-settings.ts';
import type { ChangeNote } from '../../engine/subscribers/audit-trail.ts';
import { checkCustomer } from '../../engine/subscribers/check-customer.ts';
import type { CustomerConflict } from '../../engine/subscribers/customer-store.ts';
import { scopeOf } from '../../engine/subscribers/scope.ts';
import {
  customerBody,
  customerChangeBody,
  customersQuery,
  storedNumber,
} from '../../schemas/http/customer.ts';
import {
  customerDetailAnswer,
  customersAnswer,
  storedCustomerAnswer,
} from '../../schemas/http/customer-answers.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso } from '../iso-time.ts';
import { inWords, tellContract, tellCustomer } from '../people.ts';
import { notFound, problem, unprocessable } from '../problem.ts';
import { Resource } from '../route.ts';

const NO_SUCH_CUSTOMER = 'There is no customer of this number.';
const CONFLICTS =
  'Somebody else has changed the customer, the national id is that of another one, or the day of birth is set.';

const ONE_CUSTOMER = {
  params: { id: storedNumber.describe('Number of the customer.') },
  path: '/customers/{id}',
} as const;

/** Customers: found, added, shown with their lines, changed. */
export function customerRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Customers', deps);
  serveAll(routes, deps);
  serveOne(routes, deps);
  return routes;
}

function serveAll(routes: Resource, { ledger: { people }, clock }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'get', path: '/customers', operationId: 'findCustomers' },
        ...{ callers: ['staff', 'agent'], reach: 'listed' },
        summary: 'Find customers by what is known of them',
        query: customersQuery,
        answers: { 200: customersAnswer },
      },
      async ({ query }, c) => {
        const found = await people.findCustomers({ ...query, scope: scopeOf(principalOf(c)) });
        const next = found.length === query.limit ? found.at(-1)!.id : null;
        return { customers: found.map(tellCustomer), next };
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/customers', operationId: 'addCustomer', idempotencyKey: 'optional' },
        ...{ callers: ['staff', 'agent'], reach: 'listed' },
        summary: 'Add a customer',
        body: customerBody,
        answers: { 201: storedCustomerAnswer },
        problems: { 409: 'Another customer has this national id, or the key is in use.' },
      },
      async ({ body: { reason, ...declared } }, c) => {
        const checked = checkCustomer(declared, clock.now());
        if (!checked.ok) return unprocessable(c, inWords(checked.error));
        const { particulars, warnings } = checked.value;
        const principal = principalOf(c);
        // An agent's customer is its own from the first moment.
        const agentId = principal.kind === 'agent' ? principal.agentId : undefined;
        const by = noteOf(c, reason);
        const made = await people.createCustomer(particulars, by, clock.now(), agentId);
        if (!made.ok) return conflict(c, made.error);
        return { customer: tellCustomer(made.value), warnings: inWords(warnings) };
      },
    );
}

function serveOne(routes: Resource, deps: ApiDeps): void {
  const { clock } = deps;
  const { people } = deps.ledger;
  routes
    .serve(
      {
        ...{ method: 'get', operationId: 'getCustomer', ...ONE_CUSTOMER },
        ...{ callers: ['staff', 'agent'], reach: { of: 'customer', name: 'id' } },
        summary: 'Show a customer with their lines and how their documents stand',
        answers: { 200: customerDetailAnswer },
        problems: { 404: NO_SUCH_CUSTOMER },
      },
      async ({ params: { id } }, c) => {
        const customer = await people.customer(id);
        if (customer === undefined) return notFound(c, NO_SUCH_CUSTOMER);
        const lines = await people.linesOf(id);
        return {
          customer: tellCustomer(customer),
          lines: lines.map(tellContract),
          documents: await documentStanding(deps, id),
        };
      },
    )
    .serve(
      {
        ...{ method: 'patch', operationId: 'changeCustomer', ...ONE_CUSTOMER },
        ...{ callers: ['staff', 'agent'], reach: { of: 'customer', name: 'id' } },
        summary: 'Change a customer',
        body: customerChangeBody,
        answers: { 200: storedCustomerAnswer },
        problems: { 404: NO_SUCH_CUSTOMER, 409: CONFLICTS },
      },
      async ({ params: { id }, body: { revision, reason, ...change } }, c) => {
        const stored = await people.customer(id);
        if (stored === undefined) return notFound(c, NO_SUCH_CUSTOMER);
        const checked = checkCustomer({ ...stored, ...withoutAbsent(change) }, clock.now());
        if (!checked.ok) return unprocessable(c, inWords(checked.error));
        const { particulars, warnings } = checked.value;
        const by = noteOf(c, reason);
        const changed = await people.updateCustomer(id, revision, particulars, by, clock.now());
        if (!changed.ok) return conflict(c, changed.error);
        return { customer: tellCustomer(changed.value), warnings: inWords(warnings) };
      },
    );
}

async function documentStanding({ ledger, clock }: ApiDeps, customerId: number) {
  const now = clock.now();
  const { settings } = await ledger.catalogue.catalogue();
  const { documentGraceDays } = settingsAt(settings, now);
  const standing = await ledger.people.documentStanding(customerId, documentGraceDays, now);
  if (standing.state === 'complete') return { state: 'complete' as const, deadline: null, missing: [] };
  return { ...standing, deadline: toIso(standing.deadline) };
}

function noteOf(c: Context, reason: string): ChangeNote {
  return { actor: principalOf(c).actor, reason };
}

function conflict(c: Context, fault: CustomerConflict): Response {
  if (fault.kind === 'no-such-customer') return notFound(c, NO_SUCH_CUSTOMER);
  if (fault.kind === 'changed-since') {
    const detail = `The customer has revision ${fault.revision} now; look again before you change them.`;
    return problem(c, { status: 409, title: 'Changed by somebody else', detail });
  }
  if (fault.kind === 'born-on-set') {
    const detail = 'The day of birth or registration is set, and is set once.';
    return problem(c, { status: 409, title: 'Set already', detail });
  }
  // Whose customer that is, is no affair of an agent.
  const who = principalOf(c).kind === 'staff' ? `Customer ${fault.customerId}` : 'Another customer';
  const detail = `${who} has this national id.`;
  return problem(c, { status: 409, title: 'There is such a customer', detail });
}

/** A field that a body leaves out is absent, not empty. */
function withoutAbsent<T extends object>(fields: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
