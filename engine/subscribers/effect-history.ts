import type { EffectReason } from '../policy/effect.ts';
import type { Instant } from '../values/instant.ts';

/** How an order to a NAS about a session ended. */
export interface EffectView {
  readonly at: Instant;
  readonly sessionKey: string;
  readonly nas: string;
  /** What came of it: a change that the NAS refused ends as a disconnect. */
  readonly kind: 'disconnect' | 'change-speed';
  readonly reason: EffectReason;
  /** not-in-force: what the NAS had acknowledged, also that the session is over, the session's reports refute. */
  readonly result: 'ack' | 'nak' | 'timeout' | 'no-nas' | 'not-in-force';
  /** RFC 5176 §3.5, 0 for none. */
  readonly errorCause: number;
  /** Transmissions of all its requests; of a row that is not in force, reports that showed it. */
  readonly attempts: number;
  readonly latencyMs: number;
}

/** Which orders of a line to list. */
export interface EffectFilter {
  readonly username: string;
  readonly sessionKey?: string | undefined;
  readonly limit: number;
}
