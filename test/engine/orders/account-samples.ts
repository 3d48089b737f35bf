import type { Offer, PrepaidOffer, ServiceOffer } from '../../../engine/catalog/offer.ts';
import type { Plan } from '../../../engine/catalog/plan.ts';
import type { PlanLookup } from '../../../engine/catalog/plan-history.ts';
import { type Applied, applyOrder } from '../../../engine/orders/apply-order.ts';
import type { LineAccount, StoredService } from '../../../engine/orders/line-account.ts';
import type { OrderKind } from '../../../engine/orders/order.ts';
import type { LineRecord } from '../../../engine/subscribers/line-record.ts';
import { octets } from '../../../engine/values/octets.ts';
import { rial } from '../../../engine/values/rial.ts';

/** 1405/08/30 11:00 in Tehran, which has no summer time any more. */
export const BOUGHT_AT = Date.UTC(2026, 10, 21, 7, 30);
/** Octets. */
export const GB = 1024 ** 3;

const AUDIENCE = {
  seenBy: ['subscriber', 'agent', 'reseller', 'staff'],
  boughtBy: ['subscriber', 'agent', 'reseller', 'staff'],
  counties: [],
  purchase: 'any',
} as const;

function plan(name: string, quota: Plan['quota']): Plan {
  return {
    ...{ name, days: 30, quota, speed: undefined, tiers: [], exhausted: 'disconnect', expired: 'disconnect' },
    ...{ windows: [], classes: [], concurrentSessions: 1, locksFirstMac: false, softLanding: false },
    ...{ pool: undefined, interimSeconds: 300 },
  };
}

const PLANS = [
  plan('five', { octets: octets(5 * GB), charge: 'download', per: 'term' }),
  plan('eight', { octets: octets(8 * GB), charge: 'download', per: 'term' }),
  plan('daily', { octets: octets(GB), charge: 'download', per: 'day' }),
  plan('open', undefined),
];

/** The plans of the samples, each with one version. */
export const plans: PlanLookup = (name) => {
  const found = PLANS.find((one) => one.name === name);
  return found && { name, versions: [{ from: 0, plan: found }] };
};

/** A prepaid service of 30 days; what matters to a test is given. */
export function prepaid(code: string, given: Partial<PrepaidOffer> = {}): PrepaidOffer {
  return {
    ...{ kind: 'prepaid', code, name: code, audience: AUDIENCE, planName: code, price: rial(600_000) },
    ...{ term: { unit: 'day', count: 30 }, lineRental: rial(0) },
    ...given,
  };
}

/** One GB for as long as the service. */
export const EXTRA: Offer = {
  ...{ kind: 'extra', code: 'x1', name: 'x1', audience: AUDIENCE, price: rial(100_000) },
  ...{ octets: octets(GB), validity: 'service' },
};
/** Two GB for six hours. */
export const TIMED: Offer = {
  ...{ kind: 'timed', code: 't2', name: 't2', audience: AUDIENCE, price: rial(50_000) },
  ...{ octets: octets(2 * GB), term: { unit: 'hour', count: 6 } },
};
/** Months of an address. */
export const ADDRESS: Offer = {
  ...{ kind: 'static-ip', code: 'ip', name: 'ip', audience: AUDIENCE, pricePerMonth: rial(50_000) },
};

const LINE: LineRecord = {
  ...{ username: 'u1', displayName: '', revision: 1, status: 'active', password: '', planName: 'five' },
  ...{ expiresAt: undefined, reserve: undefined, staticIp: '', concurrentSessions: undefined, macLock: '' },
  ...{ framedRoutes: [], framedIpv6Prefix: '', delegatedIpv6Prefix: '', grants: [] },
};

/** A line that never had anything. */
export const NEW_ACCOUNT: LineAccount = {
  ...{ lineId: 1, customer: 1, county: '', standing: 'in-operation', isPaused: false, line: LINE },
  ...{
    services: [],
    lastPaidAt: undefined,
    refundedAt: undefined,
    freeCharge: undefined,
    address: undefined,
  },
};

/** An order of an offer, as it is applied. */
export function applicationOf(kind: OrderKind, offer: Offer, orderId: number, months = 1) {
  const price = offer.kind === 'prepaid' ? offer.price : rial(0);
  return { kind, offer, orderId, months, price, vat: rial(0), purchaseType: 'online' } as const;
}

/** Terms of the samples: no promotion, and a reserve that also begins on exhaustion. */
export function termsAt(now: number) {
  return { plans, promotions: [], reserveStart: 'end-or-exhaustion', now } as const;
}

/** The account once something was applied, as it would be loaded from the ledger. */
export function accountAfter(account: LineAccount, applied: Applied, now: number): LineAccount {
  const { service, replaced, moved, traffic, address, repaid } = applied;
  const kept = account.services
    .filter(({ id }) => id !== replaced?.id)
    .map((one): StoredService => (one.id === moved?.id ? { ...one, ...moved } : one));
  const id = 1 + Math.max(0, ...account.services.map((one) => one.id));
  const services =
    service === undefined ? kept : [...kept, { ...service, id, refunded: { price: rial(0), vat: rial(0) } }];
  const { freeCharge } = account;
  return {
    ...account,
    line: applied.line,
    services: services.toSorted((left, right) => left.from - right.from || left.id - right.id),
    lastPaidAt: service !== undefined || traffic !== undefined ? now : account.lastPaidAt,
    freeCharge: repaid === undefined ? freeCharge : freeCharge && { ...freeCharge, isRepaid: true },
    address: address ?? account.address,
  };
}

/** The account after orders that must be applicable, one after the other. */
export function accountWith(
  account: LineAccount,
  ...orders: readonly (readonly [kind: OrderKind, offer: ServiceOffer | Offer, now: number])[]
): LineAccount {
  return orders.reduce((before, [kind, offer, now], index) => {
    const orderId = 100 + index + before.services.length * 10;
    const applied = applyOrder(before, applicationOf(kind, offer, orderId), termsAt(now));
    if (!applied.ok) throw new Error(applied.error);
    return accountAfter(before, applied.value, now);
  }, account);
}

/** The account after that many octets of a grant were used. */
export function accountUsing(account: LineAccount, grantId: string, consumed: number): LineAccount {
  const grants = account.line.grants.map((grant) =>
    grant.id === grantId ? { ...grant, consumed: octets(consumed) } : grant,
  );
  return { ...account, line: { ...account.line, grants } };
}

/** All of a value frozen, so that whoever changes it fails. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}
