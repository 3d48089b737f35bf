import type { Order } from '../../engine/orders/order.ts';
import type { AgentDesk } from './agent-desk.ts';
import { HOUR } from './calendar.ts';
import type { Cashier } from './cashier.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { DepositDesk } from './deposit-desk.ts';
import type { LineBook } from './line-book.ts';
import type { House } from './open-house.ts';
import type { BookedOrder, OrderBooks, Wish } from './order-books.ts';

/** Places orders for customers, and pays them in one way or another. */
export class Buyer {
  readonly #house: House;
  readonly #book: HouseBook;
  readonly #orders: OrderBooks;
  readonly #cashier: Cashier;
  readonly #deposits: DepositDesk;
  readonly #agents: AgentDesk;
  /** Orders that will be paid after hours, when their figures may be out of date. */
  #later: { readonly booked: BookedOrder; readonly order: Order; readonly at: number }[] = [];

  constructor(
    house: House,
    book: HouseBook,
    orders: OrderBooks,
    desks: { readonly cashier: Cashier; readonly deposits: DepositDesk; readonly agents: AgentDesk },
  ) {
    this.#house = house;
    this.#book = book;
    this.#orders = orders;
    this.#cashier = desks.cashier;
    this.#deposits = desks.deposits;
    this.#agents = desks.agents;
  }

  /** Those who wanted to pay later come back. */
  async comeBack(now: number): Promise<void> {
    const back = this.#later.filter(({ at }) => at <= now);
    this.#later = this.#later.filter(({ at }) => at > now);
    for (const { booked, order } of back) {
      const { state } = (await this.#house.ledger.orders.order(order.id))!;
      if (state !== 'placed') continue;
      this.#book.count(now < booked.validUntil ? 'orders paid later' : 'orders paid too late');
      await this.#payOrder(booked, order, now);
    }
  }

  /** An order is placed, and paid at once, later or never. */
  async buy(customer: CustomerBook, line: LineBook, wanted: Omit<Wish, 'isByAgent'>, now: number) {
    const { kind, code: offerCode, months } = wanted;
    const isByAgent = customer.agent !== undefined && customer.random.chance(0.5);
    const wish = { ...wanted, isByAgent };
    const { orders } = this.#house.ledger;
    const refusal = this.#orders.refusal(line, wish, now);
    const request = { username: line.username, kind, offerCode, months };
    const role = isByAgent ? 'agent' : 'subscriber';
    const placed = await orders.place(request, { role, actor: line.username }, now);
    if (!placed.ok || refusal !== undefined) {
      const what = `order ${kind} ${offerCode} of ${line.username} at ${new Date(now).toISOString()}`;
      this.#book.same(what, placed.ok ? 'placed' : placed.error, refusal ?? 'placed');
      this.#book.count(`refused: ${refusal}`);
      return;
    }
    const booked = this.#orders.placed(customer, line, wish, placed.value, now);
    this.#book.count(`orders: ${kind}`);
    if (customer.random.chance(0.05)) return;
    if (customer.random.chance(kind === 'change' ? 0.35 : 0.1)) {
      this.#later.push({ booked, order: placed.value, at: now + customer.random.integer(1, 40) * HOUR });
      return;
    }
    await this.#payOrder(booked, placed.value, now + customer.random.integer(1, 20) * 1_000);
  }

  async #payOrder(booked: BookedOrder, order: Order, now: number): Promise<void> {
    const { customer, payable } = booked;
    const { agent, random } = customer;
    if (agent !== undefined && random.chance(0.45)) {
      const seller = random.chance(0.1) ? random.pick(this.#book.agents) : agent;
      if (await this.#agents.pay(seller, booked, order, now)) return;
      if (random.chance(0.5)) return;
    }
    if (customer.random.chance(payable === 0 ? 0.02 : 0.15))
      return this.#deposits.tell(customer, { booked, id: order.id }, now);
    if (payable === 0 || customer.random.chance(0.1)) return this.#payFromWallet(booked, order, now);
    const isLate = now >= booked.validUntil;
    await this.#cashier.pay({ purpose: 'order', customer, order, isLate }, now);
    if (isLate) return;
    if (!customer.random.chance(0.08)) return;
    const { orders } = this.#house.ledger;
    const before = (await orders.order(order.id))!;
    const cancelled = await orders.cancel(order.id, 'subscriber', now + 1_000);
    this.#book.same(`cancel of order ${order.id}`, cancelled.ok, before.state === 'placed');
    this.#book.count('orders cancelled by request');
  }

  async #payFromWallet(booked: BookedOrder, order: Order, now: number): Promise<void> {
    const { customer, line } = booked;
    const before = customer.wallet;
    const paid = await this.#house.ledger.orders.payFromWallet(order.id, line.username, now);
    const late = now >= booked.validUntil;
    const settled = late ? 'order-is-out-of-date' : this.#orders.settle(order, undefined, now);
    const what = `order ${order.id} from a wallet of ${before}`;
    this.#book.same(what, paid.ok ? 'applied' : paid.error, settled);
    const isApplied = settled === 'applied';
    this.#book.count(isApplied ? 'orders applied from the wallet' : `a wallet does not pay: ${settled}`);
    if (!isApplied) return;
    const again = await this.#house.ledger.orders.payFromWallet(order.id, line.username, now + 1);
    this.#book.same(`${what}, again`, again.ok && again.value.state, 'applied');
  }
}
