import type { LineStanding, StandingChange } from '../orders/line-status.ts';
import type { Instant } from '../values/instant.ts';
import type { AuditStore } from './audit-trail.ts';
import type { CustomerStore } from './customer-store.ts';
import type { DocumentStore } from './document.ts';
import type { Suspension, SuspensionChange, SuspensionOutcome } from './suspension.ts';

/** A row of a line's history of standing, with who did it. */
export interface StandingEntry extends StandingChange {
  /** Number of the row in the ledger; it grows with time. */
  readonly id: number;
  readonly actor: string;
}

/** How a line stands: whether it is to be collected, and what keeps it off. */
export interface LineCondition {
  readonly standing: LineStanding;
  readonly suspensions: readonly Suspension[];
}

/** A standing that staff want a line to have; the note says why. */
export interface StaffStanding {
  readonly standing: LineStanding;
  readonly note: string;
  readonly actor: string;
}

/** What keeps lines off, and their standing (product lines P23 to P25). */
export interface LineConditionStore {
  /** `undefined` when there is no such line. */
  lineCondition(username: string): Promise<LineCondition | undefined>;
  /** Changes of the standing by time, newest last; `undefined` when there is no such line. */
  standingHistory(
    username: string,
    limit: number,
    after?: number,
  ): Promise<readonly StandingEntry[] | undefined>;
  /**
   * Gives a line a standing by staff's word; true when it had another one. `undefined` when there is no such line.
   */
  changeStanding(username: string, change: StaffStanding, now: Instant): Promise<boolean | undefined>;
  /** Suspends a line for a cause; noted in its history and in the audit trail. `undefined` when there is no such line. */
  suspendLine(
    username: string,
    change: SuspensionChange,
    now: Instant,
  ): Promise<SuspensionOutcome | undefined>;
  /** Takes a cause away; the line is active again when it was the last one. */
  resumeLine(
    username: string,
    change: SuspensionChange,
    now: Instant,
  ): Promise<SuspensionOutcome | undefined>;
}

/** Everything the ledger knows of people: customers, their lines, their documents, and who changed what. */
export interface PeopleStore extends CustomerStore, DocumentStore, LineConditionStore, AuditStore {}

/** A ledger that has people. */
export interface PeopleLedger {
  readonly people: PeopleStore;
}
