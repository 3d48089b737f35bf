import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanHistory } from '../../../engine/catalog/plan-history.ts';
import { checkProvisioning } from '../../../engine/subscribers/check-provisioning.ts';
import { declareLine } from '../../../engine/subscribers/declare-line.ts';
import { changesPast, declarePlan, plansAfter } from '../../../engine/subscribers/declare-plan.ts';
import { declaredPlan } from '../../../engine/subscribers/declared.ts';
import type { LineDeclaration, PlanDeclaration } from '../../../engine/subscribers/provisioning.ts';
import { DAY_MS, MINUTE_MS } from '../../../engine/values/instant.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const iso = (at: number) => new Date(at).toISOString();
const nothing = {
  plans: new Map<string, PlanHistory>(),
  nasAddresses: new Map(),
  lines: new Map(),
  staticIpOwners: new Map(),
  grantOwners: new Map(),
};

const quota = { octets: 1_000, charge: 'both' } as const;
const speed = { downKbps: 1_000, upKbps: 500 };
const burst = { downKbps: 2_000, upKbps: 800, thresholdDownKbps: 900, thresholdUpKbps: 400, seconds: 8 };
const tier = { octets: 10, downKbps: 128, upKbps: 64 };
const whole: PlanDeclaration = {
  name: 'p',
  days: 30,
  quota: { ...quota, per: 'day' },
  speed: { ...speed, burst },
  tiers: [tier],
  windows: [{ fromMinute: 0, toMinute: 60, speed }],
  classes: [
    { name: '', percent: 100 },
    { name: 'domestic', percent: 50 },
  ],
  concurrentSessions: 2,
  effectiveFrom: iso(NOW + DAY_MS),
};

describe('a plan', () => {
  it('that uses every field is right', () => {
    expect(checkProvisioning({ plans: [whole] }, nothing, NOW)).toEqual([]);
  });

  it.each<[string, Partial<PlanDeclaration>, string[]]>([
    ['tiers without a quota', { quota: undefined }, ['tiers']],
    ['a tier of no count', { tiers: [{ ...tier, octets: 0.5 }] }, ['tiers[0].octets']],
    [
      'a burst slower than the plan',
      { speed: { ...speed, burst: { ...burst, upKbps: 499 } } },
      ['speed.burst.upKbps'],
    ],
    [
      'a threshold above its burst',
      { speed: { ...speed, burst: { ...burst, thresholdDownKbps: 2_001 } } },
      ['speed.burst.thresholdDownKbps'],
    ],
    ['a window that changes nothing', { windows: [{ fromMinute: 0, toMinute: 60 }] }, ['windows[0]']],
    [
      'a window of no day',
      { windows: [{ weekdays: [], fromMinute: 0, toMinute: 60, percent: 0 }] },
      ['windows[0].weekdays'],
    ],
    [
      'a class named twice',
      { classes: [{ name: 'a', percent: 1 }, ...whole.classes!, { name: 'a', percent: 2 }] },
      ['classes[3].name'],
    ],
    ['no session at all', { concurrentSessions: 0 }, ['concurrentSessions']],
    ['more volumes than can be kept', { days: 2_500 }, ['quota.per']],
    ['a version of the past', { effectiveFrom: iso(NOW - 2 * MINUTE_MS) }, ['effectiveFrom']],
    ['a version of no time', { effectiveFrom: 'tomorrow' }, ['effectiveFrom']],
  ])('with %s is named', (_, given, paths) => {
    const errors = checkProvisioning({ plans: [{ ...whole, ...given }] }, nothing, NOW);
    expect(errors.map(({ path }) => path)).toEqual(paths.map((path) => `plans[0].${path}`));
  });
});

describe('a term', () => {
  const plans = [
    { name: 'daily', days: 30, quota: { ...quota, per: 'day' as const } },
    { name: 'open', days: 7 },
  ];
  const known = (stored?: Partial<LineDeclaration>, at = NOW) => {
    const histories = new Map(
      plans.map((plan) => [
        plan.name,
        { name: plan.name, versions: [{ from: 0, plan: declaredPlan(plan) }] },
      ]),
    );
    const lookup = (name: string) => histories.get(name);
    const line = stored && declareLine({ username: 'u', plan: 'daily', ...stored }, undefined, lookup, at)!;
    return { ...nothing, plans: histories, lines: new Map(line && [['u', line]]) };
  };
  const pathsOf = (given: Partial<LineDeclaration>, stored?: Partial<LineDeclaration>, now = NOW) =>
    checkProvisioning({ lines: [{ username: 'u', plan: 'daily', ...given }] }, known(stored), now).map(
      ({ path }) => path,
    );

  it('may have the plan’s number of sessions again', () => {
    expect(pathsOf({ concurrentSessions: 0 })).toEqual([]);
  });

  it.each<[string, Partial<LineDeclaration>, string]>([
    ['a term of more volumes than can be kept', { expiresAt: '2050-01-01T00:00:00Z' }, 'expiresAt'],
    ['a reserve of no plan', { reserve: { plan: 'none' } }, 'reserve.plan'],
    ['a reserve of no time', { reserve: { plan: 'open', from: 'soon' } }, 'reserve.from'],
    ['a reserve before the end', { reserve: { plan: 'open', from: iso(NOW + DAY_MS) } }, 'reserve.from'],
    ['a reserve that ends first', { reserve: { plan: 'open', expiresAt: iso(NOW) } }, 'reserve.expiresAt'],
    [
      'a reserve of too many volumes',
      { reserve: { plan: 'daily', expiresAt: '2050-01-01T00:00:00Z' } },
      'reserve.expiresAt',
    ],
    ['a reserve after a term that is over', { expiresAt: iso(NOW), reserve: { plan: 'open' } }, 'reserve'],
  ])('with %s is named', (_, given, path) => {
    expect(pathsOf(given)).toEqual([`lines[0].${path}`]);
    expect(pathsOf(given, {})).toEqual([`lines[0].${path}`]);
  });

  it('keeps a reserve that was declared before, also in the days between the two', () => {
    const from = iso(NOW + 40 * DAY_MS);
    const reserve = { plan: 'open', from };
    for (const days of [0, 29, 35, 40, 50]) {
      expect(pathsOf({ reserve }, { reserve }, NOW + days * DAY_MS)).toEqual([]);
    }
    expect(pathsOf({ reserve: { plan: 'open' } }, {}, NOW + 35 * DAY_MS)).toEqual(['lines[0].reserve']);
  });
});

describe('a version', () => {
  const plan = { name: 'p', days: 30 };
  const stored = { name: 'p', versions: [{ from: NOW - DAY_MS, plan: declaredPlan(plan) }] };

  it('begins at once, or when it says, but not before now', () => {
    const other = { ...plan, days: 31 };
    const versionOf = (at?: number) => (at === undefined ? other : { ...other, effectiveFrom: iso(at) });
    const begins = (effectiveFrom?: number) => declarePlan(versionOf(effectiveFrom), stored, NOW)!.from;
    expect([begins(), begins(NOW + 5), begins(NOW - MINUTE_MS)]).toEqual([NOW, NOW + 5, NOW]);
    expect(changesPast({ ...other, effectiveFrom: iso(NOW - MINUTE_MS) }, stored, NOW)).toBe(false);
    expect(changesPast({ ...other, effectiveFrom: iso(NOW - MINUTE_MS - 1) }, stored, NOW)).toBe(true);
    expect(changesPast({ ...plan, effectiveFrom: iso(NOW - DAY_MS) }, stored, NOW)).toBe(false);
    expect(changesPast({ ...plan, effectiveFrom: iso(NOW - 2 * DAY_MS) }, undefined, NOW)).toBe(true);
  });

  it('that is in force already is none', () => {
    expect(declarePlan(plan, stored, NOW)).toBeUndefined();
    expect(declarePlan({ ...plan, effectiveFrom: iso(NOW + DAY_MS) }, stored, NOW)).toBeUndefined();
  });
});

it('a plan declared twice is a plan declared once, whatever was declared before', () => {
  const kbps = fc.integer({ min: 1, max: 9 });
  const anySpeed = fc.record({ downKbps: kbps, upKbps: kbps });
  const declarations = fc.record(
    {
      name: fc.constant('p'),
      days: fc.integer({ min: 1, max: 3 }),
      quota: fc.record({
        octets: fc.integer({ min: 1, max: 2 }),
        charge: fc.constantFrom('download' as const, 'both' as const),
        per: fc.constantFrom('term' as const, 'day' as const, 'week' as const, 'month' as const),
      }),
      speed: anySpeed,
      tiers: fc.array(fc.record({ octets: kbps, downKbps: kbps, upKbps: kbps }), { maxLength: 2 }),
      exhausted: fc.oneof(fc.constantFrom('disconnect' as const, 'captive' as const), anySpeed),
      windows: fc.constantFrom([], [{ fromMinute: 0, toMinute: 9, weekdays: [3, 1], speed }]),
      classes: fc.constantFrom([], [{ name: 'domestic', percent: 50 }]),
      locksFirstMac: fc.boolean(),
      softLanding: fc.boolean(),
      effectiveFrom: fc.integer({ min: -30, max: 90_000 }).map((seconds) => iso(NOW + seconds * 1_000)),
    },
    { requiredKeys: ['name', 'days'] },
  );
  fc.assert(
    fc.property(fc.array(declarations, { minLength: 1, maxLength: 5 }), (documents) => {
      let plans: ReadonlyMap<string, PlanHistory> = new Map();
      documents.forEach((declaration, index) => {
        const now = NOW + index;
        plans = plansAfter([declaration], plans, now);
        // As they come back from the ledger.
        const stored = JSON.parse(JSON.stringify(plans.get('p'))) as PlanHistory;
        expect(declarePlan(declaration, stored, now + 1)).toBeUndefined();
        expect(stored.versions.map(({ from }) => from)).toEqual(
          [...new Set(stored.versions.map(({ from }) => from))].toSorted((a, b) => a - b),
        );
      });
    }),
  );
});
