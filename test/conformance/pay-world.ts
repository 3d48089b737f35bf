import { createPaymentInquirer } from '../../engine/jobs/inquire-payments.ts';
import { createPayDesk, type PayDesk, type PayDeskParts } from '../../engine/payments/pay-desk.ts';
import type { Payment } from '../../engine/payments/payment.ts';
import { TestClock } from '../../engine/runtime/clock.ts';
import { randomOctets } from '../../engine/runtime/random.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import { MINUTE_MS } from '../../engine/values/instant.ts';
import { type BankWorld, bankWorlds } from './bank-worlds.ts';
import { NOON, OrderWorld } from './order-world.ts';

/** Mellat's simulator sends nobody to another site. */
const PUBLIC_URL = 'https://isp.example';

/** A ledger with orders, all banks, and desks between them. */
export class PayWorld {
  readonly clock = new TestClock(NOON);
  readonly banks: readonly BankWorld[];
  readonly orders: OrderWorld;
  readonly ledger: Ledger;
  /** How often the packet path was told. */
  applied = 0;
  readonly warnings: string[] = [];
  #lines = 0;

  private constructor(orders: OrderWorld, banks: readonly BankWorld[], clock: TestClock) {
    this.orders = orders;
    this.ledger = orders.ledger;
    this.banks = banks;
    this.clock = clock;
  }

  /** @param ledger empty. */
  static async begin(ledger: Ledger): Promise<PayWorld> {
    const clock = new TestClock(NOON);
    const banks = await Promise.all(bankWorlds(() => clock.now()).map((open) => open()));
    return new PayWorld(await OrderWorld.begin(ledger), banks, clock);
  }

  async close(): Promise<void> {
    await Promise.all(this.banks.map(({ server }) => server?.close()));
    await this.ledger.close();
  }

  /** A desk, as another process of the same house has it. */
  desk(more: Partial<PayDeskParts> = {}): PayDesk {
    return createPayDesk({
      gateways: this.banks.map(({ gateway }) => gateway),
      payments: this.ledger.payments,
      publicUrl: () => PUBLIC_URL,
      returnFolders: ['/', '/my'],
      now: () => this.clock.now(),
      randomOctets,
      onApplied: async () => {
        this.applied += 1;
      },
      log: { warn: (_, message) => this.warnings.push(message) },
      ...more,
    });
  }

  /** A new line with an order whose payer is at the bank. */
  async atBank({ gateway }: BankWorld, desk: PayDesk = this.desk()) {
    this.#lines += 1;
    const username = `p${this.#lines}`;
    const customer = await this.orders.customer(username);
    const order = await this.orders.place(username, 'm5', { now: this.clock.now() });
    const started = await desk.start({
      ...{ purpose: 'order', customer, orderId: order.id, gateway: gateway.name, returnPath: '/my/orders' },
      ...{ actor: username, description: 'خرید سرویس', mobile: '+989121234567' },
    });
    if (!started.ok) throw new Error(started.error);
    return { ...started.value, username, customer, order };
  }

  /** Attempt, order and wallet as they are now. */
  async look({ id, customer, orderId }: Pick<Payment, 'id' | 'customer' | 'orderId'>) {
    return {
      payment: (await this.ledger.payments.payment(id))!.state,
      order: (await this.ledger.orders.order(orderId!))!.state,
      wallet: await this.orders.wallet(customer),
    };
  }

  /** So many minutes pass, and the janitor asks what is due. */
  async janitor(minutes: number, desk: PayDesk = this.desk()): Promise<void> {
    this.clock.moveTo(this.clock.now() + minutes * MINUTE_MS);
    const inquirer = createPaymentInquirer({
      payments: this.ledger.payments,
      inquire: desk.inquire,
      mayRun: async () => true,
      now: () => this.clock.now(),
      log: { warn: (_, message) => this.warnings.push(message) },
    });
    while (await inquirer.runOnce());
    await inquirer.idle();
  }

  /** All attempts at a bank, by number: those that we hold for paid, and those that the bank gives us the money of. */
  async bothSides({ gateway, isSettled }: BankWorld) {
    const all = await this.ledger.payments.payments({ limit: 10_000 });
    const here = all.filter((payment) => payment.gateway === gateway.name);
    return {
      paid: here.filter(({ state }) => state === 'paid'),
      settled: here.filter(isSettled),
      money: (await this.ledger.money.balance(`gateway:${gateway.name}`))?.balance ?? 0,
    };
  }
}
