import type { ServiceOffer } from '../catalog/offer.ts';
import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import { calendarDays } from '../catalog/term.ts';
import { FULL_SPEED_TIER } from '../quota/grant.ts';
import { beginReserve } from '../subscribers/declare-reserve.ts';
import type { LineRecord } from '../subscribers/line-record.ts';
import type { Instant } from '../values/instant.ts';
import type { Octets } from '../values/octets.ts';
import type { Rial } from '../values/rial.ts';
import type { FreeChargePolicy } from './free-charge.ts';
import type { LineStanding } from './line-status.ts';
import type { BoughtService, ServiceLife } from './service-life.ts';
import type { StaticIpTerm } from './static-ip.ts';

/** How something was bought «نوع خرید» (product line P26): by staff, at an agent's, or by the subscriber. */
export type PurchaseType = 'admin' | 'agent' | 'online';

/** A service of a line as it was bought; a row of «سابقه سرویس ها». */
export interface ServiceRecord {
  /** The offer as it was on that day. */
  readonly offer: ServiceOffer;
  /** `undefined` of one that no order brought, such as what was taken over from another program. */
  readonly orderId: number | undefined;
  readonly name: string;
  readonly price: Rial;
  readonly vat: Rial;
  readonly daysSold: number;
  readonly boughtAt: Instant;
  /** Of one that waits: as it is foreseen. */
  readonly from: Instant;
  /** First instant after it. */
  readonly until: Instant;
  /** Days by which pauses have moved its end. */
  readonly pausedDays: number;
  readonly purchaseType: PurchaseType;
  readonly note: string;
}

/** A service that is stored. */
export interface StoredService extends ServiceRecord {
  readonly id: number;
  /** What was given back of its price and tax while it was kept. */
  readonly refunded: { readonly price: Rial; readonly vat: Rial };
}

/** The last free charge of a line. */
export interface ChargedFree {
  readonly id: number;
  readonly days: number;
  readonly octets: Octets;
  readonly kind: FreeChargePolicy['kind'];
  /** `undefined` when only days were given. */
  readonly grantId: string | undefined;
  readonly at: Instant;
  readonly until: Instant;
  /** True once a purchase has given back what was lent. */
  readonly isRepaid: boolean;
}

/** The address of a line and how far it is paid. */
export interface PaidAddress extends StaticIpTerm {
  readonly address: string;
  /** True when it was taken from the line after its end. */
  readonly isWithdrawn: boolean;
}

/** All that the rules of buying have to know of a line. The truth about its running term is the line itself. */
export interface LineAccount {
  readonly lineId: number;
  /** Number of the customer, whose wallet pays. */
  readonly customer: number;
  readonly county: string;
  readonly standing: LineStanding;
  /** Its running service is paused: nothing may take its place until that has ended. */
  readonly isPaused: boolean;
  readonly line: LineRecord;
  /** Services that are not over and not replaced, by when they begin, and the last one that is over. */
  readonly services: readonly StoredService[];
  /** When a service or traffic was last paid for that was not refunded. */
  readonly lastPaidAt: Instant | undefined;
  /** When a service was last ended by a refund of all of it. */
  readonly refundedAt: Instant | undefined;
  readonly freeCharge: ChargedFree | undefined;
  readonly address: PaidAddress | undefined;
}

/** What a line has now. */
export interface RunningAccount {
  readonly life: ServiceLife;
  /** The service behind the running term; `undefined` for terms that were declared without being sold. */
  readonly service: StoredService | undefined;
  readonly reserveService: StoredService | undefined;
  /** First instant after what was paid; free days lie behind it. */
  readonly paidUntil: Instant | undefined;
}

/** When a service has begun or will begin, and the first instant after it. */
export type ServiceEdges = Pick<ServiceRecord, 'from' | 'until'>;

/**
 * The running and the waiting one of a line's services at `now`. The line's reserve is that of `now`, too, so that nothing
 * which still waits is taken for what runs.
 * @param services by when they begin, neither over nor given up.
 */
export function servicesAt<S extends ServiceEdges>(
  services: readonly S[],
  line: Pick<LineRecord, 'planName' | 'expiresAt' | 'reserve'>,
  now: Instant,
): { readonly running: S | undefined; readonly waiting: S | undefined } {
  const { reserve } = beginReserve(line, now);
  return {
    running: services.findLast(({ from, until }) => from <= now && now < until),
    waiting: reserve && services.find(({ from }) => from === reserve.from),
  };
}

/**
 * The running and the waiting service of a line at `now`, its reserve begun where that is due. Days of a free charge are no
 * service: who has only those buys a service that begins at once.
 */
export function runningAccount(account: LineAccount, now: Instant): RunningAccount {
  const { services, freeCharge } = account;
  const { planName, expiresAt, reserve } = beginReserve(account.line, now);
  const isOnCharge = freeCharge !== undefined && freeCharge.days > 0 && expiresAt === freeCharge.until;
  const lastOver = services.findLast(({ until }) => freeCharge !== undefined && until <= freeCharge.at);
  const { running: service, waiting: reserveService } = servicesAt(services, account.line, now);
  const isRunning = expiresAt !== undefined && now < expiresAt && !isOnCharge;
  return {
    life: {
      running: isRunning ? startedOf(service, planName, expiresAt, now) : undefined,
      reserve: reserve && boughtOf(reserveService, reserve.planName, reserve.from, reserve.expiresAt),
    },
    service,
    reserveService,
    paidUntil: isOnCharge ? (lastOver?.until ?? freeCharge.at) : expiresAt,
  };
}

/**
 * Whether nothing is left of the running term at full speed, and nothing more of it is to come: the volume of a later day,
 * week or month of the term is paid, too, and a campaign is recharged. False for a plan without quota.
 * @param account with its reserve begun where that is due.
 */
export function isUsedUp(account: LineAccount, plans: PlanLookup, now: Instant): boolean {
  const { planName, grants, expiresAt = now } = account.line;
  const history = plans(planName);
  if (history === undefined || planAt(history, now).quota === undefined) return false;
  if (runningAccount(account, now).service?.offer.kind === 'campaign') return false;
  return !grants.some(
    ({ tier, from, until, octets: all, consumed }) =>
      tier === FULL_SPEED_TIER &&
      consumed < all &&
      (from <= now || from < expiresAt) &&
      (until === undefined || now < until),
  );
}

function startedOf(
  service: StoredService | undefined,
  planName: string,
  until: Instant,
  now: Instant,
): NonNullable<ServiceLife['running']> {
  const from = service?.from ?? now;
  return { ...boughtOf(service, planName, from, until), from, until };
}

/** A term that nobody sold has as many days as lie between its edges. */
function boughtOf(
  service: StoredService | undefined,
  planName: string,
  from: Instant,
  until: Instant,
): BoughtService {
  return {
    orderId: String(service?.orderId ?? ''),
    planName,
    term: service?.offer.term ?? { unit: 'day', count: Math.max(1, calendarDays(from, until)) },
    boughtAt: service?.boughtAt ?? from,
  };
}
