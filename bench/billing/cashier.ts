import type { Order } from '../../engine/orders/order.ts';
import type { Verified } from '../../engine/payments/gateway.ts';
import type { Payment, PaymentPurpose } from '../../engine/payments/payment.ts';
import { rial } from '../../engine/values/rial.ts';
import type { SimulatedBank } from './bank.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { House } from './open-house.ts';
import type { OrderBooks } from './order-books.ts';

const GATEWAYS = ['mellat', 'zarinpal', 'saman'] as const;

/** Takes customers to the bank, hears what it says, and keeps books of all that was paid. */
export class Cashier {
  readonly #house: House;
  readonly #book: HouseBook;
  readonly #orders: OrderBooks;
  readonly #bank: SimulatedBank;
  readonly #payers = new Map<number, { customer: CustomerBook; createdAt: number }>();
  readonly #references = new Set<string>();
  /** Payments that failed and will turn out to be paid. */
  readonly #surprises = new Map<number, number>();

  constructor(house: House, book: HouseBook, orders: OrderBooks, bank: SimulatedBank) {
    this.#house = house;
    this.#book = book;
    this.#orders = orders;
    this.#bank = bank;
  }

  /** Sends a payer to the bank for an order, a debt or his wallet; he may come back, or not. */
  async pay(
    what: {
      purpose: PaymentPurpose;
      customer: CustomerBook;
      order?: Order;
      amount?: number;
      isLate?: boolean;
    },
    now: number,
  ): Promise<void> {
    const { purpose, customer, order, amount, isLate = false } = what;
    const { payments } = this.#house.ledger;
    const opened = await payments.open(
      {
        ...{ purpose, customer: customer.id, orderId: order?.id, gateway: customer.random.pick(GATEWAYS) },
        ...(amount === undefined ? {} : { amount: rial(amount) }),
        ...{
          secret: `s${customer.random.uint32()}-${customer.random.uint32()}`,
          returnPath: '/',
          actor: 'payer',
        },
      },
      now,
    );
    const expected = isLate ? 'order-is-out-of-date' : 'opened';
    this.#book.same(
      `payment for ${purpose} ${order?.id ?? ''}`,
      opened.ok ? 'opened' : opened.error,
      expected,
    );
    if (!opened.ok) return;
    const payment = opened.value;
    if (order !== undefined)
      this.#book.same(`amount of payment ${payment.id}`, payment.amount, order.quote.payable);
    this.#payers.set(payment.id, { customer, createdAt: now });
    await payments.sent(payment.id, `token-${payment.id}`, now);
    const story = this.#bank.begin(payment, now, customer.random);
    this.#book.count(`bank: ${story}`);
    if (story === 'answers-late' || story === 'never-answers' || story === 'cancels-silently') return;
    const times = story === 'pays-and-answers-twice' ? 2 : 1;
    await this.#conclude(payment, now, times);
    const surprise = this.#bank.latePayment(payment.id);
    if (surprise !== undefined) this.#surprises.set(payment.id, surprise);
  }

  /** Asks the bank about everything that is due, and hears of what it had called failed. */
  async inquire(now: number): Promise<void> {
    const { payments } = this.#house.ledger;
    for (;;) {
      const due = await payments.dueInquiries(now, 100);
      for (const payment of due) await this.#conclude(payment, now, 1);
      if (due.length === 0) break;
    }
    for (const [id, at] of this.#surprises) {
      if (at > now) continue;
      this.#surprises.delete(id);
      await this.#conclude((await payments.payment(id))!, now, 1);
    }
  }

  /** Tells the ledger what the bank says, as often as the bank says it, and expects one credit of it. */
  async #conclude(payment: Payment, now: number, times: number): Promise<void> {
    const { payments, orders } = this.#house.ledger;
    const payer = this.#payers.get(payment.id)!;
    const verified = this.#bank.ask(payment, now, payer.createdAt);
    const order = payment.orderId === undefined ? undefined : await orders.order(payment.orderId);
    const isNews = this.#isNews(payment, verified);
    const concluded = await Promise.all(
      Array.from({ length: times }, () => payments.conclude(payment.id, verified, now)),
    );
    const news = concluded.filter((one) => one.isNews);
    if (verified.outcome !== 'paid') return;
    this.#book.same(`news of payment ${payment.id}`, news.length, isNews ? 1 : 0);
    const [{ payment: ended, order: closed }] = concluded as [(typeof concluded)[number]];
    if (!isNews) return;
    const reference = `${payment.gateway} ${verified.reference}`;
    if (this.#references.has(reference)) {
      this.#book.same(`state of payment ${payment.id}`, ended.state, 'suspicious');
      this.#book.credited.delete(payment.id);
      return;
    }
    this.#references.add(reference);
    this.#bank.taken(payment.gateway, verified.reference);
    this.#book.same(`state of payment ${payment.id}`, ended.state, 'paid');
    this.#take(payment, verified, order, closed, now);
  }

  #isNews(payment: Payment, verified: Verified): boolean {
    if (verified.outcome !== 'paid' || this.#book.credited.has(payment.id)) return false;
    this.#book.credited.add(payment.id);
    return true;
  }

  /** Money came in: the order is applied, the debt or the wallet has it. */
  #take(
    payment: Payment,
    paid: Extract<Verified, { outcome: 'paid' }>,
    before: Order | undefined,
    after: Order | undefined,
    now: number,
  ): void {
    const { customer, createdAt } = this.#payers.get(payment.id)!;
    const { amount, fee = 0 } = paid;
    this.#book.collect(payment.gateway, amount - fee);
    this.#book.fees += fee;
    if (payment.purpose === 'debt' && amount === payment.amount) {
      const owed = Math.min(customer.owed, amount);
      customer.owed -= owed;
      customer.wallet += amount - owed;
      return;
    }
    if (before === undefined) {
      customer.wallet += amount;
      if (amount !== payment.amount) customer.told('payment-credited');
      return;
    }
    const settled = this.#orders.settle(before, { amount, begunAt: createdAt }, now);
    this.#orders.compare(before, after, settled);
    this.#book.count(settled === 'applied' ? 'orders applied at a bank' : `became credit: ${settled}`);
  }
}
