import type { Order } from '../../engine/orders/order.ts';
import type { Deposit } from '../../engine/payments/deposit.ts';
import { rial } from '../../engine/values/rial.ts';
import { DAY, dayOf, HOUR } from './calendar.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { House } from './open-house.ts';
import type { BookedOrder, OrderBooks } from './order-books.ts';
import { BANK } from './shop.ts';

/** A deposit that a customer has told of. */
interface Told {
  readonly id: number;
  readonly customer: CustomerBook;
  readonly booked: BookedOrder | undefined;
  readonly order: Order | undefined;
  readonly amount: number;
  readonly trace: number;
  readonly day: string;
  readonly at: number;
  readonly reviewAt: number;
  state: Deposit['state'];
}

/** What is told of a deposit. */
type Slip = Pick<Told, 'amount' | 'trace' | 'day'>;

/** Customers tell of money that they paid into an account of the house; staff look at it hours or days later. */
export class DepositDesk {
  readonly #house: House;
  readonly #book: HouseBook;
  readonly #orders: OrderBooks;
  readonly #told: Told[] = [];

  constructor(house: House, book: HouseBook, orders: OrderBooks) {
    this.#house = house;
    this.#book = book;
    this.#orders = orders;
  }

  /** Tells of a deposit for an order, or for the wallet; sometimes of one that was told before, or of none that can be. */
  async tell(
    customer: CustomerBook,
    ordered: { readonly booked: BookedOrder; readonly id: number } | undefined,
    now: number,
  ): Promise<void> {
    const booked = ordered?.booked;
    const orderId = ordered?.id;
    const { random } = customer;
    const order = orderId === undefined ? undefined : await this.#house.ledger.orders.order(orderId);
    const slip = this.#slip(customer, booked, now);
    const isOurBank = !random.chance(0.04);
    const isAhead = random.chance(0.04);
    const draft = {
      ...{ customer: customer.id, orderId, amount: rial(slip.amount), receipt: undefined },
      bank: isOurBank ? BANK : 'بانک دیگر',
      // The same number, as somebody else would type it.
      trace: `${random.chance(0.2) ? '00' : ''}${slip.trace}`,
      depositedOn: isAhead ? isoDay(now + DAY) : slip.day,
    };
    const told = await this.#house.ledger.deposits.submit(draft, { actor: 'subscriber', reason: '' }, now);
    const refusal = this.#refusal(slip, order, { isOurBank, isAhead });
    const what = `deposit ${slip.trace} of customer ${customer.id} for order ${orderId ?? '-'} at ${new Date(now).toISOString()}`;
    this.#book.same(what, told.ok ? 'waiting' : told.error, refusal ?? 'waiting');
    this.#book.count(
      refusal === undefined ? `deposits told${booked ? ' for orders' : ''}` : `no deposit: ${refusal}`,
    );
    if (!told.ok) return;
    const reviewAt = now + random.integer(1, 60) * HOUR;
    this.#told.push({
      ...{ id: told.value.id, customer, booked, order, ...slip, at: now, reviewAt },
      state: 'waiting',
    });
  }

  #slip(customer: CustomerBook, booked: BookedOrder | undefined, now: number): Slip {
    const { random } = customer;
    const mine = this.#told.filter((one) => one.customer === customer);
    const amount = random.integer(1, 40) * 10_000;
    if (mine.length > 0 && random.chance(0.25)) {
      const { trace, day, amount: told } = random.pick(mine);
      return { trace, day, amount: random.chance(0.5) ? told : told + 10_000 };
    }
    const asked = booked === undefined ? amount : booked.payable;
    const slip = {
      trace: customer.id * 1_000_000 + random.integer(1, 999_999),
      day: isoDay(now - random.integer(0, 2) * DAY),
    };
    return { ...slip, amount: asked === 0 || random.chance(0.12) ? asked + 5_000 : asked };
  }

  #refusal(
    { amount, trace, day }: Slip,
    order: Order | undefined,
    { isOurBank, isAhead }: { readonly isOurBank: boolean; readonly isAhead: boolean },
  ): string | undefined {
    if (!isOurBank) return 'no-such-bank-account';
    if (isAhead) return 'date-in-future';
    if (order !== undefined && order.state !== 'placed') return 'order-is-over';
    if (order !== undefined && order.quote.payable === 0) return 'nothing-to-pay';
    const isKnown = this.#told.some(
      (one) => one.trace === trace && one.day === day && one.amount === amount && one.state !== 'rejected',
    );
    return isKnown ? 'told-already' : undefined;
  }

  /** Staff look at what waits for long enough. */
  async review(now: number): Promise<void> {
    for (const told of this.#told) {
      if (told.state !== 'waiting' || told.reviewAt > now) continue;
      if (told.customer.random.chance(0.2)) await this.#reject(told, now);
      else await this.#approve(told, now);
    }
  }

  async #reject(told: Told, now: number): Promise<void> {
    const rejected = await this.#house.ledger.deposits.reject(told.id, BY, now);
    this.#book.same(`rejection of deposit ${told.id}`, rejected.ok && rejected.value.state, 'rejected');
    told.state = 'rejected';
    this.#book.count('deposits rejected');
  }

  async #approve(told: Told, now: number): Promise<void> {
    const { deposits, orders } = this.#house.ledger;
    const { id, customer, order, amount, trace, day, at } = told;
    const before = order && (await orders.order(order.id));
    const approved = await deposits.approve(id, `deposit-${id}`, BY, now);
    const isTaken = this.#told.some(
      (one) => one.trace === trace && one.day === day && one.state === 'approved',
    );
    const outcome = approved.ok ? 'approved' : approved.error;
    this.#book.same(`approval of deposit ${id}`, outcome, isTaken ? 'reference-is-taken' : 'approved');
    if (!approved.ok) {
      this.#book.count(`no approval: ${approved.error}`);
      return this.#reject(told, now);
    }
    told.state = 'approved';
    const { payment, order: after } = approved.value.concluded;
    this.#book.same(`state of the payment of deposit ${id}`, payment.state, 'paid');
    this.#book.credited.add(payment.id);
    this.#book.bank += amount;
    if (before === undefined) {
      customer.wallet += amount;
      this.#book.count('deposits to wallets');
    } else {
      const settled = this.#orders.settle(before, { amount, begunAt: at }, now);
      this.#orders.compare(before, after, settled);
      this.#book.count(`deposits for orders: ${settled}`);
    }
    const again = await deposits.approve(id, `again-${id}`, BY, now);
    this.#book.same(`second approval of deposit ${id}`, again.ok || again.error, 'reviewed-already');
  }
}

const BY = { actor: 'staff', reason: '' };

/** The day on Tehran's wall, as it is written in the Gregorian calendar. */
function isoDay(at: number): string {
  return new Date(dayOf(at) * DAY).toISOString().slice(0, 10);
}
