import type { Plan } from '../catalog/plan.ts';
import type { LineState } from './line-state.ts';

/**
 * The device that alone may use the line, as `stationKey` writes it, '' for any: the one that staff have entered, else
 * the one that a plan with `locksFirstMac` has bound the line to.
 */
export function macLockOf(
  { profile, boundMac = '' }: Pick<LineState, 'profile' | 'boundMac'>,
  plan: Pick<Plan, 'locksFirstMac'> | undefined,
): string {
  if (profile.macLock !== '') return profile.macLock;
  return plan?.locksFirstMac === true ? boundMac : '';
}
