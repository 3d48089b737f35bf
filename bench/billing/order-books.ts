import type { Order } from '../../engine/orders/order.ts';
import type { AgentBook } from './agent-book.ts';
import { DAY, dateOf, dayOf, dayOfDate, HOUR, wallTime } from './calendar.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { LineBook } from './line-book.ts';
import { isOwed } from './loan.ts';
import { ADDRESS_PRICE, SERVICES, type ShopService, type ShopTraffic, TRAFFIC } from './shop.ts';
import { type BookedTerm, keptPrice, type Purchase, valueLeft } from './term.ts';
import { addressEnd } from './time-works.ts';
import type { Volume } from './volumes.ts';

/** What the books know of an order. */
export interface BookedOrder {
  readonly customer: CustomerBook;
  readonly line: LineBook;
  readonly kind: Order['kind'];
  readonly code: string;
  readonly months: number;
  readonly price: number;
  readonly vat: number;
  readonly rental: number;
  readonly remaining: number;
  readonly payable: number;
  readonly placedAt: number;
  readonly validUntil: number;
  /** The service that a change replaces. */
  readonly replaces: BookedTerm | undefined;
  /** What it brought, once it is applied. */
  term?: BookedTerm;
  volume?: Volume;
  purchase?: Purchase;
  isApplied: boolean;
  /** What agents have earned by it. */
  earned: ReadonlyMap<AgentBook, number>;
  /** What of it they have given back. */
  readonly returned: Map<AgentBook, number>;
  /** What of its invoice was taken back. */
  taken: { readonly row: boolean; readonly rental: boolean };
}

/** What somebody wants to order. */
export interface Wish {
  readonly kind: Order['kind'];
  readonly code: string;
  readonly months: number;
  readonly isByAgent: boolean;
}

/** Money from outside for an order. */
export interface Paid {
  readonly amount: number;
  /** When its payer began to pay, or told of it. */
  readonly begunAt: number;
}

const HOLDS_FOR = 24 * HOUR;
/** Percent of its price that a service may lose between the quote of a change and its payment. */
const LOSS_OVERLOOKED = 5;

/** Quotes by the price list, and what paid orders bring. */
export class OrderBooks {
  readonly #house: HouseBook;
  readonly #start: number;
  readonly orders = new Map<number, BookedOrder>();

  constructor(house: HouseBook, start: number) {
    this.#house = house;
    this.#start = start;
  }

  /** Why an order is refused. */
  refusal(line: LineBook, wish: Wish, now: number): string | undefined {
    const refusal = this.#refusalOfKind(line, wish, now);
    if (refusal !== undefined) return refusal;
    return this.#house.vatRate(now) === undefined ? 'tax-of-year-unknown' : undefined;
  }

  #refusalOfKind(
    line: LineBook,
    { kind, code }: Pick<Wish, 'kind' | 'code'>,
    now: number,
  ): string | undefined {
    if (kind === 'service') return line.refusalOfService(now);
    if (kind === 'change') return line.refusalOfChange(now);
    if (kind === 'traffic') return line.refusalOfTraffic(trafficOf(code), now);
    return line.hasAddress ? undefined : 'no-static-ip';
  }

  /** Takes over an order that was placed, and compares its figures (product lines P50 to P53, P56 and X01). */
  placed(customer: CustomerBook, line: LineBook, wish: Wish, order: Order, now: number): BookedOrder {
    const { kind, code, months } = wish;
    const { price, rental } = priceOf(wish);
    const vat = Math.floor((price * (this.#house.vatRate(now) ?? 0)) / 100);
    const remaining = kind === 'change' ? line.remainingValue(this.#house.valueBasis, now) : 0;
    const due = Math.max(0, price + vat + rental - remaining);
    // An agent leaves the customer's wallet alone.
    const payable = wish.isByAgent ? due : Math.max(0, due - customer.wallet);
    const { quote } = order;
    const name = `quote of order ${order.id} (${kind} ${code} of ${line.username})`;
    this.#house.same(`${name}, price`, quote.price, price);
    this.#house.same(`${name}, tax`, quote.vat, vat);
    this.#house.same(`${name}, rental`, quote.lineRental, rental);
    this.#house.same(`${name}, remaining value`, quote.remainingValue, remaining);
    this.#house.same(`${name}, payable`, quote.payable, payable);
    const validUntil = Math.min(now + HOLDS_FOR, this.#taxHoldsUntil(now));
    this.#house.same(`${name}, valid until`, order.validUntil, validUntil);
    const replaces = kind === 'change' ? line.running(now) : undefined;
    const booked: BookedOrder = {
      ...{ customer, line, kind, code, months, price, vat, rental, remaining, payable },
      ...{ placedAt: now, validUntil, replaces, isApplied: false, taken: { row: false, rental: false } },
      ...{ earned: new Map(), returned: new Map() },
    };
    this.orders.set(order.id, booked);
    return booked;
  }

  /** The tax of an invoice is that of its day, so figures do not outlast a year whose tax is another one. */
  #taxHoldsUntil(now: number): number {
    const { year } = dateOf(dayOf(now));
    const next = wallTime(dayOfDate({ year: year + 1, month: 1, date: 1 }));
    return this.#house.vatRate(now) === this.#house.vatRate(next) ? Number.POSITIVE_INFINITY : next;
  }

  /**
   * An order is paid, by `paid` from a bank and the rest from the wallet: 'applied', or the reason for which it is not and
   * the money is credit (product line X03).
   */
  settle(order: Order, paid: Paid | undefined, now: number): string {
    const booked = this.orders.get(order.id)!;
    const { customer } = booked;
    const fromWallet = dueOf(booked) - (paid?.amount ?? 0);
    const refusal = refusalOfMoney(booked, order, paid) ?? this.#cannot(booked, now);
    if (refusal !== undefined || customer.wallet < fromWallet) {
      if (paid !== undefined) {
        customer.wallet += paid.amount;
        customer.told('payment-credited');
      }
      return refusal ?? 'insufficient-credit';
    }
    this.#apply(order.id, booked, fromWallet, now);
    return 'applied';
  }

  /** An agent pays an order, and earns of the price less what a former service was worth: 'applied', or why not. */
  settleFromDeposit({ id }: Order, agent: AgentBook, now: number): string {
    const booked = this.orders.get(id)!;
    const { payable, price, remaining } = booked;
    if (payable < dueOf(booked)) return 'uses-wallet-credit';
    const refusal = this.#cannot(booked, now);
    if (refusal !== undefined) return refusal;
    if (payable > 0 && agent.deposit < payable) return 'insufficient-deposit';
    this.#apply(id, booked, dueOf(booked) - payable, now);
    agent.sold += payable;
    if (payable === 0) return 'applied';
    booked.earned = agent.earn(Math.max(0, price - remaining));
    for (const amount of booked.earned.values()) this.#house.commissions += amount;
    return 'applied';
  }

  /**
   * Agents give back what they earned by prices that do not stand any more, whether they still have it or not: that of
   * `booked` and of those whose services it came in the place of. A price that a change has taken off stands on in the
   * change's own one as far as that is enough, and falls with it.
   */
  returnCommissions(booked: BookedOrder): void {
    let fallen = 0;
    for (let one: BookedOrder | undefined = booked; one !== undefined; one = this.#before(one)) {
      const { price, remaining, taken, earned, returned } = one;
      const gone = Math.min(price, fallen + (taken.row ? price : 0));
      for (const [agent, amount] of earned) {
        const back = share(amount, gone, price) - (returned.get(agent) ?? 0);
        returned.set(agent, (returned.get(agent) ?? 0) + back);
        agent.earned -= back;
        this.#house.commissions -= back;
        if (back > 0) this.#house.count('commissions given back');
      }
      const standsOn = Math.min(price, remaining);
      fallen = remaining - standsOn + share(standsOn, gone, price);
    }
  }

  #before({ replaces }: BookedOrder): BookedOrder | undefined {
    return replaces && this.orders.get(replaces.orderId);
  }

  #apply(orderId: number, booked: BookedOrder, fromWallet: number, now: number): void {
    const { customer, line, kind, price, vat, rental, remaining } = booked;
    customer.wallet -= fromWallet;
    this.#house.issue(now, 1, { price, vat, rental });
    this.#house.returned += remaining;
    if (remaining > 0) booked.replaces!.isTakenOff = true;
    customer.told('purchase-applied');
    const wasOwed = isOwed(line.charge);
    this.#give(booked, orderId, now);
    booked.isApplied = true;
    this.returnCommissions(booked);
    if (wasOwed) this.#house.count(`loans ${isOwed(line.charge) ? 'kept' : 'given back'} by ${kind}`);
  }

  /** Compares what became of an order with what it had to become. */
  compare(before: Order, after: Order | undefined, settled: string): void {
    const what = `order ${before.id} (${before.kind})`;
    const isApplied = settled === 'applied' || before.state === 'applied';
    const credited = settled === 'amount-differs' ? before.state : 'credited';
    this.#house.same(`state of ${what}`, after?.state, isApplied ? 'applied' : credited);
    const isNew = after?.state === 'credited' && before.state !== 'credited';
    if (isNew) this.#house.same(`reason of ${what}`, after.stateReason, settled);
  }

  #cannot(booked: BookedOrder, now: number): string | undefined {
    const { line, kind, replaces, placedAt, price } = booked;
    // The tax of an invoice is that of its day.
    if (price > 0 && this.#house.vatRate(placedAt) !== this.#house.vatRate(now)) return 'tax-has-changed';
    if (kind === 'change' && line.running(now) !== replaces) return 'service-has-changed';
    if (kind === 'change' && replaces !== undefined) {
      // The days in which it is paid, one at most, are no loss.
      const days = Math.max(placedAt, now - DAY);
      const lost = booked.remaining - valueLeft(replaces, this.#house.valueBasis, days);
      if (lost > Math.floor((keptPrice(replaces) * LOSS_OVERLOOKED) / 100)) return 'value-has-fallen';
    }
    return this.#refusalOfKind(line, booked, now);
  }

  #give(booked: BookedOrder, orderId: number, now: number): void {
    const { line, kind, code, months, price, vat, placedAt } = booked;
    const service = SERVICES.find((one) => one.code === code);
    if (kind === 'service' || kind === 'change') {
      const order = { orderId, service: service as ShopService, price, vat };
      booked.term = kind === 'service' ? line.buy(order, now) : line.change(order, now);
      booked.purchase = booked.term.purchase;
    } else if (kind === 'traffic') {
      const day = Math.floor((placedAt - this.#start) / DAY);
      Object.assign(booked, line.addTraffic(orderId, trafficOf(code), day, now));
    } else {
      const { address } = line;
      const goesOn = address !== undefined && addressEnd(address) > now;
      line.address = {
        startedAt: goesOn ? address.startedAt : now,
        months: (goesOn ? address.months : 0) + months,
        isWithdrawn: false,
      };
      return;
    }
    line.isCollected = false;
  }
}

/** What is to be paid by wallet and bank; below 0 what the wallet gets. */
function dueOf({ price, vat, rental, remaining }: BookedOrder): number {
  return price + vat + rental - remaining;
}

function refusalOfMoney(
  { payable, validUntil }: BookedOrder,
  { state }: Order,
  paid: Paid | undefined,
): string | undefined {
  if (paid !== undefined && paid.amount !== payable) return 'amount-differs';
  if (state !== 'placed') return `order-is-${state}`;
  return paid !== undefined && paid.begunAt >= validUntil ? 'order-is-out-of-date' : undefined;
}

/** Rial times Rial is beyond what a number holds. */
function share(amount: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
}

function priceOf({ kind, code, months }: Wish): { price: number; rental: number } {
  if (kind === 'static-ip') return { price: ADDRESS_PRICE * months, rental: 0 };
  if (kind === 'traffic') return { price: trafficOf(code).price, rental: 0 };
  const { pays, price, rental } = SERVICES.find((service) => service.code === code)!;
  return { price: pays === 'before' ? price : 0, rental };
}

function trafficOf(code: string): ShopTraffic {
  return TRAFFIC.find((traffic) => traffic.code === code)!;
}
