import { DAY } from './calendar.ts';
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
import { type BookedTerm, type ValueBasis, valueLeft } from './term.ts';
import { leftOf, lessen, type Volume, volumesOf } from './volumes.ts';

/** What a line was told and given, by the simplest arithmetic that the product's words allow. */
export class LineBook extends ServiceBook {
  readonly username: string;
  readonly lineId: number;
  readonly hasAddress: boolean;
  /** What the line was declared with. */
  readonly firstVolume: Volume | undefined;
  readonly firstEnd: number;
  paidAt: number;
  charge: BookedCharge | undefined;
  pause: { from: number; endsBy: number } | undefined;
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
    this.paidAt = line.createdAt;
    this.planOctets = line.planOctets;
    this.firstVolume = line.volumes[0];
  }

  /** Nobody can be online on it. */
  get isOff(): boolean {
    return this.pause !== undefined || this.isCut;
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
  buy(order: Pick<BookedTerm, 'orderId' | 'service' | 'price' | 'vat'>, at: number): BookedTerm {
    this.paidAt = at;
    const running = this.running(at);
    if (running === undefined) return this.begin(order, at);
    if (this.isExhausted(at) && this.waiting(at) === undefined) {
      running.givenUpAt = at;
      return this.begin(order, at);
    }
    const until = endOf(running.until, order.service.length);
    return this.book(order, at, running.until, until, repayByWaiting(this.charge, at));
  }

  /** Another service in the place of the running one; what waits follows it. */
  change(order: Pick<BookedTerm, 'orderId' | 'service' | 'price' | 'vat'>, at: number): BookedTerm {
    const running = this.running(at)!;
    const waiting = this.waiting(at);
    this.paidAt = at;
    running.givenUpAt = at;
    const term = this.begin(order, at);
    if (waiting !== undefined) this.move(waiting, term.until, term.until + waiting.until - waiting.from, at);
    return term;
  }

  private begin(order: Pick<BookedTerm, 'orderId' | 'service' | 'price' | 'vat'>, at: number): BookedTerm {
    const sold = endOf(at, order.service.length);
    const repaid = repayAtOnce(this.charge, at, sold);
    this.endServices(this.waiting(at), at);
    return this.book(order, at, at, sold - repaid.days * DAY, repaid);
  }

  private book(
    order: Pick<BookedTerm, 'orderId' | 'service' | 'price' | 'vat'>,
    at: number,
    from: number,
    until: number,
    repaid: Repaid,
  ): BookedTerm {
    const volumes = volumesOf(order.service, from, until);
    lessen(volumes, repaid.octets);
    this.volumes.push(...volumes);
    const term: BookedTerm = {
      ...{ ...order, boughtAt: at, from, until, paused: 0, repaid: repaid.days, givenUpAt: undefined },
      ...{ isTakenOff: false, volumes, rechargedMonth: -1, recharges: 0, billedTo: undefined },
    };
    this.terms.push(term);
    return term;
  }

  /** Traffic beside the running service (product lines P28, P48 and P49). */
  addTraffic({ octets, length, lasts }: ShopTraffic, orderedAfterDays: number, at: number): Volume {
    const running = this.running(at)!;
    this.paidAt = at;
    const day = orderedAfterDays;
    const isPromoted = day >= PROMOTION.afterDays && day < PROMOTION.afterDays + PROMOTION.days;
    const more = isPromoted && length === undefined ? Math.floor((octets * PROMOTION.percent) / 100) : 0;
    const until =
      length === undefined ? (lasts === 'service' ? running.until : undefined) : endOf(at, length);
    const kind = length === undefined ? 'extra' : 'timed';
    const repaid = repayByTraffic(this.charge, octets + more, at);
    const left = octets + more - repaid.octets;
    const volume: Volume = { kind, tier: 0, octets: left, used: 0, from: at, until };
    this.volumes.push(volume);
    return volume;
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
    if (isOver && !wasExhausted) this.prolong(paidUntil, until, at);
    this.charge = { at, days, until, isLoan, isRepaid: false };
    if (!wasExhausted) return;
    const volume: Volume = { kind: 'gift', tier: 0, octets: FREE.octets, used: 0, from: at, until };
    this.volumes.push(volume);
    this.charge.volume = volume;
  }

  /** What is left of the volume of a service that ended at `end` may be used for longer. */
  private prolong(end: number, until: number, at: number): void {
    const isLast = (volume: Volume) => volume.kind === 'service' && volume.until === end;
    const term = this.terms.findLast(({ volumes }) => volumes.some(isLast));
    if (term !== undefined) this.moveVolumes(term, until, at);
    else {
      const first = this.volumes.find((volume) => volume === this.firstVolume && isLast(volume));
      if (first !== undefined) first.until = until;
    }
  }

  /** Why no pause begins (product line C19). */
  refusalOfPause(at: number): string | undefined {
    if (this.pause !== undefined) return 'is-paused';
    const term = this.running(at);
    if (term === undefined) return 'no-running-service';
    if (term.service.pays !== 'before') return 'is-postpaid';
    return term.paused >= PAUSE_DAYS ? 'no-days-left' : undefined;
  }

  /** A pause begins or ends: `days` more than before are credited. */
  moveEnd(term: BookedTerm, days: number, at: number): void {
    const before = term.until;
    const waiting = this.waiting(at);
    for (const volume of this.volumes) {
      if (volume.kind === 'extra' && volume.until === before) volume.until = before + days * DAY;
    }
    this.move(term, term.from, before + days * DAY, at);
    term.paused += days;
    if (waiting !== undefined) {
      this.move(waiting, waiting.from + days * DAY, waiting.until + days * DAY, at);
    }
  }
}
