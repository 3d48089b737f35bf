import {
  DAY,
  type Day,
  dateOf,
  dayOf,
  dayOfDate,
  lengthOf,
  MINUTE,
  monthsAfter,
  sameTime,
  wallTime,
} from './calendar.ts';
import type { CustomerBook, HouseBook } from './customer-book.ts';
import type { LineBook } from './line-book.ts';
import { endOf, PAUSE_DAYS, RECHARGE_MINUTE, RECHARGE_OCTETS } from './shop.ts';
import { type BookedTerm, wholeDays } from './term.ts';
import type { Volume } from './volumes.ts';

/** Daily work begins at 03:20, reminders at 10:30 (product lines P34 and P62); both as the house usually has them. */
const DAILY_MINUTE = 200;
const REMIND_MINUTE = 630;
const REMIND_DAYS = [2, 0];
const ADDRESS_GRACE = 3 * DAY;

/** What the books expect of one run of the works at `at`, in the order in which the program looks. */
export class TimeWorks {
  readonly #house: HouseBook;
  #remindedOn: Day = 0;

  constructor(house: HouseBook) {
    this.#house = house;
  }

  run(at: number): void {
    const reminds = at >= wallTime(dayOf(at), REMIND_MINUTE) && this.#remindedOn < dayOf(at);
    if (reminds) this.#remindedOn = dayOf(at);
    for (const customer of this.#house.customers) {
      for (const line of customer.lines) {
        collect(customer, line, at);
        if (reminds) remind(customer, line, at);
        exhaust(line, at);
        recharge(line, at);
        this.#bill(customer, line, at);
        if (line.pause !== undefined && line.pause.endsBy <= at) endPause(line, line.pause.endsBy);
        withdraw(line, at);
      }
      enforcePapers(customer, at);
    }
  }

  #bill(customer: CustomerBook, line: LineBook, at: number): void {
    const rate = this.#house.vatRate(at);
    if (rate === undefined) return;
    const { year, month } = dateOf(dayOf(at - DAILY_MINUTE * MINUTE));
    const monthEnd = dayOfDate({ year, month, date: 1 }) - 1;
    for (const term of line.terms) {
      for (const { last, days } of monthsOf(term, monthEnd)) {
        term.billedTo = last;
        const price = Math.floor((term.service.price * days) / 30);
        if (price === 0) continue;
        const vat = Math.floor((price * rate) / 100);
        customer.owed += price + vat;
        customer.told('bill-issued');
        this.#house.issue(at, 1, { price, vat, rental: 0 });
        this.#house.count('bills');
      }
    }
  }
}

/** The months of a postpaid service that are over and not billed, each with its days (product lines P29 to P32). */
function monthsOf(term: BookedTerm, monthEnd: Day): readonly { first: Day; last: Day; days: number }[] {
  if (term.service.pays === 'before') return [];
  const end = Math.min(monthEnd, dayOf(Math.min(term.until, term.givenUpAt ?? term.until)) - 1);
  const months: { first: Day; last: Day; days: number }[] = [];
  let first = Math.max(dayOf(term.from), (term.billedTo ?? 0) + 1);
  while (first <= end) {
    const { year, month, date } = dateOf(first);
    const lastOfMonth = first - date + lengthOf(year, month);
    const last = Math.min(lastOfMonth, end);
    // A nominal month ends on the 30th or 31st, whatever the calendar has.
    const nominalEnd = month <= 6 ? 31 : 30;
    const isWhole = last === lastOfMonth && term.service.months === 'nominal';
    months.push({ first, last, days: (isWhole ? nominalEnd : date + last - first) - date + 1 });
    first = last + 1;
  }
  return months;
}

function collect(customer: CustomerBook, line: LineBook, at: number): void {
  const end = line.expires(at);
  if (line.isCollected || line.waiting(at) !== undefined) return;
  if (end >= wallTime(dayOf(at - DAILY_MINUTE * MINUTE))) return;
  line.isCollected = true;
  tellOnce(customer, line, 'collection-list', end);
}

function remind(customer: CustomerBook, line: LineBook, at: number): void {
  if (line.isOff || line.waiting(at) !== undefined) return;
  const end = line.expires(at);
  const days = dayOf(end) - dayOf(at);
  const isOnCharge = line.charge !== undefined && line.charge.days > 0 && line.charge.until === end;
  const boughtAt = Math.max(
    0,
    ...line.terms.filter((term) => term.until === end).map((term) => term.boughtAt),
  );
  if (!REMIND_DAYS.includes(days) || isOnCharge || boughtAt >= wallTime(dayOf(at), REMIND_MINUTE)) return;
  tellOnce(customer, line, days === 0 ? 'service-ends-today' : 'service-ends-in-days', end);
}

function tellOnce(customer: CustomerBook, line: LineBook, kind: string, end: number): void {
  const key = `${kind} ${end}`;
  if (line.toldEnds.has(key)) return;
  line.toldEnds.add(key);
  customer.told(kind);
}

/** A waiting service begins where nothing is left of the running one's volume (product line X05). */
function exhaust(line: LineBook, at: number): void {
  const running = line.running(at);
  const waiting = line.waiting(at);
  if (running === undefined || waiting === undefined || line.isOff) return;
  // What is billed comes in its time.
  if (running.service.pays !== 'before' && waiting.service.pays !== 'before') return;
  if (line.isExhausted(at)) beginWaiting(line, running, waiting, at);
}

/** The waiting service in the place of the running one. */
export function beginWaiting(line: LineBook, running: BookedTerm, waiting: BookedTerm, at: number): void {
  line.endServices(waiting, at);
  running.givenUpAt = at;
  const until = endOf(at, waiting.service.length);
  line.move(waiting, at, until, at);
  // A month has other days here than where it was foreseen.
  waiting.daysSold = dayOf(until) - dayOf(at);
}

/** When the recharge of a month is due, 0 the month in which the campaign began (product line P34). */
function rechargeDue(term: BookedTerm, month: number): number {
  return wallTime(monthsAfter(dayOf(term.from), month), RECHARGE_MINUTE);
}

function recharge(line: LineBook, at: number): void {
  const term = line.running(at);
  if (term?.service.pays === 'campaign') rechargeMonth(line, term, at, false);
}

/** A campaign that was given up has given the volume of its month, whatever came after it. */
function firstRecharge({ terms }: LineBook, { from }: BookedTerm): 0 | 1 {
  const givenUp = terms.filter(
    ({ givenUpAt, until, rechargedMonth }) =>
      givenUpAt !== undefined && givenUpAt <= from && givenUpAt < until && rechargedMonth >= 0,
  );
  const nextMonths = givenUp.map((term) => monthsAfter(dayOf(rechargeDue(term, term.rechargedMonth)), 1));
  return nextMonths.some((day) => dayOf(from) < day) ? 1 : 0;
}

/** The month's own recharge if it is due and not given; by hand an extra one else. */
export function rechargeMonth(line: LineBook, term: BookedTerm, at: number, isByHand: boolean): void {
  const first = firstRecharge(line, term);
  // The first volume comes with the service, also before the hour of the later ones.
  const isFirst = term.recharges === 0 && first === 0;
  const time = isFirst ? Math.max(at, rechargeDue(term, 0)) : at;
  let newest = 0;
  while (rechargeDue(term, newest + 1) <= time) newest += 1;
  const isOwn = newest >= first && newest > term.rechargedMonth;
  if (!isOwn && !isByHand) return;
  if (isOwn) term.rechargedMonth = newest;
  const next = rechargeDue(term, newest + 1);
  const until = Math.min(next, term.until);
  const volume: Volume = {
    kind: 'service',
    tier: 0,
    octets: RECHARGE_OCTETS,
    used: 0,
    from: at,
    until,
  };
  line.volumes.push(volume);
  term.recharges += 1;
}

/**
 * Whole days are credited once a pause has ended (product line C19); where it went on beyond the end that the term would have
 * by then, its exact length.
 */
export function endPause(line: LineBook, at: number): void {
  const { pause } = line;
  const term = line.running(at);
  line.pause = undefined;
  if (pause === undefined || term === undefined) return;
  const most = PAUSE_DAYS - pause.paused;
  const days = Math.min(most, wholeDays(pause.from, at));
  const isBeyond = pause.until + days * DAY <= at;
  const credited = isBeyond ? Math.min(most * DAY, at - pause.from) : days * DAY;
  line.moveEnd(term, pause.until + credited, pause.paused + days, at);
  term.pausedBeside += credited - days * DAY;
}

/** A week after the first rejection all lines are off, and the customer is told. */
function enforcePapers(customer: CustomerBook, at: number): void {
  const { papers, lines } = customer;
  if (papers.isCut || !papers.isLate(at)) return;
  customer.told('document-suspended');
  papers.isCut = true;
  for (const line of lines) line.isCut = true;
}

function withdraw(line: LineBook, at: number): void {
  const { address } = line;
  if (address === undefined || address.isWithdrawn) return;
  if (addressEnd(address) + ADDRESS_GRACE <= at) address.isWithdrawn = true;
}

/** First instant at which an address is not paid. */
export function addressEnd({ startedAt, months }: NonNullable<LineBook['address']>): number {
  return sameTime(startedAt, monthsAfter(dayOf(startedAt), months));
}
