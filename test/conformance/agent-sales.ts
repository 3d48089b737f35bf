import { expect, it } from 'vitest';
import { walletOf } from '../../engine/ledger/account.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { type AgentWorld, BY, value } from './agent-world.ts';
import { NOON } from './order-world.ts';

type GetWorld = () => AgentWorld;

/** Sales from deposits, and commission. */
export function sellingAgents(get: GetWorld): void {
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
}

/** Who may sell, and many who sell at once. */
export function racingAgents(get: GetWorld): void {
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
    await ledger.orders.cancel(cancelled.id, 'sara', NOON);
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
