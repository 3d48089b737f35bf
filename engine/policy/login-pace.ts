import type { AppliedService, Session } from '../accounting/session.ts';
import { isOpen, isWhole } from '../accounting/session-life.ts';
import type { Plan } from '../catalog/plan.ts';
import { fullSpeedOctets, type Grant, remainingOctets } from '../quota/grant.ts';
import { windowAt } from '../quota/windows.ts';
import type { Instant } from '../values/instant.ts';
import { interimInterval } from './interim-interval.ts';
import { fittingService, LANDING_MARGIN_SECONDS, landingOf, shareOf } from './soft-landing.ts';
import { volumeRate } from './volume-rate.ts';
import type { WantedService } from './wanted-service.ts';

/** How fast a new session begins, and how often it reports. */
export interface LoginPace {
  readonly service: AppliedService;
  readonly interimSeconds: number;
}

/** The login whose pace is asked for. */
export interface PacedLogin {
  readonly now: Instant;
  readonly sessionKey: string;
  /** False where the NAS takes no other speed in session: then it is not slowed for a soft landing. */
  readonly canLand: () => boolean;
}

/**
 * The pace of a login beside `sessions`: it reports before an equal share of what is left can be used up, and where that
 * would be more often than once a minute, a plan with soft landing begins slower.
 */
export function loginPace(
  plan: Plan | undefined,
  wanted: WantedService & { readonly allowed: true },
  grants: readonly Grant[],
  sessions: readonly Session[],
  { now, sessionKey, canLand }: PacedLogin,
): LoginPace {
  const { service } = wanted;
  const landing = plan?.softLanding && canLand() ? landingOf(plan, wanted, grants, now) : undefined;
  if (landing === undefined) {
    const rate = plan === undefined ? 0 : volumeRate(plan, windowAt(plan.windows, now), service);
    const left = wanted.because === '' ? fullSpeedOctets(grants, now) : remainingOctets(grants, now);
    const share = left / (1 + sessions.filter((session) => isOpen(session) && isWhole(session)).length);
    const lastsSeconds = rate === 0 ? Number.POSITIVE_INFINITY : share / rate;
    return { service, interimSeconds: interimInterval(plan, lastsSeconds, sessionKey) };
  }
  const share = shareOf(landing, sessions, { key: sessionKey }, now);
  const lastsSeconds = Math.max(1, share / landing.rateOf(service) - LANDING_MARGIN_SECONDS);
  const interimSeconds = interimInterval(plan, lastsSeconds, sessionKey);
  return {
    service: fittingService(landing, share, interimSeconds + LANDING_MARGIN_SECONDS),
    interimSeconds,
  };
}
