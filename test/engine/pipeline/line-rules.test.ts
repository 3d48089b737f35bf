import { describe, expect, it } from 'vitest';
import type { Session } from '../../../engine/accounting/session.ts';
import { effectDone } from '../../../engine/pipeline/effect-done.ts';
import { nextMoment } from '../../../engine/pipeline/line-change.ts';
import { projectLine } from '../../../engine/pipeline/project-line.ts';
import { STRAY_LINE_ID, strayEvent } from '../../../engine/pipeline/stray-event.ts';
import { wakeLine } from '../../../engine/pipeline/wake-line.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import { ErrorCause } from '../../../engine/radius/attribute-type.ts';
import { octets } from '../../../engine/values/octets.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { account, contextOf, GB, grantOf, lineOf, lookupOf, planOf, profileOf } from './samples.ts';

const start = recordOf({ kind: 'start', seconds: 0 });
const online = account(lineOf([grantOf('a', GB)]), [start]).state;
const interval = 300_000;

const soleSession = (state: LineState | undefined): Session => {
  if (state?.sessions.length !== 1) throw new Error('not one session');
  return state.sessions[0]!;
};

describe('waking a line', () => {
  it('suspects, then closes a silent session, with one history row at its last time', () => {
    const suspect = wakeLine(online, contextOf(T0 + 3 * interval));
    expect([soleSession(suspect.state).state, suspect.events, suspect.wakeAt]).toEqual([
      'suspect',
      [],
      T0 + 8 * interval,
    ]);
    const closed = wakeLine(suspect.state!, contextOf(T0 + 8 * interval));
    expect(closed.events).toMatchObject([
      { type: 'usage', kind: 'lost', at: T0, state: 'closed', closeCause: 'lost' },
    ]);
    expect(closed.wakeAt).toBeUndefined();
    expect(wakeLine(closed.state!, contextOf(T0 + 9 * interval)).events).toEqual([]);
  });

  it('enforces the end of the service at its instant, and repeats the order when it is due', () => {
    const line: LineState = { ...online, profile: profileOf({ expiresAt: T0 + 1000 }) };
    expect(nextMoment(line, lookupOf(planOf()), T0)).toBe(T0 + 1000);
    const ended = wakeLine(line, contextOf(T0 + 1000));
    expect(ended.effects).toMatchObject([{ kind: 'disconnect', reason: 'service-ended' }]);
    expect(ended.wakeAt).toBe(T0 + 31_000);
    const again = wakeLine(ended.state!, contextOf(T0 + 31_000));
    expect([again.effects.length, again.wakeAt]).toEqual([1, T0 + 91_000]);
  });

  it('looks forward to the begin and end of grants only while somebody is online', () => {
    const grants = [grantOf('a', GB, { until: T0 + 500 }), grantOf('b', GB, { from: T0 + 400 })];
    expect(nextMoment({ ...online, grants }, lookupOf(planOf()), T0)).toBe(T0 + 400);
    expect(nextMoment({ ...online, grants }, lookupOf(planOf()), T0 + 400)).toBe(T0 + 500);
    expect(nextMoment({ ...online, grants, sessions: [] }, lookupOf(planOf()), T0)).toBeUndefined();
    const used = grants.map((grant) => ({ ...grant, consumed: grant.octets }));
    expect(nextMoment({ ...online, grants: used }, lookupOf(planOf()), T0)).toBe(T0 + 3 * interval);
  });
});

describe('a projection', () => {
  const projection = (revision: number, consumed: number, size = GB) => ({
    profile: profileOf({ revision }),
    grants: [grantOf('a', size, { consumed: octets(consumed) })],
  });
  const used: LineState = { ...online, grants: [grantOf('a', GB, { consumed: octets(700) })] };

  it.each([
    { name: 'the ledger lags', consumed: 100, expected: 700 },
    { name: 'the counters were lost', consumed: 900, expected: 900 },
  ])('keeps the higher consumption: $name', ({ consumed, expected }) => {
    expect(projectLine(used, projection(2, consumed), contextOf(T0))?.state?.grants[0]?.consumed).toBe(
      expected,
    );
  });

  it('never lets consumption pass a grant that became smaller', () => {
    expect(projectLine(used, projection(2, 0, 500), contextOf(T0))?.state?.grants[0]?.consumed).toBe(500);
  });

  it('that is older changes nothing, the same again changes nothing of weight', () => {
    const newer = { ...used, profile: profileOf({ revision: 5 }) };
    expect(projectLine(newer, projection(4, 0), contextOf(T0))).toBeUndefined();
    expect(projectLine(newer, projection(5, 0), contextOf(T0))?.state).toEqual(newer);
  });

  it('of a purchase restores the speed in the same change', () => {
    const slow = { mode: 'slow', downKbps: 128, upKbps: 128 } as const;
    const empty: LineState = { ...used, grants: [], sessions: [{ ...soleSession(used), applied: slow }] };
    const change = projectLine(empty, projection(2, 0), contextOf(T0));
    expect(change?.effects).toMatchObject([{ kind: 'change-speed', reason: 'service-restored' }]);
  });

  it('of nothing ends the line, its sessions and their history', () => {
    const change = projectLine(online, undefined, contextOf(T0));
    expect(change).toMatchObject({
      state: undefined,
      events: [{ kind: 'lost', state: 'closed' }],
      effects: [{ kind: 'disconnect', reason: 'line-removed' }],
    });
    expect(projectLine(undefined, undefined, contextOf(T0))).toBeUndefined();
  });
});

describe('the answer of a NAS to an order', () => {
  const slowed = account(lineOf([grantOf('a', 10)]), [
    start,
    recordOf({ seconds: 300, input: 0, output: 99 }),
  ]);
  const effect = slowed.effects[0]!;
  const answer = { errorCause: 0, attempts: 1, latencyMs: 9, kind: effect.kind } as const;
  const now = contextOf(T0 + 301_000);

  it('makes the speed the speed of the session', () => {
    const done = effectDone(slowed.state, effect, { ...answer, result: 'ack' }, now);
    expect(soleSession(done.state)).toMatchObject({ applied: effect.service, pendingEffect: undefined });
    expect([done.effects, done.events[0]?.type]).toEqual([[], 'effect']);
    expect(done.events[1]).toMatchObject({
      type: 'usage',
      kind: 'split',
      at: T0 + 300_000,
      outputOctets: 99,
      resume: ['s128/128'],
    });
  });

  it('is overtaken by a purchase: an acknowledged slower speed is put right at once', () => {
    const bought: LineState = { ...slowed.state, grants: [grantOf('b', GB)] };
    const done = effectDone(bought, effect, { ...answer, result: 'ack' }, now);
    expect(done.effects).toMatchObject([{ kind: 'change-speed', reason: 'service-restored' }]);
  });

  it('leaves the order pending when there is none, and suspects a session that the NAS does not know', () => {
    const silent = effectDone(slowed.state, effect, { ...answer, result: 'timeout' }, now);
    expect(soleSession(silent.state)).toMatchObject({ state: 'live', pendingEffect: { attempts: 1 } });
    expect(silent.events).toMatchObject([{ type: 'effect' }]);
    const unknown = { ...answer, result: 'nak', errorCause: ErrorCause.SessionContextNotFound } as const;
    expect(soleSession(effectDone(slowed.state, effect, unknown, now).state).state).toBe('suspect');
  });

  it('to a Disconnect proves nothing yet', () => {
    const plan = planOf({ exhausted: 'disconnect' });
    const cut = account(
      lineOf([grantOf('a', 10)]),
      [start, recordOf({ seconds: 300, input: 0, output: 99 })],
      plan,
    );
    const done = effectDone(
      cut.state,
      cut.effects[0]!,
      { ...answer, kind: 'disconnect', result: 'ack' },
      {
        ...contextOf(T0 + 301_000, plan),
      },
    );
    expect(soleSession(done.state)).toMatchObject({ state: 'live', pendingEffect: { kind: 'disconnect' } });
  });
});

describe('a session id that comes again on one port', () => {
  it('is a new session; the old one is replaced, and neither is counted twice', () => {
    const stamp = (
      seconds: number,
      sessionTimeSeconds: number | undefined,
      output: number,
      kind: 'start' | 'interim',
    ) => {
      const record = recordOf({ kind, seconds, input: 0, output });
      return { ...record, order: { ...record.order, sessionTimeSeconds } };
    };
    const { state, events } = account(lineOf([grantOf('a', GB)]), [
      stamp(0, undefined, 0, 'start'),
      stamp(300, 300, 700, 'interim'),
      stamp(1000, undefined, 0, 'start'),
      stamp(1300, 300, 500, 'interim'),
      stamp(1600, 600, 900, 'interim'),
      stamp(300, 300, 700, 'interim'),
    ]);
    expect(state.sessions.map(({ closeCause }) => closeCause).sort()).toEqual(['', 'replaced']);
    expect(state.grants[0]?.consumed).toBe(1600);
    expect(events.filter(({ kind }) => kind === 'lost')).toHaveLength(1);
  });
});

describe('a record of nobody', () => {
  it('is kept whole and quarantined', () => {
    const event = strayEvent(
      recordOf({ kind: 'stop', seconds: 60, input: 2 ** 52 - 1, output: 2 ** 52 - 1 }),
    );
    expect(event).toMatchObject({
      lineId: STRAY_LINE_ID,
      kind: 'stop',
      state: 'closed',
      closeCause: 'user-request',
      startedAt: T0,
      quarantinedOctets: 2 ** 53 - 2,
      chargedOctets: 0,
      anomalies: ['unknown-line'],
    });
    expect(strayEvent(recordOf({ seconds: 60 }))).toMatchObject({ state: 'live', quarantinedOctets: 0 });
  });
});
