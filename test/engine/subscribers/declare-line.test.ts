import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanLookup } from '../../../engine/catalog/plan-history.ts';
import { declareLine } from '../../../engine/subscribers/declare-line.ts';
import { declaredNas, declaredPlan } from '../../../engine/subscribers/declared.ts';
import type { LineRecord } from '../../../engine/subscribers/line-record.ts';
import type { LineDeclaration } from '../../../engine/subscribers/provisioning.ts';
import { readInstant } from '../../../engine/subscribers/read-instant.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const gold = declaredPlan({ name: 'gold', days: 30, quota: { octets: 1000, charge: 'both' } });
const silver = declaredPlan({ name: 'silver', days: 10, quota: { octets: 500, charge: 'download' } });
const unlimited = declaredPlan({ name: 'unlimited', days: 7 });
const catalogue = new Map([gold, silver, unlimited].map((plan) => [plan.name, plan]));
const plans: PlanLookup = (name) => {
  const plan = catalogue.get(name);
  return plan && { name, versions: [{ from: 0, plan }] };
};

function declare(
  given: Partial<LineDeclaration>,
  stored?: LineRecord,
  now: number = NOW,
): LineRecord | undefined {
  const declaration = { username: 'u1', plan: 'gold', ...given };
  return declareLine(declaration, stored, plans, now);
}

describe('a new line', () => {
  it('starts a term of its plan with the plan’s volume', () => {
    expect(declare({})).toMatchObject({
      revision: 1,
      status: 'active',
      concurrentSessions: undefined,
      expiresAt: NOW + 30 * DAY_MS,
      grants: [{ id: 'service:u1:1', octets: 1000, consumed: 0, from: NOW, until: NOW + 30 * DAY_MS }],
    });
  });

  it('has no volume of its own on an unlimited plan', () => {
    expect(declare({ plan: 'unlimited' })).toMatchObject({ grants: [], expiresAt: NOW + 7 * DAY_MS });
  });

  it('ends when its declaration says so', () => {
    const line = declare({ expiresAt: '2026-12-01T00:00:00+03:30' })!;
    expect(line.expiresAt).toBe(Date.UTC(2026, 10, 30, 20, 30));
    expect(line.grants[0]!.until).toBe(line.expiresAt);
  });
});

describe('a line that exists', () => {
  const stored = declare({ password: 'pw', macLock: 'AA:BB:CC:DD:EE:FF', staticIp: '10.0.0.1' })!;

  it('keeps what its declaration does not name, and loses what it names empty', () => {
    const changed = declare({ staticIp: '', concurrentSessions: 3 }, stored, NOW + 5)!;
    expect(changed).toEqual({ ...stored, revision: 2, staticIp: '', concurrentSessions: 3 });
    expect(changed.macLock).toBe('aabbccddeeff');
  });

  it('moves the end of the running term only', () => {
    const second = declare({ plan: 'silver' }, stored, NOW + 1000)!;
    const moved = declare({ plan: 'silver', expiresAt: '2027-01-01T00:00:00Z' }, second, NOW + 2000)!;
    expect(moved.grants.map(({ until }) => until)).toEqual([NOW + 1000, Date.UTC(2027, 0, 1)]);
  });

  it('starts another plan at once: the old volume ends, the new one begins', () => {
    const line = declare({ plan: 'silver' }, stored, NOW + 1000)!;
    expect(line.expiresAt).toBe(NOW + 1000 + 10 * DAY_MS);
    expect(line.grants.map(({ id, from, until }) => [id, from, until])).toEqual([
      ['service:u1:1', NOW, NOW + 1000],
      ['service:u1:2', NOW + 1000, NOW + 1000 + 10 * DAY_MS],
    ]);
  });

  it('keeps an extra grant’s consumption, creation and first validity', () => {
    const extra = { id: 'x1', kind: 'extra', octets: 700 } as const;
    const first = declare({ extraGrants: [extra] }, stored, NOW + 10)!;
    const used = {
      ...first,
      grants: first.grants.map((grant) => ({ ...grant, consumed: 300 as typeof grant.consumed })),
    };
    const again = declare({ extraGrants: [{ ...extra, octets: 900, priority: 2 }] }, used, NOW + 20)!;
    expect(again.grants[1]).toEqual({
      id: 'x1',
      kind: 'extra',
      octets: 900,
      consumed: 300,
      from: NOW + 10,
      until: undefined,
      priority: 2,
      tier: 0,
      createdAt: NOW + 10,
    });
  });

  it('is as it was after the same declaration once more, whatever it says', () => {
    const declarations = fc.record(
      {
        password: fc.string(),
        plan: fc.constantFrom('gold', 'silver', 'unlimited'),
        name: fc.string(),
        status: fc.constantFrom('active' as const, 'suspended' as const, 'closed' as const),
        staticIp: fc.constantFrom('', '10.0.0.2'),
        concurrentSessions: fc.integer({ min: 1, max: 5 }),
        macLock: fc.string(),
        framedRoutes: fc.array(fc.string(), { maxLength: 2 }),
        expiresAt: fc.constantFrom('2027-01-01T00:00:00Z', '2020-01-01T00:00:00+03:30'),
        extraGrants: fc.uniqueArray(
          fc.record(
            {
              id: fc.constantFrom('a', 'b', 'c'),
              kind: fc.constantFrom('extra' as const, 'timed' as const, 'gift' as const),
              octets: fc.nat(),
              until: fc.constant('2028-01-01T00:00:00Z'),
            },
            { requiredKeys: ['id', 'kind', 'octets'] },
          ),
          { selector: ({ id }) => id },
        ),
      },
      { requiredKeys: ['plan'] },
    );
    fc.assert(
      fc.property(fc.option(declarations, { nil: undefined }), declarations, (first, second) => {
        const before = first && declare(first);
        const after = declare(second, before, NOW + 1000) ?? before;
        expect(declare(second, after, NOW + 2000)).toBeUndefined();
      }),
    );
  });
});

it('reads times with a zone only', () => {
  expect(readInstant('2026-11-21T15:30:00+03:30')).toBe(NOW);
  expect(readInstant('2026-11-21T12:00:00Z')).toBe(NOW);
  for (const text of ['2026-11-21T12:00:00', '2026-11-21', 'tomorrow', '2026-13-41T12:00:00Z', '']) {
    expect(readInstant(text)).toBeUndefined();
  }
});

it('fills in what a NAS and a plan do not say', () => {
  expect(declaredNas({ name: 'n', address: '10.0.0.1', secret: 's' })).toEqual({
    name: 'n',
    address: '10.0.0.1',
    secret: 's',
    secretNext: '',
    vendor: 'generic',
    coaPort: 3799,
    coaAddress: '',
    swapDirections: false,
    requireMessageAuthenticator: false,
    allowMacAuthentication: false,
  });
  expect(unlimited).toEqual({
    name: 'unlimited',
    days: 7,
    quota: undefined,
    speed: undefined,
    tiers: [],
    exhausted: { downKbps: 128, upKbps: 128 },
    expired: 'disconnect',
    windows: [],
    classes: [],
    concurrentSessions: 1,
    locksFirstMac: false,
    softLanding: false,
    pool: undefined,
    interimSeconds: 300,
  });
});
