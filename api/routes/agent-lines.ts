import { checkLineContract } from '../../engine/subscribers/check-customer.ts';
import { customerLineBody } from '../../schemas/http/agent.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { contractAnswer } from '../../schemas/http/customer-answers.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { inWords, tellContract } from '../people.ts';
import { unprocessable } from '../problem.ts';
import { refusalsOf, refused } from '../refusal.ts';
import { Resource } from '../route.ts';

/** Lines that agents and staff add to a customer, to sell something for them. */
export function agentLineRoutes(deps: ApiDeps): Resource {
  const { ledger, clock, onApplied } = deps;
  return new Resource('Agents', deps).serve(
    {
      ...{ method: 'post', path: '/customers/{id}/lines', operationId: 'addLine' },
      ...{ callers: ['staff', 'agent'], reach: { of: 'customer', name: 'id' } },
      summary: 'Add a line to a customer; it has no service until one is bought for it',
      params: { id: storedNumber.describe('Number of the customer.') },
      body: customerLineBody,
      idempotencyKey: 'optional',
      answers: { 201: contractAnswer },
      problems: { 404: 'There is no customer of this number.', 409: refusalsOf('username-taken') },
    },
    async ({ params: { id: customerId }, body: { username, password, plan, reason, ...declared } }, c) => {
      const contract = checkLineContract(declared);
      if (!contract.ok) return unprocessable(c, inWords(contract.error));
      const line = { customerId, username, password, plan, contract: contract.value };
      const by = { actor: principalOf(c).actor, reason };
      const made = await ledger.agents.createLine(line, by, clock.now());
      if (made.ok) {
        await onApplied();
        return tellContract(made.value);
      }
      if (made.error !== 'no-such-plan') return refused(c, made.error);
      return unprocessable(c, [{ path: 'plan', message: `there is no plan ${plan}` }]);
    },
  );
}
