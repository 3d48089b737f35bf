import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { walletOf } from '../../engine/ledger/account.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, MINUTE_MS } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import { AgentWorld, BY, value } from './agent-world.ts';
import { NOON } from './order-world.ts';

type GetWorld = () => AgentWorld;

/** What every ledger promises about agents. The tests follow one ledger through its life, in order. */
export function agentSuite(name: string, open: () => Promise<Ledger>): void {
  describe(`agents on ${name}`, () => {
    let world: AgentWorld;
    beforeAll(async () => {
      world = await AgentWorld.begin(await open());
    }, 60_000);
    afterAll(() => world.ledger.close());
    tree(() => world);
    deposits(() => world);
    sales(() => world);
    scopes(() => world);
    tokens(() => world);
    it('leaves books without a fault', async () => {
      expect(await world.orders.faults()).toBe(0);
    });
  });
}

function tree(get: GetWorld): void {
  it('keeps shares below those above, and nobody above himself', async () => {
    const { ledger, agent } = { ledger: get().ledger, agent: get().agent.bind(get()) };
    const top = await agent(20);
    const middle = await agent(15, top);
    const low = await agent(10, middle);
    const change = (id: number, wanted: Parameters<typeof ledger.agents.changeAgent>[1]) =>
      ledger.agents.changeAgent(id, wanted, BY, NOON);
    const error = async (id: number, wanted: Parameters<typeof change>[1]) => {
      const changed = await change(id, wanted);
      return changed.ok ? undefined : changed.error;
    };
    expect(await error(top.id, { parentId: low.id })).toBe('would-be-above-itself');
    expect(await error(top.id, { parentId: top.id })).toBe('would-be-above-itself');
    expect(await error(low.id, { commissionPercent: 16 })).toBe('more-than-parent');
    expect(await error(middle.id, { commissionPercent: 9 })).toBe('less-than-below');
    expect(await error(middle.id, { parentId: 999_999 })).toBe('no-such-parent');
    expect(await error(999_999, { name: 'x' })).toBe('no-such-agent');
    expect(value(await change(middle.id, { parentId: null }))).toMatchObject({ parentId: undefined });
    expect(value(await change(middle.id, { state: 'suspended' }))).toMatchObject({ state: 'suspended' });
    value(await change(middle.id, { name: 'دیگر' }));
    expect(await get().trail(`agent:${middle.id}`)).toEqual([
      'agent.update',
      'agent.suspend',
      'agent.move',
      'agent.create',
    ]);
  });

  it('lets no two moves at once make a circle', async () => {
    const { agents } = get().ledger;
    for (let round = 0; round < 5; round += 1) {
      const [left, right] = [await get().agent(10), await get().agent(10)];
      const moves = await Promise.all([
        agents.changeAgent(left.id, { parentId: right.id }, BY, NOON),
        agents.changeAgent(right.id, { parentId: left.id }, BY, NOON),
      ]);
      expect(moves.filter(({ ok }) => ok)).toHaveLength(1);
    }
  });
}

function deposits(get: GetWorld): void {
  it('takes a deposit once for its reference, and tells who took it', async () => {
    const { agents, money } = get().ledger;
    const { id: agentId } = await get().agent(10);
    const deposit = { agentId, into: 'cash', amount: rial(500), reference: 'receipt-1' };
    const both = [await agents.deposit(deposit, BY, NOON), await agents.deposit(deposit, BY, NOON)];
    expect(both.map((one) => value(one).deposit)).toEqual([500, 500]);
    expect(await agents.deposit({ ...deposit, amount: rial(501) }, BY, NOON)).toEqual({
      ok: false,
      error: 'reference-taken',
    });
    expect((await money.balance('gateway:cash'))!.balance).toBe(500);
    const [entry, ...more] = await get().ledger.people.auditTrail({ subject: `agent:${agentId}`, limit: 2 });
    expect(entry).toMatchObject({
      ...{ actor: 'sara', reason: 'as agreed', action: 'agent.deposit' },
      ...{ before: { deposit: 0 }, after: { deposit: 500, reference: 'receipt-1' } },
    });
    expect(more.map(({ action }) => action)).toEqual(['agent.create']);
    expect(await agents.deposit({ ...deposit, agentId: 999_999 }, BY, NOON)).toMatchObject({ ok: false });
  });

  it('lets a deposit go below 0 as far as its limit', async () => {
    const { agents } = get().ledger;
    const seller = await get().agent(0);
    await get().customer('on-limit', seller);
    const order = await get().place('on-limit', seller);
    expect(await get().pay(order, seller)).toEqual({ ok: false, error: 'insufficient-deposit' });
    value(await agents.setDepositLimit(seller.id, rial(660_000), BY, NOON));
    expect(await get().pay(order, seller)).toMatchObject({ ok: true });
    expect(await agents.agent(seller.id)).toMatchObject({ deposit: -660_000, creditLimit: 660_000 });
    expect(await agents.setDepositLimit(seller.id, rial(1), BY, NOON)).toEqual({
      ok: false,
      error: 'owes-more',
    });
  });
}

function sales(get: GetWorld): void {
  it('sells from the deposit, with commission for the seller and those above', async () => {
    const { ledger } = get();
    const top = await get().agent(20);
    const seller = await get().agent(15, top);
    const customer = await get().customer('sold-to', seller);
    await get().deposit(seller, 1_000_000);
    const order = await get().place('sold-to', seller);
    expect(order).toMatchObject({ purchaseType: 'agent', quote: { price: 600_000, vat: 60_000 } });
    expect(value(await get().pay(order, seller))).toMatchObject({ state: 'applied' });
    expect(value(await get().pay(order, seller))).toMatchObject({ state: 'applied' });
    expect(await get().left(seller)).toBe(1_000_000 - 660_000 + 90_000);
    expect(await get().left(top)).toBe(30_000);
    expect((await ledger.money.balance(walletOf(customer)))?.balance ?? 0).toBe(0);
    const [payment] = await ledger.payments.payments({ customer, limit: 5 });
    expect(payment).toMatchObject({ gateway: 'agent', state: 'paid', amount: 660_000, orderId: order.id });
    expect((await get().orders.line('sold-to')).profile.status).toBe('active');
    expect(await get().trail(`order:${order.id}`)).toEqual(['order.pay-from-deposit']);
    const report = await ledger.agents.report(seller.id, { from: NOON, to: NOON + DAY_MS, limit: 10 });
    expect(report).toMatchObject({
      ...{ opening: 0, deposits: 1_000_000, sales: 660_000, saleCount: 1, commission: 90_000, other: 0 },
      ...{ closing: 430_000, rows: [{ orderId: order.id, amount: 90_000 }] },
    });
    const later = await ledger.agents.report(top.id, { from: NOON + 1, to: NOON + DAY_MS, limit: 10 });
    expect(later).toMatchObject({ opening: 30_000, commission: 0, closing: 30_000, rows: [] });
  });

  it('takes commission back once, and not more than is left', async () => {
    const { agents } = get().ledger;
    const seller = await get().agent(50);
    await get().customer('refunded', seller);
    await get().deposit(seller, 660_000);
    const order = await get().place('refunded', seller);
    value(await get().pay(order, seller));
    expect(await get().left(seller)).toBe(300_000);
    expect(value(await agents.returnCommission(order.id, BY, NOON))).toBe(300_000);
    expect(value(await agents.returnCommission(order.id, BY, NOON))).toBe(300_000);
    expect(await get().left(seller)).toBe(0);
    expect((await get().trail(`order:${order.id}`))[0]).toBe('commission.return');
    expect(await get().trail(`order:${order.id}`)).toHaveLength(2);
    expect(await agents.returnCommission(1, BY, NOON)).toEqual({ ok: false, error: 'no-commission' });

    await get().customer('refunded-2', seller);
    await get().deposit(seller, 660_000);
    const second = await get().place('refunded-2', seller);
    value(await get().pay(second, seller));
    await get().customer('refunded-3', seller);
    await get().deposit(seller, 359_999);
    const third = await get().place('refunded-3', seller);
    expect(await get().pay(third, seller)).toMatchObject({ error: 'insufficient-deposit' });
    await get().deposit(seller, 1);
    value(await get().pay(third, seller));
    value(await agents.returnCommission(second.id, BY, NOON));
    const spent = await agents.returnCommission(third.id, BY, NOON);
    expect(spent).toEqual({ ok: false, error: 'insufficient-deposit' });
  });

  it('refuses who is suspended, is elsewhere or is not there, and orders that are over', async () => {
    const { ledger } = get();
    const [seller, stranger, parent] = [await get().agent(10), await get().agent(10), await get().agent(10)];
    const child = await get().agent(5, parent);
    for (const one of [seller, stranger, parent, child]) await get().deposit(one, 5_000_000);
    await get().customer('guarded', child);
    const order = await get().place('guarded', child);
    const error = async (agent: typeof seller) => {
      const paid = await get().pay(order, agent);
      return paid.ok ? undefined : paid.error;
    };
    expect(await error(stranger)).toBe('no-such-agent');
    expect(await error({ ...stranger, id: 999_999 })).toBe('no-such-agent');
    value(await ledger.agents.changeAgent(child.id, { state: 'suspended' }, BY, NOON));
    expect(await error(child)).toBe('no-such-agent');
    expect(await error(parent)).toBeUndefined();
    const cancelled = await get().place('guarded', parent, 'm8');
    await ledger.orders.cancel(cancelled.id, NOON);
    expect(await get().pay(cancelled, parent)).toEqual({ ok: false, error: 'order-is-over' });
    expect(await get().pay({ id: 1 }, parent)).toEqual({ ok: false, error: 'no-such-order' });
    await get().customer('house');
    const houses = await get().place('house', parent);
    expect(await get().pay(houses, parent)).toEqual({ ok: false, error: 'no-such-agent' });
  });

  it('lets one of 200 parallel sales have a deposit for one', async () => {
    const seller = await get().agent(10);
    await get().deposit(seller, 660_000);
    const usernames = Array.from({ length: 200 }, (_, index) => `race-${index}`);
    const orders = [];
    for (const username of usernames) {
      await get().customer(username, seller);
      orders.push(await get().place(username, seller));
    }
    const paid = await Promise.all(orders.map((order) => get().pay(order, seller)));
    expect(paid.filter(({ ok }) => ok)).toHaveLength(1);
    expect(paid.filter((one) => !one.ok && one.error === 'insufficient-deposit')).toHaveLength(199);
    expect(await get().left(seller)).toBe(60_000);
    expect(await get().orders.faults()).toBe(0);
  }, 120_000);

  it('applies an order once that is paid 50 times at once', async () => {
    const seller = await get().agent(10);
    await get().deposit(seller, 50_000_000);
    await get().customer('once', seller);
    const order = await get().place('once', seller);
    const paid = await Promise.all(Array.from({ length: 50 }, () => get().pay(order, seller)));
    expect(paid.every(({ ok }) => ok)).toBe(true);
    expect(await get().left(seller)).toBe(50_000_000 - 600_000);
  });
}

function scopes(get: GetWorld): void {
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

function tokens(get: GetWorld): void {
  const digestOf = (token: string) => createHash('sha256').update(token).digest('hex');

  it('knows whose a token is until it is taken back or its agent suspended', async () => {
    const { agents } = get().ledger;
    const { id: agentId } = await get().agent(10, undefined, { kind: 'reseller' });
    const draft = { name: 'till', agentId, scope: 'own', digest: digestOf('a') } as const;
    const token = value(await agents.createToken(draft, BY, NOON));
    const principal = {
      kind: 'agent',
      actor: `agent:${agentId}:till`,
      agentId,
      role: 'reseller',
      scope: 'own',
    };
    expect(await agents.principalOf(digestOf('a'), NOON)).toEqual(principal);
    expect(await agents.principalOf(digestOf('b'), NOON)).toBeUndefined();
    await agents.principalOf(digestOf('a'), NOON + MINUTE_MS - 1);
    expect((await agents.tokens(agentId))[0]!.lastUsedAt).toBe(NOON);
    await agents.principalOf(digestOf('a'), NOON + MINUTE_MS);
    expect((await agents.tokens(agentId))[0]!.lastUsedAt).toBe(NOON + MINUTE_MS);
    const again = await agents.createToken({ ...draft, digest: digestOf('c') }, BY, NOON);
    expect(again).toEqual({ ok: false, error: 'name-taken' });
    value(await agents.changeAgent(agentId, { state: 'suspended' }, BY, NOON));
    expect(await agents.principalOf(digestOf('a'), NOON)).toBeUndefined();
    value(await agents.changeAgent(agentId, { state: 'active' }, BY, NOON));
    expect(await agents.principalOf(digestOf('a'), NOON)).toEqual(principal);
    expect(await agents.revokeToken(token.id, BY, NOON)).toMatchObject({ revokedAt: NOON });
    expect(await agents.revokeToken(token.id, BY, NOON + 1)).toMatchObject({ revokedAt: NOON });
    expect(await agents.principalOf(digestOf('a'), NOON)).toBeUndefined();
    expect(await get().trail(`agent:${agentId}`)).toEqual([
      ...['token.revoke', 'agent.resume', 'agent.suspend', 'token.create', 'agent.create'],
    ]);
  });

  it('gives staff names of their own', async () => {
    const { agents } = get().ledger;
    const draft = { name: 'sara', agentId: undefined, scope: 'tree', digest: digestOf('s') } as const;
    value(await agents.createToken(draft, BY, NOON));
    expect(await agents.principalOf(digestOf('s'), NOON)).toEqual({ kind: 'staff', actor: 'staff:sara' });
    expect(await agents.createToken({ ...draft, agentId: 999_999 }, BY, NOON)).toMatchObject({ ok: false });
    expect(await agents.revokeToken(999_999, BY, NOON)).toBeUndefined();
  });
}
