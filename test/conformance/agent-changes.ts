import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Invoice } from '../../engine/invoices/invoice.ts';
import type { Order } from '../../engine/orders/order.ts';
import type { RemainingRules } from '../../engine/orders/remaining-value.ts';
import type { Agent } from '../../engine/subscribers/agent.ts';
import { DAY_MS, HOUR_MS, type Instant } from '../../engine/values/instant.ts';
import { type AgentWorld, BY, value } from './agent-world.ts';
import { NOON } from './order-world.ts';

type GetWorld = () => AgentWorld;

const RULES: RemainingRules = { basis: 'smaller', dayBase: 'actual', base: 'price' };

/** Commission of sales in whose place others come. */
export function changedAgents(get: GetWorld): void {
  it('leaves no commission of a sale that was changed and then refunded', async () => {
    const seller = await get().agent(50);
    await get().customer('changed-1', seller);
    await get().deposit(seller, 1_410_000);
    const books = new ChangeBooks(get(), seller, 'changed-1');
    const first = (await books.buy('m8'))!;
    const second = (await books.buy('free'))!;
    expect(await get().left(seller)).toBe(600_000);
    expect(await books.refund(second, 'end')).toBe(true);
    expect(await get().left(seller)).toBe(0);
    expect(await get().trail(`order:${first.id}`)).toEqual(['commission.return', 'order.pay-from-deposit']);
    expect(await books.refund(first, 'keep')).toBe(false);
  });

  it('leaves commission of the days that were used, and of nothing else', async () => {
    const seller = await get().agent(50);
    await get().customer('changed-2', seller);
    await get().deposit(seller, 5_000_000);
    const books = new ChangeBooks(get(), seller, 'changed-2');
    await books.buy('free');
    books.now += 10 * DAY_MS;
    const change = (await books.buy('m8'))!;
    expect(change.quote).toMatchObject({ remainingValue: 800_000, payable: 190_000 });
    expect(await get().left(seller)).toBe(5_000_000 - 1_320_000 - 190_000 + 600_000 + 50_000);
    expect(await books.refund(change, 'keep')).toBe(true);
    expect(await get().left(seller)).toBe(5_000_000 - 1_320_000 - 190_000 + 200_000);
    expect((await books.buy('m5'))!.quote.remainingValue).toBe(0);
  });

  it('has it given back, too, when the customer changes at a bank to a cheaper service', async () => {
    const { orders } = get();
    const seller = await get().agent(50);
    await get().customer('changed-3', seller);
    await get().deposit(seller, 990_000);
    await new ChangeBooks(get(), seller, 'changed-3').buy('m8');
    const change = await orders.place('changed-3', 'm5', { kind: 'change' });
    expect(change.quote).toMatchObject({ remainingValue: 900_000, surplus: 240_000 });
    value(await get().ledger.orders.payFromWallet(change.id, 'u1', NOON));
    expect(await get().left(seller)).toBe(300_000);
    const [entry] = (await get().ledger.agents.report(seller.id, { from: NOON, to: NOON + 1, limit: 1 }))!
      .rows;
    expect(entry).toMatchObject({ amount: -150_000 });
  });

  pricesAlone(get);
  lawOfChanges(get);
}

function pricesAlone(get: GetWorld): void {
  it('is of the price alone where the tax is given back with it', async () => {
    await rules(get(), { ...RULES, base: 'price-and-tax' });
    const seller = await get().agent(50);
    await get().customer('changed-4', seller);
    await get().deposit(seller, 5_000_000);
    const books = new ChangeBooks(get(), seller, 'changed-4');
    await books.buy('m8');
    const change = (await books.buy('free'))!;
    expect(change.quote).toMatchObject({ remainingValue: 990_000, payable: 330_000 });
    expect(await books.earned()).toBe(600_000);
    const back = (await books.buy('m5'))!;
    expect(back.quote).toMatchObject({ remainingValue: 1_320_000, surplus: 660_000 });
    expect(await books.earned()).toBe(300_000);
    expect(await books.refund(back, 'end')).toBe(true);
    expect(await books.earned()).toBe(0);
    await rules(get(), RULES);
  });
}

function lawOfChanges(get: GetWorld): void {
  it('is that of what stands, to the Rial, whatever is sold, changed and refunded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(100), anySteps, async (percent, steps) => {
        const seller = await get().agent(percent);
        const username = `changes-${seller.id}`;
        await get().customer(username, seller);
        await get().deposit(seller, 100_000_000);
        const books = new ChangeBooks(get(), seller, username);
        for (const step of steps) {
          await books.play(step);
          await books.compare(percent);
        }
      }),
      { numRuns: 8 },
    );
  }, 120_000);
}

async function rules({ orders }: AgentWorld, remainingRules: RemainingRules): Promise<void> {
  await orders.declare({ settings: [{ name: 'remainingRules', value: remainingRules }] }, NOON);
}

type Step =
  | { readonly kind: 'wait'; readonly hours: number }
  | { readonly kind: 'buy'; readonly offer: string }
  | { readonly kind: 'refund'; readonly which: number; readonly service: 'keep' | 'end' };

const anyBuy = fc.record({
  kind: fc.constant('buy' as const),
  offer: fc.constantFrom('m5', 'm8', 'free', 'uneven'),
});
const anySteps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 300 }) }),
    anyBuy,
    anyBuy,
    fc.record({
      ...{ kind: fc.constant('refund' as const), which: fc.nat(100) },
      service: fc.constantFrom('keep' as const, 'end' as const),
    }),
  ),
  { minLength: 4, maxLength: 14 },
);

/** One line of an agent's customer, on which one service follows another, and what stands of it. */
class ChangeBooks {
  readonly #world: AgentWorld;
  readonly #seller: Agent;
  readonly #username: string;
  readonly #orders: Order[] = [];
  readonly #refunded = new Set<Order>();
  #paidIn: number | undefined;
  now: Instant = NOON;

  constructor(world: AgentWorld, seller: Agent, username: string) {
    this.#world = world;
    this.#seller = seller;
    this.#username = username;
  }

  async play(step: Step): Promise<void> {
    if (step.kind === 'wait') this.now += step.hours * HOUR_MS;
    else if (step.kind === 'buy') await this.buy(step.offer);
    else if (this.#orders.length > 0) {
      const order = this.#orders[step.which % this.#orders.length]!;
      await this.refund(order, step.service);
    }
  }

  /** A change where something runs, else a new service; `undefined` when neither can be had. */
  async buy(offerCode: string): Promise<Order | undefined> {
    const { orders, agents } = this.#world.ledger;
    this.#paidIn ??= (await agents.agent(this.#seller.id))!.deposit;
    for (const kind of ['change', 'service'] as const) {
      const request = { username: this.#username, kind, offerCode, months: 1 };
      const placed = await orders.place(request, { role: 'agent', actor: 'agent' }, this.now);
      if (!placed.ok) continue;
      value(await orders.payFromDeposit(placed.value.id, this.#seller.id, 'agent', this.now));
      this.#orders.push(placed.value);
      return placed.value;
    }
    return undefined;
  }

  /** False when it is refused. */
  async refund(order: Order, service: 'keep' | 'end'): Promise<boolean> {
    const { invoices } = this.#world.ledger;
    const found = await invoices.invoices({ orderId: order.id, limit: 10 });
    const invoice: Invoice = found.find((one) => one.invoice.kind === 'invoice')!.invoice;
    const request = {
      invoice,
      takenBack: 'all',
      service,
      key: `${order.id}-${this.now}-${service}`,
    } as const;
    const done = await invoices.refund(request, BY, this.now);
    if (done.ok && done.value.isNews) this.#refunded.add(order);
    return done.ok;
  }

  /** What the deposit has beside what was paid in and spent. */
  async earned(): Promise<number> {
    const spent = this.#orders.reduce((sum, { quote }) => sum + quote.payable, 0);
    return (await this.#world.left(this.#seller)) - this.#paidIn! + spent;
  }

  /**
   * The house has the prices, less what was taken off for services that were given up, less what was refunded: of that the
   * agent has his share. Each sale is cut once, and so is each part that goes back along the changes.
   */
  async compare(percent: number): Promise<void> {
    if (this.#paidIn === undefined) return;
    const sold = this.#orders.reduce((sum, { quote }) => sum + quote.price - quote.remainingValue, 0);
    const stands = [...this.#refunded].reduce((sum, { quote }) => sum - quote.price, sold);
    const earned = await this.earned();
    const cuts = this.#orders.length * (this.#orders.length + 1);
    expect(Math.abs(earned - (stands * percent) / 100)).toBeLessThanOrEqual(cuts);
    if (stands === 0) expect(earned).toBe(0);
  }
}
