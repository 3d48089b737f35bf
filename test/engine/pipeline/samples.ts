import type { AccountingRecord } from '../../../engine/accounting/record.ts';
import type { Plan } from '../../../engine/catalog/plan.ts';
import type { PlanHistory, PlanLookup } from '../../../engine/catalog/plan-history.ts';
import { accountRecord } from '../../../engine/pipeline/account-record.ts';
import type { EngineEvent, UsageEvent } from '../../../engine/pipeline/engine-event.ts';
import type { LineChange, LineContext } from '../../../engine/pipeline/line-change.ts';
import type { Effect } from '../../../engine/policy/effect.ts';
import type { LineProfile, LineState } from '../../../engine/policy/line-state.ts';
import type { Grant } from '../../../engine/quota/grant.ts';
import { DAY_MS } from '../../../engine/values/instant.ts';
import { octets } from '../../../engine/values/octets.ts';
import { T0 } from '../accounting/samples.ts';

/** A gibibyte, as every screen counts it. */
export const GB = 2 ** 30;

/** A plan of 80/20 Mbit/s that charges both directions and slows down at its end. */
export function planOf(changes: Partial<Plan> = {}): Plan {
  return {
    name: 'gold',
    days: 30,
    quota: { octets: octets(10 * GB), charge: 'both', per: 'term' },
    speed: { downKbps: 80_000, upKbps: 20_000 },
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
    ...changes,
  };
}

/** A plan that never had another version. */
export function historyOf(plan: Plan): PlanHistory {
  return { name: plan.name, versions: [{ from: 0, plan }] };
}

/** Knows this one plan, which never had another version. */
export function lookupOf(plan: Plan | undefined): PlanLookup {
  const history = plan && historyOf(plan);
  return (name) => (name === history?.name ? history : undefined);
}

/** A grant valid for ten days around `T0`. */
export function grantOf(id: string, size: number, changes: Partial<Grant> = {}): Grant {
  return {
    id,
    kind: 'service',
    octets: octets(size),
    consumed: octets(0),
    from: T0 - 5 * DAY_MS,
    until: T0 + 5 * DAY_MS,
    priority: 100,
    tier: 0,
    createdAt: T0 - 5 * DAY_MS,
    ...changes,
  };
}

/** An active line with a running service and room for two sessions. */
export function profileOf(changes: Partial<LineProfile> = {}): LineProfile {
  return {
    username: 'ali',
    lineId: 42,
    revision: 1,
    status: 'active',
    sealedPassword: 'sealed',
    planName: 'gold',
    expiresAt: T0 + 5 * DAY_MS,
    reserve: undefined,
    concurrentSessions: 2,
    macLock: '',
    staticIp: '',
    framedRoutes: [],
    framedIpv6Prefix: '',
    delegatedIpv6Prefix: '',
    ...changes,
  };
}

/** A line without sessions. */
export function lineOf(grants: readonly Grant[], changes: Partial<LineProfile> = {}): LineState {
  return { profile: profileOf(changes), grants, sessions: [], forgotten: undefined };
}

/** The facts of one run of a rule. */
export function contextOf(now: number, plan: Plan | undefined = planOf()): LineContext {
  return { now, plans: lookupOf(plan), bootOf: () => 0 };
}

/** Everything that a row of records made of a line. */
export interface Ledgered {
  readonly state: LineState;
  readonly events: readonly UsageEvent[];
  readonly effects: readonly Effect[];
  readonly last: LineChange | undefined;
}

/** Applies records to a line, each at its arrival. */
export function account(line: LineState, records: readonly AccountingRecord[], plan = planOf()): Ledgered {
  let state = line;
  let last: LineChange | undefined;
  const events: EngineEvent[] = [];
  const effects: Effect[] = [];
  for (const record of records) {
    last = accountRecord(state, record, contextOf(record.receivedAt, plan));
    if (last.state === undefined) throw new Error('a record never removes its line');
    state = last.state;
    events.push(...last.events);
    effects.push(...last.effects);
  }
  return { state, events: events.filter((event) => event.type === 'usage'), effects, last };
}
