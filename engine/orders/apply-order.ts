import type { Offer, ReserveStart, ServiceOffer, TrafficOffer } from '../catalog/offer.ts';
import type { Plan } from '../catalog/plan.ts';
import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import type { Promotion } from '../catalog/promotion.ts';
import { calendarDays, termEnd } from '../catalog/term.ts';
import { FULL_SPEED_TIER, type Grant } from '../quota/grant.ts';
import { beginReserve, declareReserve } from '../subscribers/declare-reserve.ts';
import type { LineRecord } from '../subscribers/line-record.ts';
import { findTerm } from '../subscribers/term-grants.ts';
import type { Instant } from '../values/instant.ts';
import { ZERO_OCTETS } from '../values/octets.ts';
import { fail, ok, type Result } from '../values/result.ts';
import type { Rial } from '../values/rial.ts';
import type { LineAccount, PaidAddress, PurchaseType, ServiceRecord, StoredService } from './line-account.ts';
import { isUsedUp, runningAccount } from './line-account.ts';
import {
  endLoan,
  loanUntilBegun,
  openLoan,
  type RepaidCharge,
  termLessLoan,
  trafficLessLoan,
} from './loan.ts';
import type { OrderKind } from './order.ts';
import { buyService, changeService } from './service-life.ts';
import { startTerm } from './start-term.ts';
import { renewStaticIp } from './static-ip.ts';
import { trafficGiven } from './traffic.ts';

/** What is to be applied; also asked before an order is placed, so that nothing is sold that cannot be given. */
export interface Application {
  readonly purchaseType: PurchaseType;
  readonly orderId: number;
  readonly kind: OrderKind;
  readonly offer: Offer;
  readonly months: number;
  readonly price: Rial;
  readonly vat: Rial;
}

/** What the rules depend on beside the line. */
export interface ApplyTerms {
  readonly plans: PlanLookup;
  readonly promotions: readonly Promotion[];
  /** When it was ordered; absent for `now`. */
  readonly orderedAt?: Instant | undefined;
  /** Of the house; the running service may say otherwise. */
  readonly reserveStart: ReserveStart;
  readonly now: Instant;
}

/** Traffic that was bought, for the line's history. */
export interface TrafficRecord {
  readonly name: string;
  /** Name of the promotion that made it more, '' without. */
  readonly promotion: string;
  readonly grant: Grant;
}

/** The line once something was applied, and the rows that tell of it. */
export interface Applied {
  /** With the next revision. */
  readonly line: LineRecord;
  readonly starts: 'now' | 'queued';
  readonly from: Instant;
  readonly until: Instant | undefined;
  readonly service?: ServiceRecord;
  /** Given up at `now` for the new one. */
  readonly replaced?: StoredService;
  /** A waiting service whose edges follow a new end of the one before. */
  readonly moved?: { readonly id: number; readonly from: Instant; readonly until: Instant };
  readonly traffic?: TrafficRecord;
  readonly address?: PaidAddress;
  readonly repaid?: RepaidCharge | undefined;
}

/** Why something cannot be given. */
export type NotApplicable =
  | 'reserve-is-taken'
  | 'no-running-service'
  | 'no-static-ip'
  | 'plan-is-gone'
  | 'line-is-closed'
  /** What would begin now waits until the pause of the running service is ended. */
  | 'line-is-paused'
  | 'offer-is-of-another-kind';

/** Applies an order to a line at `terms.now` (product lines P06, P46 to P56). Changes nothing that it is given. */
export function applyOrder(
  account: LineAccount,
  application: Application,
  terms: ApplyTerms,
): Result<Applied, NotApplicable> {
  const { kind, offer } = application;
  if (account.line.status === 'closed') return fail('line-is-closed');
  const begun = { ...account, line: beginReserve(account.line, terms.now) };
  if (kind === 'service' && isService(offer)) return applyService(begun, application, offer, terms);
  if (kind === 'change' && isService(offer)) return applyChange(begun, application, offer, terms);
  if (kind === 'traffic' && isTraffic(offer)) return applyTraffic(begun, application, offer, terms);
  if (kind === 'static-ip' && offer.kind === 'static-ip') return applyStaticIp(begun, application, terms);
  return fail('offer-is-of-another-kind');
}

function isService(offer: Offer): offer is ServiceOffer {
  return offer.kind === 'prepaid' || offer.kind === 'postpaid' || offer.kind === 'campaign';
}

function isTraffic(offer: Offer): offer is TrafficOffer {
  return offer.kind === 'extra' || offer.kind === 'timed';
}

function applyService(
  account: LineAccount,
  application: Application,
  offer: ServiceOffer,
  { plans, reserveStart, now }: ApplyTerms,
): Result<Applied, NotApplicable> {
  const plan = planOf(plans, offer, now);
  if (plan === undefined) return fail('plan-is-gone');
  const { life, service } = runningAccount(account, now);
  const bought = { ...boughtBy(application, offer), boughtAt: now };
  const isExhausted = isUsedUp(account, plans, now);
  const purchase = buyService(life, bought, isExhausted, service?.offer.reserveStart ?? reserveStart);
  if (!purchase.ok) return purchase;
  const { starts, from } = purchase.value;
  if (starts === 'queued') return ok(queue(account, application, offer, plan, purchase.value, now));
  if (account.isPaused) return fail('line-is-paused');
  const replaced = life.running === undefined ? undefined : service;
  const started = startTerm(
    account,
    plan,
    purchase.value,
    now,
    hadUnbilled(account, replaced, offer, plans, now),
  );
  return ok({
    ...{ line: started.line, repaid: started.repaid, starts, from, until: started.until, replaced },
    service: recordOf(application, offer, { from, until: started.until }, now),
  });
}

/** The line with a term that waits behind the running one, less what was lent to it. */
function queue(
  account: LineAccount,
  application: Application,
  offer: ServiceOffer,
  plan: Plan,
  { from, until: sold }: { readonly from: Instant; readonly until: Instant },
  now: Instant,
): Applied {
  const { line } = account;
  const { username, revision } = line;
  const loan = loanUntilBegun(account, now);
  const term = { username, key: `${revision + 1}r`, from, until: sold, boughtAt: now };
  const { until, grants, repaid } = termLessLoan(term, plan, loan);
  const reserve = { planName: plan.name, from, expiresAt: until };
  return {
    line: { ...line, revision: revision + 1, reserve, grants: [...line.grants, ...grants] },
    ...{ starts: 'queued', from, until, repaid },
    service: recordOf(application, offer, { from, until }, now),
  };
}

function applyChange(
  account: LineAccount,
  application: Application,
  offer: ServiceOffer,
  { plans, now }: ApplyTerms,
): Result<Applied, NotApplicable> {
  const plan = planOf(plans, offer, now);
  if (plan === undefined) return fail('plan-is-gone');
  const { life, service, reserveService } = runningAccount(account, now);
  const changed = changeService(life, { ...boughtBy(application, offer), boughtAt: now });
  if (!changed.ok) return changed;
  if (account.isPaused) return fail('line-is-paused');
  const from = now;
  const had = hadUnbilled(account, service, offer, plans, now);
  const started = startTerm(account, plan, changed.value.running!, now, had);
  const line = followReserve(started.line, account.line.expiresAt, plans, now);
  const { reserve } = line;
  return ok({
    ...{ line, repaid: started.repaid, starts: 'now', from, until: started.until, replaced: service },
    service: recordOf(application, offer, { from, until: started.until }, now),
    ...(reserve !== undefined && reserveService !== undefined
      ? { moved: { id: reserveService.id, from: reserve.from, until: reserve.expiresAt } }
      : {}),
  });
}

/**
 * What is gone of the running volume where both services are billed by the month: neither is paid when it begins, so that
 * the new one goes on with the volume of the old one. Else it could be had again every hour for one day's bill.
 */
function hadUnbilled(
  { line }: LineAccount,
  replaced: StoredService | undefined,
  offer: ServiceOffer,
  plans: PlanLookup,
  now: Instant,
): number {
  if (replaced === undefined || replaced.offer.kind === 'prepaid' || offer.kind === 'prepaid') return 0;
  const quota = planOf(plans, replaced.offer, replaced.boughtAt)?.quota;
  const term = findTerm(line.username, line.grants, replaced.until, replaced.from);
  if (quota === undefined || term === undefined) return 0;
  const running = term.grants.filter(
    ({ tier, from, until }) =>
      tier === FULL_SPEED_TIER && from <= now && (until === undefined || now < until),
  );
  const left = running.reduce((sum, { octets, consumed }) => sum + Math.max(0, octets - consumed), 0);
  return Math.max(0, quota.octets - left);
}

function followReserve(
  line: LineRecord,
  endBefore: Instant | undefined,
  plans: PlanLookup,
  now: Instant,
): LineRecord {
  return { ...line, ...declareReserve(line, undefined, endBefore, plans, now) };
}

function applyTraffic(
  account: LineAccount,
  { orderId }: Application,
  offer: TrafficOffer,
  { promotions, orderedAt, now }: ApplyTerms,
): Result<Applied, NotApplicable> {
  const { line, isPaused } = account;
  // Its hours would go by while the line is off.
  if (isPaused && offer.kind === 'timed') return fail('line-is-paused');
  const { running } = runningAccount(account, now).life;
  const given = trafficGiven(offer, promotions, now, running?.until, orderedAt);
  if (!given.ok) return given;
  const { promotion, octets, ...lasting } = given.value;
  const loan = openLoan(account, now);
  const { volume, repaid } = trafficLessLoan(octets, loan);
  const grant: Grant = {
    ...{ ...lasting, octets: volume, id: `order:${orderId}`, consumed: ZERO_OCTETS, priority: 0 },
    ...{ tier: FULL_SPEED_TIER, createdAt: now },
  };
  return ok({
    line: {
      ...line,
      ...{ revision: line.revision + 1, grants: [...endLoan(line.grants, loan, repaid, now), grant] },
    },
    ...{ starts: 'now', from: now, until: grant.until, repaid },
    traffic: { name: offer.name, promotion: promotion?.name ?? '', grant },
  });
}

function applyStaticIp(
  { line, address: paid }: LineAccount,
  { months }: Application,
  { now }: ApplyTerms,
): Result<Applied, NotApplicable> {
  const address = line.staticIp === '' ? paid?.address : line.staticIp;
  if (address === undefined) return fail('no-static-ip');
  const term = renewStaticIp(paid, months, now);
  return ok({
    line: { ...line, revision: line.revision + 1, staticIp: address },
    ...{ starts: 'now', from: now, until: termEnd(term.startedAt, { unit: 'month', count: term.months }) },
    address: { ...term, address, isWithdrawn: false },
  });
}

function planOf(plans: PlanLookup, offer: ServiceOffer, now: Instant): Plan | undefined {
  const history = plans(offer.planName);
  return history && planAt(history, now);
}

function boughtBy({ orderId }: Application, { planName, term }: ServiceOffer) {
  return { orderId: String(orderId), planName, term };
}

function recordOf(
  { orderId, price, vat, purchaseType }: Application,
  offer: ServiceOffer,
  { from, until }: { readonly from: Instant; readonly until: Instant },
  now: Instant,
): ServiceRecord {
  const daysSold = calendarDays(from, termEnd(from, offer.term));
  return {
    ...{ offer, orderId, name: offer.name, price, vat, daysSold, boughtAt: now },
    ...{ from, until, pausedDays: 0, purchaseType, note: '' },
  };
}
