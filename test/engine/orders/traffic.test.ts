import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Audience } from '../../../engine/catalog/audience.ts';
import type { ExtraTrafficOffer, TimedTrafficOffer } from '../../../engine/catalog/offer.ts';
import type { Promotion } from '../../../engine/catalog/promotion.ts';
import { quoteTraffic } from '../../../engine/orders/quote.ts';
import { trafficGiven } from '../../../engine/orders/traffic.ts';
import { burn } from '../../../engine/quota/burn.ts';
import type { Grant } from '../../../engine/quota/grant.ts';
import { HOUR_MS } from '../../../engine/values/instant.ts';
import { daysLater, jalaliDayStart } from '../../../engine/values/jalali.ts';
import { octets, ZERO_OCTETS } from '../../../engine/values/octets.ts';
import { rial, ZERO_RIAL } from '../../../engine/values/rial.ts';

const GB = 1024 ** 3;
const now = jalaliDayStart({ year: 1394, month: 9, day: 15 });
const serviceUntil = daysLater(now, 20);
const audience: Audience = {
  seenBy: ['subscriber'],
  boughtBy: ['subscriber'],
  counties: [],
  purchase: 'any',
};
const extra: ExtraTrafficOffer = {
  kind: 'extra',
  code: 'extra-5',
  name: '5 گیگ ترافیک عمومی پیش پرداخت',
  audience,
  price: rial(250_000),
  octets: octets(5 * GB),
  validity: 'service',
};
const timed: TimedTrafficOffer = {
  ...extra,
  kind: 'timed',
  code: 'night',
  price: rial(100_000),
  octets: octets(8 * GB),
  term: { unit: 'hour', count: 48 },
};
const rain: Promotion = {
  name: '+10%',
  extraPercent: 10,
  kinds: ['extra'],
  from: now,
  until: daysLater(now, 30),
};

/** A volume as a line holds it. */
function grant(id: string, given: Pick<Grant, 'kind' | 'octets' | 'from' | 'until'>): Grant {
  return { ...given, id, consumed: ZERO_OCTETS, priority: 0, tier: 0, createdAt: given.from };
}

describe('traffic on top of a service', () => {
  it('product line P48: costs its price and the tax, and is there at once', () => {
    const quote = quoteTraffic(extra, { at: now, vatRates: [], walletCredit: ZERO_RIAL });
    expect(quote).toMatchObject({ ok: true, value: { price: 250_000, vat: 22_500, payable: 272_500 } });
    expect(trafficGiven(extra, [], now, serviceUntil)).toEqual({
      ok: true,
      value: { kind: 'extra', octets: 5 * GB, from: now, until: serviceUntil, promotion: undefined },
    });
    expect(trafficGiven({ ...extra, validity: 'used-up' }, [], now, serviceUntil)).toMatchObject({
      ok: true,
      value: { until: undefined },
    });
  });

  it('product lines P27 and P28: 5 GB in a promotion of +10 % are 5,632 MB', () => {
    expect(trafficGiven(extra, [rain], now, serviceUntil)).toMatchObject({
      ok: true,
      value: { octets: 5_632 * 1024 ** 2, promotion: rain },
    });
  });

  it('needs a running service', () => {
    for (const until of [undefined, now - 1, now]) {
      expect(trafficGiven(extra, [], now, until)).toEqual({ ok: false, error: 'no-running-service' });
    }
  });

  it('product line P49: timed traffic is used before the service’s own and is gone at its own end', () => {
    const given = trafficGiven(timed, [rain], now, serviceUntil);
    if (!given.ok) throw new Error(given.error);
    expect(given.value).toMatchObject({ kind: 'timed', octets: 8 * GB, until: now + 48 * HOUR_MS });
    const service = { kind: 'service', octets: octets(5 * GB), from: now, until: serviceUntil } as const;
    const grants = [grant('service', service), grant('timed', given.value)];
    fc.assert(
      fc.property(fc.nat(13 * GB), fc.nat(60 * HOUR_MS), (amount, after) => {
        const burned = burn(grants, octets(amount), now + after);
        const [ofService, ofTimed] = burned.grants.map(({ consumed }) => consumed);
        const isOn = after < 48 * HOUR_MS;
        expect(ofTimed).toBe(isOn ? Math.min(amount, 8 * GB) : 0);
        expect(ofService).toBe(Math.min(amount - ofTimed!, 5 * GB));
      }),
    );
  });
});
