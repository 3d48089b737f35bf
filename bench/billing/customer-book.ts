import type { Random } from '../fleet/random.ts';
import type { AgentBook } from './agent-book.ts';
import { dateOf, dayOf } from './calendar.ts';
import type { LineBook } from './line-book.ts';
import { PapersBook } from './papers-book.ts';
import type { ValueBasis } from './term.ts';

/** What a customer has and owes by what he was told and has paid. */
export class CustomerBook {
  readonly id: number;
  /** What this customer does is drawn from, whatever others do at the same time. */
  readonly random: Random;
  readonly lines: LineBook[] = [];
  /** Whose customer he is; the house's own without one. */
  agent: AgentBook | undefined;
  readonly papers = new PapersBook();
  wallet = 0;
  owed = 0;
  /** Messages that he should have been sent, by kind. */
  readonly messages = new Map<string, number>();

  constructor(id: number, random: Random) {
    this.id = id;
    this.random = random;
  }

  told(kind: string): void {
    this.messages.set(kind, (this.messages.get(kind) ?? 0) + 1);
  }
}

const FINDINGS_TOLD = 60;

/** Sums of the house. */
export class HouseBook {
  /** Hears of what is wrong at once. */
  readonly #tell: (what: string) => void;
  readonly customers: CustomerBook[] = [];
  readonly agents: AgentBook[] = [];
  readonly gateways = new Map<string, number>();
  revenue = 0;
  vat = 0;
  rental = 0;
  returned = 0;
  fees = 0;
  /** Of the house's account. */
  bank = 0;
  commissions = 0;
  /** Invoices and credit notes by series. */
  readonly issued = new Map<string, number>();
  /** Payments that were credited, each once. */
  readonly credited = new Set<number>();
  /** What was found to be wrong, each once; `findingCount` counts all. */
  readonly findings: string[] = [];
  findingCount = 0;
  /** Findings without their times: what stays wrong is told once. */
  readonly #kinds = new Set<string>();
  /** What happened how often. */
  readonly counts = new Map<string, number>();
  /** Percent of tax by year; a year that nobody has told has none. */
  readonly vatRates = new Map<number, number>([[1404, 10]]);
  valueBasis: ValueBasis = 'days';

  #last: Promise<unknown> = Promise.resolve();

  constructor(tell: (what: string) => void) {
    this.#tell = tell;
  }

  /** For what would come out otherwise if another of its kind were first. */
  oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  find(what: string): void {
    this.findingCount += 1;
    const kind = what.replace(/ at \d{4}-\d\d-\d\dT[\d:.]+Z/g, '');
    if (this.#kinds.has(kind) || this.findings.length >= FINDINGS_TOLD) return;
    this.#kinds.add(kind);
    this.findings.push(what);
    this.#tell(what);
  }

  /** Tells where the program says something else than the books. */
  same(what: string, program: unknown, books: unknown): void {
    if (program !== books)
      this.find(`${what}: the program says ${String(program)}, the books ${String(books)}`);
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  collect(gateway: string, amount: number): void {
    this.gateways.set(gateway, (this.gateways.get(gateway) ?? 0) + amount);
  }

  /** An invoice or credit note: its figures, and its number in the series of the year. */
  issue(at: number, sign: 1 | -1, figures: { price: number; vat: number; rental: number }): void {
    const series = `${dateOf(dayOf(at)).year}${sign < 0 ? 'R' : ''}`;
    this.issued.set(series, (this.issued.get(series) ?? 0) + 1);
    this.revenue += sign * figures.price;
    this.vat += sign * figures.vat;
    this.rental += sign * figures.rental;
  }

  /** Percent of the day's year. */
  vatRate(at: number): number | undefined {
    return this.vatRates.get(dateOf(dayOf(at)).year);
  }
}
