import { expect, it } from 'vitest';
import { type AgentWorld, value } from './agent-world.ts';
import { NOON } from './order-world.ts';

type GetWorld = () => AgentWorld;

/** What agents sell, and what is in the wallets of their customers. */
export function walletsOfCustomers(get: GetWorld): void {
  it('has the deposit pay the whole price and leaves the wallet of the customer alone', async () => {
    const { orders } = get();
    const seller = await get().agent(10);
    const customer = await get().customer('thrifty', seller);
    await get().deposit(seller, 700_000);
    await orders.credit(customer, 200_000, 'thrifty');
    const order = await get().place('thrifty', seller);
    expect(order.quote).toMatchObject({ creditUsed: 0, payable: 660_000, surplus: 0 });
    value(await get().pay(order, seller));
    expect(await orders.wallet(customer)).toBe(200_000);
    expect(await get().left(seller)).toBe(700_000 - 660_000 + 60_000);
  });

  it('puts into the wallet what a former service is worth more, and keeps the commission of what stands', async () => {
    const { orders } = get();
    const seller = await get().agent(10);
    const customer = await get().customer('downgraded', seller);
    await get().deposit(seller, 1_000_000);
    await orders.credit(customer, 200_000, 'downgraded');
    value(await get().pay(await get().place('downgraded', seller, 'm8'), seller));
    const left = await get().left(seller);
    const change = await get().place('downgraded', seller, 'm5', 'change');
    const { price, vat, remainingValue, surplus } = change.quote;
    expect(surplus).toBeGreaterThan(0);
    expect(surplus).toBe(remainingValue - price - vat);
    value(await get().pay(change, seller));
    expect(await orders.wallet(customer)).toBe(200_000 + surplus);
    // 10 % of the 300,000 that are not in the price any more.
    expect(await get().left(seller)).toBe(left - 30_000);
  });

  it('refuses to pay an order that takes credit of the customer, in part or as a whole', async () => {
    const { orders } = get();
    const seller = await get().agent(10);
    const customer = await get().customer('spared', seller);
    await get().deposit(seller, 5_000_000);
    const refused = { ok: false, error: 'uses-wallet-credit' };
    await orders.credit(customer, 200_000, 'spared-1');
    const part = await orders.place('spared', 'm5');
    expect(part.quote).toMatchObject({ creditUsed: 200_000, payable: 460_000 });
    expect(await get().pay(part, seller)).toEqual(refused);
    await orders.credit(customer, 800_000, 'spared-2');
    const whole = await orders.place('spared', 'm5');
    expect(whole.quote).toMatchObject({ creditUsed: 660_000, payable: 0 });
    expect(await get().pay(whole, seller)).toEqual(refused);
    expect(await orders.wallet(customer)).toBe(1_000_000);
    expect(await get().left(seller)).toBe(5_000_000);
    value(await get().ledger.orders.payFromWallet(whole.id, 'u1', NOON));
    expect(await get().pay(whole, seller)).toMatchObject({ ok: true });
    expect(await get().left(seller)).toBe(5_000_000);
  });

  it('lets a customer pay what the agent has ordered, from the wallet or at a bank', async () => {
    const { orders, ledger } = get();
    const seller = await get().agent(10);
    const customer = await get().customer('own-purse', seller);
    await orders.credit(customer, 660_000, 'own-purse');
    const [first, second] = [await get().place('own-purse', seller), await get().place('own-purse', seller)];
    value(await ledger.orders.payFromWallet(first.id, 'u1', NOON));
    expect(await orders.wallet(customer)).toBe(0);
    expect((await orders.pay(second)).state).toBe('applied');
    expect(await orders.wallet(customer)).toBe(0);
    expect(await get().left(seller)).toBe(0);
  });
}
