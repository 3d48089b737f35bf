import type { AppliedService } from '../accounting/session.ts';
import type { Plan, PlanWindow, Quota } from '../catalog/plan.ts';

/** Octets per second that one kbit/s (1000 bits) can carry. */
const OCTETS_PER_KBIT = 125;
const FULL_PERCENT = 100;

/**
 * Octets of volume per second that a session takes when it uses all that its service gives: download only where the plan
 * charges that alone, the burst where there is one, weighed as traffic of the dearest class weighs in `window`. 0 where the
 * speed is the NAS's own, which nobody knows here, and in a free window.
 */
export function volumeRate(
  plan: Pick<Plan, 'quota' | 'classes'>,
  window: PlanWindow | undefined,
  service: AppliedService,
): number {
  if (plan.quota === undefined || service.downKbps === 0 || service.upKbps === 0) return 0;
  const percents = plan.classes.map(({ percent }) => percent);
  const weight = ((window?.percent ?? FULL_PERCENT) / FULL_PERCENT) * Math.max(FULL_PERCENT, ...percents);
  return (chargedKbps(plan.quota, service) * OCTETS_PER_KBIT * weight) / FULL_PERCENT;
}

function chargedKbps({ charge }: Quota, { downKbps, upKbps, burst }: AppliedService): number {
  const down = Math.max(downKbps, burst?.downKbps ?? 0);
  return charge === 'download' ? down : down + Math.max(upKbps, burst?.upKbps ?? 0);
}
