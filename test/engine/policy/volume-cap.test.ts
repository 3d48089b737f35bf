import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan, PlanWindow } from '../../../engine/catalog/plan.ts';
import type { PlanLookup } from '../../../engine/catalog/plan-history.ts';
import { volumeCap } from '../../../engine/policy/volume-cap.ts';
import { fullService } from '../../../engine/policy/wanted-service.ts';
import { burn, weigh } from '../../../engine/quota/burn.ts';
import { fullSpeedOctets, type Grant } from '../../../engine/quota/grant.ts';
import { rateStretch } from '../../../engine/quota/rate.ts';
import { DAY_MS, HOUR_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { T0 } from '../accounting/samples.ts';
import { GB, grantOf, lineOf, lookupOf, planOf } from '../pipeline/samples.ts';

const MIB = 2 ** 20;
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const CUT: Partial<Plan> = { exhausted: 'disconnect' };
const never = () => false;

const windowOf = (fromMinute: number, toMinute: number, percent: number): PlanWindow => ({
  weekdays: EVERY_DAY,
  fromMinute,
  toMinute,
  percent,
  speed: undefined,
});

interface Asked {
  readonly plan?: Partial<Plan>;
  readonly grants?: readonly Grant[];
  readonly profile?: Parameters<typeof lineOf>[1];
  readonly plans?: PlanLookup;
  readonly changesInSession?: () => boolean;
}

function capOf({ plan = CUT, grants = [grantOf('a', GB)], profile, plans, changesInSession }: Asked) {
  const sold = planOf(plan);
  const line = lineOf(grants, profile);
  return volumeCap(line, plans ?? lookupOf(sold), T0, fullService(sold), changesInSession ?? (() => true));
}

describe('a volume cap', () => {
  it('is what is left, where the end is a disconnect anyway', () => {
    expect(capOf({})).toBe(GB);
    expect(capOf({ grants: [grantOf('a', GB, { consumed: octets(GB - 5 * MIB) })] })).toBe(5 * MIB);
  });

  it('is not given where a CoA brings what follows the volume, and is where only a new login does', () => {
    for (const exhausted of ['captive', { downKbps: 128, upKbps: 128 }] as const) {
      expect(capOf({ plan: { exhausted } })).toBeUndefined();
      expect(capOf({ plan: { exhausted }, changesInSession: never })).toBe(GB);
    }
    const tiers = [{ octets: octets(GB), downKbps: 1_000, upKbps: 1_000 }];
    const grants = [grantOf('a', GB), grantOf('b', GB, { tier: 1 })];
    expect(capOf({ plan: { ...CUT, tiers }, grants })).toBeUndefined();
    expect(capOf({ plan: { ...CUT, tiers }, grants, changesInSession: never })).toBe(GB);
  });

  it.each([
    { name: 'download alone is charged', plan: { quota: { ...planOf().quota!, charge: 'download' } } },
    { name: 'volume comes every month', plan: { quota: { ...planOf().quota!, per: 'month' } } },
    { name: 'volume has no end', plan: { quota: undefined } },
    { name: 'some hours are free', plan: { windows: [windowOf(120, 420, 0)] } },
    { name: 'classes of traffic weigh differently', plan: { classes: [{ name: 'home', percent: 50 }] } },
  ] as const)(
    'is not given where the NAS would count what is not charged, or more comes: $name',
    ({ plan }) => {
      expect(capOf({ plan: { ...CUT, ...plan } as Partial<Plan> })).toBeUndefined();
    },
  );

  it('is not given where another term or version of the plan may begin in session', () => {
    const reserve = { planName: 'gold', from: T0 + DAY_MS, expiresAt: T0 + 9 * DAY_MS };
    expect(capOf({ profile: { reserve } })).toBeUndefined();
    const plan = planOf(CUT);
    const versions = [
      { from: 0, plan },
      { from: T0 + DAY_MS, plan },
    ];
    expect(capOf({ plans: () => ({ name: plan.name, versions }) })).toBeUndefined();
  });

  it('holds volume that begins later, and not volume that is over', () => {
    const later = grantOf('b', 3 * GB, { from: T0 + HOUR_MS });
    const over = grantOf('c', 7 * GB, { until: T0 });
    expect(capOf({ grants: [grantOf('a', GB), later, over] })).toBe(4 * GB);
  });

  it('is at least a mebibyte, so that a rest too small to be seen is no loop of logins', () => {
    expect(capOf({ grants: [grantOf('a', 1)] })).toBe(MIB);
    expect(capOf({ grants: [grantOf('a', GB, { consumed: octets(GB) })] })).toBeUndefined();
  });
});

describe('no cap is reached before the true end of the volume', () => {
  const windows = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 1438 }), fc.integer({ min: 1, max: 600 }), fc.nat({ max: 300 }))
      .map(([from, length, percent]) => windowOf(from, Math.min(1440, from + length), percent)),
    { maxLength: 3 },
  );
  const traffic = fc.array(
    fc.record({ hours: fc.integer({ min: 1, max: 9 }), up: fc.nat({ max: GB }), down: fc.nat({ max: GB }) }),
    { minLength: 1, maxLength: 40 },
  );

  it('for any hours, weights, volume and traffic', () => {
    fc.assert(
      fc.property(
        windows,
        fc.constantFrom('both', 'download') as fc.Arbitrary<'both' | 'download'>,
        fc.integer({ min: 1, max: 8 * GB }),
        traffic,
        (hours, charge, left, stretches) => {
          const quota = { ...planOf().quota!, charge };
          const grants = [grantOf('a', left, { until: T0 + 100 * DAY_MS })];
          const cap = capOf({ plan: { ...CUT, windows: hours, quota }, grants });
          if (cap === undefined) return;
          expect(leftAtCap(cap, grants, { charge, windows: hours, classPercent: 100 }, stretches)).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  type Traffic = readonly { readonly hours: number; readonly up: number; readonly down: number }[];

  /** What is left when the NAS has counted `cap` octets; the traffic is played over and over until then. */
  function leftAtCap(
    cap: number,
    before: readonly Grant[],
    tariff: Parameters<typeof rateStretch>[1],
    all: Traffic,
  ) {
    let grants = before;
    let at = T0;
    let counted = 0;
    let remainder = 0;
    for (let index = 0; counted < cap && index < 4_000; index++) {
      const { hours, up, down } = all[index % all.length]!;
      const most = Math.min(up + down || 1, cap - counted);
      const inputOctets = octets(Math.min(up, most));
      const outputOctets = octets(most - inputOctets);
      const rated = rateStretch({ from: at, to: at, inputOctets, outputOctets }, tariff);
      const weighed = weigh(rated.chargedOctets, rated.weight, remainder);
      remainder = weighed.remainder;
      grants = burn(grants, weighed.octets, T0).grants;
      counted += most;
      at += hours * HOUR_MS;
    }
    return counted < cap ? 0 : fullSpeedOctets(grants, T0);
  }
});
