import type { Order } from '../../engine/orders/order.ts';
import { rial } from '../../engine/values/rial.ts';
import type { Random } from '../fleet/random.ts';
import type { AgentBook } from './agent-book.ts';
import type { HouseBook } from './customer-book.ts';
import type { House } from './open-house.ts';
import type { BookedOrder, OrderBooks } from './order-books.ts';

const BY = { actor: 'staff', reason: '' };
const POORER_THAN = 3_000_000;
const PERSIAN_DIGITS = '۰۱۲۳۴۵۶۷۸۹';

/** Agents pay into their deposits, and pay from them for their customers. */
export class AgentDesk {
  readonly #house: House;
  readonly #book: HouseBook;
  readonly #orders: OrderBooks;
  readonly #random: Random;
  #deposits = 0;

  constructor(house: House, book: HouseBook, orders: OrderBooks, random: Random) {
    this.#house = house;
    this.#book = book;
    this.#orders = orders;
    this.#random = random;
  }

  /** Those with little left bring money now and then; the same slip twice counts once, with another sum not at all. */
  async topUp(now: number): Promise<void> {
    for (const agent of this.#book.agents) {
      if (agent.deposit > POORER_THAN || !this.#random.chance(0.2)) continue;
      const into = this.#random.chance(0.5) ? 'bank' : 'cash';
      const amount = this.#random.integer(10, 500) * 10_000 + this.#random.integer(0, 9);
      this.#deposits += 1;
      const paid = { agentId: agent.id, into, amount: rial(amount), reference: String(this.#deposits) };
      agent.paidIn += amount;
      if (into === 'bank') this.#book.bank += amount;
      else this.#book.collect('cash', amount);
      this.#book.count('deposits of agents');
      // The same number, as somebody else would type it.
      const again = { ...paid, reference: `00${persian(paid.reference)}` };
      for (const told of [paid, again, { ...again, amount: rial(amount + 1) }]) {
        const taken = await this.#house.ledger.agents.deposit(told, BY, now);
        const outcome = taken.ok ? taken.value.deposit : taken.error;
        const expected = told.amount === amount ? agent.deposit : 'reference-taken';
        this.#book.same(`deposit ${paid.reference} of agent ${agent.id}`, outcome, expected);
      }
    }
  }

  /** Agents read what has moved their deposits since the year began. */
  async read(from: number, now: number): Promise<void> {
    for (const { id, paidIn, sold, earned, deposit } of this.#book.agents) {
      const report = await this.#house.ledger.agents.report(id, { from, to: now + 1, limit: 1 });
      this.#book.same(`deposits in the report of agent ${id}`, report?.deposits, paidIn);
      this.#book.same(`sales in the report of agent ${id}`, report?.sales, sold);
      this.#book.same(`commission in the report of agent ${id}`, report?.commission, earned);
      this.#book.same(`other in the report of agent ${id}`, report?.other, 0);
      this.#book.same(`closing of the report of agent ${id}`, report?.closing, deposit);
    }
  }

  /** The agent of a customer pays an order; what one may not pay from the deposit is paid otherwise, so false is told. */
  pay(agent: AgentBook, booked: BookedOrder, order: Order, now: number): Promise<boolean> {
    return this.#book.oneAtATime(async () => {
      const actor = `agent:${agent.id}`;
      const before = agent.deposit;
      const { orders } = this.#house.ledger;
      const paid = await orders.payFromDeposit(order.id, agent.id, actor, now);
      const isLate = now >= booked.validUntil;
      const settled = !agent.isAbove(booked.customer.agent)
        ? 'no-such-agent'
        : isLate
          ? 'order-is-out-of-date'
          : this.#orders.settleFromDeposit(order, agent, now);
      const what = `order ${order.id} from the deposit of agent ${agent.id}, ${before}`;
      this.#book.same(what, paid.ok ? paid.value.state : paid.error, settled);
      this.#book.count(
        settled === 'applied' ? 'orders applied from a deposit' : `no deposit pays: ${settled}`,
      );
      if (settled !== 'applied') return false;
      if (booked.payable > 0) await this.#note(order.id);
      const again = await orders.payFromDeposit(order.id, agent.id, actor, now + 1);
      this.#book.same(`${what}, again`, again.ok && again.value.state, 'applied');
      return true;
    });
  }

  /** What a deposit pays is a payment like others. */
  async #note(orderId: number): Promise<void> {
    const rows = await this.#house.query<{ id: number }>(
      `SELECT id FROM payment WHERE order_id = ${orderId} AND gateway = 'agent' AND state = 'paid'`,
    );
    this.#book.same(`payments of order ${orderId} by an agent`, rows.length, 1);
    for (const { id } of rows) this.#book.credited.add(id);
  }
}

function persian(digits: string): string {
  return digits.replace(/\d/g, (digit) => PERSIAN_DIGITS[Number(digit)]!);
}
