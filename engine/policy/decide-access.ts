import { NO_USAGE } from '../accounting/apply-record.ts';
import { NO_COUNTERS } from '../accounting/count-octets.ts';
import type { AppliedService, Session } from '../accounting/session.ts';
import { ageSession, closeSession, isOpen, isWhole } from '../accounting/session-life.ts';
import type { PlanLookup } from '../catalog/plan-history.ts';
import { type Instant, SECOND_MS } from '../values/instant.ts';
import type { Octets } from '../values/octets.ts';
import type { Effect } from './effect.ts';
import { disconnectSession } from './enforce.ts';
import type { LineState } from './line-state.ts';
import { lastExpiry, lineTerm } from './line-term.ts';
import { loginPace } from './login-pace.ts';
import { macLockOf } from './mac-lock.ts';
import type { RejectReason } from './reject-reason.ts';
import { slotsOf } from './slots.ts';
import { volumeCap } from './volume-cap.ts';
import { wantedService } from './wanted-service.ts';

/** A login whose password was right (or was not asked for). */
export interface AccessRequest {
  readonly now: Instant;
  readonly nas: string;
  readonly nasBoot: number;
  readonly nasAddress: string;
  readonly nasPort: string;
  readonly callingStationId: string;
  /** Whether we ourselves lease the addresses of a pool, instead of naming it to the NAS; absent: no pool is ours. */
  readonly isOwnPool?: (pool: string, service: AppliedService) => boolean;
  /** The address that is leased to the session. */
  readonly lease?: { readonly pool: string; readonly address: string };
  /** Key for the session, from fresh random octets; its value also spreads the interim intervals. */
  readonly sessionKey: string;
  /** Whether the NAS can be told this service at a login; absent where it is taken to. */
  readonly canGive?: ((service: AppliedService) => boolean) | undefined;
  /** Whether the NAS gives a running session any speed by CoA; absent where it is taken to. */
  readonly canLand?: (() => boolean) | undefined;
  /** Whether the NAS brings the second service to a session that has the first; absent where it is taken to. */
  readonly changesInSession?: ((before: AppliedService, after: AppliedService) => boolean) | undefined;
}

/** What the NAS is told to give, in plain units; `nas/vendors` alone turns it into attributes. */
export interface ServiceProfile {
  readonly service: AppliedService;
  readonly sessionKey: string;
  /** Seconds until the service ends, `undefined` when it has ended already or never does. */
  readonly sessionTimeoutSeconds: number | undefined;
  readonly interimSeconds: number;
  /** Octets left that the NAS itself may cut at, `undefined` for no cap. */
  readonly volumeCapOctets: Octets | undefined;
  /** The line's own address, or the one that is leased to the session; '' for none. */
  readonly staticIp: string;
  /** Pool at the NAS, '' for none. */
  readonly pool: string;
  readonly framedRoutes: readonly string[];
  readonly framedIpv6Prefix: string;
  readonly delegatedIpv6Prefix: string;
}

/** Accept with the slot taken in `sessions`, or Reject. */
export type AccessDecision =
  | {
      readonly accepted: true;
      readonly profile: ServiceProfile;
      readonly sessions: readonly Session[];
      /** The device that the line is bound to from now on; `undefined` when it is to none. */
      readonly boundMac: string | undefined;
      readonly effects: readonly Effect[];
    }
  | { readonly accepted: false; readonly reason: RejectReason };

/**
 * Decides a login by status, term, volume, MAC lock and simultaneous use, in that order. The slot is part of the
 * returned sessions, so that two logins at once cannot both have the last one.
 */
export function decideAccess(
  state: LineState,
  plans: PlanLookup,
  bootOf: (nas: string) => number,
  request: AccessRequest,
): AccessDecision {
  const { profile, grants } = state;
  const term = lineTerm(profile, plans, request.now);
  const { plan } = term;
  const wanted = wantedService(profile.status, term, grants, request.now);
  if (!wanted.allowed) return { accepted: false, reason: wanted.because };
  // A NAS that knows no slower service would give all of its own to a line whose volume or term has ended.
  if (wanted.because !== '' && request.canGive?.(wanted.service) === false) {
    return { accepted: false, reason: wanted.because };
  }
  const station = stationKey(request.callingStationId);
  const lock = macLockOf(state, plan);
  if (lock !== '' && station !== lock) return { accepted: false, reason: 'mac-locked' };
  const binds = plan?.locksFirstMac === true && lock === '' && station !== '';
  const slot = takeSlot(state, slotsOf(profile, plan), bootOf, request);
  if (slot === undefined) return { accepted: false, reason: 'too-many-sessions' };
  const place = addressOf(profile.staticIp, plan?.pool ?? '', wanted.service, request);
  if (place === undefined) return { accepted: false, reason: 'no-address' };
  const { now, sessionKey, canLand = () => true, changesInSession = () => true } = request;
  const pace = loginPace(plan, wanted, grants, slot.sessions, { now, sessionKey, canLand });
  const { service, interimSeconds } = pace;
  const reserved = reserveSession(request, service, place.address, interimSeconds);
  return {
    accepted: true,
    profile: {
      service,
      sessionKey,
      sessionTimeoutSeconds: secondsUntil(lastExpiry(profile), now),
      interimSeconds,
      volumeCapOctets: volumeCap(state, plans, now, service, changesInSession),
      staticIp: place.address,
      pool: place.nasPool,
      framedRoutes: profile.framedRoutes,
      framedIpv6Prefix: profile.framedIpv6Prefix,
      delegatedIpv6Prefix: profile.delegatedIpv6Prefix,
    },
    sessions: [...slot.sessions, reserved],
    boundMac: binds ? station : state.boundMac,
    effects: slot.effects,
  };
}

/** Where the session's address comes from; `undefined` when it has to be leased and is not. */
function addressOf(
  staticIp: string,
  pool: string,
  service: AppliedService,
  { isOwnPool, lease }: AccessRequest,
): { readonly address: string; readonly nasPool: string } | undefined {
  if (staticIp !== '' || !isOwnPool?.(pool, service)) return { address: staticIp, nasPool: pool };
  return lease?.pool === pool ? { address: lease.address, nasPool: '' } : undefined;
}

/** A MAC or other Calling-Station-Id as letters and digits in lower case, so that notations do not matter. */
export function stationKey(callingStationId: string): string {
  return callingStationId.toLowerCase().replace(/[^0-9a-z]/g, '');
}

/**
 * Sessions with room for one more, or `undefined`. At the limit the new login takes over, in this order: a slot
 * reserved on the same port or for the same station, a session on the same port, one of the same station, a suspect one.
 * A slot is just given up; a session is closed with its last counters and its NAS is told to end it, unless it has
 * told us of a boot since, after which it knows nothing of the session.
 */
function takeSlot(
  state: LineState,
  slots: number,
  bootOf: (nas: string) => number,
  request: AccessRequest,
): { sessions: readonly Session[]; effects: readonly Effect[] } | undefined {
  const aged: Session[] = [];
  for (const known of state.sessions) {
    const session = ageSession(known, request.now, bootOf(known.nas));
    if (session === undefined) continue;
    if (session.state !== 'reserved' || !isSamePlace(session, request)) aged.push(session);
  }
  const open = aged.filter((session) => isOpen(session) && isWhole(session));
  const excess = open.length + 1 - slots;
  if (excess <= 0) return { sessions: aged, effects: [] };
  const losers = new Set(
    open
      .filter((session) => takeOverRank(session, request) < NEVER)
      .sort(
        (left, right) =>
          takeOverRank(left, request) - takeOverRank(right, request) || left.seenAt - right.seenAt,
      )
      .slice(0, excess),
  );
  if (losers.size < excess) return undefined;
  const effects: Effect[] = [];
  const sessions = aged.flatMap((session) => {
    if (!losers.has(session)) return [session];
    if (session.state === 'reserved') return [];
    if (session.nasBoot < bootOf(session.nas)) return [closeSession(session, 'taken-over')];
    const ordered = disconnectSession(state.profile.username, session, 'taken-over', request.now);
    effects.push(ordered.effect);
    return [closeSession(ordered.session, 'taken-over')];
  });
  return { sessions, effects };
}

const NEVER = 9;

/** A NAS may number its ports anew for every dialling (RouterOS), so that only the station tells who asks again. */
function takeOverRank(session: Session, request: AccessRequest): number {
  const isSamePort =
    session.nasPort !== '' && session.nasPort === request.nasPort && session.nas === request.nas;
  const isOfStation = stationKey(session.callingStationId) !== '' && isSameStation(session, request);
  if (session.state === 'reserved') return isSamePort || isOfStation ? 0 : NEVER;
  if (isSamePort) return 1;
  if (isOfStation) return 2;
  return session.state === 'suspect' ? 3 : NEVER;
}

/** A login from here replaces a reserved slot from here: the NAS asked again because our answer was lost. */
function isSamePlace(session: Session, request: AccessRequest): boolean {
  return (
    session.nas === request.nas && session.nasPort === request.nasPort && isSameStation(session, request)
  );
}

/** The same notation is the usual case and costs nothing to see. */
function isSameStation(session: Session, { callingStationId }: AccessRequest): boolean {
  return (
    session.callingStationId === callingStationId ||
    stationKey(session.callingStationId) === stationKey(callingStationId)
  );
}

function reserveSession(
  request: AccessRequest,
  applied: AppliedService,
  framedIp: string,
  interimSeconds: number,
): Session {
  return {
    key: request.sessionKey,
    nas: request.nas,
    nasBoot: request.nasBoot,
    nasAddress: request.nasAddress,
    acctSessionId: '',
    nasPort: request.nasPort,
    callingStationId: request.callingStationId,
    framedIp,
    trafficClass: '',
    framedIpv6Prefix: '',
    state: 'reserved',
    startedAt: request.now,
    updatedAt: request.now,
    seenAt: request.now,
    interimSeconds,
    counters: NO_COUNTERS,
    usage: NO_USAGE,
    applied,
    pendingEffect: undefined,
    closeCause: '',
  };
}

/** Session-Timeouts below this make some NAS log in again in a tight loop (strongSwan). */
const SESSION_TIMEOUT_SECONDS_MIN = 60;

/** Session-Timeout is an unsigned 32-bit number; a longer service is cut to this and asked for again. */
const SESSION_TIMEOUT_SECONDS_MAX = 0x7fffffff;

function secondsUntil(end: Instant | undefined, now: Instant): number | undefined {
  if (end === undefined || end <= now) return undefined;
  const seconds = Math.ceil((end - now) / SECOND_MS);
  return Math.min(Math.max(seconds, SESSION_TIMEOUT_SECONDS_MIN), SESSION_TIMEOUT_SECONDS_MAX);
}
