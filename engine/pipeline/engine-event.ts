import type { Anomaly } from '../accounting/record.ts';
import type { SessionState } from '../accounting/session.ts';
import type { SessionResume } from '../accounting/session-resume.ts';
import type { RejectReason } from '../policy/reject-reason.ts';
import type { EffectView } from '../subscribers/effect-history.ts';
import type { Instant } from '../values/instant.ts';

/**
 * What a session had used up at `at`. All figures are cumulative for the session, so the highest row per session is
 * its total however often or in whatever order rows arrive.
 */
export interface UsageEvent {
  readonly type: 'usage';
  /**
   * split: a synthetic row at a boundary (midnight, window, grant edge), or of what a NAS's answer changed. lost:
   * closed after silence.
   */
  readonly kind: 'start' | 'interim' | 'stop' | 'split' | 'lost';
  readonly at: Instant;
  readonly lineId: number;
  readonly username: string;
  readonly sessionKey: string;
  readonly nas: string;
  readonly nasPort: string;
  readonly acctSessionId: string;
  readonly callingStationId: string;
  readonly framedIp: string;
  readonly state: SessionState;
  readonly startedAt: Instant;
  readonly segment: number;
  readonly sessionTimeSeconds: number;
  readonly inputOctets: number;
  readonly outputOctets: number;
  readonly chargedOctets: number;
  readonly freeOctets: number;
  readonly quarantinedOctets: number;
  readonly burnedOctets: number;
  readonly overshotOctets: number;
  /** Consumption watermark of each grant that this record burned: id and cumulative octets. */
  readonly consumed: readonly (readonly [grantId: string, octets: number])[];
  readonly closeCause: string;
  readonly anomalies: readonly Anomaly[];
  /**
   * With it and the row the session can be put together again. Rows within a record have none, since the record's own
   * row follows in the same commit, and neither have rows of strangers.
   */
  readonly resume: SessionResume | undefined;
}

/** An answered Access-Request. */
export interface AccessEvent {
  readonly type: 'access';
  readonly at: Instant;
  readonly username: string;
  readonly nas: string;
  readonly callingStationId: string;
  readonly outcome: 'accept' | 'reject';
  /** '' when accepted. */
  readonly reason: RejectReason | '';
  /** Requests that this row stands for (rejects in a flood are folded). */
  readonly count: number;
}

/** How an effect ended. */
export interface EffectEvent extends EffectView {
  readonly type: 'effect';
  readonly username: string;
}

/** Something learned about a NAS that the ledger must remember. */
export interface NasEvent {
  readonly type: 'nas';
  readonly at: Instant;
  readonly nas: string;
  readonly messageAuthenticatorSince: Instant | undefined;
  readonly gigawordsSince: Instant | undefined;
  readonly boot: number;
  readonly bootedAt: Instant | undefined;
}

/** One entry of the event log, which the sink carries into history and ledger. */
export type EngineEvent = UsageEvent | AccessEvent | EffectEvent | NasEvent;
