import type { AppliedService } from '../accounting/session.ts';
import type { Instant } from '../values/instant.ts';

/** Why a running session is changed or ended; staff and subscriber are shown the same word. */
export type EffectReason =
  | 'volume-ending'
  | 'volume-ended'
  | 'service-ended'
  | 'line-suspended'
  | 'line-removed'
  | 'service-restored'
  | 'plan-changed'
  | 'window-opened'
  | 'window-closed'
  /** One of the plan's slower speeds was used up. */
  | 'tier-ended'
  /** A volume lapsed with something left in it, such as timed traffic, and there is no other. */
  | 'grant-expired'
  /** The term that was bought before the last one was over. */
  | 'reserve-started'
  /** Reports show that what the NAS acknowledged is not so. */
  | 'not-in-force'
  | 'taken-over'
  | 'address-taken'
  | 'kicked';

/** An order to the NAS about one session, stored in the same commit as the change that caused it. */
export interface Effect {
  readonly kind: 'disconnect' | 'change-speed';
  readonly username: string;
  readonly sessionKey: string;
  readonly nas: string;
  readonly nasAddress: string;
  readonly acctSessionId: string;
  readonly nasPort: string;
  readonly callingStationId: string;
  readonly framedIp: string;
  /** The service to apply; for a disconnect it is what the session had. */
  readonly service: AppliedService;
  readonly reason: EffectReason;
  readonly createdAt: Instant;
}
