import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Offer } from '../../../engine/catalog/offer.ts';
import { applyOrder } from '../../../engine/orders/apply-order.ts';
import { USUAL_SETTINGS } from '../../../engine/orders/house-settings.ts';
import type { LineAccount } from '../../../engine/orders/line-account.ts';
import type { OrderKind } from '../../../engine/orders/order.ts';
import { figuresHoldUntil, type QuoteFacts, quoteOrder } from '../../../engine/orders/place-order.ts';
import { hasLostValue } from '../../../engine/orders/replaced-service.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { jalaliDayStart, jalaliWallTime } from '../../../engine/values/jalali.ts';
import { rial } from '../../../engine/values/rial.ts';
import {
  ADDRESS,
  accountAfter,
  accountUsing,
  accountWith,
  applicationOf,
  BOUGHT_AT,
  EXTRA,
  frozen,
  NEW_ACCOUNT,
  plans,
  prepaid,
  TIMED,
  termsAt,
} from './account-samples.ts';

/** 9 %, as in the samples of the product. */
const settings = { ...USUAL_SETTINGS, vatRates: [{ fromYear: 1405, toYear: 1406, percent: 9 }] };

function factsOf(offer: Offer | undefined, now: number, walletCredit = 0): QuoteFacts {
  return {
    ...{ offer, plans, settings, now, promotions: [], walletCredit: rial(walletCredit) },
    buyer: { role: 'subscriber', county: '', hasPaidBefore: true },
  };
}

function quoted(account: LineAccount, kind: OrderKind, facts: QuoteFacts, months = 1) {
  const result = quoteOrder(account, { kind, months }, facts);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const YEAR = prepaid('five', { price: rial(2_000_000), term: { unit: 'day', count: 365 } });
const emerald = prepaid('eight', { price: rial(8_000_000), term: { unit: 'month', count: 12 } });
const agate = prepaid('eight', { price: rial(1_400_000), term: { unit: 'month', count: 12 } });

describe('the worked order of the product', () => {
  const account = accountWith(NEW_ACCOUNT, ['service', YEAR, BOUGHT_AT]);
  const now = BOUGHT_AT + 13 * DAY_MS;

  it('costs 6,791,233: 8,000,000 and 9 % less TRUNC(2,000,000 × 352 / 365) (P51, P52)', () => {
    const { quote, replaces } = quoted(account, 'change', factsOf(emerald, now));
    expect(quote).toMatchObject({ price: 8_000_000, vat: 720_000, lineRental: 0, remainingValue: 1_928_767 });
    expect(quote).toMatchObject({ payable: 6_791_233, surplus: 0, creditUsed: 0 });
    expect(replaces?.id).toBe(1);
  });

  it('leaves 402,767 in the wallet where the new service costs less (P53)', () => {
    const { quote } = quoted(account, 'change', factsOf(agate, now));
    expect(quote).toMatchObject({ payable: 0, surplus: 402_767, creditAfter: 402_767 });
  });

  it('costs 109,000 for two months of an address (P56)', () => {
    const own = { ...account, line: { ...account.line, staticIp: '85.9.70.25' } };
    expect(quoted(own, 'static-ip', factsOf(ADDRESS, now), 2).quote).toMatchObject({
      ...{ price: 100_000, vat: 9_000, payable: 109_000 },
    });
  });

  it('takes the wallet before the bank', () => {
    const { quote } = quoted(account, 'service', factsOf(agate, now, 1_000_000));
    expect(quote).toMatchObject({ creditUsed: 1_000_000, payable: 526_000, creditAfter: 0 });
  });

  it('is valued by what is left of the volume where the house says so (P50)', () => {
    const [grant] = account.line.grants;
    const used = accountUsing(account, grant!.id, grant!.octets / 4);
    const byTraffic = {
      ...settings,
      remainingRules: { ...settings.remainingRules, basis: 'traffic' },
    } as const;
    const { quote } = quoted(used, 'change', { ...factsOf(emerald, now), settings: byTraffic });
    expect(quote.remainingValue).toBe(1_500_000);
  });

  it('gives a volume that is used up to nobody for its tax, where the house says nothing', () => {
    const [grant] = account.line.grants;
    const used = accountUsing(account, grant!.id, (grant!.octets / 4) * 3);
    expect(quoted(used, 'change', factsOf(YEAR, now)).quote.remainingValue).toBe(500_000);
  });
});

describe('the value that a change takes off, by the time it is paid', () => {
  const account = accountWith(NEW_ACCOUNT, ['service', prepaid('five'), BOUGHT_AT]);
  const [grant] = account.line.grants;
  const placedAt = BOUGHT_AT + DAY_MS;
  const lost = (octetsUsed: number, at: number, percent = 5, of = account) => {
    const { quote } = quoted(of, 'change', factsOf(prepaid('eight'), placedAt));
    const used = accountUsing(of, grant!.id, octetsUsed);
    const facts = { plans, settings: { ...settings, changeTolerancePercent: percent }, now: at };
    return hasLostValue({ quote, placedAt }, used, used.services[0]!, facts);
  };

  it('may fall by a day and some percent, not by the volume that was used up since', () => {
    expect(lost(0, placedAt)).toBe(false);
    expect(lost(0, placedAt + DAY_MS, 0)).toBe(false);
    expect(lost(0, placedAt + 2 * DAY_MS, 0)).toBe(true);
    expect(lost(0, placedAt + 2 * DAY_MS)).toBe(false);
    expect(lost(0, placedAt + 3 * DAY_MS)).toBe(true);
    expect(lost(grant!.octets / 2, placedAt)).toBe(true);
    expect(lost(grant!.octets, placedAt)).toBe(true);
    expect(lost(grant!.octets, placedAt, 100)).toBe(false);
  });

  it('is that of the evening also an hour after midnight, of a week too', () => {
    const week = prepaid('five', { term: { unit: 'day', count: 7 } });
    const short = accountWith(NEW_ACCOUNT, ['service', week, BOUGHT_AT]);
    expect(lost(0, placedAt + DAY_MS / 2, 0, short)).toBe(false);
    expect(lost(grant!.octets, placedAt + HOUR_MS, 5, short)).toBe(true);
  });
});

describe('what cannot be ordered', () => {
  const account = accountWith(NEW_ACCOUNT, ['service', YEAR, BOUGHT_AT]);
  const refusal = (kind: OrderKind, facts: QuoteFacts, of = account) => {
    const result = quoteOrder(of, { kind, months: 1 }, facts);
    return result.ok ? undefined : result.error;
  };

  it('is refused with the reason', () => {
    const facts = factsOf(emerald, BOUGHT_AT);
    expect(refusal('service', factsOf(undefined, BOUGHT_AT))).toBe('no-such-offer');
    const forStaff = { ...emerald, audience: { ...emerald.audience, boughtBy: ['staff'] } } as const;
    expect(refusal('service', factsOf(forStaff, BOUGHT_AT))).toBe('not-for-role');
    const unseen = { ...emerald, audience: { ...emerald.audience, seenBy: [] } };
    expect(refusal('service', factsOf(unseen, BOUGHT_AT))).toBe('no-such-offer');
    expect(refusal('traffic', facts)).toBe('offer-is-of-another-kind');
    expect(refusal('change', facts, NEW_ACCOUNT)).toBe('no-running-service');
    expect(refusal('change', facts, { ...account, isPaused: true })).toBe('line-is-paused');
    const later = jalaliWallTime({ year: 1407, month: 1, day: 1 }, 0);
    expect(refusal('service', factsOf(emerald, later))).toBe('tax-of-year-unknown');
  });
});

describe('whatever is quoted', () => {
  const anyStep = fc.record({
    kind: fc.constantFrom('service', 'change', 'traffic', 'static-ip'),
    offer: fc.constantFrom<Offer>(prepaid('five'), prepaid('eight'), prepaid('open'), EXTRA, TIMED, ADDRESS),
    afterHours: fc.integer({ min: 0, max: 20 * 24 }),
    months: fc.integer({ min: 1, max: 12 }),
    wallet: fc.nat(3_000_000),
  });

  it('is applied at the same instant, and does what was said; what is refused is refused for the same reason', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 7 }), (story) => {
        let account: LineAccount = frozen({
          ...NEW_ACCOUNT,
          line: { ...NEW_ACCOUNT.line, staticIp: '10.0.0.1' },
        });
        let now = BOUGHT_AT;
        for (const [index, { kind, offer, afterHours, months, wallet }] of story.entries()) {
          now = Math.min(now + afterHours * HOUR_MS, BOUGHT_AT + 110 * DAY_MS);
          const quote = quoteOrder(account, { kind, months }, factsOf(offer, now, wallet));
          const applied = applyOrder(account, applicationOf(kind, offer, 50 + index, months), termsAt(now));
          expect(quote.ok).toBe(applied.ok);
          if (!quote.ok || !applied.ok) {
            expect(quote).toEqual(applied);
            continue;
          }
          const { starts, from, until } = applied.value;
          expect(quote.value.effect).toMatchObject({ starts, from, until });
          if (kind === 'service' && starts === 'now') expect(applied.value.line.expiresAt).toBe(until);
          if (starts === 'queued') expect(applied.value.line.reserve!.expiresAt).toBe(until);
          const { payable, price, vat, lineRental, remainingValue, creditAfter } = quote.value.quote;
          // X01 with its credit taken off (P53).
          expect(payable - creditAfter).toBe(price + vat + lineRental - remainingValue - wallet);
          expect(Math.min(payable, creditAfter)).toBe(0);
          account = frozen(accountAfter(account, applied.value, now));
        }
      }),
    );
  });

  it('gives back of a service no more than was paid, and less with every day (X02)', () => {
    const account = accountWith(NEW_ACCOUNT, ['service', YEAR, BOUGHT_AT]);
    fc.assert(
      fc.property(fc.nat(364), fc.nat(364), (one, other) => {
        const valueAfter = (days: number) =>
          quoted(account, 'change', factsOf(emerald, BOUGHT_AT + days * DAY_MS)).quote.remainingValue;
        const [early, late] = [Math.min(one, other), Math.max(one, other)].map(valueAfter);
        expect(late).toBeLessThanOrEqual(early!);
        expect(early).toBeLessThanOrEqual(2_000_000);
        expect(valueAfter(0)).toBe(2_000_000);
      }),
    );
  });
});

describe('the figures of an order', () => {
  const newYear = jalaliDayStart({ year: 1406, month: 1, day: 1 });

  it('hold for the hours of the house, and never into a year with another tax', () => {
    const told = { orderHours: 24, vatRates: [{ fromYear: 1405, toYear: 1405, percent: 10 }] };
    expect(figuresHoldUntil(told, newYear - 30 * HOUR_MS)).toBe(newYear - 6 * HOUR_MS);
    expect(figuresHoldUntil(told, newYear - 5 * HOUR_MS)).toBe(newYear);
    const same = { ...told, vatRates: [{ fromYear: 1405, toYear: 1406, percent: 10 }] };
    expect(figuresHoldUntil(same, newYear - 5 * HOUR_MS)).toBe(newYear + 19 * HOUR_MS);
  });
});
