import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPEAKERS } from '../../../api/words/explain-words.ts';
import type { Session } from '../../../engine/accounting/session.ts';
import type { EndAction } from '../../../engine/catalog/plan.ts';
import { explainLine } from '../../../engine/explain/explain-line.ts';
import type { LineFacts, LoginRow } from '../../../engine/explain/line-facts.ts';
import { decideAccess } from '../../../engine/policy/decide-access.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { lineTerm } from '../../../engine/policy/line-term.ts';
import { wantedService } from '../../../engine/policy/wanted-service.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { play, recordOf, T0 } from '../accounting/samples.ts';
import { grantOf, lookupOf, planOf, profileOf } from '../pipeline/samples.ts';

const STATIONS = ['aa', 'bb', 'cc', ''];
const end = fc.constantFrom<EndAction>('disconnect', 'captive', { downKbps: 256, upKbps: 128 });
const around = fc.constantFrom(T0 - DAY_MS, T0 - 1, T0, T0 + 1, T0 + DAY_MS);

const plan = fc
  .record({
    exhausted: end,
    expired: end,
    isLimited: fc.boolean(),
    concurrentSessions: fc.integer({ min: 1, max: 3 }),
    tiers: fc.array(fc.record({ downKbps: fc.constant(1_000), upKbps: fc.constant(500) }), { maxLength: 2 }),
    windows: fc.array(
      fc.record({
        percent: fc.constantFrom(0, 50, 100),
        speed: fc.constantFrom(undefined, { downKbps: 99_000, upKbps: 9_000 }),
      }),
      { maxLength: 1 },
    ),
  })
  .map(({ isLimited, tiers, windows, ...rest }) =>
    planOf({
      ...rest,
      ...(isLimited ? {} : { quota: undefined }),
      tiers: tiers.map((tier) => ({ ...tier, octets: octets(5) })),
      windows: windows.map((window) => ({
        ...{ ...window, weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1_440 },
      })),
    }),
  );

const grant = fc
  .record({
    tier: fc.nat({ max: 3 }),
    consumed: fc.constantFrom(0, 4, 10),
    from: around,
    until: fc.option(around, { nil: undefined }),
  })
  .map(({ consumed, ...rest }) => ({ ...rest, consumed: octets(consumed) }));

const session = fc.record({
  station: fc.constantFrom(...STATIONS),
  state: fc.constantFrom<Session['state']>('live', 'suspect', 'closed', 'reserved'),
  mode: fc.constantFrom<Session['applied']['mode']>('full', 'slow', 'captive'),
  minutes: fc.nat({ max: 30 }),
});

const login = fc.record({
  station: fc.constantFrom(...STATIONS),
  outcome: fc.constantFrom<LoginRow['outcome']>('accept', 'reject'),
  reason: fc.constantFrom<Exclude<LoginRow['reason'], ''>>(
    'wrong-password',
    'mac-locked',
    'too-many-sessions',
    'volume-ended',
  ),
  minutes: fc.nat({ max: 30 }),
});

const facts = fc
  .record({
    plan: fc.option(plan, { nil: undefined }),
    status: fc.constantFrom<LineState['profile']['status']>(
      'active',
      'active',
      'active',
      'suspended',
      'closed',
    ),
    expiresAt: fc.option(around, { nil: undefined }),
    macLock: fc.constantFrom('', 'aa'),
    grants: fc.array(grant, { maxLength: 3 }),
    sessions: fc.array(session, { maxLength: 3 }),
    login: fc.option(login, { nil: undefined }),
  })
  .map((given): LineFacts => {
    const { status, expiresAt, macLock } = given;
    const profile = profileOf({ status, expiresAt, macLock, concurrentSessions: undefined });
    const grants = given.grants.map((changes, index) => grantOf(`g${index}`, 10, changes));
    const sessions = given.sessions.map(
      ({ station, state, mode, minutes }, index): Session => ({
        ...play([recordOf({ kind: 'start', seconds: 0 }, { callingStationId: station })]).session,
        key: String(index).padStart(16, '0'),
        ...{ state, startedAt: T0 - minutes * MINUTE_MS, seenAt: T0, interimSeconds: 3_600 },
        applied: { mode, downKbps: 80_000, upKbps: 20_000 },
      }),
    );
    const logins = given.login === undefined ? [] : [loginOf(given.login)];
    return {
      ...{
        username: 'ali',
        at: T0,
        source: 'counters',
        plans: lookupOf(given.plan),
        bootOf: () => 0,
        logins,
      },
      ...{ state: { profile, grants, sessions, forgotten: undefined }, effects: [], keptSince: undefined },
      status: { status, reason: 'declared', actor: 'test', at: T0 - HOUR_MS },
    };
  });

function loginOf({
  station,
  outcome,
  reason,
  minutes,
}: typeof login extends fc.Arbitrary<infer T> ? T : never): LoginRow {
  const at = T0 - minutes * MINUTE_MS;
  return {
    at,
    nas: 'bras',
    callingStationId: station,
    outcome,
    reason: outcome === 'accept' ? '' : reason,
    count: 1,
  };
}

const BEFORE_THE_LINE = ['wrong-password'];

describe('an explanation', () => {
  it('has the verdict of the functions that decide, and one rule that decided it', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(facts, (given) => {
        const { state, plans, at } = given as LineFacts & { state: LineState };
        const wanted = wantedService(
          state.profile.status,
          lineTerm(state.profile, plans, at),
          state.grants,
          at,
        );
        const { verdict, rules } = explainLine(given);
        seen.add(verdict.key);
        if (!wanted.allowed) {
          expect(verdict).toMatchObject({ key: 'verdict/no-service', figures: { because: wanted.because } });
        } else if (verdict.key === 'verdict/login-refused') {
          const [asked] = given.logins;
          const request = { now: at, nas: 'bras', nasBoot: 0, nasAddress: '', nasPort: '' };
          const identity = { callingStationId: asked!.callingStationId, sessionKey: '0000000000000001' };
          const decision = decideAccess(state, plans, () => 0, { ...request, ...identity });
          const isBefore = BEFORE_THE_LINE.includes(asked!.reason);
          expect(verdict.figures.because).toBe(
            isBefore ? asked!.reason : decision.accepted ? 'accepted' : decision.reason,
          );
        } else {
          const { mode, downKbps, upKbps } = wanted.service;
          const key = { full: 'full-speed', slow: 'slowed', captive: 'captive' }[mode];
          expect(verdict.key).toBe(`verdict/${key}`);
          if (mode !== 'captive') expect(verdict.figures).toMatchObject({ downKbps, upKbps });
        }
        const isOfPassword =
          verdict.key === 'verdict/login-refused' && BEFORE_THE_LINE.includes(verdict.figures.because);
        expect(rules.filter(({ decides }) => decides)).toHaveLength(isOfPassword ? 0 : 1);
      }),
      { numRuns: 2_000 },
    );
    expect([...seen].sort()).toEqual([
      'verdict/captive',
      'verdict/full-speed',
      'verdict/login-refused',
      'verdict/no-service',
      'verdict/slowed',
    ]);
  });

  it('is a whole sentence in both languages, and Persian has no Latin digit in its own words', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { verdict, rules, told } = explainLine(given);
        for (const statement of [verdict, ...rules, ...told]) {
          const [fa, en] = [SPEAKERS.fa.sentence(statement), SPEAKERS.en.sentence(statement)];
          expect(en).toMatch(/^[^؀-ۿ]+\.$/);
          expect(fa).toMatch(/\.$/);
          expect(fa.replace(/⁨[^⁩]*⁩/g, '')).not.toMatch(/[0-9A-Za-z]|undefined|NaN/);
          expect(en).not.toMatch(/undefined|NaN/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('tells of a speed that approaches the end of the volume', () => {
    const plan = planOf({ softLanding: true });
    const live = play([recordOf({ kind: 'start', seconds: 0 })]).session;
    const landed: Session = { ...live, applied: { mode: 'full', downKbps: 40_000, upKbps: 10_000 } };
    const { verdict, told } = explainLine({
      ...{ username: 'ali', at: T0, source: 'counters', plans: lookupOf(plan), bootOf: () => 0, logins: [] },
      state: { profile: profileOf(), grants: [grantOf('a', 10)], sessions: [landed], forgotten: undefined },
      ...{ effects: [], keptSince: undefined, status: undefined },
    });
    expect(verdict).toMatchObject({ key: 'verdict/landing', figures: { downKbps: 40_000, upKbps: 10_000 } });
    expect(told[0]?.key).toBe('session/landing');
  });
});
