import type { AppliedService } from '../accounting/session.ts';
import type { EndAction, Plan, PlanWindow } from '../catalog/plan.ts';
import { currentTier, FULL_SPEED_TIER, type Grant } from '../quota/grant.ts';
import { windowAt } from '../quota/windows.ts';
import type { Instant } from '../values/instant.ts';
import { isSameBurst, type Speed } from '../values/speed.ts';
import type { LineStatus } from './line-state.ts';
import type { LineTerm } from './line-term.ts';
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
 * The service of a line at `now`: administrative status first, then the term, then the volume (design section 7). In a
 * free window nobody lacks volume; where the volume of full speed is gone the plan's tiers follow, then its end.
 */
export function wantedService(
  status: LineStatus,
  { plan, expiresAt }: LineTerm,
  grants: readonly Grant[],
  now: Instant,
): WantedService {
  if (status !== 'active') return { allowed: false, because: 'line-suspended' };
  if (plan === undefined || expiresAt === undefined) return { allowed: false, because: 'no-service' };
  if (now >= expiresAt) return endService(plan, plan.expired, 'service-ended');
  const window = windowAt(plan.windows, now);
  if (plan.quota === undefined || window?.percent === 0) return fullSpeed(plan, window);
  const tier = currentTier(grants, now);
  if (tier === FULL_SPEED_TIER) return fullSpeed(plan, window);
  const slower = tier === undefined ? undefined : (plan.tiers[tier - 1] ?? plan.tiers.at(-1));
  return endService(plan, slower ?? plan.exhausted, 'volume-ended');
}

function fullSpeed(plan: Plan, window: PlanWindow | undefined): WantedService {
  return { allowed: true, service: fullService(plan, window), because: '' };
}

/** The plan's own speed, or the window's where that has one; 0 kbit/s stands for "the NAS's default". */
export function fullService(plan: Plan | undefined, window?: PlanWindow): AppliedService {
  if (window?.speed !== undefined) return atSpeed('full', window.speed);
  const burst = plan?.speed?.burst;
  const service = atSpeed('full', plan?.speed ?? NAS_DEFAULT);
  return burst === undefined ? service : { ...service, burst };
}

const NAS_DEFAULT: Speed = { downKbps: 0, upKbps: 0 };

function atSpeed(mode: AppliedService['mode'], { downKbps, upKbps }: Speed): AppliedService {
  return { mode, downKbps, upKbps };
}

function endService(plan: Plan, action: EndAction, because: RejectReason): WantedService {
  if (action === 'disconnect') return { allowed: false, because };
  if (action === 'captive') {
    return { allowed: true, service: atSpeed('captive', plan.speed ?? NAS_DEFAULT), because };
  }
  return { allowed: true, service: atSpeed('slow', action), because };
}

/** True when the NAS needs no change to go from one service to the other. */
export function isSameService(left: AppliedService, right: AppliedService): boolean {
  return (
    left.downKbps === right.downKbps &&
    left.upKbps === right.upKbps &&
    isCaptive(left) === isCaptive(right) &&
    isSameBurst(left.burst, right.burst)
  );
}

function isCaptive(service: AppliedService): boolean {
  return service.mode === 'captive';
}
