import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AgentWorld, BY, value } from './agent-world.ts';
import { NOON } from './order-world.ts';

type GetWorld = () => AgentWorld;

/** How far agents reach while the tree changes. */
export function movingScopes(get: GetWorld): void {
  it('reaches what is below, wherever agents are moved', async () => {
    const { agents } = get().ledger;
    const ids: number[] = [];
    const customers: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      const one = await get().agent(10);
      ids.push(one.id);
      customers.push(await get().customer(`scope-${index}`, one));
    }
    const parents = new Map<number, number>();
    const isBelow = (low: number, high: number): boolean =>
      low === high || (parents.has(low) && isBelow(parents.get(low)!, high));
    const move = fc.tuple(fc.nat(5), fc.option(fc.nat(5), { nil: undefined }));
    await fc.assert(
      fc.asyncProperty(fc.array(move, { minLength: 1, maxLength: 4 }), async (moves) => {
        for (const [child, parent] of moves) {
          const parentId = parent === undefined ? null : ids[parent]!;
          const moved = await agents.changeAgent(ids[child]!, { parentId }, BY, NOON);
          expect(moved.ok).toBe(parent === undefined || !isBelow(parent, child));
          if (!moved.ok) continue;
          if (parent === undefined) parents.delete(child);
          else parents.set(child, parent);
        }
        for (const [high, agentId] of ids.entries()) {
          const scope = { kind: 'tree', agentId } as const;
          const found = await get().ledger.people.findCustomers({ scope, limit: 100 });
          const expected = customers.filter((_, low) => isBelow(low, high));
          expect(found.map(({ id }) => id)).toEqual(expected);
          const below = await agents.agents({ scope, limit: 100 });
          expect(below.map(({ id }) => id)).toEqual(ids.filter((_, low) => isBelow(low, high)));
        }
      }),
      { numRuns: 15 },
    );
  }, 60_000);
}

/** How far agents reach, thing by thing. */
export function thingScopes(get: GetWorld): void {
  it('is the same for lines, orders, payments and documents, and own is own', async () => {
    const { ledger } = get();
    const parent = await get().agent(10);
    const child = await get().agent(10, parent);
    const customer = await get().customer('reached', child);
    await get().deposit(child, 700_000);
    const order = await get().place('reached', child);
    value(await get().pay(order, child));
    const [payment] = await ledger.payments.payments({ customer, limit: 1 });
    const upload = { customerId: customer, type: 'other', fileName: 'a', mediaType: 'image/jpeg' } as const;
    const added = await ledger.people.addDocument({ ...upload, content: new Uint8Array([1]) }, BY, NOON);
    const things = [
      { of: 'customer', id: customer },
      { of: 'line', id: 'reached' },
      { of: 'order', id: order.id },
      { of: 'payment', id: payment!.id },
      { of: 'document', id: value(added).id },
      { of: 'agent', id: child.id },
    ] as const;
    const within = (kind: 'own' | 'tree', agentId: number) =>
      Promise.all(things.map((thing) => ledger.agents.isWithin({ kind, agentId }, thing)));
    const all = things.map(() => true);
    expect(await within('tree', parent.id)).toEqual(all);
    expect(await within('own', child.id)).toEqual(all);
    expect(await within('own', parent.id)).toEqual(all.map(() => false));
    expect(await within('tree', 999_999)).toEqual(all.map(() => false));
    expect(await ledger.agents.isWithin({ kind: 'all' }, { of: 'customer', id: 999_999 })).toBe(false);
    const scope = { kind: 'own', agentId: parent.id } as const;
    expect(await ledger.orders.orders({ scope, limit: 10 })).toEqual([]);
    expect(await ledger.payments.payments({ scope, limit: 10 })).toEqual([]);
    const below = { kind: 'tree', agentId: parent.id } as const;
    expect((await ledger.orders.orders({ scope: below, limit: 10 })).map(({ id }) => id)).toEqual([order.id]);
    expect(await ledger.payments.payments({ scope: below, limit: 10 })).toHaveLength(1);
  });
}
