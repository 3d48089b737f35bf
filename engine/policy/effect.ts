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
  | 'tier-ended'
  | 'grant-expired'
  | 'reserve-started'
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
