import { DAY } from './calendar.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { LineBook } from './line-book.ts';
import type { House } from './open-house.ts';
import type { BookedTerm } from './term.ts';
import { instant } from './usage.ts';

interface ServiceRow {
  readonly id: number;
  readonly order_id: number;
  readonly line_id: number;
  readonly starts_at: number;
  readonly ends_at: number;
  readonly replaced_at: number | null;
  readonly days_sold: number;
  readonly paused_days: number;
  readonly billed_to: number | null;
}

interface LineRow {
  readonly id: number;
  readonly expires_at: number;
  readonly reserve_from: number | null;
  readonly standing: string;
  readonly status: string;
  readonly has_address: boolean;
  readonly octets: number;
  readonly used: number;
}

/** Reads the tables themselves at the end of a day, and tells where they say something else than the books. */
export class Auditor {
  readonly #house: House;
  readonly #book: HouseBook;
  #lastEntry = 0;

  constructor(house: House, book: HouseBook) {
    this.#house = house;
    this.#book = book;
  }

  async audit(at: number): Promise<void> {
    await this.#money();
    await this.#invoices();
    await this.#payments();
    await this.#services(at);
    await this.#lines(at);
    await this.#history();
    await this.#messages();
  }

  async #money(): Promise<void> {
    const uneven = await this.#house.query<{ entry: number }>(`
      SELECT entry FROM ledger_line WHERE entry > ${this.#lastEntry} GROUP BY entry HAVING sum(amount) <> 0`);
    for (const { entry } of uneven) this.#book.find(`entry ${entry} does not sum to 0`);
    const [head] = await this.#house.query<{ number: number }>('SELECT number FROM ledger_head');
    this.#lastEntry = head!.number;
    const rows = await this.#house.query<{ code: string; amount: number }>(`
      SELECT a.code, sum(l.amount)::bigint AS amount FROM ledger_line l JOIN ledger_account a ON a.id = l.account_id
      GROUP BY a.code`);
    const sums = new Map(rows.map(({ code, amount }) => [code, amount]));
    const total = rows.reduce((sum, { amount }) => sum + amount, 0);
    this.#book.same('sum of all lines', total, 0);
    for (const [code, amount] of this.#expectedSums()) {
      this.#book.same(`account ${code}`, sums.get(code) ?? 0, amount);
      sums.delete(code);
    }
    for (const [code, amount] of sums) this.#book.same(`account ${code}`, amount, 0);
  }

  /** Debits less credits. */
  #expectedSums(): Map<string, number> {
    const { customers, gateways, revenue, vat, rental, returned, fees } = this.#book;
    const sums = new Map<string, number>();
    for (const { id, wallet, owed } of customers) {
      sums.set(`wallet:${id}`, 0 - wallet);
      sums.set(`receivable:${id}`, owed);
    }
    for (const [gateway, amount] of gateways) sums.set(`gateway:${gateway}`, amount);
    for (const { id, deposit } of this.#book.agents) sums.set(`agent:${id}`, 0 - deposit);
    sums.set('bank', this.#book.bank);
    sums.set('commissions', this.#book.commissions);
    sums.set('revenue', 0 - revenue);
    sums.set('vat-payable', 0 - vat);
    sums.set('line-rental', 0 - rental);
    sums.set('returned-service', returned);
    return sums.set('gateway-fees', fees);
  }

  async #invoices(): Promise<void> {
    const rows = await this.#house.query<{
      series: string;
      count: number;
      greatest: number;
      last_number: number;
      price: number;
      vat: number;
      rental: number;
    }>(`
      SELECT s.series, s.last_number, count(*) AS count, max(i.number) AS greatest,
        sum((document -> 'totals' ->> 'price')::bigint)::bigint AS price,
        sum((document -> 'totals' ->> 'vat')::bigint)::bigint AS vat,
        sum((document -> 'totals' ->> 'lineRental')::bigint)::bigint AS rental
      FROM invoice_series s JOIN invoice i USING (series) GROUP BY s.series, s.last_number`);
    const sum = (field: 'price' | 'vat' | 'rental') =>
      rows.reduce((total, row) => total + (row.series.endsWith('R') ? -row[field] : row[field]), 0);
    for (const { series, count, greatest, last_number } of rows) {
      const issued = this.#book.issued.get(series);
      this.#book.same(`invoices of ${series}`, count, issued);
      this.#book.same(`greatest number of ${series}`, greatest, issued);
      this.#book.same(`last number of ${series}`, last_number, issued);
    }
    this.#book.same('series', rows.length, this.#book.issued.size);
    this.#book.same('prices of all invoices less credit notes', sum('price'), this.#book.revenue);
    this.#book.same('tax of all invoices less credit notes', sum('vat'), this.#book.vat);
    this.#book.same('rental of all invoices less credit notes', sum('rental'), this.#book.rental);
  }

  async #payments(): Promise<void> {
    const [row] = await this.#house.query<{ paid: number; unpaid: number; unposted: number }>(`
      SELECT (SELECT count(*) FROM payment WHERE state = 'paid') AS paid,
        (SELECT count(*) FROM ledger_entry e JOIN payment p ON p.id::text = e.payment_id WHERE p.state <> 'paid') AS unpaid,
        (SELECT count(*) FROM payment p WHERE state = 'paid'
          AND NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.payment_id = p.id::text)) AS unposted`);
    this.#book.same('payments that were paid', row!.paid, this.#book.credited.size);
    this.#book.same('entries of payments that were not', row!.unpaid, 0);
    this.#book.same('payments without an entry', row!.unposted, 0);
  }

  async #services(at: number): Promise<void> {
    const rows = await this.#house.query<ServiceRow>(`
      SELECT s.id, order_id, line_id, starts_at, ends_at, replaced_at, days_sold, paused_days,
        (SELECT max(last_day) - DATE '1970-01-01' FROM bill b WHERE b.service_id = s.id) AS billed_to
      FROM service s ORDER BY line_id, starts_at, id`);
    const terms = new Map(this.#terms().map((term) => [term.orderId, term]));
    let before: ServiceRow | undefined;
    for (const row of rows) {
      const term = terms.get(row.order_id);
      terms.delete(row.order_id);
      if (term === undefined) this.#book.find(`service ${row.id} is in no book`);
      else this.#service(row, term);
      const wasHeldUntil = before?.line_id === row.line_id ? endOf(before) : 0;
      if (row.starts_at < wasHeldUntil && endOf(row) > row.starts_at) {
        this.#book.find(
          `service ${row.id} begins before service ${before!.id} ends, at ${new Date(at).toISOString()}`,
        );
      }
      if (endOf(row) > row.starts_at) before = row;
    }
    for (const orderId of terms.keys()) this.#book.find(`the service of order ${orderId} is not there`);
  }

  #terms(): readonly BookedTerm[] {
    return this.#book.customers.flatMap(({ lines }) => lines.flatMap(({ terms }) => terms));
  }

  #service(row: ServiceRow, term: BookedTerm): void {
    const name = `service of order ${term.orderId} (${term.service.code})`;
    this.#book.same(`${name}, beginning`, row.starts_at, term.from);
    this.#book.same(`${name}, end`, row.ends_at, term.until);
    this.#book.same(`${name}, given up at`, row.replaced_at, term.givenUpAt ?? null);
    this.#book.same(`${name}, days of pauses`, row.paused_days, term.paused);
    if (term.service.price > 0) this.#book.same(`${name}, billed to`, row.billed_to, term.billedTo ?? null);
    const had = (row.ends_at - row.starts_at - term.pausedBeside) / DAY;
    const isByDays = term.service.length[0] === 'day';
    if (row.replaced_at === null && isByDays) {
      this.#book.same(`${name}, days`, had, row.days_sold - term.repaid + row.paused_days);
    }
  }

  async #lines(at: number): Promise<void> {
    const rows = await this.#house.query<LineRow>(`
      SELECT id, CASE WHEN reserve_from <= ${instant(at)} THEN reserve_until ELSE expires_at END AS expires_at,
        CASE WHEN reserve_from > ${instant(at)} THEN reserve_from END AS reserve_from, standing, status, static_ip IS NOT NULL AS has_address,
        coalesce(sum(g.octets), 0)::bigint AS octets, coalesce(sum(g.consumed_octets), 0)::bigint AS used
      FROM line LEFT JOIN (SELECT line_id, octets, consumed_octets FROM "grant") g ON g.line_id = line.id GROUP BY line.id`);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const customer of this.#book.customers) {
      for (const line of customer.lines) this.#line(customer, line, byId.get(line.lineId)!, at);
    }
  }

  #line({ id }: CustomerBook, line: LineBook, row: LineRow, at: number): void {
    const name = `${line.username} of customer ${id} at ${new Date(at).toISOString()}`;
    const octets = line.volumes.reduce((sum, volume) => sum + volume.octets, 0);
    const used = line.volumes.reduce((sum, volume) => sum + volume.used, 0);
    this.#book.same(`octets of ${name}`, row.octets, octets);
    this.#book.same(`used octets of ${name}`, row.used, used);
    this.#book.same(`end of ${name}`, row.expires_at, line.expires(at));
    this.#book.same(`beginning of what waits of ${name}`, row.reserve_from, line.waiting(at)?.from ?? null);
    this.#book.same(`standing of ${name}`, row.standing === 'in-collection-list', line.isCollected);
    this.#book.same(`status of ${name}`, row.status, line.isOff ? 'suspended' : 'active');
    const hasAddress = line.hasAddress && line.address?.isWithdrawn !== true;
    this.#book.same(`address of ${name}`, row.has_address, hasAddress);
  }

  /** Statuses alternate and go forward in time (product lines P24 and P25). */
  async #history(): Promise<void> {
    const rows = await this.#house.query<{ id: number; line_id: number }>(`
      SELECT id, line_id FROM (
        SELECT id, line_id, standing, changed_at, lag(standing, 1, 'in-operation') OVER told AS before,
          lag(changed_at) OVER told AS changed_before
        FROM line_standing WINDOW told AS (PARTITION BY line_id ORDER BY id)) AS history
      WHERE standing = before OR changed_at < changed_before`);
    for (const { id, line_id } of rows)
      this.#book.find(`row ${id} of the history of line ${line_id} does not follow`);
  }

  async #messages(): Promise<void> {
    const rows = await this.#house.query<{ customer_id: number; kind: string; count: number }>(`
      SELECT customer_id, kind, count(*) AS count FROM message GROUP BY customer_id, kind`);
    const sent = new Map(rows.map(({ customer_id, kind, count }) => [`${customer_id} ${kind}`, count]));
    for (const { id, messages } of this.#book.customers) {
      for (const [kind, count] of messages) {
        this.#book.same(`messages ${kind} of customer ${id}`, sent.get(`${id} ${kind}`) ?? 0, count);
        sent.delete(`${id} ${kind}`);
      }
    }
    for (const [what, count] of sent) this.#book.same(`messages of ${what}`, count, 0);
  }
}

function endOf({ ends_at, replaced_at }: ServiceRow): number {
  return replaced_at ?? ends_at;
}
