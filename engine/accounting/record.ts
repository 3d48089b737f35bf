import type { Instant } from '../values/instant.ts';
import type { Octets } from '../values/octets.ts';

/**
 * When a record was made, by every clock it carries. Ordering two records of one session uses the first clock
 * that both have: the NAS's own Event-Timestamp, then Acct-Session-Time, then arrival (see `compareOrder`).
 */
export interface RecordOrder {
  /** Event-Timestamp (RFC 2869 §5.3) in seconds as sent, however wrong the NAS's clock is. */
  readonly eventTimestampSeconds: number | undefined;
  /** Acct-Session-Time (RFC 2866 §5.7). */
  readonly sessionTimeSeconds: number | undefined;
  /** Event time in our own clock. */
  readonly at: Instant;
}

/**
 * One accounting packet about a session, freed of attributes and vendors. Input is what the subscriber sent
 * (upload), output what the subscriber received (download), after the NAS's direction switch.
 */
export interface AccountingRecord {
  readonly kind: 'start' | 'interim' | 'stop';
  readonly username: string;
  readonly nas: string;
  /** Boot epoch of the NAS when the packet arrived; grows with every Accounting-On or detected reboot. */
  readonly nasBoot: number;
  /** Source address of the packet: where CoA goes when the NAS entry is a block. */
  readonly nasAddress: string;
  readonly acctSessionId: string;
  /** NAS-Port, or NAS-Port-Id where that is what the NAS sends; '' when neither. */
  readonly nasPort: string;
  readonly callingStationId: string;
  /** Class of traffic where the NAS counts a service apart, '' for the session itself. */
  readonly trafficClass: string;
  readonly framedIp: string;
  readonly framedIpv6Prefix: string;
  /** Session key proven by our signed Class, `undefined` when the NAS did not echo it. */
  readonly classKey: string | undefined;
  readonly order: RecordOrder;
  readonly receivedAt: Instant;
  /** Counters with gigawords joined; `undefined` when the packet carries none. */
  readonly inputOctets: Octets | undefined;
  readonly outputOctets: Octets | undefined;
  /** The NAS is known to send gigawords, so a falling counter cannot be a 32-bit wrap. */
  readonly gigawordsKnown: boolean;
  /** Acct-Terminate-Cause (RFC 2866 §5.10), 0 when absent. */
  readonly terminateCause: number;
}

/** Oddities of a record that are shown to staff and counted in metrics; none of them stops the counting. */
export type Anomaly =
  | 'late'
  | 'counter-reset'
  | 'counter-wrap'
  | 'implausible-jump'
  | 'jump-confirmed'
  | 'jump-refuted'
  | 'zero-stop'
  | 'start-missing'
  | 'revived'
  | 'after-stop'
  | 'other-address'
  | 'too-old'
  | 'forgotten'
  | 'unknown-line';
