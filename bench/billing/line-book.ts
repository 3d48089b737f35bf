import { DAY, dayOf } from './calendar.ts';
import {
  type BookedCharge,
  isOwed,
  type Repaid,
  repayAtOnce,
  repayByTraffic,
  repayByWaiting,
} from './loan.ts';
import { ServiceBook } from './service-book.ts';
import { endOf, FREE, PAUSE_DAYS, PROMOTION, type ShopTraffic } from './shop.ts';
import { type BookedTerm, type Purchase, type ValueBasis, valueLeft } from './term.ts';
import { goneOf, leftOf, lessen, type Volume, volumesOf } from './volumes.ts';

/** A pause, and what the term that it stops was before. */
export interface BookedPause {
  readonly from: number;
  readonly endsBy: number;
  readonly until: number;
  readonly paused: number;
}

/** An order of a service. */
type Ordered = Pick<BookedTerm, 'orderId' | 'service' | 'price' | 'vat'>;

/** What a line was told and given, by the simplest arithmetic that the product's words allow. */
export class LineBook extends ServiceBook {
  readonly username: string;
  readonly lineId: number;
  readonly hasAddress: boolean;
  /** What the line was declared with. */
  readonly firstVolume: Volume | undefined;
  readonly firstEnd: number;
  /** Of services and traffic. */
  readonly purchases: Purchase[] = [];
  readonly createdAt: number;
  charge: BookedCharge | undefined;
  pause: BookedPause | undefined;
  address: { startedAt: number; months: number; isWithdrawn: boolean } | undefined;
  isCollected = false;
  /** Off for papers of the customer's. */
  isCut = false;
  /** Ends that the customer was told of, by kind of message. */
  readonly toldEnds = new Set<string>();
  /** Of the plan that the line has. */
  planOctets: number;

  constructor(line: {
    username: string;
    lineId: number;
    hasAddress: boolean;
    firstEnd: number;
    createdAt: number;
    planOctets: number;
    volumes: Volume[];
  }) {
    super(line.volumes);
    this.username = line.username;
    this.lineId = line.lineId;
    this.hasAddress = line.hasAddress;
    this.firstEnd = line.firstEnd;
    this.createdAt = line.createdAt;
    this.planOctets = line.planOctets;
    this.firstVolume = line.volumes[0];
  }

  /** Nobody can be online on it. */
  get isOff(): boolean {
    return this.pause !== undefined || this.isCut;
  }

  /** When something was bought last that was not given back. */
  get paidAt(): number {
    const kept = this.purchases.filter(({ isRefunded }) => !isRefunded);
    return Math.max(this.createdAt, ...kept.map(({ at }) => at));
  }

  /** First instant after what was paid. */
  paidUntil(at: number): number {
    const last = this.lastBegun(at);
    return last === undefined ? this.firstEnd : (last.givenUpAt ?? last.until);
  }

  /** First instant at which the line is out of service. */
  expires(at: number): number {
    const last = this.lastBegun(at);
    const { charge } = this;
    const isOnCharge = charge !== undefined && charge.days > 0 && charge.at > (last?.from ?? 0);
    return isOnCharge ? charge.until : this.paidUntil(at);
  }

  /** Nothing is left at full speed, and nothing more of the running service is to come. */
  isExhausted(at: number): boolean {
    // A campaign is recharged.
    if (this.running(at)?.service.pays === 'campaign') return false;
    const end = this.expires(at);
    const open = this.volumes.filter(
      ({ from, until }) => (from <= at || from < end) && (until === undefined || at < until),
    );
    return this.quotaAt(at) > 0 && leftOf(open) === 0;
  }

  private quotaAt(at: number): number {
    return this.lastBegun(at)?.service.octets ?? this.planOctets;
  }

  /** Why a purchase of a service is refused. */
  refusalOfService(at: number): string | undefined {
    const running = this.running(at);
    const waiting = this.waiting(at);
    const isNow = running === undefined || (this.isExhausted(at) && waiting === undefined);
    if (isNow) return this.pause === undefined ? undefined : 'line-is-paused';
    return waiting === undefined ? undefined : 'reserve-is-taken';
  }

  /** Why a change of the service is refused. */
  refusalOfChange(at: number): string | undefined {
    if (this.pause !== undefined) return 'line-is-paused';
    return this.running(at) === undefined ? 'no-running-service' : undefined;
  }

  /** Why traffic is refused. */
  refusalOfTraffic({ length }: ShopTraffic, at: number): string | undefined {
    // Its hours would go by while the line is off.
    if (this.pause !== undefined && length !== undefined) return 'line-is-paused';
    return this.running(at) === undefined ? 'no-running-service' : undefined;
  }

  /** What is left of the value of the running service. */
  remainingValue(basis: ValueBasis, at: number): number {
    const term = this.running(at);
    return term === undefined ? 0 : valueLeft(term, basis, at);
  }

  /** A service is paid: at once, or behind the running one. */
  buy(order: Ordered, at: number): BookedTerm {
    const running = this.running(at);
    if (running === undefined) return this.begin(order, at);
    if (this.isExhausted(at) && this.waiting(at) === undefined) {
      running.givenUpAt = at;
      return this.begin(order, at, running);
    }
    const from = running.until;
    const until = endOf(from, order.service.length);
    const repaid = repayByWaiting(this.charge, { orderId: order.orderId, at }, { from, until });
    return this.book(order, at, { from, until }, repaid);
  }

  /** Another service in the place of the running one; what waits follows it. */
  change(order: Ordered, at: number): BookedTerm {
    const running = this.running(at)!;
    const waiting = this.waiting(at);
    running.givenUpAt = at;
    const term = this.begin(order, at, running);
    if (waiting !== undefined) this.move(waiting, term.until, term.until + waiting.until - waiting.from, at);
    return term;
  }

  /** Services that are billed go on with the volume of the one before. */
  private begin(order: Ordered, at: number, before?: BookedTerm): BookedTerm {
    const until = endOf(at, order.service.length);
    const areBilled =
      order.service.pays !== 'before' && before !== undefined && before.service.pays !== 'before';
    const gone = areBilled ? goneOf(before.volumes, before.service.octets, at) : 0;
    const repaid = repayAtOnce(this.charge, { orderId: order.orderId, at }, until);
    this.endServices(this.waiting(at), at);
    return this.book(order, at, { from: at, until }, { ...repaid, octets: repaid.octets + gone });
  }

  private book(
    order: Ordered,
    at: number,
    sold: { readonly from: number; readonly until: number },
    less: Repaid,
  ): BookedTerm {
    const { from } = sold;
    const until = sold.until - less.days * DAY;
    const volumes = volumesOf(order.service, from, until);
    lessen(volumes, less.octets);
    this.volumes.push(...volumes);
    const term: BookedTerm = {
      ...{ ...order, boughtAt: at, purchase: this.note(at), daysSold: dayOf(sold.until) - dayOf(from) },
      ...{ from, until, paused: 0, pausedBeside: 0, repaid: less.days, givenUpAt: undefined },
      ...{ isTakenOff: false, volumes, rechargedMonth: -1, recharges: 0, billedTo: undefined },
    };
    this.terms.push(term);
    return term;
  }

  private note(at: number): Purchase {
    const purchase = { at, isRefunded: false };
    this.purchases.push(purchase);
    return purchase;
  }

  /** Traffic beside the running service (product lines P28, P48 and P49). */
  addTraffic(
    orderId: number,
    { octets, length, lasts }: ShopTraffic,
    day: number,
    at: number,
  ): { readonly volume: Volume; readonly purchase: Purchase } {
    const running = this.running(at)!;
    const isPromoted = day >= PROMOTION.afterDays && day < PROMOTION.afterDays + PROMOTION.days;
    const more = isPromoted && length === undefined ? Math.floor((octets * PROMOTION.percent) / 100) : 0;
    const until =
      length === undefined ? (lasts === 'service' ? running.until : undefined) : endOf(at, length);
    const kind = length === undefined ? 'extra' : 'timed';
    const repaid = repayByTraffic(this.charge, octets + more, { orderId, at });
    const left = octets + more - repaid.octets;
    const volume: Volume = { kind, tier: 0, octets: left, used: 0, from: at, until };
    this.volumes.push(volume);
    return { volume, purchase: this.note(at) };
  }

  /** Why there is no free charge (product lines P57 to P59). */
  refusalOfCharge(at: number): string | undefined {
    const { charge } = this;
    if (charge !== undefined && (charge.at >= this.paidAt || isOwed(charge))) return 'already-applied';
    const paidUntil = this.paidUntil(at);
    const wasExhausted = this.quotaAt(at) > 0 && this.left(Math.min(at, paidUntil - 1)) === 0;
    return paidUntil > at && !wasExhausted ? 'nothing-ran-out' : undefined;
  }

  giveCharge(isLoan: boolean, at: number): void {
    const paidUntil = this.paidUntil(at);
    const wasExhausted = this.quotaAt(at) > 0 && this.left(Math.min(at, paidUntil - 1)) === 0;
    const isOver = paidUntil <= at;
    const until = isOver ? at + FREE.days * DAY : paidUntil;
    const days = isOver ? FREE.days : 0;
    if (isOver && !wasExhausted) this.prolong(paidUntil, until);
    this.charge = { at, days, until, isLoan };
    if (!wasExhausted) return;
    const volume: Volume = { kind: 'gift', tier: 0, octets: FREE.octets, used: 0, from: at, until };
    this.volumes.push(volume);
    this.charge.volume = volume;
  }

  /** What is left of the last volume of a service that ended at `end` may be used for longer, unless it was given back. */
  private prolong(end: number, until: number): void {
    const isLast = (volume: Volume) => volume.kind === 'service' && volume.until === end;
    const term = this.terms.findLast(({ volumes }) => volumes.some(isLast));
    if (this.terms.some(({ givenUpAt, purchase }) => givenUpAt === end && purchase.isRefunded)) return;
    const first = this.volumes.filter((volume) => volume === this.firstVolume);
    for (const volume of term?.volumes ?? first) if (isLast(volume)) volume.until = until;
  }

  /** Why no pause begins (product line C19). */
  refusalOfPause(at: number): string | undefined {
    if (this.pause !== undefined) return 'is-paused';
    const term = this.running(at);
    if (term === undefined) return 'no-running-service';
    if (term.service.pays !== 'before') return 'is-postpaid';
    return term.paused >= PAUSE_DAYS ? 'no-days-left' : undefined;
  }

  /** A pause begins: the term goes on as if all days that may be credited were. */
  beginPause(term: BookedTerm, at: number): void {
    const { until, paused } = term;
    const days = PAUSE_DAYS - paused;
    this.pause = { from: at, endsBy: at + days * DAY, until, paused };
    this.moveEnd(term, until + days * DAY, PAUSE_DAYS, at);
  }

  /** A term has another end, as of `paused` days: what waits follows, and volume that goes on as long. */
  moveEnd(term: BookedTerm, until: number, paused: number, at: number): void {
    const before = term.until;
    const waiting = this.waiting(at);
    for (const volume of this.volumes) {
      if (volume.kind === 'extra' && volume.until === before) volume.until = until;
    }
    this.move(term, term.from, until, at);
    term.paused = paused;
    const later = until - before;
    if (waiting !== undefined) this.move(waiting, waiting.from + later, waiting.until + later, at);
  }
}
