import type { AppliedService } from '../accounting/session.ts';
import type { EndAction, Plan } from '../catalog/plan.ts';
import { type Grant, remainingOctets } from '../quota/grant.ts';
import type { Instant } from '../values/instant.ts';
import type { LineProfile } from './line-state.ts';
import type { RejectReason } from './reject-reason.ts';

/** What a line may have at an instant: a service to apply, or the reason why it may have none. */
export type WantedService =
  | {
      readonly allowed: true;
      readonly service: AppliedService;
      /** Why it is less than the plan's full speed, '' when it is not. */
      readonly because: RejectReason | '';
    }
  | { readonly allowed: false; readonly because: RejectReason };

/**
 * The service of a line at `now`: administrative status first, then the term, then the volume (design section 7).
 * `plan` is `undefined` when the line names a plan that is not known, which is the same as having none.
 */
export function wantedService(
  profile: LineProfile,
  plan: Plan | undefined,
  grants: readonly Grant[],
  now: Instant,
): WantedService {
  if (profile.status !== 'active') return { allowed: false, because: 'line-suspended' };
  if (plan === undefined || profile.expiresAt === undefined) return { allowed: false, because: 'no-service' };
  if (now >= profile.expiresAt) return endService(plan, plan.expired, 'service-ended');
  if (plan.quota !== undefined && remainingOctets(grants, now) === 0) {
    return endService(plan, plan.exhausted, 'volume-ended');
  }
  return { allowed: true, service: fullService(plan), because: '' };
}

/** The plan's own speed; 0 kbit/s stands for "the NAS's default". */
export function fullService(plan: Plan | undefined): AppliedService {
  return { mode: 'full', downKbps: plan?.speed?.downKbps ?? 0, upKbps: plan?.speed?.upKbps ?? 0 };
}

function endService(plan: Plan, action: EndAction, because: RejectReason): WantedService {
  if (action === 'disconnect') return { allowed: false, because };
  if (action === 'captive') {
    return { allowed: true, service: { ...fullService(plan), mode: 'captive' }, because };
  }
  return {
    allowed: true,
    service: { mode: 'slow', downKbps: action.downKbps, upKbps: action.upKbps },
    because,
  };
}

/** True when the NAS needs no change to go from one service to the other. */
export function isSameService(left: AppliedService, right: AppliedService): boolean {
  return (
    left.downKbps === right.downKbps && left.upKbps === right.upKbps && isCaptive(left) === isCaptive(right)
  );
}

function isCaptive(service: AppliedService): boolean {
  return service.mode === 'captive';
}
