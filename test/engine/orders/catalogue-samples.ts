import fc from 'fast-check';
import type { BuyerRole } from '../../../engine/catalog/audience.ts';
import type { Offer } from '../../../engine/catalog/offer.ts';
import type { OfferDeclaration, SettingDeclaration } from '../../../engine/orders/catalogue-document.ts';

const ROLES: readonly BuyerRole[] = ['subscriber', 'agent', 'reseller', 'staff'];

const term = fc.record({
  unit: fc.constantFrom('hour', 'day', 'month'),
  count: fc.integer({ min: 1, max: 12 }),
});
const price = fc.nat(Number.MAX_SAFE_INTEGER);
const volume = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((name) => !/[\p{Cc}\p{Cs}]/u.test(name));

/** What every declaration says in full, so that it can be compared with what is sold. */
const common = {
  name: text,
  withdrawn: fc.boolean(),
  audience: fc.record({
    seenBy: fc.subarray([...ROLES]),
    boughtBy: fc.subarray([...ROLES]),
    counties: fc.uniqueArray(text, { maxLength: 3 }).map((counties) => counties.sort()),
    purchase: fc.constantFrom('any', 'first', 'repeat'),
  }),
};
const service = { plan: fc.constant('gold'), term, lineRental: price };
const bill = { pricePerMonth: price, monthLength: fc.constantFrom('nominal', 'actual') };

function ofKind<K extends string, T>(kind: K, fields: { readonly [F in keyof T]: fc.Arbitrary<T[F]> }) {
  // A code has one kind for ever, so each kind has codes of its own.
  const code = fc.nat(2).map((number) => `${kind}-${number}`);
  return fc
    .tuple(fc.record({ kind: fc.constant(kind), code, ...common }), fc.record(fields))
    .map(([named, own]) => ({ ...named, ...own }));
}

/** An offer of any kind, which says everything. */
export const anyOffer = fc.oneof(
  ofKind('prepaid', { ...service, price }),
  ofKind('postpaid', { ...service, ...bill }),
  ofKind('campaign', {
    ...service,
    ...bill,
    recharge: fc.record({ octets: volume, minuteOfDay: fc.nat(1_439) }),
  }),
  ofKind('extra', { price, octets: volume, validity: fc.constantFrom('service', 'used-up') }),
  ofKind('timed', { price, octets: volume, term }),
  ofKind('static-ip', { pricePerMonth: price }),
) as fc.Arbitrary<OfferDeclaration>;

/** What is sold when it is declared so: the plan has another name there. */
export function offerOf(declaration: OfferDeclaration): Offer {
  const { withdrawn: _, effectiveFrom: __, ...rest } = declaration;
  if (!('plan' in rest)) return rest as Offer;
  const { plan, ...fields } = rest;
  return { ...fields, planName: plan } as Offer;
}

const minuteOfDay = fc.nat(1_439);

/** A value of some setting. */
export const anySetting = fc.oneof(
  fc.record({
    name: fc.constant('vatRates' as const),
    value: fc.array(
      fc.record({
        fromYear: fc.constant(1405),
        toYear: fc.integer({ min: 1405, max: 1410 }),
        percent: fc.nat(99),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    name: fc.constant('freeCharge' as const),
    value: fc.option(
      fc.record({
        days: fc.nat(9),
        octets: volume,
        onDaysOut: fc.constantFrom('days' as const, 'both' as const),
        kind: fc.constantFrom('gift' as const, 'loan' as const),
      }),
    ),
  }),
  fc.record({
    name: fc.constant('reminders' as const),
    value: fc.record({ daysBefore: fc.array(fc.nat(30), { maxLength: 4 }), minuteOfDay }),
  }),
  fc.record({ name: fc.constant('dailyMinute' as const), value: minuteOfDay }),
  fc.record({ name: fc.constant('supportPhones' as const), value: fc.array(text, { maxLength: 3 }) }),
) satisfies fc.Arbitrary<SettingDeclaration>;
