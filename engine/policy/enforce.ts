import { SESSION_LIMITS } from '../accounting/limits.ts';
import { serviceText } from '../accounting/service-text.ts';
import type { AppliedService, PendingEffect, Session } from '../accounting/session.ts';
import { isOnline, isWhole } from '../accounting/session-life.ts';
import type { Plan } from '../catalog/plan.ts';
import { type Instant, SECOND_MS } from '../values/instant.ts';
import type { Speed } from '../values/speed.ts';
import type { Effect, EffectReason } from './effect.ts';
import type { LineProfile } from './line-state.ts';
import type { RejectReason } from './reject-reason.ts';
import { slotsOf } from './slots.ts';
import { isLandedService, type Landing, landSessions, ORDER_SECONDS } from './soft-landing.ts';
import { isSameService, type WantedService } from './wanted-service.ts';

/** Sessions after enforcement, and the orders for their NAS. */
export interface Enforced {
  readonly sessions: readonly Session[];
  readonly effects: readonly Effect[];
}

/**
 * Compares what each online session was given with what the line may have now, and orders the difference: another service
 * by CoA (the NAS's driver says where only a new login brings it), none by Disconnect; sessions beyond the line's
 * simultaneous use end, oldest first. With a landing each session has a service of its own. A change already ordered is
 * not ordered again until `effectRetryMs` has passed without showing effect, at most `effectAttempts` times.
 */
export function enforceService(
  profile: LineProfile,
  plan: Plan | undefined,
  sessions: readonly Session[],
  wanted: WantedService,
  now: Instant,
  landing?: Landing,
): Enforced {
  const landed = landing && landSessions(landing, sessions, now);
  const excess = excessSessions(sessions, slotsOf(profile, plan));
  let next: Session[] | undefined;
  const effects: Effect[] = [];
  for (let index = 0; index < sessions.length; index++) {
    const session = sessions[index]!;
    if (!isOnline(session) || !isWhole(session)) continue;
    const service = landed?.get(session.key) ?? serviceOf(wanted);
    const change = excess.has(session)
      ? takeOver(session)
      : neededChange(session, service, wanted.because, (given) => gainReason(session, given, plan, landing));
    const applied =
      change === undefined && service !== undefined ? sameService(session, service) : session.applied;
    const pendingEffect = order(session, change, now, landing !== undefined);
    const isOrdered = pendingEffect !== session.pendingEffect || change?.reason === 'volume-ending';
    if (!isOrdered && applied === session.applied) continue;
    next ??= [...sessions];
    next[index] = { ...session, applied, pendingEffect };
    if (change !== undefined) effects.push(orderEffect(profile.username, session, change, now));
  }
  return { sessions: next ?? sessions, effects };
}

/**
 * What is pending after the change is ordered, kept waiting for its retry, or no longer needed. A step of a landing is
 * never pending: the next report asks anew, and the order at the volume's end must not wait for it. But a landing reckons
 * with what may be on its way to the NAS, wanted or not.
 */
function order(
  session: Session,
  change: ServiceChange | undefined,
  now: Instant,
  isLanding: boolean,
): PendingEffect | undefined {
  if (change === undefined) {
    const isUnderWay =
      isLanding && now < (session.pendingEffect?.requestedAt ?? 0) + ORDER_SECONDS * SECOND_MS;
    return isUnderWay ? session.pendingEffect : undefined;
  }
  if (change.reason === 'volume-ending') return undefined;
  if (!isDue(session.pendingEffect, change, now)) return session.pendingEffect;
  return nextAttempt(session.pendingEffect, change, now);
}

/** Live sessions beyond the allowed number; the newest logins stay. */
function excessSessions(sessions: readonly Session[], allowed: number): ReadonlySet<Session> {
  if (sessions.length <= allowed) return NO_SESSIONS;
  const live = sessions.filter((session) => session.state === 'live' && isWhole(session));
  if (live.length <= allowed) return NO_SESSIONS;
  return new Set(live.sort((left, right) => right.startedAt - left.startedAt).slice(allowed));
}

const NO_SESSIONS: ReadonlySet<Session> = new Set();

function takeOver(session: Session): ServiceChange {
  return { kind: 'disconnect', service: session.applied, reason: 'taken-over' };
}

/** A change of one session that the NAS has to make. */
export interface ServiceChange {
  readonly kind: Effect['kind'];
  readonly service: AppliedService;
  readonly reason: EffectReason;
}

function serviceOf(wanted: WantedService): AppliedService | undefined {
  return wanted.allowed ? wanted.service : undefined;
}

/** What is the same to the NAS may still be charged in another way: at the slow speed nothing is taken when nothing is left. */
function sameService({ applied }: Session, service: AppliedService): AppliedService {
  return applied.mode === service.mode ? applied : service;
}

function neededChange(
  session: Session,
  service: AppliedService | undefined,
  because: RejectReason | '',
  whyFull: (service: AppliedService) => EffectReason,
): ServiceChange | undefined {
  if (service === undefined) {
    const reason = because === '' ? 'line-removed' : effectReason(because);
    return { kind: 'disconnect', service: session.applied, reason };
  }
  if (isSameService(session.applied, service)) return undefined;
  const reason = because === '' ? whyFull(service) : effectReason(because);
  return { kind: 'change-speed', service, reason };
}

/** Why a session gets another full speed than it has. */
function gainReason(
  { applied }: Session,
  service: AppliedService,
  plan: Plan | undefined,
  landing: Landing | undefined,
): EffectReason {
  if (applied.mode !== 'full') return 'service-restored';
  if (landing !== undefined && isLandedService(landing, applied) && applied.downKbps < service.downKbps) {
    return 'service-restored';
  }
  if (landing !== undefined && isLandedService(landing, service)) return 'volume-ending';
  const isOfWindow = (speed: Speed) =>
    plan?.windows.some((window) => window.speed !== undefined && isSameSpeed(window.speed, speed));
  if (isOfWindow(service)) return 'window-opened';
  return isOfWindow(applied) ? 'window-closed' : 'plan-changed';
}

function isSameSpeed(left: Speed, right: Speed): boolean {
  return left.downKbps === right.downKbps && left.upKbps === right.upKbps;
}

function effectReason(because: RejectReason): EffectReason {
  switch (because) {
    case 'volume-ended':
    case 'service-ended':
    case 'line-suspended':
      return because;
    default:
      return 'line-removed';
  }
}

function isDue(pending: PendingEffect | undefined, change: ServiceChange, now: Instant): boolean {
  if (pending === undefined || !isOf(pending, change)) return true;
  if (pending.attempts >= SESSION_LIMITS.effectAttempts) return false;
  return now - pending.requestedAt >= SESSION_LIMITS.effectRetryMs * 2 ** (pending.attempts - 1);
}

function nextAttempt(pending: PendingEffect | undefined, change: ServiceChange, now: Instant): PendingEffect {
  const attempts = pending !== undefined && isOf(pending, change) ? pending.attempts + 1 : 1;
  return { kind: change.kind, requestedAt: now, attempts, to: targetOf(change) };
}

/** True when the pending order is the one that would bring the change. */
function isOf(pending: PendingEffect, change: ServiceChange): boolean {
  return pending.kind === change.kind && pending.to === targetOf(change);
}

function targetOf({ kind, service }: ServiceChange): string {
  return kind === 'disconnect' ? '' : serviceText(service);
}

/** The order that makes `change` happen at the session's NAS. */
export function orderEffect(username: string, session: Session, change: ServiceChange, now: Instant): Effect {
  return {
    kind: change.kind,
    username,
    sessionKey: session.key,
    nas: session.nas,
    nasAddress: session.nasAddress,
    acctSessionId: session.acctSessionId,
    nasPort: session.nasPort,
    callingStationId: session.callingStationId,
    framedIp: session.framedIp,
    service: change.service,
    reason: change.reason,
    createdAt: now,
  };
}

/** A session told to disconnect for a reason of its own (kicked, taken over), with the order for its NAS. */
export function disconnectSession(
  username: string,
  session: Session,
  reason: EffectReason,
  now: Instant,
): { readonly session: Session; readonly effect: Effect } {
  const change: ServiceChange = { kind: 'disconnect', service: session.applied, reason };
  return {
    session: { ...session, pendingEffect: nextAttempt(session.pendingEffect, change, now) },
    effect: orderEffect(username, session, change, now),
  };
}
