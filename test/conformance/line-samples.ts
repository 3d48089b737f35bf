import type { Plan } from '../../engine/catalog/plan.ts';
import type { PlanHistory } from '../../engine/catalog/plan-history.ts';
import type { LineCommit, VersionedLine } from '../../engine/pipeline/counter-store.ts';
import type { AccessEvent } from '../../engine/pipeline/engine-event.ts';
import type { Effect } from '../../engine/policy/effect.ts';
import type { LineState } from '../../engine/policy/line-state.ts';
import type { Octets } from '../../engine/values/octets.ts';

/** A line whose only grant has `consumed` octets taken from it; the figure by which tests tell states apart. */
export function sampleLine(username: string, consumed: number): LineState {
  return {
    profile: {
      username,
      lineId: 7,
      revision: 1,
      status: 'active',
      sealedPassword: '',
      planName: 'home',
      expiresAt: undefined,
      reserve: undefined,
      concurrentSessions: 1,
      macLock: '',
      staticIp: '',
      framedRoutes: [],
      framedIpv6Prefix: '',
      delegatedIpv6Prefix: '',
    },
    grants: [
      {
        id: 'g1',
        kind: 'service',
        octets: Number.MAX_SAFE_INTEGER as Octets,
        consumed: consumed as Octets,
        from: 0,
        until: undefined,
        priority: 0,
        tier: 0,
        createdAt: 0,
      },
    ],
    sessions: [],
    forgotten: undefined,
  };
}

/** The figure of `sampleLine`, 0 for a line that is not there. */
export function consumedOf(state: LineState | undefined): number {
  return state?.grants[0]?.consumed ?? 0;
}

export function sampleEvent(at: number, username = 'u1'): AccessEvent {
  return {
    type: 'access',
    at,
    username,
    nas: 'n1',
    callingStationId: '',
    outcome: 'accept',
    reason: '',
    count: 1,
  };
}

export function sampleEffect(username: string, createdAt = 1): Effect {
  return {
    kind: 'disconnect',
    username,
    sessionKey: '0123456789abcdef',
    nas: 'n1',
    nasAddress: '127.0.0.1',
    acctSessionId: 'S1',
    nasPort: '1',
    callingStationId: '',
    framedIp: '10.0.0.1',
    service: { mode: 'full', downKbps: 1000, upKbps: 1000 },
    reason: 'kicked',
    createdAt,
  };
}

/** A commit that puts `sampleLine(username, consumed)` over what was loaded. */
export function sampleCommit(
  username: string,
  before: Pick<VersionedLine, 'version'>,
  consumed: number,
  more: Partial<LineCommit> = {},
): LineCommit {
  return {
    username,
    expectedVersion: before.version,
    state: sampleLine(username, consumed),
    events: [],
    effects: [],
    wakeAt: undefined,
    at: 0,
    ...more,
  };
}

const samplePlan: Plan = {
  name: 'home',
  days: 30,
  quota: undefined,
  speed: undefined,
  exhausted: 'disconnect',
  expired: 'disconnect',
  tiers: [],
  windows: [],
  classes: [],
  concurrentSessions: 1,
  locksFirstMac: false,
  softLanding: false,
  pool: undefined,
  interimSeconds: 300,
};

/** `samplePlan` as it is stored. */
export const sampleHistory: PlanHistory = { name: 'home', versions: [{ from: 0, plan: samplePlan }] };
