import type { Order } from '../../engine/orders/order.ts';
import type { AgentDesk } from './agent-desk.ts';
import type { Buyer } from './buyer.ts';
import type { Cashier } from './cashier.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { DepositDesk } from './deposit-desk.ts';
import type { LineBook } from './line-book.ts';
import type { House } from './open-house.ts';
import type { PaperDesk } from './paper-desk.ts';
import type { Refunder } from './refunder.ts';
import { SERVICES, TRAFFIC } from './shop.ts';
import { endPause, rechargeMonth } from './time-works.ts';

/** What a customer may do on a day, and how much he wants to. */
interface Choice {
  readonly weight: number;
  readonly act: () => Promise<void>;
}

/** Where customers go with what they want. */
export interface Desks {
  readonly buyer: Buyer;
  readonly cashier: Cashier;
  readonly deposits: DepositDesk;
  readonly agents: AgentDesk;
  readonly papers: PaperDesk;
  readonly refunder: Refunder;
}

/** Does what customers do, at random, and writes each answer into the books. */
export class Player {
  readonly #house: House;
  readonly #book: HouseBook;
  readonly #buyer: Buyer;
  readonly #cashier: Cashier;
  readonly #deposits: DepositDesk;
  readonly #papers: PaperDesk;
  readonly #refunder: Refunder;
  /** Whether free charges are lent (product line P60). */
  lends = false;

  constructor(house: House, book: HouseBook, desks: Desks) {
    this.#house = house;
    this.#book = book;
    this.#buyer = desks.buyer;
    this.#cashier = desks.cashier;
    this.#deposits = desks.deposits;
    this.#papers = desks.papers;
    this.#refunder = desks.refunder;
  }

  /** One thing that a customer does on a day. */
  async act(customer: CustomerBook, now: number): Promise<void> {
    const line = customer.random.pick(customer.lines);
    const choices = this.#choices(customer, line, now);
    let drawn = customer.random.unit() * choices.reduce((sum, { weight }) => sum + weight, 0);
    for (const { weight, act } of choices) {
      drawn -= weight;
      if (drawn < 0) return act();
    }
  }

  #choices(customer: CustomerBook, line: LineBook, now: number): readonly Choice[] {
    const isOver = line.running(now) === undefined;
    const isOut = isOver || line.isExhausted(now);
    const buy = (kind: Order['kind'], codes: readonly string[]) => () =>
      this.#buyer.buy(customer, line, { kind, code: customer.random.pick(codes), months: 1 }, now);
    const services = SERVICES.map(({ code }) => code);
    return [
      { weight: isOver ? 12 : isOut ? 8 : 2.5, act: buy('service', services) },
      { weight: isOver ? 0.2 : 1.3, act: buy('change', services) },
      {
        weight: isOver ? 0.2 : isOut ? 4 : 1.2,
        act: buy(
          'traffic',
          TRAFFIC.map(({ code }) => code),
        ),
      },
      { weight: line.hasAddress ? 1 : 0.05, act: () => this.#renewAddress(customer, line, now) },
      { weight: isOut ? 2.5 : 0.15, act: () => this.#chargeFree(customer, line, now) },
      { weight: line.pause === undefined ? 0.8 : 9, act: () => this.#pause(line, now) },
      { weight: 0.8, act: () => this.#topUp(customer, now) },
      { weight: 0.4, act: () => this.#deposits.tell(customer, undefined, now) },
      { weight: customer.owed > 0 ? 2 : 0, act: () => this.#payDebt(customer, now) },
      { weight: customer.papers.missing.length > 0 ? 4 : 0.5, act: () => this.#papers.bring(customer, now) },
      { weight: 0.25, act: () => this.#refunder.takeBackBill(customer, now) },
      { weight: 0.6, act: () => this.#refunder.takeBack(customer, line, now) },
      {
        weight: line.running(now)?.service.pays === 'campaign' ? 0.7 : 0.05,
        act: () => this.#recharge(line, now),
      },
    ];
  }

  #renewAddress(customer: CustomerBook, line: LineBook, now: number): Promise<void> {
    const months = customer.random.integer(1, 4);
    return this.#buyer.buy(customer, line, { kind: 'static-ip', code: 'ip', months }, now);
  }

  async #chargeFree(customer: CustomerBook, line: LineBook, now: number): Promise<void> {
    const given = await this.#house.ledger.orders.giveFreeCharge(line.username, line.username, now);
    const refusal = line.refusalOfCharge(now);
    const what = `free charge of ${line.username} at ${new Date(now).toISOString()}`;
    this.#book.same(what, given.ok ? 'given' : given.error, refusal ?? 'given');
    this.#book.count(refusal === undefined ? 'free charges' : `refused: ${refusal}`);
    if (refusal !== undefined) return;
    line.giveCharge(this.lends, now);
    line.isCollected = false;
    customer.told('free-charge');
  }

  /** Pauses, or goes on. */
  async #pause(line: LineBook, now: number): Promise<void> {
    const { life } = this.#house.ledger;
    const what = `${line.username} at ${new Date(now).toISOString()}`;
    if (line.pause !== undefined) {
      const ended = await life.endPause(line.username, line.username, now);
      this.#book.same(`end of the pause of ${what}`, ended.ok, true);
      endPause(line, now);
      return;
    }
    const paused = await life.pause(line.username, line.username, now);
    const refusal = line.refusalOfPause(now);
    this.#book.same(`pause of ${what}`, paused.ok ? 'paused' : paused.error, refusal ?? 'paused');
    this.#book.count(refusal === undefined ? 'pauses' : `refused: ${refusal}`);
    if (refusal !== undefined) return;
    const term = line.running(now)!;
    line.beginPause(term, now);
  }

  #topUp(customer: CustomerBook, now: number): Promise<void> {
    this.#book.count('top-ups');
    const amount = customer.random.integer(1, 60) * 10_000 + customer.random.integer(0, 9);
    return this.#cashier.pay({ purpose: 'top-up', customer, amount }, now);
  }

  #payDebt(customer: CustomerBook, now: number): Promise<void> {
    this.#book.count('payments of debts');
    const amount = customer.random.chance(0.7)
      ? customer.owed
      : customer.random.integer(1, 2 * customer.owed);
    return this.#cashier.pay({ purpose: 'debt', customer, amount }, now);
  }

  async #recharge(line: LineBook, now: number): Promise<void> {
    const given = await this.#house.ledger.life.rechargeNow(line.username, 'staff', now);
    const term = line.running(now);
    const isCampaign = term?.service.pays === 'campaign';
    this.#book.same(`recharge of ${line.username}`, given.ok, isCampaign);
    if (isCampaign) rechargeMonth(line, term, now, true);
  }
}
