import { totalOctets } from '../engine/accounting/count-octets.ts';
import type { Session } from '../engine/accounting/session.ts';
import type { PlanLookup } from '../engine/catalog/plan-history.ts';
import type { LineState } from '../engine/policy/line-state.ts';
import { lineTerm } from '../engine/policy/line-term.ts';
import { macLockOf } from '../engine/policy/mac-lock.ts';
import {
  consumedOctets,
  FULL_SPEED_TIER,
  fullSpeedOctets,
  type Grant,
  isGrantValid,
} from '../engine/quota/grant.ts';
import type { Instant } from '../engine/values/instant.ts';
import type { liveLineAnswer, liveSessionAnswer } from '../schemas/http/line-answers.ts';
import type { Told } from '../schemas/http/told.ts';
import { toIso, toIsoOrNull } from './iso-time.ts';

/** An accounted session as the API tells it. */
export type LiveSession = Told<typeof liveSessionAnswer>;

/** A line as it stands in the counters at one instant. */
export type LiveLine = Told<typeof liveLineAnswer>;

/** The view of a line at `now`; a line whose plan is not known is shown by its grants. */
export function liveLine(
  { profile, grants, sessions, boundMac }: LineState,
  plans: PlanLookup,
  now: Instant,
): LiveLine {
  const { plan, expiresAt } = lineTerm(profile, plans, now);
  const limited = plan === undefined || plan.quota !== undefined;
  return {
    username: profile.username,
    status: profile.status,
    plan: plan?.name ?? profile.planName,
    lockedTo: macLockOf({ profile, boundMac }, plan),
    expiresAt: toIsoOrNull(expiresAt),
    reserve: tellReserve(profile, now),
    remainingOctets: limited ? fullSpeedOctets(grants, now) : null,
    grantedOctets: limited ? grantedOctets(grants, now) : null,
    consumedOctets: consumedOctets(grants),
    sessions: sessions
      .filter(({ state }) => state !== 'reserved')
      .sort((left, right) => right.startedAt - left.startedAt || (left.key < right.key ? -1 : 1))
      .map((session) => liveSession(profile.username, session)),
  };
}

/** A reserve that has begun is the running term, also before the ledger says so. */
function tellReserve({ reserve }: LineState['profile'], now: Instant): LiveLine['reserve'] {
  if (reserve === undefined || reserve.from <= now) return null;
  const { planName: plan, from, expiresAt } = reserve;
  return { plan, from: toIso(from), expiresAt: toIso(expiresAt) };
}

function liveSession(username: string, session: Session): LiveSession {
  const { inputOctets, outputOctets } = totalOctets(session.counters);
  return {
    username,
    nas: session.nas,
    acctSessionId: session.acctSessionId,
    trafficClass: session.trafficClass,
    state: session.state === 'reserved' ? 'live' : session.state,
    inputOctets,
    outputOctets,
    chargedOctets: session.usage.chargedOctets,
    framedIp: session.framedIp,
    callingStationId: session.callingStationId,
    startedAt: toIso(session.startedAt),
    updatedAt: toIso(session.updatedAt),
    mode: session.applied.mode,
    downKbps: session.applied.downKbps,
    upKbps: session.applied.upKbps,
    closeCause: session.closeCause,
  };
}

function grantedOctets(grants: readonly Grant[], now: Instant): number {
  return grants
    .filter((grant) => grant.tier === FULL_SPEED_TIER && isGrantValid(grant, now))
    .reduce((sum, grant) => sum + grant.octets, 0);
}
