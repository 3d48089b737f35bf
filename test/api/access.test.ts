import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ACCESS } from './access-classes.ts';
import { AccessWorld, type Caller, MINE } from './access-world.ts';
import { documentOf, type Operation, operationsOf } from './described.ts';

let world: AccessWorld;
let operations: readonly (Operation & { readonly 'x-reach'?: unknown })[];

beforeAll(async () => {
  world = await AccessWorld.open();
  operations = operationsOf(await documentOf(world.app));
}, 60_000);
afterAll(() => world.world.close());

/** Statuses by operation, of those whose status is not as expected. */
async function unexpected(
  caller: Caller,
  which: (operation: Operation) => boolean,
  isRight: (status: number, text: string) => boolean,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const operation of operations.filter(which)) {
    const answer = await world.call(operation, caller);
    const text = await answer.text();
    if (!isRight(answer.status, text))
      found.push(`${operation.operationId} ${answer.status} ${text.slice(0, 300)}`);
  }
  return found;
}

const isOf =
  (...classes: readonly string[]) =>
  ({ operationId }: Operation) =>
    classes.includes(ACCESS.get(operationId)!);
const all = () => true;

describe('every route', () => {
  it('is classified, and nothing else is', () => {
    const known = operations.map(({ operationId }) => operationId);
    expect(known.filter((operation) => !ACCESS.has(operation))).toEqual([]);
    expect([...ACCESS.keys()].filter((operation) => !known.includes(operation))).toEqual([]);
  });

  it('says the same of itself as it is classified', () => {
    for (const { operationId, 'x-callers': callers, 'x-reach': reach } of operations) {
      const declared = !callers.includes('agent')
        ? 'staff'
        : reach === 'listed'
          ? 'own'
          : reach === 'all'
            ? 'all'
            : 'thing';
      expect(`${operationId} ${declared}`).toBe(`${operationId} ${ACCESS.get(operationId)}`);
    }
  });
});

describe('a call', () => {
  it.each(['nobody', 'suspended', 'revoked'] as const)(
    'of %s is answered 401, whatever it is for',
    async (caller) => expect(await unexpected(caller, all, (status) => status === 401)).toEqual([]),
  );

  it.each(['owner', 'agent above', 'agent above, own only', 'other branch'] as const)(
    'of %s for what is staff’s is answered 403',
    async (caller) => expect(await unexpected(caller, isOf('staff'), (status) => status === 403)).toEqual([]),
  );

  it.each(['owner', 'agent above'] as const)('of %s for their things is carried out', async (caller) =>
    expect(await unexpected(caller, isOf('thing'), (status) => status < 300)).toEqual([]),
  );

  it.each(['other branch', 'agent above, own only'] as const)(
    'of %s for things of somebody else is answered as if there were none, and changes nothing',
    async (caller) => {
      const things = ({ operationId, ...operation }: Operation) =>
        isOf('thing')({ operationId, ...operation }) &&
        (caller === 'other branch' || !operation.path.includes('/agents/'));
      const before = await world.world.ledger.people.customer(world.customer);
      const documents = await world.world.ledger.people.documentsOf(world.customer);
      const isHidden = (status: number, text: string) => status === 404 && !text.includes(MINE);
      expect(await unexpected(caller, things, isHidden)).toEqual([]);
      expect(await world.world.ledger.people.customer(world.customer)).toEqual(before);
      expect(await world.world.ledger.people.documentsOf(world.customer)).toEqual(documents);
    },
  );

  it.each(['other branch', 'agent above, own only'] as const)(
    'of %s for a list has nothing of others in it',
    async (caller) => {
      const isEmpty = (status: number, text: string) => status < 300 && !text.includes(MINE);
      expect(await unexpected(caller, isOf('own', 'all'), isEmpty)).toEqual([]);
    },
  );

  it('of the owner for a list has his own in it', async () => {
    for (const operationId of ['findCustomers', 'listOrders']) {
      const operation = operations.find((one) => one.operationId === operationId)!;
      expect(await (await world.call(operation, 'owner')).text()).toContain(MINE);
    }
    const operation = operations.find((one) => one.operationId === 'listPayments')!;
    const { payments } = (await (await world.call(operation, 'owner')).json()) as { payments: unknown[] };
    expect(payments).not.toEqual([]);
  });

  it('of an agent for nothing of anybody is answered 404, too', async () => {
    const missing = async (path: string) =>
      (await world.app.request(path, { headers: { authorization: 'Bearer owner' } })).status;
    expect(await missing('/api/v1/customers/999999')).toBe(404);
    expect(await missing('/api/v1/lines/nobody/contract')).toBe(404);
  });

  it.each(['staff', 'named staff'] as const)('of %s is never refused for who asks', async (caller) => {
    const isHeard = (status: number) => ![401, 403, 500].includes(status);
    expect(await unexpected(caller, all, isHeard)).toEqual([]);
  });

  it('of an agent adds a line to its own customer, which it can sell to, and changes no line that is there', async () => {
    const post = (token: string, path: string, body: object) =>
      world.app.request(`/api/v1${path}`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify(body),
      });
    const line = { username: 'ali-1', password: 'p', plan: 'نامحدود', county: 'کرج', exchange: 'شهید قندی' };
    const lines = `/customers/${world.customer}/lines`;
    const made = await post('owner', lines, line);
    expect([made.status, await made.json()]).toMatchObject([
      201,
      { username: 'ali-1', customerId: world.customer, county: 'کرج', expiresAt: null, status: 'active' },
    ]);
    const before = (await world.world.ledger.line(MINE))!;
    for (const username of ['ali-1', MINE]) {
      expect((await post('owner', lines, { ...line, username, password: 'q' })).status).toBe(409);
    }
    expect(await world.world.ledger.line(MINE)).toEqual(before);
    expect((await post('owner', lines, { ...line, username: 'ali-2', plan: 'nothing' })).status).toBe(422);
    expect((await post('other-branch', lines, { ...line, username: 'ali-2' })).status).toBe(404);
    expect(await world.world.ledger.line('ali-2')).toBeUndefined();
    const explained = await world.asNamedStaff('GET', '/lines/ali-1/explain');
    expect(await explained.json()).toMatchObject({ verdict: { outcome: 'no-service' } });
    const sale = { username: 'ali-1', kind: 'service', offerCode: 'm5' };
    const order = (await (await post('owner', '/orders', sale)).json()) as { id: number };
    const paid = await post('owner', `/orders/${order.id}/pay-from-deposit`, {});
    expect(await paid.json()).toMatchObject({ state: 'applied', username: 'ali-1' });
    const sold = (await world.world.ledger.line('ali-1'))!;
    expect(sold.profile.expiresAt).toBeGreaterThan(world.world.clock.now());
    expect(sold.grants).toHaveLength(1);
  });

  it('of an agent who makes a customer makes its own', async () => {
    const made = await world.app.request('/api/v1/customers', {
      method: 'POST',
      headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'علی', nationalId: '0499370899' }),
    });
    const { customer } = (await made.json()) as { customer: { id: number } };
    expect(await world.world.ledger.agents.agentOf(customer.id)).toBe(world.owner.id);
    const again = await world.app.request('/api/v1/customers', {
      method: 'POST',
      headers: { authorization: 'Bearer other-branch', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'علی', nationalId: '0499370899' }),
    });
    expect(again.status).toBe(409);
    expect(await again.text()).not.toContain(String(customer.id));
  });
});
