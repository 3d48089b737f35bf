import { describe, expect, it } from 'vitest';
import { SESSION_LIMITS } from '../../../engine/accounting/limits.ts';
import { serviceText } from '../../../engine/accounting/service-text.ts';
import type { AppliedService, Session } from '../../../engine/accounting/session.ts';
import { disconnectSession, enforceService, orderEffect } from '../../../engine/policy/enforce.ts';
import type { RejectReason } from '../../../engine/policy/reject-reason.ts';
import type { WantedService } from '../../../engine/policy/wanted-service.ts';
import { MINUTE_MS } from '../../../engine/values/instant.ts';
import { CONTEXT, play, recordOf, T0 } from '../accounting/samples.ts';
import { planOf, profileOf } from '../pipeline/samples.ts';

const FULL: AppliedService = CONTEXT.applied;
const SLOW: AppliedService = { mode: 'slow', downKbps: 128, upKbps: 128 };
const CAPTIVE: AppliedService = { ...FULL, mode: 'captive' };

const session = (changes: Partial<Session> = {}): Session => ({
  ...play([recordOf({ kind: 'start', seconds: 0 })]).session,
  ...changes,
});

const give = (service: AppliedService, because: RejectReason | '' = ''): WantedService => ({
  allowed: true,
  service,
  because,
});
const refuse = (because: RejectReason): WantedService => ({ allowed: false, because });

describe('the order for one session', () => {
  it.each([
    { had: FULL, wanted: give(FULL), kind: undefined, reason: undefined },
    { had: FULL, wanted: give(SLOW, 'volume-ended'), kind: 'change-speed', reason: 'volume-ended' },
    { had: FULL, wanted: give(SLOW, 'service-ended'), kind: 'change-speed', reason: 'service-ended' },
    { had: FULL, wanted: give({ ...FULL, downKbps: 1 }), kind: 'change-speed', reason: 'plan-changed' },
    { had: FULL, wanted: give(CAPTIVE, 'volume-ended'), kind: 'change-speed', reason: 'volume-ended' },
    { had: CAPTIVE, wanted: give(CAPTIVE, 'volume-ended'), kind: undefined, reason: undefined },
    { had: CAPTIVE, wanted: give(FULL), kind: 'change-speed', reason: 'service-restored' },
    { had: SLOW, wanted: give(FULL), kind: 'change-speed', reason: 'service-restored' },
    { had: SLOW, wanted: refuse('service-ended'), kind: 'disconnect', reason: 'service-ended' },
    { had: FULL, wanted: refuse('volume-ended'), kind: 'disconnect', reason: 'volume-ended' },
    { had: FULL, wanted: refuse('line-suspended'), kind: 'disconnect', reason: 'line-suspended' },
    { had: FULL, wanted: refuse('no-service'), kind: 'disconnect', reason: 'line-removed' },
  ])('$had.mode to $wanted is $kind because of $reason', ({ had, wanted, kind, reason }) => {
    const { effects, sessions } = enforceService(
      profileOf(),
      planOf(),
      [session({ applied: had })],
      wanted,
      T0,
    );
    if (kind === undefined) {
      expect([effects, sessions[0]?.pendingEffect]).toEqual([[], undefined]);
      return;
    }
    const service = wanted.allowed ? wanted.service : had;
    expect(effects).toMatchObject([{ kind, reason, service, createdAt: T0, sessionKey: session().key }]);
    expect(sessions[0]?.pendingEffect).toEqual({
      kind,
      requestedAt: T0,
      attempts: 1,
      to: kind === 'disconnect' ? '' : serviceText(service),
    });
  });

  it.each(['reserved', 'closed'] as const)('is none for a %s one', (state) => {
    const sessions = [session({ state })];
    expect(enforceService(profileOf(), planOf(), sessions, refuse('volume-ended'), T0)).toEqual({
      sessions,
      effects: [],
    });
  });

  it('names the session as its NAS knows it', () => {
    const change = { kind: 'disconnect', service: FULL, reason: 'kicked' } as const;
    expect(orderEffect('ali', session(), change, T0)).toMatchObject({
      nas: 'bras',
      nasAddress: '10.0.0.1',
      acctSessionId: '80000001',
      nasPort: '7',
      callingStationId: 'AA-BB-CC-DD-EE-01',
      framedIp: '100.64.0.7',
    });
  });
});

describe('an order that shows no effect', () => {
  /** Enforces every second for an hour. */
  function everySecond(sessions: readonly Session[], wanted: WantedService): number[] {
    const ordered: number[] = [];
    let now = sessions;
    for (let seconds = 0; seconds <= 3600; seconds++) {
      const enforced = enforceService(profileOf(), planOf(), now, wanted, T0 + seconds * 1000);
      now = enforced.sessions;
      for (const _ of enforced.effects) ordered.push(seconds);
    }
    return ordered;
  }

  it('comes again after 30, 60, 120 and 240 s and then no more', () => {
    expect(everySecond([session()], give(SLOW, 'volume-ended'))).toEqual([0, 30, 90, 210, 450]);
    expect(SESSION_LIMITS.effectAttempts).toBe(5);
  });

  it('settles when the service is restored before the NAS acted, and begins anew later', () => {
    const ordered = enforceService(profileOf(), planOf(), [session()], give(SLOW, 'volume-ended'), T0);
    const restored = enforceService(profileOf(), planOf(), ordered.sessions, give(FULL), T0 + 1000);
    expect([restored.effects, restored.sessions[0]?.pendingEffect]).toEqual([[], undefined]);
    const again = enforceService(
      profileOf(),
      planOf(),
      restored.sessions,
      give(SLOW, 'volume-ended'),
      T0 + 2000,
    );
    expect(again.effects).toHaveLength(1);
  });

  it('is overtaken at once by an order of another kind', () => {
    const slowed = enforceService(profileOf(), planOf(), [session()], give(SLOW, 'volume-ended'), T0);
    const ended = enforceService(profileOf(), planOf(), slowed.sessions, refuse('service-ended'), T0 + 1);
    expect(ended.effects).toMatchObject([{ kind: 'disconnect' }]);
    expect(ended.sessions[0]?.pendingEffect).toMatchObject({ kind: 'disconnect', attempts: 1 });
  });

  it('is overtaken at once by an order for another speed', () => {
    const slowed = enforceService(profileOf(), planOf(), [session()], give(SLOW, 'volume-ended'), T0);
    const slower = { ...SLOW, downKbps: 64 };
    const next = enforceService(profileOf(), planOf(), slowed.sessions, give(slower, 'volume-ended'), T0 + 1);
    expect(next.effects).toMatchObject([{ kind: 'change-speed', service: slower }]);
    expect(next.sessions[0]?.pendingEffect).toMatchObject({ attempts: 1, to: 's64/128' });
  });

  it('leaves the sessions as they are while it waits', () => {
    const { sessions } = enforceService(profileOf(), planOf(), [session()], give(SLOW, 'volume-ended'), T0);
    expect(
      enforceService(profileOf(), planOf(), sessions, give(SLOW, 'volume-ended'), T0 + 29_999).sessions,
    ).toBe(sessions);
  });

  it('counts on from a disconnect of its own', () => {
    const kicked = disconnectSession('ali', session(), 'kicked', T0);
    const twice = disconnectSession('ali', kicked.session, 'kicked', T0 + MINUTE_MS);
    expect(twice.session.pendingEffect).toEqual({
      kind: 'disconnect',
      requestedAt: T0 + MINUTE_MS,
      attempts: 2,
      to: '',
    });
    expect(twice.effect).toMatchObject({ kind: 'disconnect', reason: 'kicked', service: FULL });
  });
});

describe('sessions beyond the allowed number', () => {
  const at = (key: string, minutes: number, changes: Partial<Session> = {}) =>
    session({ key, startedAt: T0 + minutes * MINUTE_MS, ...changes });

  it('end oldest first; suspect, reserved and closed ones do not count', () => {
    const sessions = [
      at('b', 2),
      at('a', 1),
      at('c', 3),
      at('s', 0, { state: 'suspect' }),
      at('r', 9, { state: 'reserved' }),
      at('x', 9, { state: 'closed' }),
    ];
    const { effects } = enforceService(
      profileOf({ concurrentSessions: 2 }),
      planOf(),
      sessions,
      give(FULL),
      T0,
    );
    expect(effects).toMatchObject([{ sessionKey: 'a', kind: 'disconnect', reason: 'taken-over' }]);
    const one = enforceService(profileOf({ concurrentSessions: 1 }), planOf(), sessions, give(FULL), T0);
    expect(one.effects.map(({ sessionKey }) => sessionKey)).toEqual(['b', 'a']);
  });
});
