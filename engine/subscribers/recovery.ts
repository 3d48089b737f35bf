import type { SessionState } from '../accounting/session.ts';
import type { SessionResume } from '../accounting/session-resume.ts';
import type { LineProfile } from '../policy/line-state.ts';
import type { Grant } from '../quota/grant.ts';
import type { Instant } from '../values/instant.ts';
import type { UsageFigures } from './usage-history.ts';

/** What the ledger remembers of a partition of the counters. */
export interface PartitionRecord {
  readonly partition: number;
  /** Epoch under which the partition was last opened, or is being opened. */
  readonly epoch: string;
  /** Newest event that is known to have been in its log. */
  readonly lastEvent: number;
  /** Newest moment of usage taken over from it; `undefined` before the first. */
  readonly lastEventAt: Instant | undefined;
}

/** A session as last sunk, with all that is needed to go on counting it. */
export interface SunkSession extends UsageFigures {
  readonly key: string;
  readonly nas: string;
  readonly nasPort: string;
  readonly acctSessionId: string;
  readonly callingStationId: string;
  readonly framedIp: string;
  readonly state: SessionState;
  readonly startedAt: Instant;
  readonly updatedAt: Instant;
  readonly closeCause: string;
  readonly resume: SessionResume | undefined;
}

/** A line with what was bought, what of it was used by the last sunk event, and its sessions. */
export interface SunkLine {
  readonly profile: LineProfile;
  readonly grants: readonly Grant[];
  readonly sessions: readonly SunkSession[];
}

/** Which closed sessions are still wanted; open ones always are. */
export interface ClosedSince {
  /** Sessions that a Stop closed after this. */
  readonly stopped: Instant;
  /** Sessions that the engine closed after this. */
  readonly givenUp: Instant;
}

/** A session by its line's number and its key. */
export interface SessionName {
  readonly lineId: number;
  readonly sessionKey: string;
}

/** The ledger as lost counters are rebuilt from it. */
export interface RecoveryLedger {
  partitionRecords(): Promise<readonly PartitionRecord[]>;
  /** Notes that the partition is opened under `epoch` from now on; its last event is never lowered. */
  putPartition(partition: number, epoch: string, lastEvent: number, now: Instant): Promise<void>;
  /**
   * Lines with a higher number than `after`, by number, at most `limit`, each as of one instant, with their grants of
   * `GRANT_WINDOW` around `now`. Of the closed sessions the newest few dozen, and the newest that is not wanted any more: it
   * tells how far the forgotten ones reach.
   */
  sunkLines(after: number, limit: number, closed: ClosedSince, now: Instant): Promise<readonly SunkLine[]>;
  /** These sessions, those that the ledger has not heard of left out. */
  sunkSessions(
    names: readonly SessionName[],
  ): Promise<readonly (SunkSession & { readonly lineId: number })[]>;
}

/** How far the history has come with a session. */
export interface SessionMark extends SessionName {
  readonly lastAt: Instant;
  /** Sum of all its figures; since none ever goes back, the higher one is the later. */
  readonly figuresSum: number;
}

/** A row of the history as it was written, without what the ledger alone keeps of it. */
export interface HistoryRow extends SunkSession {
  readonly lineId: number;
  readonly username: string;
  readonly kind: 'start' | 'interim' | 'stop' | 'split' | 'lost';
  readonly segment: number;
}

/** The history as lost counters are rebuilt from it. It is written before the ledger and so may be ahead of it. */
export interface RecoveryHistory {
  /** Sessions with usage at or after `since` of the lines from `first` to `last`, both included. */
  sessionMarks(first: number, last: number, since: Instant): Promise<readonly SessionMark[]>;
  /** Rows of the lines at or after `since`; those of a session in the order in which they were written. */
  rowsSince(lineIds: readonly number[], since: Instant): Promise<readonly HistoryRow[]>;
}

/** Sum of all figures of a session; it grows with every octet and whatever becomes of it. */
export function sumOfFigures(figures: UsageFigures): number {
  return (
    figures.inputOctets +
    figures.outputOctets +
    figures.chargedOctets +
    figures.freeOctets +
    figures.quarantinedOctets +
    figures.burnedOctets +
    figures.overshotOctets
  );
}
