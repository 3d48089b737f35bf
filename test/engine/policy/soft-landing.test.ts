import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppliedService, Session } from '../../../engine/accounting/session.ts';
import type { Plan } from '../../../engine/catalog/plan.ts';
import { lineTerm } from '../../../engine/policy/line-term.ts';
import {
  fittingService,
  isLandedService,
  LANDING_MARGIN_SECONDS,
  type Landing,
  landingOf,
  landSessions,
  nextLandingMoment,
  shareOf,
} from '../../../engine/policy/soft-landing.ts';
import { wantedService } from '../../../engine/policy/wanted-service.ts';
import { play, recordOf, T0 } from '../accounting/samples.ts';
import { grantOf, lookupOf, planOf, profileOf } from '../pipeline/samples.ts';

const SOFT: Partial<Plan> = { softLanding: true };
const INTERVAL = 300;
const LEASE = INTERVAL + LANDING_MARGIN_SECONDS;
/** Octets per second of 80/20 Mbit/s, both directions charged. */
const FULL_RATE = 12_500_000;

function landing(left: number, changes: Partial<Plan> = {}): Landing | undefined {
  const plan = planOf({ ...SOFT, ...changes });
  const grants = [grantOf('a', left)];
  const wanted = wantedService('active', lineTerm(profileOf(), lookupOf(plan), T0), grants, T0);
  return landingOf(plan, wanted, grants, T0);
}

const FULL: AppliedService = { mode: 'full', downKbps: 80_000, upKbps: 20_000 };
const at = (parts: number): AppliedService => ({ ...FULL, downKbps: 80_000 / parts, upKbps: 20_000 / parts });

const session = (key: string, changes: Partial<Session> = {}): Session => ({
  ...play([recordOf({ kind: 'start', seconds: 0 })]).session,
  key,
  applied: FULL,
  interimSeconds: INTERVAL,
  seenAt: T0,
  ...changes,
});

const landed = (left: number, sessions: readonly Session[], now = T0) =>
  Object.fromEntries(landSessions(landing(left)!, sessions, now));

describe('a landing', () => {
  it.each([
    { name: 'the plan asks for none', changes: { softLanding: false } },
    { name: 'the volume has no end', changes: { quota: undefined } },
    { name: 'the speed is the default of the NAS', changes: { speed: undefined } },
    {
      name: 'traffic is free just now',
      changes: {
        windows: [
          { weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1440, percent: 0, speed: undefined },
        ],
      },
    },
  ])('is none where $name', ({ changes }) => {
    expect(landing(1_000_000, changes)).toBeUndefined();
  });

  it('is none when the volume of full speed is gone', () => {
    expect(landing(0)).toBeUndefined();
  });

  it.each([
    { after: 'disconnect', changes: { exhausted: 'disconnect' }, floor: { downKbps: 128, upKbps: 128 } },
    { after: 'a speed', changes: {}, floor: { downKbps: 128, upKbps: 128 } },
    {
      after: 'a tier',
      changes: { tiers: [{ octets: 1 as never, downKbps: 4_000, upKbps: 1_000 }] },
      floor: { downKbps: 4_000, upKbps: 1_000 },
    },
    {
      after: 'a faster tier than the plan, which is no floor',
      changes: { tiers: [{ octets: 1 as never, downKbps: 90_000, upKbps: 1_000 }] },
      floor: { downKbps: 80_000, upKbps: 1_000 },
    },
  ] as const)('ends at the speed after it: $after', ({ changes, floor }) => {
    expect(landing(1, changes as Partial<Plan>)?.floor).toEqual({ mode: 'full', ...floor });
  });

  it('reckons download alone where that is charged, the burst, and the dearest class', () => {
    const quota = { ...planOf().quota!, charge: 'download' } as const;
    expect(landing(1, { quota })?.rateOf(FULL)).toBe(10_000_000);
    const burst = { downKbps: 160_000, upKbps: 40_000, thresholdDownKbps: 1, thresholdUpKbps: 1, seconds: 8 };
    expect(landing(1)?.rateOf({ ...FULL, burst })).toBe(2 * FULL_RATE);
    const classes = [{ name: 'far', percent: 300 }];
    expect(landing(1, { classes })?.rateOf(FULL)).toBe(3 * FULL_RATE);
  });
});

describe('one session', () => {
  it.each([
    { left: FULL_RATE * LEASE, speed: FULL },
    { left: FULL_RATE * LEASE - 1, speed: at(2) },
    { left: FULL_RATE * 100, speed: at(4) },
    { left: FULL_RATE * 11, speed: { ...FULL, downKbps: 156, upKbps: 128 } },
    { left: FULL_RATE * 5, speed: { ...FULL, downKbps: 128, upKbps: 128 } },
  ])('gets a step whose lease fits when it reports: $left octets left', ({ left, speed }) => {
    expect(landed(left, [session('a')])).toEqual({ a: speed });
  });

  it('keeps its speed between reports as long as that cannot use up everything', () => {
    const halfway = session('a', { seenAt: T0 - 150_000 });
    expect(landed(FULL_RATE * LEASE, [halfway])).toEqual({ a: FULL });
  });

  it('is slowed when its report does not come, when that may have used up everything', () => {
    const left = FULL_RATE * 400;
    const plan = landing(left)!;
    const silent = session('a');
    const moment = nextLandingMoment(plan, [silent], T0);
    expect(moment).toBe(T0 + (400 - LANDING_MARGIN_SECONDS) * 1000 + 1);
    expect(landSessions(plan, [silent], moment - 2).get('a')).toEqual(FULL);
    expect(landSessions(plan, [silent], moment).get('a')).not.toEqual(FULL);
  });

  it('is not slowed for silence that nobody can have used: two intervals and more', () => {
    expect(nextLandingMoment(landing(FULL_RATE * 1000)!, [session('a')], T0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is at full speed again as soon as volume was bought', () => {
    const slowed = session('a', { applied: at(64), seenAt: T0 - 150_000 });
    expect(landed(FULL_RATE * LEASE, [slowed])).toEqual({ a: FULL });
  });

  it('is not made faster for less than twice the speed', () => {
    const slowed = session('a', { applied: at(4) });
    expect(landed((FULL_RATE * LEASE) / 2 - 1, [slowed])).toEqual({ a: at(4) });
    expect(landed((FULL_RATE * LEASE) / 2, [slowed])).toEqual({ a: at(2) });
  });

  it('is made faster between reports only for volume bought since, or by another full speed', () => {
    const slowed = session('a', { applied: at(4), seenAt: T0 - 1_000 });
    const plan = landing((FULL_RATE * LEASE) / 2)!;
    expect(landSessions(plan, [slowed], T0).get('a')).toEqual(at(4));
    expect(landSessions({ ...plan, grantedAt: T0 - 500 }, [slowed], T0).get('a')).toEqual(at(2));
    const other = { ...slowed, applied: { ...at(4), downKbps: 20_001 } };
    expect(landSessions(plan, [other], T0).get('a')).toEqual(at(2));
  });

  it('is left alone while suspect, and where its NAS takes no other speed', () => {
    const suspect = session('a', { state: 'suspect', applied: at(8) });
    expect(landed(FULL_RATE * 10_000, [suspect])).toEqual({ a: at(8) });
    const deaf = { ...landing(1)!, canLand: () => false };
    expect(landSessions(deaf, [session('a')], T0).size).toBe(0);
    expect(nextLandingMoment(deaf, [session('a')], T0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('sessions at the same time', () => {
  it('share one remainder: a new one gets what the leases of the others leave', () => {
    const plan = landing(FULL_RATE * LEASE * 1.25)!;
    expect(shareOf(plan, [session('a')], { key: 'b' }, T0)).toBe((FULL_RATE * LEASE) / 4);
    expect(shareOf(plan, [session('a', { state: 'suspect' })], { key: 'b' }, T0)).toBe(
      FULL_RATE * LEASE * 1.25,
    );
  });

  it('are not slowed by the report of another, whose NAS may not have obeyed yet', () => {
    const others = session('a', { seenAt: T0 - 100_000 });
    const services = landed(FULL_RATE * LEASE, [others, session('b', { applied: at(2) })]);
    expect(services.a).toEqual(FULL);
    expect(services.b?.downKbps).toBeLessThan(40_000);
  });
});

/** Speeds, volumes and intervals of any size. */
const cases = fc.record({
  downKbps: fc.integer({ min: 128, max: 10_000_000 }),
  upKbps: fc.integer({ min: 128, max: 10_000_000 }),
  left: fc.integer({ min: 1, max: 2 ** 42 }),
  seconds: fc.integer({ min: 60, max: 3_600 }),
});

describe('a step', () => {
  it('fits, or is the floor; is never below the floor; and less volume never gives a faster one', () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 0, max: 2 ** 42 }), ({ left, seconds, ...speed }, less) => {
        const plan = landing(left, { speed, exhausted: { downKbps: 512, upKbps: 256 } })!;
        const service = fittingService(plan, left, seconds);
        const isFloor = plan.rateOf(service) === plan.rateOf(plan.floor);
        expect(isFloor || plan.rateOf(service) * seconds <= left).toBe(true);
        expect(service.downKbps).toBeGreaterThanOrEqual(Math.min(512, speed.downKbps));
        expect(service.upKbps).toBeGreaterThanOrEqual(Math.min(256, speed.upKbps));
        const slower = fittingService(plan, Math.min(left, less), seconds);
        expect(plan.rateOf(slower)).toBeLessThanOrEqual(plan.rateOf(service));
        expect(isLandedService(plan, service)).toBe(plan.rateOf(service) < plan.rateOf(plan.full));
      }),
    );
  });
});

describe('leases', () => {
  it('that are given one after the other never add up to more than is left, floors apart', () => {
    const session1 = fc.record({ interim: fc.integer({ min: 60, max: 660 }), ago: fc.nat({ max: 60 }) });
    fc.assert(
      fc.property(cases, fc.array(session1, { minLength: 1, maxLength: 6 }), ({ left, ...speed }, list) => {
        const plan = landing(left, { speed })!;
        let online: readonly Session[] = [];
        for (const [index, { interim, ago }] of list.entries()) {
          const key = String(index);
          const share = shareOf(plan, online, { key }, T0);
          const applied = fittingService(plan, share, interim + LANDING_MARGIN_SECONDS);
          online = [...online, session(key, { applied, interimSeconds: interim, seenAt: T0 - ago * 1000 })];
        }
        for (const services of [undefined, landSessions(plan, online, T0)]) {
          const leases = online.map(({ key, applied, interimSeconds }) => {
            const service = services?.get(key) ?? applied;
            const rate = Math.max(plan.rateOf(applied), plan.rateOf(service));
            return rate <= plan.rateOf(plan.floor) ? 0 : rate * (interimSeconds + LANDING_MARGIN_SECONDS);
          });
          expect(leases.reduce((sum, lease) => sum + lease, 0)).toBeLessThanOrEqual(left * (1 + 1e-9));
        }
      }),
    );
  });
});
