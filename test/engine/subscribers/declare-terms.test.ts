import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allotmentPeriods } from '../../../engine/catalog/allotments.ts';
import type { PlanLookup } from '../../../engine/catalog/plan-history.ts';
import type { Grant } from '../../../engine/quota/grant.ts';
import { declareLine } from '../../../engine/subscribers/declare-line.ts';
import { beginReserve } from '../../../engine/subscribers/declare-reserve.ts';
import { declaredPlan } from '../../../engine/subscribers/declared.ts';
import type { LineRecord } from '../../../engine/subscribers/line-record.ts';
import type { LineDeclaration, PlanDeclaration } from '../../../engine/subscribers/provisioning.ts';
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';

/** 15:30 in Tehran. */
const NOW = Date.UTC(2026, 10, 21, 12);
const iso = (at: number) => new Date(at).toISOString();
const midnight = (days: number) => Date.UTC(2026, 10, 21 + days, 20, 30);

const quota = (per: 'term' | 'day' | 'week' | 'month', size = 100) =>
  ({ octets: size, charge: 'both', per }) as const;
const tiers = [
  { octets: 30, downKbps: 512, upKbps: 128 },
  { octets: 20, downKbps: 256, upKbps: 128 },
];
const declared: readonly PlanDeclaration[] = [
  { name: 'term', days: 30, quota: quota('term') },
  { name: 'daily', days: 3, quota: quota('day') },
  { name: 'weekly', days: 15, quota: quota('week'), tiers },
  { name: 'monthly', days: 365, quota: quota('month') },
  { name: 'open', days: 7 },
];
const catalogue = new Map(declared.map((plan) => [plan.name, declaredPlan(plan)]));
const plans: PlanLookup = (name) => {
  const plan = catalogue.get(name);
  return plan && { name, versions: [{ from: 0, plan }] };
};

function declare(plan: string, given: Partial<LineDeclaration>, stored?: LineRecord, now = NOW) {
  return declareLine({ username: 'u1', plan, ...given }, stored, plans, now);
}

function used(line: LineRecord, id: string, consumed: number): LineRecord {
  const grants = line.grants.map((grant) =>
    grant.id === id ? { ...grant, consumed: octets(consumed) } : grant,
  );
  return { ...line, grants };
}

const short = ({ id, from, until }: Grant) => [id.slice('service:u1:'.length), from, until];

describe('a term', () => {
  it('gives its volume anew every day, and each volume ends with its day', () => {
    expect(declare('daily', {})!.grants.map(short)).toEqual([
      ['1.1', NOW, midnight(0)],
      ['1.2', midnight(0), midnight(1)],
      ['1.3', midnight(1), midnight(2)],
      ['1.4', midnight(2), NOW + 3 * DAY_MS],
    ]);
  });

  it('gives the volumes of the slower speeds beside each', () => {
    const { grants } = declare('weekly', {})!;
    expect(grants.map(({ id, tier, octets }) => [id.slice(11), tier, octets]).slice(0, 4)).toEqual([
      ['1.1', 0, 100],
      ['1.1:t1', 1, 30],
      ['1.1:t2', 2, 20],
      ['1.2', 0, 100],
    ]);
    for (let index = 0; index < grants.length; index += 3) {
      const [full, ...slower] = grants.slice(index, index + 3);
      for (const grant of slower) expect([grant.from, grant.until]).toEqual([full!.from, full!.until]);
    }
  });

  it('gives in all as often the volume as it has periods', () => {
    const names = fc.constantFrom('term', 'daily', 'weekly', 'monthly');
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 500 * DAY_MS }), (name, length) => {
        const plan = catalogue.get(name)!;
        const { grants } = declare(name, { expiresAt: iso(NOW + length) })!;
        const periods = allotmentPeriods(plan.quota!.per, NOW, NOW + length);
        const volume = plan.tiers.reduce((sum, tier) => sum + tier.octets, plan.quota!.octets as number);
        expect(grants.reduce((sum, grant) => sum + grant.octets, 0)).toBe(periods.length * volume);
        expect(new Set(grants.map(({ id }) => id)).size).toBe(grants.length);
        const full = grants.filter(({ tier }) => tier === 0);
        expect(full.map(({ from, until }) => ({ from, until }))).toEqual(periods);
      }),
    );
  });
});

describe('a term that gets another end', () => {
  const stored = used(declare('daily', {})!, 'service:u1:1.1', 40);

  it('has more periods, of what was bought', () => {
    const bought = catalogue.get('daily')!;
    catalogue.set('daily', { ...bought, quota: { ...bought.quota!, octets: octets(999) } });
    const longer = declare('daily', { expiresAt: iso(NOW + 5 * DAY_MS) }, stored, NOW + HOUR_MS)!;
    catalogue.set('daily', bought);
    expect(longer.grants.map(short).slice(3)).toEqual([
      ['1.4', midnight(2), midnight(3)],
      ['1.5', midnight(3), midnight(4)],
      ['1.6', midnight(4), NOW + 5 * DAY_MS],
    ]);
    expect(longer.grants.map((grant) => grant.octets)).toEqual(Array(6).fill(100));
    expect(longer.grants[0]!.consumed).toBe(40);
  });

  it('has fewer; those used stay as they were', () => {
    const later = NOW + 2 * DAY_MS;
    const shorter = declare('daily', { expiresAt: iso(NOW + HOUR_MS) }, stored, later)!;
    expect(shorter.grants.map(short)).toEqual([
      ['1.1', NOW, NOW + HOUR_MS],
      ['1.2', midnight(0), midnight(0)],
      ['1.3', midnight(1), midnight(1)],
    ]);
    expect(shorter.grants[0]).toMatchObject({ octets: 100, consumed: 40 });
    const back = declare('daily', { expiresAt: iso(stored.expiresAt!) }, shorter, later)!;
    expect(back.grants.map(short)).toEqual(stored.grants.map(short));
  });

  it('is as if it had had that end from the beginning, in as many steps as may be', () => {
    const ends = fc.array(fc.integer({ min: 1, max: 90 * DAY_MS }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.constantFrom('term', 'daily', 'weekly', 'monthly'), ends, (name, lengths) => {
        let line = declare(name, {})!;
        for (const length of lengths) {
          line = declare(name, { expiresAt: iso(NOW + length) }, line, NOW) ?? line;
        }
        const direct = declare(name, { expiresAt: iso(line.expiresAt!) })!;
        const valid = line.grants.filter(({ from, until }) => from < until!);
        const byId = (left: Grant, right: Grant) => (left.id < right.id ? -1 : 1);
        expect(valid.toSorted(byId)).toEqual(direct.grants.toSorted(byId));
      }),
    );
  });

  it('ends with another plan, with all its periods to come', () => {
    const changed = declare('term', {}, stored, NOW + HOUR_MS)!;
    expect(changed.grants.map(short)).toEqual([
      ['1.1', NOW, NOW + HOUR_MS],
      ['2', NOW + HOUR_MS, NOW + HOUR_MS + 30 * DAY_MS],
    ]);
  });
});

describe('a reserved term', () => {
  const stored = declare('term', {})!;
  const end = stored.expiresAt!;
  const reserve = (given: Partial<LineDeclaration>, line = stored, now = NOW + HOUR_MS, plan = 'term') =>
    declare(plan, given, line, now);
  const withReserve = reserve({ reserve: { plan: 'daily' } })!;

  it('begins where the running one ends, and its volumes with it', () => {
    expect(withReserve.reserve).toEqual({ planName: 'daily', from: end, expiresAt: end + 3 * DAY_MS });
    expect(withReserve.grants.map(short)[1]).toEqual(['2r.1', end, midnight(30)]);
    expect(withReserve.grants.at(-1)!.until).toBe(end + 3 * DAY_MS);
    expect(withReserve.planName).toBe('term');
  });

  it('begins with a new line’s term in one document, under a name of its own', () => {
    const line = declare('daily', { reserve: { plan: 'term', expiresAt: '2027-01-01T00:00:00Z' } })!;
    expect(line.grants.map(({ id }) => id)).toContain('service:u1:1r');
    expect(line.reserve).toEqual({
      planName: 'term',
      from: NOW + 3 * DAY_MS,
      expiresAt: Date.UTC(2027, 0, 1),
    });
  });

  it('goes on following a running term that is moved, and one of another plan, as long as before', () => {
    const moved = reserve({ expiresAt: iso(end + DAY_MS) }, withReserve)!;
    expect(moved.reserve).toEqual({ planName: 'daily', from: end + DAY_MS, expiresAt: end + 4 * DAY_MS });
    expect(moved.grants.map(short)[1]).toEqual(['2r.1', end + DAY_MS, midnight(31)]);
    const changed = reserve({}, withReserve, NOW + 2 * HOUR_MS, 'weekly')!;
    expect(changed.reserve!.from).toBe(changed.expiresAt);
    expect(changed.grants.filter(({ id }) => id.startsWith('service:u1:2r')).at(0)!.from).toBe(
      changed.expiresAt,
    );
  });

  it('is taken back with all its volumes, or replaced', () => {
    const back = reserve({ reserve: null }, withReserve)!;
    expect(back.reserve).toBeUndefined();
    expect(back.grants).toEqual(stored.grants);
    const replaced = reserve({ reserve: { plan: 'open' } }, withReserve)!;
    expect(replaced.reserve).toMatchObject({ planName: 'open', from: end });
    expect(replaced.grants).toEqual(stored.grants);
    expect(reserve({ reserve: null }, back)).toBeUndefined();
  });

  it('leaves volumes of nothing behind when it is taken back in the hour before it', () => {
    const back = reserve({ reserve: null }, withReserve, end - SECOND_MS)!;
    const left = back.grants.filter(({ id }) => id.startsWith('service:u1:2r'));
    expect(left.map(({ from, until }) => [from, until])).toEqual([[end, end]]);
  });

  it('is the running term once it has begun', () => {
    const later = end + HOUR_MS;
    expect(beginReserve(withReserve, end - 1)).toBe(withReserve);
    const begun = beginReserve(withReserve, later);
    expect(begun).toEqual({
      ...withReserve,
      planName: 'daily',
      expiresAt: end + 3 * DAY_MS,
      reserve: undefined,
    });
    const named = declare('daily', { name: 'm' }, withReserve, later)!;
    expect(named).toEqual({ ...begun, displayName: 'm', revision: 3 });
    expect(declare('daily', {}, withReserve, later)).toBeUndefined();
  });

  it('may be declared with its date again and again, before and after that', () => {
    const dated = { reserve: { plan: 'daily', from: iso(end) } };
    const first = reserve(dated)!;
    for (const now of [NOW + 2 * HOUR_MS, end - 1, end, end + DAY_MS, end + 3 * DAY_MS]) {
      expect(reserve(dated, first, now)).toBeUndefined();
      expect(reserve(dated, beginReserve(first, now), now)).toBeUndefined();
    }
  });
});

it('a line declared twice is a line declared once, whatever is declared of its terms', () => {
  const names = fc.constantFrom(...catalogue.keys());
  const after = (days: number) => iso(NOW + days * DAY_MS);
  const declarations = fc.record(
    {
      plan: names,
      expiresAt: fc.integer({ min: -3, max: 60 }).map(after),
      reserve: fc.option(
        fc.record(
          {
            plan: names,
            from: fc.integer({ min: 61, max: 70 }).map(after),
            expiresAt: fc.constant(after(99)),
          },
          { requiredKeys: ['plan', 'from'] },
        ),
        { nil: null },
      ),
    },
    { requiredKeys: ['plan'] },
  );
  fc.assert(
    fc.property(fc.array(declarations, { minLength: 1, maxLength: 4 }), (documents) => {
      let line: LineRecord | undefined;
      documents.forEach((document, index) => {
        const now = NOW + index * HOUR_MS;
        const { plan, ...given } = document;
        line = declare(plan, given, line, now) ?? line;
        expect(declare(plan, given, line, now + SECOND_MS)).toBeUndefined();
        expect(new Set(line!.grants.map(({ id }) => id)).size).toBe(line!.grants.length);
      });
    }),
  );
});
