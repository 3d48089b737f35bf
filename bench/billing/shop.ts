import type { CatalogueDocument } from '../../engine/orders/catalogue-document.ts';
import type { ProvisioningDocument } from '../../engine/subscribers/provisioning.ts';
import { DAY, dayOf, HOUR, monthsAfter, sameTime } from './calendar.ts';

const GB = 1024 ** 3;
const MB = 1024 ** 2;

/** A length of time as it is printed in the price list. */
export type Length = readonly [unit: 'hour' | 'day' | 'month', count: number];

/** A service of the price list. */
export interface ShopService {
  readonly code: string;
  readonly pays: 'before' | 'monthly' | 'campaign';
  /** Of the term, or of 30 days where it is billed monthly. */
  readonly price: number;
  readonly rental: number;
  readonly length: Length;
  /** Octets of the term or of each of its parts, 0 for unlimited. */
  readonly octets: number;
  readonly months: 'nominal' | 'actual';
}

/** Traffic of the price list; `length` of timed traffic, `lasts` of other traffic. */
export interface ShopTraffic {
  readonly code: string;
  readonly price: number;
  readonly octets: number;
  readonly length: Length | undefined;
  readonly lasts: 'service' | 'used-up';
}

/** A plan: its volume for a term, day, week or month, and what follows it at a slower speed. */
export interface ShopPlan {
  readonly name: string;
  /** No two plans have the same. */
  readonly octets: number;
  readonly per: 'term' | 'day' | 'week' | 'month';
  readonly slower: readonly number[];
}

const PLANS: readonly ShopPlan[] = [
  { name: 'پنج گیگ', octets: 5 * GB, per: 'term', slower: [] },
  { name: 'هشت گیگ', octets: 8 * GB, per: 'term', slower: [GB] },
  { name: 'نامحدود', octets: 0, per: 'term', slower: [] },
  { name: 'روزانه', octets: 300 * MB, per: 'day', slower: [] },
  { name: 'هفتگی', octets: 2 * GB, per: 'week', slower: [GB, 3 * GB] },
  { name: 'ماهانه', octets: 3 * GB, per: 'month', slower: [2 * GB] },
];

/** The plan of a service. */
export function planOf({ octets }: Pick<ShopService, 'octets'>): ShopPlan {
  return PLANS.find((plan) => plan.octets === octets)!;
}

/** What a campaign gives each month. */
export const RECHARGE_OCTETS = 5 * GB;
/** On Tehran's wall: 03:20. */
export const RECHARGE_MINUTE = 200;
/** Of an address, a month. */
export const ADDRESS_PRICE = 50_000;
/** What a free charge gives. */
export const FREE = { days: 2, octets: 100 * MB } as const;
/** Of the account that customers pay into. */
export const BANK = 'بانک نمونه';
/** Days that pauses may add to a term. */
export const PAUSE_DAYS = 30;
/** More extra traffic for the same price. */
export const PROMOTION = { percent: 10, afterDays: 40, days: 35 } as const;

const PREPAID = { pays: 'before', rental: 0, months: 'nominal' } as const;

/** The services of the price list. */
export const SERVICES: readonly ShopService[] = [
  { ...PREPAID, code: 'm5', price: 600_000, length: ['day', 30], octets: 5 * GB },
  { ...PREPAID, code: 'm8', price: 900_005, rental: 20_000, length: ['month', 1], octets: 8 * GB },
  { ...PREPAID, code: 'un', price: 1_200_001, length: ['day', 30], octets: 0 },
  { ...PREPAID, code: 'q8', price: 1_700_003, length: ['month', 3], octets: 8 * GB },
  { ...PREPAID, code: 'h5', price: 70_000, length: ['hour', 48], octets: 5 * GB },
  { ...PREPAID, code: 'd3', price: 250_007, length: ['day', 10], octets: 300 * MB },
  { ...PREPAID, code: 'w2', price: 640_000, length: ['month', 1], octets: 2 * GB },
  { ...PREPAID, code: 'mq', price: 1_500_000, length: ['month', 3], octets: 3 * GB },
  service('pn', 'monthly', 215_000, 8 * GB, 3, 'nominal'),
  service('pa', 'monthly', 333_333, 5 * GB, 2, 'actual'),
  service('ca', 'campaign', 215_000, 5 * GB, 4, 'nominal'),
];

function service(
  code: string,
  pays: ShopService['pays'],
  price: number,
  octets: number,
  months: number,
  length: ShopService['months'],
): ShopService {
  return { code, pays, price, rental: 10_000, length: ['month', months], octets, months: length };
}

/** The traffic of the price list. */
export const TRAFFIC: readonly ShopTraffic[] = [
  { code: 'x1', price: 100_000, octets: GB, length: undefined, lasts: 'service' },
  { code: 'x5', price: 350_001, octets: 5 * GB, length: undefined, lasts: 'used-up' },
  // Less than a free charge may have to be given back.
  { code: 'x0', price: 9_000, octets: 50 * MB, length: undefined, lasts: 'used-up' },
  { code: 't2', price: 50_000, octets: 2 * GB, length: ['hour', 6], lasts: 'service' },
];

/** When a length of time that begins at `from` is over. */
export function endOf(from: number, [unit, count]: Length): number {
  if (unit === 'hour') return from + count * HOUR;
  return unit === 'day' ? from + count * DAY : sameTime(from, monthsAfter(dayOf(from), count));
}

/** The plans as the program is told of them. */
export function planDocument(): ProvisioningDocument {
  return {
    plans: PLANS.map(({ name, octets, per, slower }) => ({
      ...{ name, days: 30, exhausted: 'disconnect' as const },
      ...(octets === 0 ? {} : { quota: { octets, per, charge: 'download' as const } }),
      tiers: slower.map((size, index) => ({ octets: size, downKbps: 512 >> index, upKbps: 128 })),
    })),
  };
}

/** The price list as the program is told of it. */
export function shopDocument(start: number): CatalogueDocument {
  const promotedFrom = start + PROMOTION.afterDays * DAY;
  return {
    offers: [
      ...SERVICES.map(serviceOffer),
      ...TRAFFIC.map(trafficOffer),
      { kind: 'static-ip', code: 'ip', name: 'IP استاتیک', pricePerMonth: ADDRESS_PRICE },
    ],
    promotions: [
      {
        ...{ name: 'حجم ریزان', extraPercent: PROMOTION.percent, kinds: ['extra'] },
        from: new Date(promotedFrom).toISOString(),
        until: new Date(promotedFrom + PROMOTION.days * DAY).toISOString(),
      },
    ],
    settings: [
      { name: 'freeCharge', value: { ...FREE, onDaysOut: 'days', kind: 'gift' } },
      { name: 'remainingRules', value: { basis: 'days', dayBase: 'actual', base: 'price' } },
      { name: 'depositAccounts', value: [ACCOUNT] },
    ],
  };
}

const ACCOUNT = {
  ...{ bank: BANK, owner: 'میزان', cardNumber: '6037700000005446' },
  ...{ accountNumber: '1', sheba: 'IR760170000000000000000001' },
};

type Offers = NonNullable<CatalogueDocument['offers']>;

function serviceOffer({ code, pays, price, rental, length, octets, months }: ShopService): Offers[number] {
  const plan = planOf({ octets }).name;
  const [unit, count] = length;
  const same = { code, name: `سرویس ${code}`, plan, term: { unit, count }, lineRental: rental };
  if (pays === 'before') return { ...same, kind: 'prepaid', price };
  const billed = { ...same, pricePerMonth: price, monthLength: months };
  if (pays === 'monthly') return { ...billed, kind: 'postpaid' };
  return {
    ...{ ...billed, kind: 'campaign' },
    recharge: { octets: RECHARGE_OCTETS, minuteOfDay: RECHARGE_MINUTE },
  };
}

function trafficOffer({ code, price, octets, length, lasts }: ShopTraffic): Offers[number] {
  const same = { code, name: `ترافیک ${code}`, price, octets };
  if (length === undefined) return { ...same, kind: 'extra', validity: lasts };
  return { ...same, kind: 'timed', term: { unit: length[0], count: length[1] } };
}
