import type { AppliedService, Session } from '../accounting/session.ts';
import { isWhole } from '../accounting/session-life.ts';
import type { Plan } from '../catalog/plan.ts';
import { fullSpeedOctets, type Grant } from '../quota/grant.ts';
import { windowAt } from '../quota/windows.ts';
import { type Instant, SECOND_MS } from '../values/instant.ts';
import type { Octets } from '../values/octets.ts';
import type { Speed } from '../values/speed.ts';
import { volumeRate } from './volume-rate.ts';
import { isSameService, type WantedService } from './wanted-service.ts';

/**
 * How the end of a line's volume is approached. Each session holds a lease: what it can use at the speed it has until its
 * next report. As long as the leases fit into what is left, no report can tell of more than there was.
 */
export interface Landing {
  readonly full: AppliedService;
  /** Slowest service; it is given whether or not its lease fits. */
  readonly floor: AppliedService;
  /** Octets left at full speed. */
  readonly octets: Octets;
  /** Octets of volume per second at full use of a service. */
  readonly rateOf: (service: AppliedService) => number;
  /** When the newest of the volume was bought or began. */
  readonly grantedAt: Instant;
  /** False for a NAS that takes a new login, or a profile made for each speed, to change one. */
  readonly canLand: (nas: string) => boolean;
}

/** How long it may take from the moment that a report tells of until the NAS has obeyed what follows from it. */
export const ORDER_SECONDS = 10;

/** Part of every lease: the same for the next report, and as much again to go on with after it. */
export const LANDING_MARGIN_SECONDS = 2 * ORDER_SECONDS;

/** Where no slower speed follows the quota. */
const FLOOR: Speed = { downKbps: 128, upKbps: 128 };

/** Silence beyond so many intervals is not taken for use: the session has gone, or we were away ourselves. */
const SILENT_INTERVALS_MAX = 2;

/**
 * The landing of a line at `now`; `undefined` where there is none: the plan asks for none, its speed is the NAS's own,
 * nothing is taken from the volume just now, or the line is not at full speed.
 */
export function landingOf(
  plan: Plan | undefined,
  wanted: WantedService,
  grants: readonly Grant[],
  now: Instant,
  canLand: (nas: string) => boolean = () => true,
): Landing | undefined {
  if (!plan?.softLanding || !wanted.allowed || wanted.because !== '') return undefined;
  const full = wanted.service;
  const window = windowAt(plan.windows, now);
  const rateOf = (service: AppliedService) => volumeRate(plan, window, service);
  if (rateOf(full) === 0) return undefined;
  const after = plan.tiers[0] ?? (typeof plan.exhausted === 'string' ? FLOOR : plan.exhausted);
  const floor = slowed(full, Number.POSITIVE_INFINITY, after);
  const grantedAt = newestGrant(grants, now);
  return { full, floor, octets: fullSpeedOctets(grants, now), grantedAt, rateOf, canLand };
}

function newestGrant(grants: readonly Grant[], now: Instant): Instant {
  let newest = 0;
  for (const grant of grants) {
    if (grant.from <= now) newest = Math.max(newest, grant.from, grant.createdAt);
  }
  return newest;
}

/** Half the full speed, a quarter, and so on, in both directions, but not below `floor`. A slower speed has no burst. */
function slowed({ mode, downKbps, upKbps }: AppliedService, step: number, floor: Speed): AppliedService {
  const part = (full: number, least: number) => Math.max(Math.min(full, least), Math.trunc(full / 2 ** step));
  return { mode, downKbps: part(downKbps, floor.downKbps), upKbps: part(upKbps, floor.upKbps) };
}

/** The fastest step from `octets` of which at least `seconds` can be online, the floor where none lasts so long. */
export function fittingService(landing: Landing, octets: number, seconds: number): AppliedService {
  const { full, floor, rateOf } = landing;
  const fits = (service: AppliedService) => rateOf(service) * seconds <= octets;
  if (fits(full)) return full;
  for (let step = 1; ; step++) {
    const service = slowed(full, step, floor);
    if (fits(service) || isSameService(service, floor)) return service;
  }
}

/** True for a speed that only a landing gives. */
export function isLandedService({ full, floor }: Landing, service: AppliedService): boolean {
  if (service.mode !== 'full') return false;
  for (let step = 1; ; step++) {
    const landed = slowed(full, step, floor);
    if (isSameService(landed, service)) return !isSameService(service, full);
    if (isSameService(landed, floor)) return false;
  }
}

/**
 * Octets that `session`, which need not be one of `sessions`, may count on: what the leases of the others leave of the
 * volume, and at most an equal share of it.
 */
export function shareOf(
  landing: Landing,
  sessions: readonly Session[],
  session: Pick<Session, 'key'>,
  now: Instant,
): number {
  return shareBeside(landing, sessions.filter(isCounted), session, now, undefined).fair;
}

/**
 * The service of every session that can land, by its key. A session is slowed when it has just reported and its lease does
 * not fit any more, and also before its report is due where the volume has become less than its lease, or the report does
 * not come. It is made faster when it reports, and at once when volume was bought or the full speed fits. In between it
 * keeps what it has: a NAS is not bothered at every report. A suspect session stays as it is.
 */
export function landSessions(
  landing: Landing,
  sessions: readonly Session[],
  now: Instant,
): ReadonlyMap<string, AppliedService> {
  const counted = sessions.filter(isCounted);
  const services = new Map<string, AppliedService>();
  for (const session of sessions) {
    if (!landing.canLand(session.nas)) continue;
    if (isCounted(session)) {
      const share = shareBeside(landing, counted, session, now, services);
      services.set(session.key, landSession(landing, session, share, now));
    } else if (isLandedService(landing, session.applied)) {
      services.set(session.key, session.applied);
    }
  }
  return services;
}

interface Share {
  /** What the leases of the others leave. */
  readonly most: number;
  /** The same, but no more than each may have. */
  readonly fair: number;
  readonly others: number;
}

function landSession(landing: Landing, session: Session, share: Share, now: Instant): AppliedService {
  const { applied } = session;
  const { full, floor, rateOf } = landing;
  const seconds = leaseSeconds(session, now);
  // No lease holds what the others take at the floor.
  const whole = landing.octets + share.others * rateOf(floor) * seconds;
  // What it has used since its last report is known for no other moment than that of the report.
  const isAsked = session.seenAt >= now;
  const octets = isAsked ? share.fair : isOverdue(session, now) ? share.most : whole;
  const isSafe = rateOf(applied) <= rateOf(floor) || rateOf(applied) * seconds <= octets;
  // Until the NAS obeys, it goes on as it does.
  const reserve = isSafe ? 0 : rateOf(applied) * ORDER_SECONDS;
  const used = isOverdue(session, now) ? rateOf(applied) * silentSeconds(session, now) : 0;
  const leased = session.interimSeconds + LANDING_MARGIN_SECONDS;
  const best = fittingService(landing, share.fair - used - reserve, leased);
  const isOfLine =
    applied.mode === 'full' &&
    ((applied.burst === undefined && isAtMost(applied, full)) || isSameService(applied, full));
  if (!isOfLine) return best;
  if (!isSafe) return best;
  // Also what a lease had left over would fit a moment later; a NAS is not to be bothered for that.
  const isNews = isSameService(best, full) || !isLandedService(landing, applied);
  const mayGain = isAsked || landing.grantedAt >= session.seenAt || (isNews && !isOverdue(session, now));
  return mayGain && rateOf(best) >= rateOf(applied) ? best : applied;
}

function shareBeside(
  { octets, floor, rateOf }: Landing,
  counted: readonly Session[],
  { key }: Pick<Session, 'key'>,
  now: Instant,
  services: ReadonlyMap<string, AppliedService> | undefined,
): Share {
  let most: number = octets;
  let others = 0;
  for (const other of counted) {
    if (other.key === key) continue;
    others++;
    const given = services?.get(other.key);
    // A slower speed counts when the NAS has taken it, a faster one when it is ordered.
    const rate = Math.max(rateOf(other.applied), given === undefined ? 0 : rateOf(given));
    const lease = rate > rateOf(floor) ? rate * leaseSeconds(other, now) : 0;
    most -= Math.max(lease, octets * shareOnItsWay(other, counted));
  }
  return { most, fair: Math.min(most, octets / (others + 1)), others };
}

/**
 * When the first session that stays silent may have used up what it may count on: then it is slowed without waiting for its
 * report. Infinity when none can so soon.
 */
export function nextLandingMoment(landing: Landing, sessions: readonly Session[], now: Instant): Instant {
  const { floor, rateOf } = landing;
  const counted = sessions.filter(isCounted);
  let next = Number.POSITIVE_INFINITY;
  for (const session of counted) {
    const rate = rateOf(session.applied);
    if (session.state !== 'live' || !landing.canLand(session.nas) || rate <= rateOf(floor)) continue;
    const { most } = shareBeside(landing, counted, session, now, undefined);
    const seconds = Math.max(
      most / rate - LANDING_MARGIN_SECONDS,
      session.interimSeconds + LANDING_MARGIN_SECONDS,
    );
    if (seconds >= SILENT_INTERVALS_MAX * session.interimSeconds) continue;
    const moment = session.seenAt + Math.ceil(seconds * SECOND_MS) + 1;
    if (moment > now) next = Math.min(next, moment);
  }
  return next;
}

/** An order to go faster, which the NAS may have by now, was for an equal share at most of those there were then. */
function shareOnItsWay({ pendingEffect }: Session, counted: readonly Session[]): number {
  if (pendingEffect?.kind !== 'change-speed') return 0;
  const { requestedAt } = pendingEffect;
  return 1 / Math.max(1, counted.filter(({ startedAt }) => startedAt < requestedAt).length);
}

/** A suspect session is gone or is one of an earlier boot; it holds nothing. */
function isCounted(session: Session): boolean {
  return isWhole(session) && (session.state === 'live' || session.state === 'reserved');
}

/** Length of a lease: the interval, or the silence where the report is overdue. */
function leaseSeconds(session: Session, now: Instant): number {
  const seconds = isOverdue(session, now) ? silentSeconds(session, now) : session.interimSeconds;
  return seconds + LANDING_MARGIN_SECONDS;
}

function silentSeconds({ interimSeconds, seenAt }: Session, now: Instant): number {
  return Math.min((now - seenAt) / SECOND_MS, SILENT_INTERVALS_MAX * interimSeconds);
}

function isOverdue({ interimSeconds, seenAt }: Session, now: Instant): boolean {
  return now - seenAt > (interimSeconds + LANDING_MARGIN_SECONDS) * SECOND_MS;
}

function isAtMost(left: Speed, right: Speed): boolean {
  return left.downKbps <= right.downKbps && left.upKbps <= right.upKbps;
}
