import type { Order } from '../../engine/orders/order.ts';
import { HOUR, MINUTE } from './calendar.ts';
import type { Cashier } from './cashier.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { LineBook } from './line-book.ts';
import type { House } from './open-house.ts';
import type { BookedOrder, OrderBooks, Wish } from './order-books.ts';
import { PAUSE_DAYS, SERVICES, TRAFFIC } from './shop.ts';
import { beginWaiting, endPause, rechargeMonth } from './time-works.ts';

/** What a customer may do on a day, and how much he wants to. */
interface Choice {
  readonly weight: number;
  readonly act: () => Promise<void>;
}

/** Does what customers do, at random, and writes each answer into the books. */
export class Player {
  readonly #house: House;
  readonly #book: HouseBook;
  readonly #orders: OrderBooks;
  readonly #cashier: Cashier;
  /** Orders that will be paid after hours, when their figures may be out of date. */
  #later: { readonly booked: BookedOrder; readonly order: Order; readonly at: number }[] = [];
  /** Whether free charges are lent (product line P60). */
  lends = false;

  constructor(house: House, book: HouseBook, orders: OrderBooks, cashier: Cashier) {
    this.#house = house;
    this.#book = book;
    this.#orders = orders;
    this.#cashier = cashier;
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
      this.#buy(customer, line, { kind, code: customer.random.pick(codes), months: 1 }, now);
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
      { weight: customer.owed > 0 ? 2 : 0, act: () => this.#payDebt(customer, now) },
      { weight: 0.5, act: () => this.#takeBack(customer, line, now) },
      {
        weight: line.running(now)?.service.pays === 'campaign' ? 0.7 : 0.05,
        act: () => this.#recharge(line, now),
      },
    ];
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

  #renewAddress(customer: CustomerBook, line: LineBook, now: number): Promise<void> {
    const months = customer.random.integer(1, 4);
    return this.#buy(customer, line, { kind: 'static-ip', code: 'ip', months }, now);
  }

  async #buy(customer: CustomerBook, line: LineBook, wish: Wish, now: number): Promise<void> {
    const { kind, code: offerCode, months } = wish;
    const { orders } = this.#house.ledger;
    const refusal = this.#orders.refusal(line, wish, now);
    const request = { username: line.username, kind, offerCode, months };
    const placed = await orders.place(request, { role: 'subscriber', actor: line.username }, now);
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
    const { customer, line, payable } = booked;
    if (payable === 0 || customer.random.chance(0.1)) return this.#payFromWallet(booked, order, now);
    const isLate = now >= booked.validUntil;
    await this.#cashier.pay({ purpose: 'order', customer, order, line, isLate }, now);
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
    const settled = late
      ? 'order-is-out-of-date'
      : this.#orders.settle({ customer, line, order, paid: undefined }, now);
    const what = `order ${order.id} from a wallet of ${before}`;
    this.#book.same(what, paid.ok ? 'applied' : paid.error, settled);
    const isApplied = settled === 'applied';
    this.#book.count(isApplied ? 'orders applied from the wallet' : `a wallet does not pay: ${settled}`);
    if (!isApplied) return;
    const again = await this.#house.ledger.orders.payFromWallet(order.id, line.username, now + 1);
    this.#book.same(`${what}, again`, again.ok && again.value.state, 'applied');
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
    const days = PAUSE_DAYS - term.paused;
    line.moveEnd(term, days, now);
    line.pause = { from: now, endsBy: now + days * 24 * HOUR };
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

  /** An invoice is taken back, and mostly what it brought, too. */
  async #takeBack(customer: CustomerBook, line: LineBook, now: number): Promise<void> {
    const isOpen = (one: BookedOrder) => !one.isRefunded && one.term?.givenUpAt === undefined;
    const mine = [...this.#orders.orders].filter(([, one]) => one.line === line && isOpen(one));
    if (mine.length === 0 || line.pause !== undefined) return;
    const [orderId, booked] = customer.random.chance(0.7) ? mine.at(-1)! : customer.random.pick(mine);
    const { invoices } = this.#house.ledger;
    const [stored] = await invoices.invoices({ customer: customer.id, orderId, limit: 1 });
    if (stored === undefined) return;
    const { series, number } = stored.invoice;
    const service = customer.random.chance(0.8) ? 'end' : 'keep';
    const request = {
      invoice: { series, number },
      takenBack: 'all',
      service,
      key: `refund-${orderId}`,
    } as const;
    const refunded = await invoices.refund(request, { actor: 'staff', reason: 'wish' }, now);
    const { price, vat, rental } = booked;
    const canEnd = service === 'keep' || this.#endBrought(line, booked, now);
    const isExpected = canEnd && price + vat + rental > 0;
    const what = `refund of order ${orderId} (${service}) at ${new Date(now).toISOString()}`;
    this.#book.same(`${what}${refunded.ok ? '' : `: ${refunded.error}`}`, refunded.ok, isExpected);
    this.#book.count(isExpected ? 'refunds' : 'refunds refused');
    if (!isExpected) return;
    booked.isRefunded = true;
    customer.wallet += price + vat + rental;
    this.#book.issue(now, -1, { price, vat, rental });
    const again = await invoices.refund(request, { actor: 'staff', reason: 'wish' }, now + MINUTE);
    this.#book.same(`${what}, again`, again.ok && again.value.isNews, false);
  }

  /** Ends what an order brought; false when there is nothing left to end. */
  #endBrought(line: LineBook, { term, volume }: BookedOrder, now: number): boolean {
    if (volume !== undefined) {
      if (volume.until !== undefined && volume.until <= now) return false;
      volume.until = Math.max(volume.from, now);
      return true;
    }
    if (term === undefined || term.givenUpAt !== undefined || term.until <= now) return false;
    const waiting = line.waiting(now);
    if (term === waiting) return dropWaiting(line, term, now);
    if (waiting !== undefined) {
      beginWaiting(line, term, waiting, now);
      return true;
    }
    term.givenUpAt = now;
    for (const one of line.volumes) {
      if (one.kind === 'service' && (one.until ?? now) > now) one.until = Math.max(one.from, now);
    }
    return true;
  }
}

/** A service that has not begun leaves nothing behind, but for a volume that begins within the hour. */
function dropWaiting(
  line: LineBook,
  term: NonNullable<ReturnType<LineBook['waiting']>>,
  now: number,
): boolean {
  term.givenUpAt = now;
  const { volume } = term;
  if (volume === undefined) return true;
  if (term.from > now + HOUR) line.volumes.splice(line.volumes.indexOf(volume), 1);
  else volume.until = volume.from;
  return true;
}
