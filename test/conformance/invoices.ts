import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Invoice } from '../../engine/invoices/invoice.ts';
import type { RefundRequest } from '../../engine/invoices/invoice-store.ts';
import { receivableOf } from '../../engine/ledger/account.ts';
import { repayment } from '../../engine/ledger/business-events.ts';
import type { Order } from '../../engine/orders/order.ts';
import { DAY_MS, HOUR_MS } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import { GB, NOON, OrderWorld } from './order-world.ts';
import type { OrderPlace } from './orders.ts';

const BY = { actor: 'staff1', reason: 'moved away' };

/** A ledger with customers who have bought, and shorter words for what tests do with their invoices. */
class InvoiceWorld {
  readonly world: OrderWorld;
  #count = 0;

  constructor(world: OrderWorld) {
    this.world = world;
  }

  newName(): string {
    this.#count += 1;
    return `u${this.#count}`;
  }

  async bought() {
    const username = this.newName();
    const customer = await this.world.customer(username);
    const order = await this.world.pay(await this.world.place(username, 'm5'));
    return { username, customer, order, invoice: await this.invoiceOf(order) };
  }

  async invoiceOf(order: Order): Promise<Invoice> {
    const found = await this.world.ledger.invoices.invoices({ orderId: order.id, limit: 10 });
    return found.find(({ invoice }) => invoice.kind === 'invoice')!.invoice;
  }

  refund(invoice: Invoice, more: Partial<RefundRequest> = {}, now = NOON + HOUR_MS) {
    const request = { invoice, takenBack: 'all', service: 'keep', key: this.newName(), ...more } as const;
    return this.world.ledger.invoices.refund(request, BY, now);
  }

  async numbersOf(series: string): Promise<readonly number[]> {
    const all = await this.world.ledger.invoices.invoices({ limit: 10_000 });
    return all.flatMap(({ invoice }) => (invoice.series === series ? [invoice.number] : []));
  }
}

type Place = () => InvoiceWorld;

/** What invoices and their credit notes promise on every database. */
export function invoiceSuite(engine: string, makePlace: () => Promise<OrderPlace>): void {
  describe(`invoices on ${engine}`, () => {
    let place: OrderPlace;
    let world: InvoiceWorld;
    beforeAll(async () => {
      place = await makePlace();
      world = new InvoiceWorld(await OrderWorld.begin(await place.open()));
    });
    afterAll(async () => {
      await world.world.ledger.close();
      await place.remove();
    });
    numberTests(engine, () => world);
    refundTests(() => world);
    endTests(() => world);
    billTests(engine, () => world);
    onceTests(engine, () => world);
  });
}

function numberTests(engine: string, place: Place): void {
  it('numbers 200 invoices at once without gaps, whatever the transactions that fail after their number', async () => {
    const before = Math.max(0, ...(await place().numbersOf('1405')));
    const orders: Order[] = [];
    for (let index = 0; index < 260; index += 1) {
      const username = `many${index}`;
      const customer = await place().world.customer(username);
      // The money comes after the number: who has none gives a number back.
      if (index % 13 < 10) await place().world.credit(customer, 660_000, `many-${engine}-${index}`);
      orders.push(await place().world.place(username, 'm5'));
    }
    const pay = ({ id }: Order) => place().world.ledger.orders.payFromWallet(id, 'u1', NOON);
    const paid = await Promise.all(orders.map(pay));
    expect(paid.filter(({ ok }) => ok)).toHaveLength(200);
    const numbers = (await place().numbersOf('1405')).filter((number) => number > before);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, n) => before + n + 1));
  }, 120_000);

  it('finds an invoice by its name, its order and its customer, newest first and page by page', async () => {
    const { username, customer, order, invoice } = await place().bought();
    await place().world.pay(
      await place().world.place(username, 'x1', { kind: 'traffic', now: NOON + 1 }),
      NOON + 1,
    );
    await place().world.pay(
      await place().world.place(username, 't1', { kind: 'traffic', now: NOON + 2 }),
      NOON + 2,
    );
    const { invoices } = place().world.ledger;
    expect(await invoices.invoice(invoice)).toEqual({ customer, invoice, creditNotes: [], paidLater: [] });
    expect(invoice).toMatchObject({
      orderId: String(order.id),
      totals: { payable: 660_000 },
      corrects: undefined,
    });
    expect(await invoices.invoice({ series: '1405', number: 999_999 })).toBeUndefined();
    const first = await invoices.invoices({ customer, limit: 2 });
    expect(first.map((one) => one.invoice.issuedAt)).toEqual([NOON + 2, NOON + 1]);
    const next = await invoices.invoices({ customer, limit: 2, before: first[1]!.invoice });
    expect(next.map((one) => one.invoice.number)).toEqual([invoice.number]);
  });
}

function refundTests(place: Place): void {
  it('takes an invoice back: credit note, wallet, audit trail; and the service where that is wanted', async () => {
    const { username, customer, invoice } = await place().bought();
    const later = NOON + 3 * DAY_MS;
    const done = await place().refund(invoice, { service: 'end' }, later);
    expect(done).toMatchObject({ ok: true, value: { isNews: true } });
    const { creditNote } = done.ok ? done.value : never();
    expect(creditNote).toMatchObject({
      ...{ kind: 'credit-note', series: '1405R', corrects: { series: '1405', number: invoice.number } },
      ...{
        totals: { price: 600_000, vat: 60_000, payable: 660_000 },
        paid: [{ by: 'wallet', amount: 660_000 }],
      },
    });
    expect(await place().world.wallet(customer)).toBe(660_000);
    const line = await place().world.line(username);
    expect(line.profile.expiresAt).toBe(later);
    expect(await place().world.grants(username, later)).toEqual([]);
    expect((await place().world.ledger.orders.purchases(username))![0]).toMatchObject({ until: later });
    expect((await place().world.ledger.pendingProjections(100_000)).some(({ key }) => key === username)).toBe(
      true,
    );
    const subject = `invoice:1405-${invoice.number}`;
    expect(await place().world.ledger.people.auditTrail({ subject, limit: 10 })).toMatchObject([
      { ...BY, action: 'invoice.refund', after: { amount: 660_000, rows: [1], service: 'end' } },
    ]);
    expect((await place().world.ledger.invoices.invoice(invoice))!.creditNotes).toEqual([creditNote]);
  });

  it('leaves the service where nothing else is wanted', async () => {
    const { username, invoice } = await place().bought();
    expect(await place().refund(invoice)).toMatchObject({ ok: true });
    expect((await place().world.line(username)).profile.expiresAt).toBe(NOON + 30 * DAY_MS);
    expect((await place().world.grants(username, NOON + DAY_MS)).map(({ octets }) => octets)).toEqual([
      5 * GB,
    ]);
  });
}

function endTests(place: Place): void {
  it('begins the waiting service in the place of one that is taken back, and drops one that waits', async () => {
    const { username, invoice } = await place().bought();
    const second = await place().invoiceOf(
      await place().world.pay(await place().world.place(username, 'm8')),
    );
    const at = NOON + DAY_MS;
    expect(await place().refund(invoice, { service: 'end' }, at)).toMatchObject({ ok: true });
    const { profile } = await place().world.line(username);
    expect(profile).toMatchObject({
      planName: 'استاندارد ۸ گیگ',
      expiresAt: at + 30 * DAY_MS,
      reserve: undefined,
    });
    const order = await place().world.place(username, 'm5', { now: at });
    await place().world.ledger.orders.payFromWallet(order.id, 'u1', at);
    const third = await place().invoiceOf(order);
    expect((await place().world.line(username)).profile.reserve).toBeDefined();
    expect(await place().refund(third, { service: 'end' }, at)).toMatchObject({ ok: true });
    expect((await place().world.line(username)).profile).toMatchObject({
      expiresAt: at + 30 * DAY_MS,
      reserve: undefined,
    });
    expect(await place().refund(second, { service: 'end' }, at + 40 * DAY_MS)).toEqual({
      ok: false,
      error: 'service-is-over',
    });
  });

  it('ends bought volume alone', async () => {
    const { username } = await place().bought();
    const extra = await place().invoiceOf(
      await place().world.pay(await place().world.place(username, 'x1', { kind: 'traffic' })),
    );
    expect(await place().refund(extra, { service: 'end' })).toMatchObject({ ok: true });
    expect((await place().world.grants(username, NOON + 2 * HOUR_MS)).map(({ kind }) => kind)).toEqual([
      'service',
    ]);
  });

  it('gives nothing back for a service whose rest was taken off another one', async () => {
    const { username, invoice } = await place().bought();
    const later = NOON + 10 * DAY_MS;
    const change = await place().world.place(username, 'free', { kind: 'change', now: later });
    await place().world.pay(change, later);
    for (const service of ['keep', 'end'] as const) {
      expect(await place().refund(invoice, { service })).toEqual({ ok: false, error: 'value-was-taken-off' });
    }
  });

  it('ends nothing where the order brought no service', async () => {
    const username = place().newName();
    const customer = await place().world.customer(username, { staticIp: '85.9.71.1' });
    const order = await place().world.pay(await place().world.place(username, 'ip', { kind: 'static-ip' }));
    const invoice = await place().invoiceOf(order);
    expect(await place().refund(invoice, { service: 'end' })).toEqual({ ok: false, error: 'nothing-to-end' });
    expect(await place().world.wallet(customer)).toBe(0);
  });
}

function billTests(engine: string, place: Place): void {
  it('of a bill shows what came in for it, oldest debt first, and pays the rest of it when it is taken back', async () => {
    const { world } = place();
    const { ledger } = world;
    await world.declare(
      {
        offers: [
          {
            ...{ kind: 'campaign', code: 'camp', name: 'کمپین', plan: 'استاندارد ۵ گیگ' },
            ...{ term: { unit: 'month', count: 3 }, pricePerMonth: 300_000, monthLength: 'nominal' },
            recharge: { octets: 5 * GB },
          },
        ],
      },
      NOON,
    );
    const username = place().newName();
    const customer = await world.customer(username);
    const order = await world.place(username, 'camp');
    expect(await ledger.orders.payFromWallet(order.id, 'u1', NOON)).toMatchObject({ ok: true });
    const later = NOON + 70 * DAY_MS;
    await ledger.life.work('bill', later, 1_000);
    const owed = async () => (await ledger.money.balance(receivableOf(customer)))!.balance;
    // One day of Aban, Azar and Dey, with their tax of 1405.
    const bills = (await ledger.life.bills(username))!.toReversed();
    const figures = bills.map(({ amount, vat }) => amount + vat);
    expect(figures).toEqual([11_000, 330_000, 330_000]);
    await world.credit(customer, 111_000, `bill-${engine}`);
    const by = { key: `pay-${engine}`, actor: 'u1', reason: '' };
    await ledger.money.post(repayment(by, customer, rial(111_000)), later);
    const paidFor = async (bill: number) => (await ledger.invoices.invoice(bills[bill]!.invoice))!.paidLater;
    expect(await paidFor(0)).toEqual([{ by: 'wallet', amount: 11_000 }]);
    expect(await paidFor(1)).toEqual([{ by: 'wallet', amount: 100_000 }]);
    expect([await paidFor(2), await owed()]).toEqual([[], 560_000]);
    const azar = (await ledger.invoices.invoice(bills[1]!.invoice))!;
    expect(await place().refund(azar.invoice, {}, later)).toMatchObject({ ok: true });
    expect([await world.wallet(customer), await owed()]).toEqual([100_000, 330_000]);
    expect(await paidFor(1)).toEqual([
      { by: 'wallet', amount: 100_000 },
      { by: 'wallet', amount: 230_000 },
    ]);
    expect(await paidFor(2)).toEqual([]);
  });
}

function onceTests(engine: string, place: Place): void {
  it('takes nothing back twice, and tells what cannot be taken back; then nothing is written', async () => {
    const { customer, invoice } = await place().bought();
    const unknown = { ...invoice, number: 999_999 };
    expect(await place().refund(unknown)).toEqual({ ok: false, error: 'no-such-invoice' });
    const none = { rows: [2], lineRental: false };
    expect(await place().refund(invoice, { takenBack: none })).toEqual({ ok: false, error: 'no-such-row' });
    expect(await place().refund(invoice)).toMatchObject({ ok: true });
    expect(await place().refund(invoice)).toEqual({ ok: false, error: 'already-taken-back' });
    expect(await place().world.wallet(customer)).toBe(660_000);
  });

  it('writes one credit note for two requests at once, and for one request that comes again', async () => {
    const { customer, invoice } = await place().bought();
    const both = await Promise.all([place().refund(invoice), place().refund(invoice)]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await place().world.wallet(customer)).toBe(660_000);
    const other = await place().bought();
    const key = `again-${engine}`;
    const all = await Promise.all(Array.from({ length: 20 }, () => place().refund(other.invoice, { key })));
    const notes = all.map((one) => (one.ok ? one.value : never()));
    expect(new Set(notes.map(({ creditNote }) => creditNote.number)).size).toBe(1);
    expect(notes.filter(({ isNews }) => isNews)).toHaveLength(1);
    expect(await place().refund(invoice, { key })).toEqual({ ok: false, error: 'key-is-taken' });
    expect(await place().world.wallet(other.customer)).toBe(660_000);
  });

  it('leaves series without gaps and books without a fault', async () => {
    for (const series of ['1405', '1405R']) {
      const numbers = (await place().numbersOf(series)).toSorted((a, b) => a - b);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
    expect(await place().world.faults()).toBe(0);
  });
}

function never(): never {
  throw new Error('it was refused');
}
