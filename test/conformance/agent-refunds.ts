import fc from 'fast-check';
import { expect, it } from 'vitest';
import { depositOf } from '../../engine/ledger/account.ts';
import type { Order } from '../../engine/orders/order.ts';
import type { Agent } from '../../engine/subscribers/agent.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import { type AgentWorld, BY, value } from './agent-world.ts';
import { NOON } from './order-world.ts';

type GetWorld = () => AgentWorld;

/** Commission of sales that are taken back. */
export function refundedAgents(get: GetWorld): void {
  it('has commission given back with a refund, once, also what was spent of it', async () => {
    const { ledger } = get();
    const seller = await get().agent(50);
    await get().customer('refunded', seller);
    await get().deposit(seller, 660_000);
    const order = await get().place('refunded', seller);
    value(await get().pay(order, seller));
    expect(await get().left(seller)).toBe(300_000);
    await get().customer('refunded-2', seller);
    await get().deposit(seller, 360_000);
    const next = await get().place('refunded-2', seller);
    value(await get().pay(next, seller));
    expect(await get().left(seller)).toBe(300_000);
    await get().refund(order, 'refund-1');
    expect(await get().left(seller)).toBe(0);
    await get().refund(order, 'refund-1');
    await get().refund(next, 'refund-2');
    expect(await ledger.agents.agent(seller.id)).toMatchObject({ deposit: -300_000, creditLimit: 0 });
    const [note] = await ledger.people.auditTrail({ subject: `order:${next.id}`, limit: 1 });
    expect(note).toMatchObject({
      action: 'commission.return',
      after: { returned: [{ agent: seller.id, amount: 300_000 }] },
    });
    const report = await ledger.agents.report(seller.id, { from: NOON, to: NOON + DAY_MS, limit: 10 });
    expect(report).toMatchObject({ commission: 0, other: 0, closing: -300_000 });
    expect(report!.rows.map(({ amount }) => amount)).toEqual([-300_000, -300_000, 300_000, 300_000]);
  });

  it('lets nothing be sold of what is owed, until it is paid', async () => {
    const { agents } = get().ledger;
    const seller = await get().agent(100);
    await get().customer('owing', seller);
    await get().deposit(seller, 660_000);
    const [sold, next] = [await get().place('owing', seller), await get().place('owing', seller, 'm8')];
    value(await get().pay(sold, seller));
    value(await agents.setDepositLimit(seller.id, rial(390_000), BY, NOON));
    value(await get().pay(next, seller));
    expect(await get().left(seller)).toBe(510_000);
    await get().refund(sold, 'owing-1');
    await get().refund(next, 'owing-2');
    expect(await get().left(seller)).toBe(-990_000);
    await get().customer('owing-2', seller);
    const small = await get().place('owing-2', seller);
    const refused = { ok: false, error: 'insufficient-deposit' };
    expect(await get().pay(small, seller)).toEqual(refused);
    expect(await agents.setDepositLimit(seller.id, rial(989_999), BY, NOON)).toEqual({
      ok: false,
      error: 'owes-more',
    });
    value(await agents.setDepositLimit(seller.id, rial(990_000), BY, NOON));
    expect(await get().pay(small, seller)).toEqual(refused);
    await get().deposit(seller, 659_999);
    expect(await get().pay(small, seller)).toEqual(refused);
    await get().deposit(seller, 1);
    value(await get().pay(small, seller));
    expect(await get().left(seller)).toBe(-990_000 + 600_000);
  });

  it('keeps the commission of what stands, to the Rial, whatever is sold, taken back and paid in', async () => {
    await fc.assert(
      fc.asyncProperty(anyLife, async (life) => {
        const books = await Books.begin(get(), life);
        for (const step of life.steps) await books.play(step);
      }),
      { numRuns: 8 },
    );
    expect(await get().orders.faults()).toBe(0);
  }, 120_000);
}

type Step =
  | { readonly kind: 'deposit'; readonly amount: number }
  | { readonly kind: 'limit'; readonly amount: number }
  | { readonly kind: 'sell'; readonly offer: string }
  | { readonly kind: 'refund'; readonly which: number };

interface Life {
  readonly percents: readonly [low: number, high: number];
  readonly steps: readonly Step[];
}

const anyLife: fc.Arbitrary<Life> = fc.record({
  percents: fc
    .tuple(fc.nat(100), fc.nat(100))
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const),
  steps: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('deposit' as const), amount: fc.integer({ min: 1, max: 900_000 }) }),
      fc.record({ kind: fc.constant('limit' as const), amount: fc.nat(900_000) }),
      fc.record({ kind: fc.constant('sell' as const), offer: fc.constantFrom('odd', 'x1') }),
      fc.record({ kind: fc.constant('sell' as const), offer: fc.constantFrom('odd', 'x1') }),
      fc.record({ kind: fc.constant('refund' as const), which: fc.nat(100) }),
    ),
    { minLength: 4, maxLength: 14 },
  ),
});

/** Two agents, one above the other, and what their deposits should be, counted in the simplest way. */
class Books {
  readonly #world: AgentWorld;
  readonly #agents: readonly [seller: Agent, above: Agent];
  readonly #username: string;
  readonly #percents: Life['percents'];
  readonly #standing: Order[] = [];
  #paidIn = 0;
  #spent = 0;
  #limit = 0;

  private constructor(
    world: AgentWorld,
    agents: readonly [seller: Agent, above: Agent],
    percents: Life['percents'],
  ) {
    this.#world = world;
    this.#agents = agents;
    this.#username = `books-${agents[0].id}`;
    this.#percents = percents;
  }

  static async begin(world: AgentWorld, { percents }: Life): Promise<Books> {
    const above = await world.agent(percents[1]);
    const seller = await world.agent(percents[0], above);
    const books = new Books(world, [seller, above], percents);
    await world.customer(books.#username, seller);
    const first = await world.orders.place(books.#username, 'm5');
    await world.orders.pay(first);
    return books;
  }

  async play(step: Step): Promise<void> {
    const [seller] = this.#agents;
    if (step.kind === 'deposit') {
      await this.#world.deposit(seller, step.amount);
      this.#paidIn += step.amount;
    } else if (step.kind === 'limit') {
      const fits = this.#left >= -step.amount;
      const set = await this.#world.ledger.agents.setDepositLimit(seller.id, rial(step.amount), BY, NOON);
      expect(set.ok).toBe(fits);
      if (fits) this.#limit = step.amount;
    } else if (step.kind === 'sell') await this.#sell(step.offer);
    else if (step.kind === 'refund' && this.#standing.length > 0) {
      const [order] = this.#standing.splice(step.which % this.#standing.length, 1);
      await this.#world.refund(order!, `books-${order!.id}`);
    }
    await this.#compare();
  }

  async #sell(offer: string): Promise<void> {
    const [seller] = this.#agents;
    const order = await this.#world.place(this.#username, seller, offer, 'traffic');
    const mayBe = this.#left + this.#limit >= order.quote.payable;
    expect((await this.#world.pay(order, seller)).ok).toBe(mayBe);
    if (!mayBe) return;
    this.#standing.push(order);
    this.#spent += order.quote.payable;
  }

  /** Of the seller's deposit, by what is paid in, sold and still stands. */
  get #left(): number {
    return (
      this.#paidIn - this.#spent + this.#earned((price) => Math.trunc((price * this.#percents[0]) / 100))
    );
  }

  #earned(commission: (price: number) => number): number {
    return this.#standing.reduce((sum, { quote }) => sum + commission(quote.price), 0);
  }

  async #compare(): Promise<void> {
    const [seller, above] = this.#agents;
    const difference = this.#percents[1] - this.#percents[0];
    expect(await this.#world.left(seller)).toBe(this.#left);
    expect(await this.#world.left(above)).toBe(
      this.#earned((price) => Math.trunc((price * difference) / 100)),
    );
    const { creditLimit } = (await this.#world.ledger.money.balance(depositOf(seller.id))) ?? {};
    expect(creditLimit ?? 0).toBe(this.#limit);
  }
}
