import { describe, expect, it } from 'vitest';
import type { AppliedService, Session } from '../../../engine/accounting/session.ts';
import type { Plan, PlanWindow } from '../../../engine/catalog/plan.ts';
import type { Effect, EffectReason } from '../../../engine/policy/effect.ts';
import { orderEffect } from '../../../engine/policy/enforce.ts';
import { explainEffects, joinEffects } from '../../../engine/policy/explain-effect.ts';
import type { LineState } from '../../../engine/policy/line-state.ts';
import type { Grant } from '../../../engine/quota/grant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { play, recordOf, T0 } from '../accounting/samples.ts';
import { GB, grantOf, lineOf, planOf, profileOf } from '../pipeline/samples.ts';

const FULL: AppliedService = { mode: 'full', downKbps: 80_000, upKbps: 20_000 };
const SLOW: AppliedService = { mode: 'slow', downKbps: 128, upKbps: 128 };
/** `T0` is 09:30 in Tehran. */
const NOON: PlanWindow = {
  weekdays: [0, 1, 2, 3, 4, 5, 6],
  fromMinute: 570,
  toMinute: 600,
  percent: 0,
  speed: undefined,
};
const HALF_HOUR = 1_800_000;

const base: Session = play([recordOf({ kind: 'start', seconds: -3_600 })]).session;

const order = (session: Session, reason: EffectReason): Effect =>
  orderEffect('ali', session, { kind: 'change-speed', service: SLOW, reason }, T0);

interface Case {
  readonly title: string;
  readonly reason: EffectReason;
  readonly applied?: AppliedService;
  readonly plan?: Partial<Plan>;
  readonly grants?: readonly Grant[];
  readonly line?: Partial<LineState['profile']>;
  readonly now?: number;
  readonly reportedAt?: number;
  readonly expected: EffectReason;
}

const tiers = [{ downKbps: 1_000, upKbps: 500, octets: octets(GB) }];
const lapsing = grantOf('timed', GB, { kind: 'timed', until: T0 });
const reserve = { planName: 'gold', from: T0, expiresAt: T0 + 1e9 };

const CASES: readonly Case[] = [
  { title: 'volume is just used up', reason: 'volume-ended', expected: 'volume-ended' },
  { title: 'a timed grant lapses', reason: 'volume-ended', grants: [lapsing], expected: 'grant-expired' },
  {
    title: 'a grant that is used up ends',
    reason: 'volume-ended',
    grants: [{ ...lapsing, consumed: lapsing.octets }],
    expected: 'volume-ended',
  },
  {
    title: 'a grant lapsed, but a report came since',
    reason: 'volume-ended',
    grants: [lapsing],
    now: T0 + 20_000,
    reportedAt: T0 + 20_000,
    expected: 'volume-ended',
  },
  {
    title: 'a grant lapsed long ago',
    reason: 'volume-ended',
    grants: [lapsing],
    now: T0 + 120_000,
    expected: 'volume-ended',
  },
  {
    title: 'a tier ends',
    reason: 'volume-ended',
    applied: SLOW,
    plan: { tiers },
    expected: 'tier-ended',
  },
  {
    title: 'the quota before the tiers ends',
    reason: 'volume-ended',
    plan: { tiers },
    expected: 'volume-ended',
  },
  {
    title: 'a free window closes',
    reason: 'volume-ended',
    plan: { windows: [NOON] },
    now: T0 + HALF_HOUR,
    expected: 'window-closed',
  },
  {
    title: 'volume ends inside a window',
    reason: 'volume-ended',
    plan: { windows: [{ ...NOON, percent: 50 }] },
    now: T0 + 90_000,
    expected: 'volume-ended',
  },
  {
    title: 'a free window opens',
    reason: 'service-restored',
    plan: { windows: [NOON] },
    applied: SLOW,
    expected: 'window-opened',
  },
  {
    title: 'somebody pays inside a window',
    reason: 'service-restored',
    plan: { windows: [NOON] },
    applied: SLOW,
    now: T0 + 90_000,
    expected: 'service-restored',
  },
  {
    title: 'a reserved term begins',
    reason: 'service-restored',
    applied: SLOW,
    line: { reserve },
    expected: 'reserve-started',
  },
  {
    title: 'a reserved term of another speed begins',
    reason: 'plan-changed',
    line: { reserve },
    expected: 'reserve-started',
  },
  {
    title: 'a plan changes before the reserved term',
    reason: 'plan-changed',
    line: { reserve: { ...reserve, from: T0 + 1 } },
    expected: 'plan-changed',
  },
  { title: 'the service ends', reason: 'service-ended', line: { reserve }, expected: 'service-ended' },
];

describe('the reason of an order', () => {
  it.each(CASES)('says that $title: $expected', (example) => {
    const session = {
      ...base,
      applied: example.applied ?? FULL,
      updatedAt: example.reportedAt ?? base.updatedAt,
    };
    const state: LineState = {
      ...lineOf(example.grants ?? [], example.line),
      profile: profileOf(example.line),
      sessions: [session],
    };
    const [effect] = explainEffects(
      [order(session, example.reason)],
      state,
      planOf(example.plan),
      example.now ?? T0,
    );
    expect(effect).toEqual({ ...order(session, example.reason), reason: example.expected });
  });
});

describe('orders of a rule and of the enforcement', () => {
  const other = { ...base, key: 'ffffffffffffffff' };

  it('are all given, but nothing is proved by what is changed anyway', () => {
    const own = [order(base, 'not-in-force'), order(other, 'not-in-force'), order(base, 'kicked')];
    const enforced = [order(base, 'service-ended')];
    const joined = joinEffects(own, enforced);
    expect(joined.map(({ reason, sessionKey }) => [reason, sessionKey === base.key])).toEqual([
      ['not-in-force', false],
      ['kicked', true],
      ['service-ended', true],
    ]);
  });
});
