import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Session } from '../../../engine/accounting/session.ts';
import { isOpen } from '../../../engine/accounting/session-life.ts';
import {
  type AccessDecision,
  type AccessRequest,
  decideAccess,
  stationKey,
} from '../../../engine/policy/decide-access.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { CONTEXT, play, recordOf, T0 } from '../accounting/samples.ts';
import { GB, grantOf, lineOf, lookupOf, planOf } from '../pipeline/samples.ts';

const login = (changes: Partial<AccessRequest> = {}): AccessRequest => ({
  now: T0,
  nas: 'bras',
  nasBoot: 0,
  nasAddress: '10.0.0.1',
  nasPort: '1',
  callingStationId: 'AA-AA',
  sessionKey: '8000000000000001',
  ...changes,
});

const from = (port: string, station: string, key: string) =>
  login({ nasPort: port, callingStationId: station, sessionKey: key.padStart(16, '0') });

const line = (concurrentSessions: number, sessions: readonly Session[] = []): LineState => ({
  ...lineOf([grantOf('a', 10 * GB)], { concurrentSessions }),
  sessions,
});

const decide = (state: LineState, request: AccessRequest, plan = planOf(), boot = 0): AccessDecision =>
  decideAccess(state, lookupOf(plan), () => boot, request);

/** The line after the login, which must be accepted. */
function loggedIn(state: LineState, request: AccessRequest, boot = 0): LineState {
  const decision = decide(state, request, planOf(), boot);
  if (!decision.accepted) throw new Error(decision.reason);
  return { ...state, sessions: decision.sessions };
}

const online = (key: string, port: string, station: string, changes: Partial<Session> = {}): Session => ({
  ...play([recordOf({ kind: 'start', seconds: 0 }, { nasPort: port, callingStationId: station })]).session,
  key: key.padStart(16, '0'),
  ...changes,
});

const verdict = (decision: AccessDecision) => (decision.accepted ? 'accept' : decision.reason);

describe('a NAS that cannot be told a slower service', () => {
  const spent = (octetsUsed: number): LineState => ({
    ...line(1),
    grants: [grantOf('a', 10, { consumed: octets(octetsUsed) })],
  });
  const deaf = login({ canGive: ({ mode }) => mode === 'full' });

  it('refuses who would get it, since it would give all of its own, and nobody else', () => {
    expect(verdict(decide(spent(10), deaf))).toBe('volume-ended');
    expect(verdict(decide(spent(9), deaf))).toBe('accept');
    expect(verdict(decide(spent(10), login({ canGive: () => true })))).toBe('accept');
    const captive = planOf({ expired: 'captive' });
    const ended = { ...spent(0), profile: { ...spent(0).profile, expiresAt: T0 } };
    expect(verdict(decide(ended, deaf, captive))).toBe('service-ended');
  });
});

describe('simultaneous use', () => {
  it.each([1, 2])('of %i: logins from different places get so many slots and no more', (limit) => {
    let state = line(limit);
    for (let index = 0; index < limit; index++)
      state = loggedIn(state, from(`${index}`, `s${index}`, `${index}`));
    expect(verdict(decide(state, from('9', 's9', '9')))).toBe('too-many-sessions');
    expect(state.sessions.filter(isOpen)).toHaveLength(limit);
  });

  it('replaces the slot reserved from the same place, whose Accept was lost', () => {
    const state = loggedIn(loggedIn(line(1), from('1', 'AA-BB', 'a')), from('1', 'aa:bb', 'b'));
    expect(state.sessions.map(({ key }) => key)).toEqual(['b'.padStart(16, '0')]);
  });

  it.each([
    { name: 'the same port', old: online('a', '1', 'other'), boot: 0, taken: true },
    {
      name: 'the same port of another NAS',
      old: online('a', '1', 'other', { nas: 'b' }),
      boot: 0,
      taken: false,
    },
    { name: 'the same station in other notation', old: online('a', '5', 'a.a-AA'), boot: 0, taken: true },
    { name: 'a suspect session', old: online('a', '5', 'other', { state: 'suspect' }), boot: 0, taken: true },
    { name: 'a session of an earlier boot', old: online('a', '5', 'other'), boot: 1, taken: true },
    { name: 'a live session elsewhere', old: online('a', '5', 'other'), boot: 0, taken: false },
    { name: 'a live session without port and station', old: online('a', '', ''), boot: 0, taken: false },
  ])('takes over at the limit from $name: $taken', ({ old, boot, taken }) => {
    const decision = decide(line(1, [old]), login(), planOf(), boot);
    expect(verdict(decision)).toBe(taken ? 'accept' : 'too-many-sessions');
    if (!decision.accepted) return;
    expect(decision.sessions[0]).toMatchObject({ state: 'closed', closeCause: 'taken-over' });
    const order = { kind: 'disconnect', reason: 'taken-over', sessionKey: old.key };
    expect(decision.effects).toMatchObject(boot === 0 ? [order] : []);
  });

  it('takes the same port before the same station before a suspect one, and only as many as it needs', () => {
    const sessions = [
      online('c', '6', 'x', { state: 'suspect' }),
      online('b', '5', 'AA-AA'),
      online('a', '1', 'y'),
    ];
    const taken = (limit: number) => {
      const decision = decide(line(limit, sessions), login());
      return decision.accepted ? decision.effects.map(({ sessionKey }) => sessionKey.slice(-1)) : [];
    };
    expect([taken(4), taken(3), taken(2).sort(), taken(1).sort()]).toEqual([
      [],
      ['a'],
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
  });

  it('does not count sessions that silence has ended', () => {
    const old = online('a', '5', 'other', { seenAt: T0 - DAY_MS });
    const decision = decide(line(1, [old]), login());
    expect(decision).toMatchObject({ accepted: true, effects: [] });
  });

  it('never accepts beyond the limit, in any row of logins', () => {
    const place = fc.record({
      port: fc.constantFrom('', '1', '2', '3'),
      station: fc.constantFrom('', 'a', 'b'),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(place, { maxLength: 12 }), (limit, places) => {
        let state = line(limit);
        places.forEach(({ port, station }, index) => {
          const decision = decide(state, from(port, station, index.toString(16)));
          if (decision.accepted) state = { ...state, sessions: decision.sessions };
          expect(state.sessions.filter(isOpen).length).toBeLessThanOrEqual(limit);
        });
      }),
    );
  });
});

describe('the MAC lock', () => {
  it.each(['AA-BB-CC-DD-EE-01', 'aa:bb:cc:dd:ee:01', 'aabb.ccdd.ee01', 'AABBCCDDEE01'])(
    'knows %s',
    (spelling) => {
      expect(stationKey(spelling)).toBe('aabbccddee01');
      const locked = lineOf([grantOf('a', GB)], { macLock: 'aabbccddee01' });
      expect(verdict(decide(locked, login({ callingStationId: spelling })))).toBe('accept');
      expect(verdict(decide(locked, login({ callingStationId: 'aabbccddee02' })))).toBe('mac-locked');
      expect(verdict(decide(locked, login({ callingStationId: '' })))).toBe('mac-locked');
    },
  );
});

describe('a plan that locks a line to the first device', () => {
  const locking = planOf({ locksFirstMac: true });
  const free = line(9);
  const first = decide(free, login({ callingStationId: 'AA-BB' }), locking);
  const bound: LineState = { ...free, boundMac: first.accepted ? first.boundMac : undefined };

  it('binds it with the first login that names one, and lets that one in again', () => {
    expect(bound.boundMac).toBe('aabb');
    expect(verdict(decide(bound, login({ callingStationId: 'aa:bb' }), locking))).toBe('accept');
    expect(verdict(decide(bound, login({ callingStationId: 'AA-CC' }), locking))).toBe('mac-locked');
    expect(verdict(decide(bound, login({ callingStationId: '' }), locking))).toBe('mac-locked');
    expect(decide(free, login({ callingStationId: '' }), locking)).toMatchObject({ boundMac: undefined });
  });

  it('yields to the lock that staff have set, and means nothing on another plan', () => {
    const own = { ...bound, profile: { ...bound.profile, macLock: 'dddd' } };
    expect(verdict(decide(own, login({ callingStationId: 'dd-dd' }), locking))).toBe('accept');
    expect(verdict(decide(own, login({ callingStationId: 'aa-bb' }), locking))).toBe('mac-locked');
    const elsewhere = decide(bound, login({ callingStationId: 'ff-ff' }), planOf());
    expect(elsewhere).toMatchObject({ accepted: true, boundMac: 'aabb' });
  });
});

describe('what an Accept promises', () => {
  const profileFor = (expiresIn: number, expired: 'captive' | 'disconnect' = 'captive') => {
    const state = lineOf([grantOf('a', GB)], { expiresAt: T0 + expiresIn });
    const decision = decide(state, login(), planOf({ expired }));
    return decision.accepted ? decision.profile : undefined;
  };

  it.each([
    { expiresIn: 3_600_000, seconds: 3600 },
    { expiresIn: 3_600_001, seconds: 3601 },
    { expiresIn: 1, seconds: 60 },
    { expiresIn: 1e15, seconds: 0x7fffffff },
    { expiresIn: 0, seconds: undefined },
    { expiresIn: -5, seconds: undefined },
  ])('a Session-Timeout of $seconds s when the service ends in $expiresIn ms', ({ expiresIn, seconds }) => {
    expect(profileFor(expiresIn)?.sessionTimeoutSeconds).toBe(seconds);
  });

  it('is a slot that the accounting can adopt', () => {
    const state = loggedIn(line(1), login());
    expect(state.sessions[0]).toMatchObject({
      state: 'reserved',
      key: '8000000000000001',
      acctSessionId: '',
    });
    expect(state.sessions[0]?.applied).toEqual(CONTEXT.applied);
  });
});
