import type { Invoice } from '../../engine/invoices/invoice.ts';
import type { RefundRequest, StoredInvoice } from '../../engine/invoices/invoice-store.ts';
import { MINUTE } from './calendar.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { LineBook } from './line-book.ts';
import type { House } from './open-house.ts';
import type { BookedOrder, OrderBooks } from './order-books.ts';
import type { BookedTerm } from './term.ts';
import { beginWaiting } from './time-works.ts';
import { endVolume } from './volumes.ts';

const BY = { actor: 'staff', reason: 'wish' };

/** What of an invoice is wanted back: its only row, its rental. */
interface Wanted {
  readonly row: boolean;
  readonly rental: boolean;
}

/** Has invoices taken back, whole or in part, and mostly what they brought, too. */
export class Refunder {
  readonly #house: House;
  readonly #book: HouseBook;
  readonly #orders: OrderBooks;
  #count = 0;
  /** Bills that were taken back. */
  readonly #bills = new Set<string>();

  constructor(house: House, book: HouseBook, orders: OrderBooks) {
    this.#house = house;
    this.#book = book;
    this.#orders = orders;
  }

  /** An invoice of a line is taken back; all of it, or one figure now and perhaps another later. */
  async takeBack(customer: CustomerBook, line: LineBook, now: number): Promise<void> {
    const { random } = customer;
    const mine = [...this.#orders.orders].filter(([, one]) => one.line === line && one.isApplied);
    if (mine.length === 0) return;
    const [orderId, booked] = random.chance(0.7) ? mine.at(-1)! : random.pick(mine);
    const { invoices } = this.#house.ledger;
    const [first] = (await invoices.invoices({ customer: customer.id, orderId, limit: 10 })).filter(
      ({ invoice }) => invoice.kind === 'invoice',
    );
    if (first === undefined) return this.#book.find(`order ${orderId} has no invoice`);
    const { series, number } = first.invoice;
    const isAll = random.chance(0.5);
    const row = isAll || random.chance(0.5);
    const rental = isAll ? booked.rental > 0 : random.chance(row ? 0.3 : 0.9);
    const takenBack = isAll ? 'all' : { rows: row ? [1] : [], lineRental: rental };
    const service = random.chance(isAll ? 0.8 : 0.2) ? 'end' : 'keep';
    this.#count += 1;
    const key = `refund-${orderId}-${this.#count}`;
    const request = { invoice: { series, number }, takenBack, service, key } as const;
    await this.#book.oneAtATime(() => this.#refund(booked, request, { row, rental }, now));
  }

  /** A monthly bill is taken back: what is still owed of it is paid from what is given back. */
  async takeBackBill(customer: CustomerBook, now: number): Promise<void> {
    const { random } = customer;
    const bills = await this.#billsOf(customer);
    if (bills.length === 0) return;
    const { invoice } = random.pick(bills);
    const { series, number, totals } = invoice;
    const open = openOf(bills, invoice, customer.owed);
    const name = `${series}/${number}`;
    const service = random.chance(0.1) ? 'end' : 'keep';
    this.#count += 1;
    const key = `bill-${name}-${this.#count}`;
    const request = { invoice: { series, number }, takenBack: 'all', service, key } as const;
    const refunded = await this.#house.ledger.invoices.refund(request, BY, now);
    const isGone = this.#bills.has(name) && 'already-taken-back';
    const refusal = isGone || (service === 'end' && 'nothing-to-end');
    const outcome = refunded.ok ? 'refunded' : refunded.error;
    this.#book.same(`refund of bill ${name} (${service})`, outcome, refusal || 'refunded');
    this.#book.count(refusal ? `no refund of a bill: ${refusal}` : 'refunds of bills');
    if (refusal) return;
    this.#bills.add(name);
    const { price, vat } = totals;
    this.#book.issue(now, -1, { price, vat, rental: 0 });
    customer.wallet += price + vat - open;
    customer.owed -= open;
  }

  /** Bills of a customer, oldest first. */
  async #billsOf({ id: customer }: CustomerBook): Promise<readonly StoredInvoice[]> {
    const all = await this.#house.ledger.invoices.invoices({ customer, limit: 1_000 });
    const bills = all.filter(({ invoice }) => invoice.kind === 'invoice' && invoice.billId !== '');
    return bills.toSorted(
      ({ invoice: left }, { invoice: right }) =>
        left.series.localeCompare(right.series) || left.number - right.number,
    );
  }

  async #refund(booked: BookedOrder, request: RefundRequest, wanted: Wanted, now: number): Promise<void> {
    const { customer, line, price, vat, rental } = booked;
    const { invoices } = this.#house.ledger;
    const refunded = await invoices.refund(request, BY, now);
    const refusal = refusalOf(booked, request, wanted) ?? this.#end(booked, request, now);
    const what = `refund of ${booked.kind} ${booked.code} of ${line.username} (${JSON.stringify(request)})`;
    const outcome = refunded.ok ? 'refunded' : refunded.error;
    this.#book.same(`${what} at ${new Date(now).toISOString()}`, outcome, refusal ?? 'refunded');
    const isAll = request.takenBack === 'all';
    this.#book.count(
      refusal === undefined ? `refunds of ${isAll ? 'all' : 'a part'}` : `no refund: ${refusal}`,
    );
    if (refusal !== undefined) return;
    const figures = wanted.row ? { price, vat } : { price: 0, vat: 0 };
    const given = { ...figures, rental: wanted.rental ? rental : 0 };
    booked.taken = {
      row: booked.taken.row || wanted.row,
      rental: booked.taken.rental || given.rental > 0,
    };
    if (booked.purchase !== undefined) booked.purchase.isRefunded = isGivenBack(booked);
    this.#orders.returnCommissions(booked);
    customer.wallet += given.price + given.vat + given.rental;
    this.#book.issue(now, -1, given);
    const again = await invoices.refund(request, BY, now + MINUTE);
    this.#book.same(`${what}, again`, again.ok && again.value.isNews, false);
  }

  /** What was lent is owed again when the order that gave it back is ended. */
  #end(booked: BookedOrder, { service }: RefundRequest, now: number): string | undefined {
    if (service !== 'end') return undefined;
    const refusal = endBrought(booked, now);
    const { charge } = booked.line;
    if (refusal !== undefined || charge?.repaidBy === undefined) return refusal;
    const orderId = [...this.#orders.orders].find(([, one]) => one === booked)?.[0];
    if (charge.repaidBy !== orderId) return undefined;
    charge.repaidBy = undefined;
    this.#book.count(`loans owed again by refunds of ${booked.kind}`);
    return undefined;
  }
}

/** What is owed of a bill: payments are for the oldest debts first. */
function openOf(bills: readonly StoredInvoice[], { series, number }: Invoice, owed: number): number {
  const amounts = bills.map(({ invoice }) => invoice.totals.payable);
  const sum = (some: readonly number[]) => some.reduce((total, amount) => total + amount, 0);
  const place = bills.findIndex(({ invoice }) => invoice.series === series && invoice.number === number);
  const paid = sum(amounts) - owed;
  const before = sum(amounts.slice(0, place));
  return Math.min(amounts[place]!, Math.max(0, before + amounts[place]! - paid));
}

/** Why an invoice, or a part of it, is not taken back. */
function refusalOf(
  { taken, term, price, vat, rental }: BookedOrder,
  { service }: RefundRequest,
  wanted: Wanted,
): string | undefined {
  if (term?.isTakenOff === true) return 'value-was-taken-off';
  if ((wanted.row && taken.row) || (wanted.rental && taken.rental)) return 'already-taken-back';
  const amount = (wanted.row ? price + vat : 0) + (wanted.rental ? rental : 0);
  if (amount === 0) return 'nothing-to-take-back';
  return service === 'end' && !taken.row && !wanted.row ? 'not-all-is-taken-back' : undefined;
}

/** Nothing of what was paid for it is kept, but for a rental beside a price. */
function isGivenBack({ price, taken }: BookedOrder): boolean {
  return price > 0 ? taken.row : taken.rental;
}

/** Ends what an order brought; why not, when there is nothing left to end. */
function endBrought({ line, term, volume }: BookedOrder, now: number): string | undefined {
  if (volume !== undefined) {
    if (volume.until !== undefined && volume.until <= now) return 'service-is-over';
    endVolume(volume, now);
    return undefined;
  }
  if (term === undefined) return 'nothing-to-end';
  if (term.givenUpAt !== undefined || term.until <= now) return endedEarlier(line, term, now);
  const waiting = line.waiting(now);
  if (term === waiting) return dropWaiting(line, term, now);
  if (line.pause !== undefined) return 'line-is-paused';
  if (waiting !== undefined) beginWaiting(line, term, waiting, now);
  else {
    term.givenUpAt = now;
    line.endServices(undefined, now);
  }
  return undefined;
}

/** Of services that are over the program looks at the last ones alone, and at none that was given up. */
function endedEarlier(line: LineBook, term: BookedTerm, now: number): string {
  if (term.givenUpAt !== undefined) return 'nothing-to-end';
  const looked = line.terms
    .filter(({ givenUpAt }) => givenUpAt === undefined)
    .toSorted((left, right) => right.from - left.from)
    .slice(0, LOOKED_AT);
  return looked.includes(term) && term.until <= now ? 'service-is-over' : 'nothing-to-end';
}

const LOOKED_AT = 8;

/** A service that has not begun leaves nothing behind, but for a volume that begins within the hour. */
function dropWaiting(line: LineBook, term: BookedTerm, now: number): undefined {
  term.givenUpAt = now;
  line.cutAll([...term.volumes], term.from, now);
}
