import type { Plan } from '../catalog/plan.ts';
import type { LineProfile } from './line-state.ts';

/** Sessions that the line may have at a time: its own number, else its plan's. */
export function slotsOf(
  profile: Pick<LineProfile, 'concurrentSessions'>,
  plan: Pick<Plan, 'concurrentSessions'> | undefined,
): number {
  return profile.concurrentSessions ?? plan?.concurrentSessions ?? 1;
}
