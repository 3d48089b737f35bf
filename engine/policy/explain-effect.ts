import type { Session } from '../accounting/session.ts';
import type { Plan } from '../catalog/plan.ts';
import type { Grant } from '../quota/grant.ts';
import { windowAt } from '../quota/windows.ts';
import { type Instant, MINUTE_MS } from '../values/instant.ts';
import type { Effect, EffectReason } from './effect.ts';
import type { LineState } from './line-state.ts';

/** Planned moments are looked at four times a second; this is enough for a busy or a restarted engine, too. */
const JUST_NOW_MS = MINUTE_MS;

/**
 * Orders with the reason that tells staff what happened: the figures of two services say which way a session goes, but
 * not whether a window, a tier, a timed grant or a reserved term brought it. What happened is what has happened just now, and
 * since the session's newest report.
 * @param state the line with its sessions as they were before the orders.
 */
export function explainEffects(
  effects: readonly Effect[],
  state: LineState,
  plan: Plan | undefined,
  now: Instant,
): readonly Effect[] {
  if (effects.length === 0) return effects;
  return effects.map((effect) => {
    const session = state.sessions.find(({ key }) => key === effect.sessionKey);
    if (session === undefined) return effect;
    const reason = reasonOf(effect, session, state, plan, now);
    return reason === effect.reason ? effect : { ...effect, reason };
  });
}

/** Orders of a rule's own, then those of the enforcement; what is not in force is not ordered again once it is not wanted. */
export function joinEffects(own: readonly Effect[], enforced: readonly Effect[]): readonly Effect[] {
  if (own.length === 0) return enforced;
  const changed = new Set(enforced.map(({ sessionKey }) => sessionKey));
  const kept = own.filter(({ reason, sessionKey }) => reason !== 'not-in-force' || !changed.has(sessionKey));
  return [...kept, ...enforced];
}

function reasonOf(
  { reason }: Effect,
  session: Session,
  { profile, grants }: LineState,
  plan: Plan | undefined,
  now: Instant,
): EffectReason {
  const since = Math.max(session.updatedAt, now - JUST_NOW_MS);
  const windows = plan?.windows ?? [];
  const [before, after] = [windowAt(windows, since), windowAt(windows, now)];
  switch (reason) {
    case 'service-restored':
    case 'plan-changed':
      if (hasBegun(profile.reserve?.from, since, now)) return 'reserve-started';
      return reason === 'service-restored' && after !== undefined && after !== before
        ? 'window-opened'
        : reason;
    case 'volume-ended':
      if (before !== after && before?.percent === 0) return 'window-closed';
      if (grants.some((grant) => hasLapsed(grant, since, now))) return 'grant-expired';
      return session.applied.mode === 'slow' && (plan?.tiers.length ?? 0) > 0 ? 'tier-ended' : reason;
    default:
      return reason;
  }
}

function hasBegun(from: Instant | undefined, since: Instant, now: Instant): boolean {
  return from !== undefined && from > since && from <= now;
}

/** It ended by time, and not because it was used up. */
function hasLapsed({ until, consumed, octets }: Grant, since: Instant, now: Instant): boolean {
  return consumed < octets && hasBegun(until, since, now);
}
