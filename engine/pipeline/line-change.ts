import { markForgotten } from '../accounting/forgotten.ts';
import { SESSION_LIMITS } from '../accounting/limits.ts';
import { agesAt, isOnline, isOpen, pruneTombstones } from '../accounting/session-life.ts';
import type { PlanLookup } from '../catalog/plan-history.ts';
import type { Effect } from '../policy/effect.ts';
import { enforceService } from '../policy/enforce.ts';
import { explainEffects, joinEffects } from '../policy/explain-effect.ts';
import type { LineState } from '../policy/line-state.ts';
import { lineTerm, nextTermEdge } from '../policy/line-term.ts';
import { landingOf, nextLandingMoment } from '../policy/soft-landing.ts';
import { wantedService } from '../policy/wanted-service.ts';
import { nextWindowEdge } from '../quota/windows.ts';
import type { Instant } from '../values/instant.ts';
import type { EngineEvent } from './engine-event.ts';

/** What a rule makes of a line: the next state and what must be stored with it. `undefined` state forgets the line. */
export interface LineChange {
  readonly state: LineState | undefined;
  readonly events: readonly EngineEvent[];
  readonly effects: readonly Effect[];
  readonly wakeAt: Instant | undefined;
}

/** The facts that all rules about a line may look at, fixed for one run of a rule. */
export interface LineContext {
  readonly now: Instant;
  readonly plans: PlanLookup;
  /** Current boot epoch of a NAS. */
  readonly bootOf: (nas: string) => number;
  /** Whether a NAS gives a running session any speed by CoA; absent where all are taken to. */
  readonly canLand?: ((nas: string) => boolean) | undefined;
  /** Whether reports of a NAS show the speed that it gives; absent where those of all do. */
  readonly provesSpeed?: ((nas: string) => boolean) | undefined;
}

/**
 * Last step of every change: the service that the line may have now is enforced on its sessions, old tombstones go,
 * and the next planned moment is computed.
 * @param arrivedAt when the news arrived that the change is made for, which a replay learns later: tombstones are kept as
 *   they would have been then.
 */
export function concludeChange(
  state: LineState,
  events: readonly EngineEvent[],
  effects: readonly Effect[],
  context: LineContext,
  arrivedAt: Instant = context.now,
): LineChange {
  const term = lineTerm(state.profile, context.plans, context.now);
  const wanted = wantedService(state.profile.status, term, state.grants, context.now);
  const landing = landingOf(term.plan, wanted, state.grants, context.now, context.canLand);
  const enforced = enforceService(state.profile, term.plan, state.sessions, wanted, context.now, landing);
  const sessions = pruneTombstones(enforced.sessions, arrivedAt);
  const forgotten = markForgotten(state.forgotten, enforced.sessions, sessions);
  const next = sessions === state.sessions ? state : { ...state, sessions, forgotten };
  return {
    state: next,
    events,
    effects: joinEffects(effects, explainEffects(enforced.effects, state, term.plan, context.now)),
    wakeAt: soonest(
      nextMoment(next, context.plans, context.now),
      landing === undefined ? Number.POSITIVE_INFINITY : nextLandingMoment(landing, sessions, context.now),
    ),
  };
}

function soonest(planned: Instant | undefined, other: Instant): Instant | undefined {
  if (planned === undefined) return other === Number.POSITIVE_INFINITY ? undefined : other;
  return Math.min(planned, other);
}

/**
 * When the line must be looked at again without a packet: a session goes silent, a term, a grant, a version of the plan
 * or a window begins or ends while somebody is online, an ordered change is due for its retry.
 */
export function nextMoment(state: LineState, plans: PlanLookup, now: Instant): Instant | undefined {
  let next = Number.POSITIVE_INFINITY;
  let online = false;
  for (const session of state.sessions) {
    if (!isOpen(session)) continue;
    next = Math.min(next, agesAt(session) ?? next);
    if (!isOnline(session)) continue;
    online = true;
    const pending = session.pendingEffect;
    if (pending !== undefined && pending.attempts < SESSION_LIMITS.effectAttempts) {
      const retryMs = SESSION_LIMITS.effectRetryMs * 2 ** (pending.attempts - 1);
      next = Math.min(next, pending.requestedAt + retryMs);
    }
  }
  if (online) next = Math.min(next, nextEdge(state, plans, now));
  return next === Number.POSITIVE_INFINITY ? undefined : next;
}

/** When what the line may have can change by itself after `now`; infinity for never. */
function nextEdge({ profile, grants }: LineState, plans: PlanLookup, now: Instant): Instant {
  const windows = lineTerm(profile, plans, now).plan?.windows ?? [];
  let next = Math.min(nextTermEdge(profile, plans, now), nextWindowEdge(windows, now));
  for (const grant of grants) {
    if (grant.consumed >= grant.octets) continue;
    next = Math.min(next, laterThan(now, grant.from), laterThan(now, grant.until));
  }
  return next;
}

function laterThan(now: Instant, moment: Instant | undefined): Instant {
  return moment !== undefined && moment > now ? moment : Number.POSITIVE_INFINITY;
}
