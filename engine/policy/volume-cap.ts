import type { AppliedService } from '../accounting/session.ts';
import { nextVersionAfter, type PlanLookup } from '../catalog/plan-history.ts';
import { currentTier, type Grant } from '../quota/grant.ts';
import { windowAt } from '../quota/windows.ts';
import type { Instant } from '../values/instant.ts';
import { type Octets, octets } from '../values/octets.ts';
import type { LineState } from './line-state.ts';
import { lineTerm } from './line-term.ts';
import { wantedService } from './wanted-service.ts';

/** Caps are whole multiples of this, so that no unit of a NAS cuts one down, and what is nearly nothing is no loop of logins. */
const CAP_UNIT_OCTETS = 2 ** 20;

const FULL_PERCENT = 100;

/**
 * Octets, both directions together, at which the NAS itself may end a session that begins now, or `undefined`. A cap is
 * given only where the end of the volume ends the session anyway: by Disconnect, or because the NAS can bring the slower
 * or captive service with a new login only. It is never reached before the volume's true end, whatever the subscriber
 * does: without it where free octets count for the NAS (a free window or class, download-only charging) or volume may be
 * added in session (a period, a reserved term, another version of the plan), larger where octets weigh less. What is bought
 * later is not in it: then the line logs in again.
 * @param changesInSession whether the NAS can bring the second service to a session that has the first one.
 */
export function volumeCap(
  { profile, grants }: LineState,
  plans: PlanLookup,
  now: Instant,
  service: AppliedService,
  changesInSession: (before: AppliedService, after: AppliedService) => boolean,
): Octets | undefined {
  const term = lineTerm(profile, plans, now);
  const { plan } = term;
  if (plan?.quota === undefined || profile.reserve !== undefined) return undefined;
  if (plan.quota.charge !== 'both' || plan.quota.per !== 'term' || plan.classes.length > 0) return undefined;
  const history = plans(profile.planName);
  if (history === undefined || nextVersionAfter(history, now) !== Number.POSITIVE_INFINITY) return undefined;
  const percent = Math.min(FULL_PERCENT, ...plan.windows.map((window) => window.percent));
  const tier = currentTier(grants, now);
  if (percent === 0 || tier === undefined || windowAt(plan.windows, now)?.percent === 0) return undefined;
  const after = wantedService(profile.status, term, usedUp(grants, tier), now);
  if (after.allowed && changesInSession(service, after.service)) return undefined;
  return capOf(leftOf(grants, tier, now), percent);
}

/** Also volume that begins later: the session may still be there. */
function leftOf(grants: readonly Grant[], tier: number, now: Instant): number {
  let sum = 0;
  for (const grant of grants) {
    if (grant.tier <= tier && (grant.until === undefined || grant.until > now)) {
      sum += grant.octets - grant.consumed;
    }
  }
  return sum;
}

function usedUp(grants: readonly Grant[], tier: number): readonly Grant[] {
  return grants.map((grant) => (grant.tier <= tier ? { ...grant, consumed: grant.octets } : grant));
}

function capOf(left: number, percent: number): Octets | undefined {
  const units = Math.ceil((left * FULL_PERCENT) / percent / CAP_UNIT_OCTETS);
  const cap = Math.max(1, units) * CAP_UNIT_OCTETS;
  return Number.isSafeInteger(cap) ? octets(cap) : undefined;
}
