import { describe, expect, it } from 'vitest';
import type { AppliedService, Session } from '../../../engine/accounting/session.ts';
import type { Plan } from '../../../engine/catalog/plan.ts';
import { projectLine } from '../../../engine/pipeline/project-line.ts';
import { decideAccess } from '../../../engine/policy/decide-access.ts';
import type { Effect } from '../../../engine/policy/effect.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import type { Grant } from '../../../engine/quota/grant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { recordOf, T0 } from '../accounting/samples.ts';
import { account, contextOf, GB, grantOf, lineOf, lookupOf, planOf } from '../pipeline/samples.ts';

const FULL: AppliedService = { mode: 'full', downKbps: 80_000, upKbps: 20_000 };
const SOFT: Partial<Plan> = { softLanding: true };
/** What 80/20 Mbit/s take in 300 s. */
const INTERVAL_OCTETS = 3_750_000_000;

const told = (effects: readonly Effect[]) =>
  effects.map(({ kind, reason, service }) => [kind, reason, service.mode, service.downKbps]);

/** A session that has reported after 300 s, of which it used `used`. */
function afterInterval(grants: readonly Grant[], used: number, plan: Plan) {
  const records = [
    recordOf({ kind: 'start', seconds: 0 }),
    recordOf({ seconds: 300, input: 0, output: used }),
  ];
  return account(lineOf(grants), records, plan);
}

const appliedOf = ({ sessions }: LineState) => sessions[0]?.applied;
const withApplied = (state: LineState, applied: AppliedService): LineState => ({
  ...state,
  sessions: state.sessions.map((session): Session => ({ ...session, applied, pendingEffect: undefined })),
});

describe('a line that lands', () => {
  const plan = planOf(SOFT);
  const grants = [grantOf('a', 2 * INTERVAL_OCTETS)];

  it('is slowed by the report that shows that the next one would come too late', () => {
    const { effects, state } = afterInterval(grants, INTERVAL_OCTETS, plan);
    expect(told(effects)).toEqual([['change-speed', 'volume-ending', 'full', 40_000]]);
    expect(state.sessions[0]?.pendingEffect).toBeUndefined();
  });

  it('is not where its plan does not ask for it', () => {
    expect(afterInterval(grants, INTERVAL_OCTETS, planOf()).effects).toEqual([]);
  });

  it('is not on a NAS that takes no other speed in session', () => {
    const { state } = afterInterval(grants, 0, plan);
    const change = projectLine(state, { profile: state.profile, grants: [grantOf('a', GB)] } as never, {
      ...contextOf(T0 + 301_000, plan),
      canLand: () => false,
    });
    expect(change?.effects).toEqual([]);
  });

  it('is at full speed in the moment in which more is bought, and goes on being charged meanwhile', () => {
    const { state } = afterInterval(grants, INTERVAL_OCTETS, plan);
    const slowed = withApplied(state, { ...FULL, downKbps: 40_000, upKbps: 10_000 });
    const now = T0 + 400_000;
    const extra = grantOf('extra', 50 * GB, { kind: 'extra', createdAt: now });
    const projection = { profile: { ...state.profile, revision: 2 }, grants: [...state.grants, extra] };
    const change = projectLine(slowed, projection as never, contextOf(now, plan));
    expect(told(change?.effects ?? [])).toEqual([['change-speed', 'service-restored', 'full', 80_000]]);
    const next = recordOf({ seconds: 600, input: 0, output: INTERVAL_OCTETS + 1_000_000 });
    const { usage } = account(slowed, [next], plan).state.sessions[0]!;
    expect([usage.chargedOctets, usage.freeOctets]).toEqual([INTERVAL_OCTETS + 1_000_000, 0]);
  });

  it('needs no order at the end where it is at the speed that follows, and is charged no more', () => {
    const slow = { downKbps: 512, upKbps: 256 };
    const after = planOf({ ...SOFT, exhausted: slow });
    const first = afterInterval(grants, INTERVAL_OCTETS, after);
    const floor = withApplied(first.state, { mode: 'full', ...slow });
    const ended = account(floor, [recordOf({ seconds: 600, input: 0, output: 2 * INTERVAL_OCTETS })], after);
    expect(ended.effects).toEqual([]);
    expect(appliedOf(ended.state)).toEqual({ mode: 'slow', ...slow });
    const later = recordOf({ seconds: 900, input: 0, output: 2 * INTERVAL_OCTETS + 5_000 });
    const { usage } = account(ended.state, [later], after).state.sessions[0]!;
    expect([usage.overshotOctets, usage.freeOctets]).toEqual([0, 5_000]);
  });

  it('is told of its end at once, although it was slowed a moment ago', () => {
    const first = afterInterval([grantOf('a', INTERVAL_OCTETS + 100_000_000)], INTERVAL_OCTETS, plan);
    expect(told(first.effects).at(-1)).toEqual(['change-speed', 'volume-ending', 'full', 128]);
    const last = recordOf({ seconds: 310, input: 0, output: INTERVAL_OCTETS + 100_000_000 });
    const { effects } = account(first.state, [last], plan);
    expect(told(effects)).toEqual([['change-speed', 'volume-ended', 'slow', 128]]);
  });

  it('is looked at when a report is overdue, and slowed then', () => {
    const left = [grantOf('a', 1.1 * INTERVAL_OCTETS + INTERVAL_OCTETS)];
    const { last, state } = afterInterval(left, INTERVAL_OCTETS, plan);
    expect(last?.effects).toEqual([]);
    const wakeAt = last?.wakeAt ?? 0;
    expect(wakeAt).toBeGreaterThan(T0 + 620_000);
    expect(wakeAt).toBeLessThan(T0 + 635_000);
    const projection = { profile: state.profile, grants: state.grants };
    const change = projectLine(state, projection as never, contextOf(wakeAt, plan));
    expect(change?.effects).toMatchObject([{ reason: 'volume-ending', kind: 'change-speed' }]);
  });
});

describe('a login near the end of the volume', () => {
  const request = {
    now: T0,
    nas: 'bras',
    nasBoot: 0,
    nasAddress: '10.0.0.1',
    nasPort: '1',
    callingStationId: 'AA',
    sessionKey: '8000000000000001',
  };

  function login(left: number, plan: Plan, changes: object = {}) {
    const decision = decideAccess(lineOf([grantOf('a', left)]), lookupOf(plan), () => 0, {
      ...request,
      ...changes,
    });
    if (!decision.accepted) throw new Error(decision.reason);
    const { service, interimSeconds, volumeCapOctets } = decision.profile;
    expect(decision.sessions.at(-1)).toMatchObject({ applied: service, interimSeconds });
    return { downKbps: service.downKbps, interimSeconds, volumeCapOctets };
  }

  it.each([
    { left: 100 * GB, soft: true, downKbps: 80_000, interimSeconds: 300 },
    { left: 1_500_000_000, soft: true, downKbps: 80_000, interimSeconds: 100 },
    { left: 1_500_000_000, soft: false, downKbps: 80_000, interimSeconds: 120 },
    { left: 500_000_000, soft: true, downKbps: 40_000, interimSeconds: 60 },
    { left: 500_000_000, soft: false, downKbps: 80_000, interimSeconds: 60 },
  ])('with $left octets, soft landing $soft: $downKbps kbit/s, report after $interimSeconds s', (row) => {
    const { left, soft, downKbps, interimSeconds } = row;
    const plan = planOf({ softLanding: soft });
    expect(login(left, plan)).toEqual({ downKbps, interimSeconds, volumeCapOctets: undefined });
  });

  it('is not slowed where the NAS takes no other speed later', () => {
    const { downKbps } = login(500_000_000, planOf(SOFT), { canLand: () => false });
    expect(downKbps).toBe(80_000);
  });

  it('gets a cap where the end is a disconnect, or a new login', () => {
    expect(login(GB, planOf({ exhausted: 'disconnect' })).volumeCapOctets).toBe(octets(GB));
    expect(login(GB, planOf(), { changesInSession: () => false }).volumeCapOctets).toBe(octets(GB));
  });
});
