import { createServiceKeeper } from '../../engine/jobs/keep-services.ts';
import type { Ledger } from '../../engine/store/ledger/open-ledger.ts';
import { Random } from '../fleet/random.ts';
import { AgentDesk } from './agent-desk.ts';
import { Auditor } from './audit.ts';
import { SimulatedBank } from './bank.ts';
import { Buyer } from './buyer.ts';
import { DAY, type Day, dateOf, dayOf, wallTime } from './calendar.ts';
import { Cashier } from './cashier.ts';
import { type CustomerBook, HouseBook } from './customer-book.ts';
import { DepositDesk } from './deposit-desk.ts';
import { type House, openHouse } from './open-house.ts';
import { OrderBooks } from './order-books.ts';
import { PaperDesk } from './paper-desk.ts';
import { accepted, joinAgent, newAgents, newCustomer } from './people.ts';
import { type Desks, Player } from './player.ts';
import { Refunder } from './refunder.ts';
import { FREE, planDocument, shopDocument } from './shop.ts';
import { TimeWorks } from './time-works.ts';
import { UsageMaker } from './usage.ts';

/** What a year is played with. */
export interface YearOptions {
  readonly seed: number;
  readonly customers: number;
  readonly days: number;
  readonly isServer: boolean;
  /** Chance that a customer does something on a day; default 0.11. */
  readonly activity?: number;
  readonly progress: (line: string) => void;
}

/** What the auditor has to say of it. */
export interface YearOutcome {
  readonly isRight: boolean;
  readonly findings: readonly string[];
  readonly findingCount: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly entries: number;
  readonly chainFaults: number;
  readonly seconds: number;
}

/** 1404/08/01: Nowruz 1405, whose tax nobody knows at first, lies 149 days on. */
const FIRST_DAY: Day = Date.UTC(2025, 9, 23) / DAY;
/** Days of the new year after which its tax is declared. */
const TAX_AFTER_DAYS = 3;
const TAX_1405 = 12;
/** From this day on services are valued by the smaller of days and volume, as houses usually do. */
const USUAL_VALUE_AFTER_DAYS = 45;
/** From this day on free charges are lent. */
const LOANS_AFTER_DAYS = 90;
const ACTIVITY = 0.11;
const ACTING_AT_ONCE = 4;

/** Plays a year and audits each of its days. */
export async function playYear(options: YearOptions): Promise<YearOutcome> {
  const began = performance.now();
  const house = await openHouse(options.isServer);
  try {
    const year = await Year.begin(house, options);
    for (let day = 0; day < options.days; day += 1) await year.play(day);
    const { entries, faults } = await house.ledger.money.verifyChain();
    const { book } = year;
    return {
      isRight: book.findingCount === 0 && faults === 0,
      ...{ findings: book.findings, findingCount: book.findingCount, entries, chainFaults: faults },
      counts: Object.fromEntries([...book.counts].toSorted()),
      seconds: Math.round((performance.now() - began) / 100) / 10,
    };
  } finally {
    await house.close();
  }
}

class Year {
  readonly book: HouseBook;
  readonly #house: House;
  readonly #options: YearOptions;
  readonly #random: Random;
  readonly #works: TimeWorks;
  readonly #usage: UsageMaker;
  readonly #desks: Desks;
  readonly #player: Player;
  readonly #auditor: Auditor;
  #idleUntil = 0;

  private constructor(house: House, options: YearOptions) {
    this.book = new HouseBook(options.progress);
    this.#house = house;
    this.#options = options;
    this.#random = new Random(`billing-${options.seed}`);
    const orders = new OrderBooks(this.book, wallTime(FIRST_DAY));
    const bank = new SimulatedBank();
    const cashier = new Cashier(house, this.book, orders, bank);
    const deposits = new DepositDesk(house, this.book, orders);
    const agents = new AgentDesk(house, this.book, orders, this.#random.fork('agents'));
    const desks = { cashier, deposits, agents };
    const buyer = new Buyer(house, this.book, orders, desks);
    const refunder = new Refunder(house, this.book, orders);
    this.#desks = { ...desks, buyer, refunder, papers: new PaperDesk(house, this.book) };
    this.#player = new Player(house, this.book, this.#desks);
    this.#works = new TimeWorks(this.book);
    this.#usage = new UsageMaker(house, this.book, this.#random.fork('usage'));
    this.#auditor = new Auditor(house, this.book);
  }

  static async begin(house: House, options: YearOptions): Promise<Year> {
    const year = new Year(house, options);
    const start = wallTime(FIRST_DAY);
    accepted(await house.ledger.apply(planDocument(), start - 40 * DAY));
    accepted(await house.ledger.catalogue.declare(shopDocument(start), 'staff', start));
    year.book.agents.push(...(await newAgents(house, start)));
    for (let count = 1; count <= options.customers; count += 1) {
      const random = year.#random.fork(`customer-${count}`);
      const customer = await newCustomer(house, count, start, random);
      year.book.customers.push(customer);
      const agent = year.book.agents[count % 6];
      if (agent !== undefined) await joinAgent(house, customer, agent, start);
    }
    return year;
  }

  /** A day, from its first minute to the audit of its last. */
  async play(index: number): Promise<void> {
    const day = FIRST_DAY + index;
    await this.#settings(index, wallTime(day));
    const moments = this.#moments(day);
    for (let next = 0; next < moments.length; ) {
      const { at, run } = moments[next]!;
      if (run !== undefined) {
        await run(at);
        next += 1;
        continue;
      }
      // Customers do things at the same time, and never anything beside the works, so that the books know which was first.
      const end = moments.findIndex((moment, place) => place >= next && moment.run !== undefined);
      const acting = moments.slice(next, end < 0 ? undefined : end);
      await inPool(acting, ACTING_AT_ONCE, ({ at: when, customer }) => this.#player.act(customer!, when));
      next += acting.length;
    }
    const end = wallTime(day + 1) - 1;
    await this.#auditor.audit(end);
    await this.#desks.agents.read(wallTime(FIRST_DAY), end);
    const pending = await this.#house.ledger.pendingProjections(10_000);
    await this.#house.ledger.completeProjections(pending.map(({ id }) => id));
    if (index % 30 === 29) this.#tell(index);
  }

  #moments(day: Day): readonly Moment[] {
    const random = this.#random.fork(`day-${day}`);
    const at = (minute: number) => wallTime(day, minute) + random.integer(0, 59_999);
    const moments: Moment[] = this.book.customers
      .filter(() => random.chance(this.#options.activity ?? ACTIVITY))
      .map((customer) => ({ at: at(random.integer(0, 1_438)), run: undefined, customer }));
    moments.push({ at: at(random.integer(0, 1_438)), run: (when) => this.#usage.use(when) });
    if (day >= this.#idleUntil && random.chance(0.04)) this.#idleUntil = day + random.integer(2, 6);
    if (day >= this.#idleUntil) {
      const minutes = [201, 640, 720, 960, 1_200, 1_437].filter(() => random.chance(0.6));
      for (const minute of minutes) moments.push({ at: at(minute), run: (when) => this.#runWorks(when) });
    }
    return moments.toSorted((left, right) => left.at - right.at);
  }

  /** Two workers look at the same time, as in a house with two servers. */
  async #runWorks(at: number): Promise<void> {
    const { ledger } = this.#house;
    await ledger.beginReserves(at, 10_000);
    await Promise.all([this.#keeper(ledger, at).runAll(), this.#keeper(ledger, at).runAll()]);
    this.#works.run(at);
    await this.#desks.cashier.inquire(at);
    await this.#desks.deposits.review(at);
    await this.#desks.papers.review(at);
    await this.#desks.agents.topUp(at);
    await this.#desks.buyer.comeBack(at);
  }

  #keeper(ledger: Ledger, at: number) {
    return createServiceKeeper({
      ...{ life: ledger.life, mayRun: async () => true, onChanged: async () => {}, now: () => at },
      log: { warn: (fields) => this.book.find(JSON.stringify(fields)) },
    });
  }

  async #settings(index: number, now: number): Promise<void> {
    const { catalogue } = this.#house.ledger;
    if (index === LOANS_AFTER_DAYS) {
      const value = { ...FREE, onDaysOut: 'days', kind: 'loan' } as const;
      accepted(await catalogue.declare({ settings: [{ name: 'freeCharge', value }] }, 'staff', now));
      this.#player.lends = true;
    }
    if (index === USUAL_VALUE_AFTER_DAYS) {
      const value = { basis: 'smaller', dayBase: 'actual', base: 'price' } as const;
      accepted(await catalogue.declare({ settings: [{ name: 'remainingRules', value }] }, 'staff', now));
      this.book.valueBasis = 'smaller';
    }
    const { year, month, date } = dateOf(dayOf(now));
    if (year === 1405 && month === 1 && date === 1 + TAX_AFTER_DAYS) {
      const value = [{ fromYear: 1405, toYear: 1405, percent: TAX_1405 }];
      accepted(await catalogue.declare({ settings: [{ name: 'vatRates', value }] }, 'staff', now));
      this.book.vatRates.set(1405, TAX_1405);
    }
  }

  #tell(index: number): void {
    const { progress } = this.#options;
    progress(`day ${index + 1}: ${this.book.findingCount} differences so far`);
  }
}

interface Moment {
  readonly at: number;
  readonly run: ((at: number) => Promise<void>) | undefined;
  readonly customer?: CustomerBook;
}

async function inPool<T>(all: readonly T[], width: number, work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  await Promise.all(
    Array.from({ length: width }, async () => {
      for (const one of left) await work(one);
    }),
  );
}
