import type { Instant } from '../values/instant.ts';
import type { Octets } from '../values/octets.ts';
import type { Burst, Speed } from '../values/speed.ts';
import type { RecordOrder } from './record.ts';

/** Cumulative counters of one run of the NAS's counters, upload and download apart. */
export interface CounterPair {
  readonly inputOctets: Octets;
  readonly outputOctets: Octets;
}

/**
 * Counters of a session as a function of all records seen, in any order. The total is
 * `closed` + `previous` + `current`: a NAS that resets its counters inside a session starts a new segment.
 */
export interface SessionCounters {
  /** Number of resets seen. */
  readonly segment: number;
  /** Sum of all segments before `previous`. */
  readonly closed: CounterPair;
  /** The segment before the current one; a late record may still raise it. */
  readonly previous: CounterPair;
  /** Highest values of the running segment, 32-bit wraps added. */
  readonly current: CounterPair;
  /** 32-bit wraps inside `current`. */
  readonly inputWraps: number;
  readonly outputWraps: number;
  /** First record of the running segment. */
  readonly segmentFrom: RecordOrder | undefined;
  /** Newest record that was accepted. */
  readonly last: RecordOrder | undefined;
  /** An implausible jump that waits for the next record to confirm or refute it; not in the total. */
  readonly held: (CounterPair & { readonly order: RecordOrder }) | undefined;
}

/**
 * What became of the counted octets, cumulative. `charged + free + quarantined` is always the session's total;
 * `burned + overshot` is the charged part after weights.
 */
export interface SessionUsage {
  /** Octets in the direction and at an hour that the plan charges. */
  readonly chargedOctets: Octets;
  /** Uncharged direction, free windows and unlimited plans. */
  readonly freeOctets: Octets;
  /** Counted by the NAS but implausible: shown, never billed. */
  readonly quarantinedOctets: Octets;
  /** Taken from grants. */
  readonly burnedOctets: Octets;
  /** Charged when no grant had anything left. */
  readonly overshotOctets: Octets;
  /** Ten-thousandths of an octet not yet burned by weights, 0 to 9,999. */
  readonly weightRemainder: number;
}

/**
 * reserved: accepted at login, no accounting yet. live: reporting. suspect: silent for too long or its NAS rebooted.
 * closed: stopped, or given up with its last counters.
 */
export type SessionState = 'reserved' | 'live' | 'suspect' | 'closed';

/** What the NAS was last told to give the session; a difference to the wanted service is an effect. */
export interface AppliedService extends Speed {
  readonly mode: 'full' | 'slow' | 'captive';
  /** Absent where the service has none. */
  readonly burst?: Burst | undefined;
}

/** A change ordered from the NAS that is not yet confirmed. */
export interface PendingEffect {
  readonly kind: 'disconnect' | 'change-speed';
  readonly requestedAt: Instant;
  readonly attempts: number;
  /** The service that was ordered, as `serviceText` writes it; '' for a disconnect. Another one is another order. */
  readonly to: string;
}

/** A slower service that the NAS has acknowledged and that the session's reports have yet to prove. */
export interface UnprovenService {
  /** When the NAS answered, or when the last order about it was given. */
  readonly since: Instant;
  /** How often in a row reports have shown more than the service allows. */
  readonly failures: number;
  /** The report from which the next one is measured, with the octets of both directions that it showed. */
  readonly from: { readonly at: Instant; readonly octets: Octets } | undefined;
}

/** One session of a line, from the login that reserved it to its tombstone. Immutable. */
export interface Session {
  /** 16 hexadecimal digits: the nonce of our Class, or a hash of the NAS's own identification. */
  readonly key: string;
  readonly nas: string;
  readonly nasBoot: number;
  /** Address that the NAS last spoke from about this session. */
  readonly nasAddress: string;
  /** '' until the first accounting packet. */
  readonly acctSessionId: string;
  readonly nasPort: string;
  readonly callingStationId: string;
  readonly framedIp: string;
  /**
   * Class of traffic that is counted here beside the session itself, '' for that. Such a part takes no slot, and no order
   * is given about it: it begins and ends with its session.
   */
  readonly trafficClass: string;
  readonly framedIpv6Prefix: string;
  readonly state: SessionState;
  readonly startedAt: Instant;
  /** Event time of the newest record; the end of a closed session. */
  readonly updatedAt: Instant;
  /** Arrival of the last packet about the session, by which silence is measured. */
  readonly seenAt: Instant;
  /** Interim interval that the NAS was asked for, in seconds. */
  readonly interimSeconds: number;
  readonly counters: SessionCounters;
  readonly usage: SessionUsage;
  readonly applied: AppliedService;
  readonly pendingEffect: PendingEffect | undefined;
  /** Absent where reports have nothing to prove. */
  readonly unproven?: UnprovenService | undefined;
  /** Why a closed session ended: the NAS's Acct-Terminate-Cause name or our own word. */
  readonly closeCause: string;
}
