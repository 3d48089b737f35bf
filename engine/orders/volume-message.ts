import type { Plan } from '../catalog/plan.ts';
import type { MessageContent } from '../messaging/message.ts';
import { octets } from '../values/octets.ts';
import { truncShare } from '../values/trunc-share.ts';

/** Share of the volume from which on its end is announced, in percent (product line R02). */
const ANNOUNCED_PERCENT = 85;

/** The volumes for full speed that a line may use now, in octets. */
export interface VolumeUse {
  readonly granted: number;
  readonly used: number;
  /** A service that waits begins by itself when the volume ends. */
  readonly reserveFollows: boolean;
}

/**
 * What a subscriber is told of a volume (product line R02): that 85 % are used, or that it has ended and what happens then.
 * Nothing where it comes back within a day, or where another one follows by itself.
 */
export function volumeMessage(
  { granted, used, reserveFollows }: VolumeUse,
  { quota, tiers, exhausted }: Plan,
): MessageContent | undefined {
  if (quota === undefined || quota.per === 'day' || granted === 0) return undefined;
  if (used < granted) {
    const left = granted - used;
    if (left > truncShare(granted, 100 - ANNOUNCED_PERCENT, 100)) return undefined;
    return { kind: 'volume-85', params: { left: octets(left) } };
  }
  if (reserveFollows) return undefined;
  const isSlowed = tiers.length > 0 || typeof exhausted === 'object';
  return { kind: 'volume-ended', params: { effect: isSlowed ? 'slowed' : 'stopped' } };
}
