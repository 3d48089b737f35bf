import type { SessionState } from '../accounting/session.ts';
import type { StoredPool } from '../addresses/address-pool.ts';
import type { PlanHistory } from '../catalog/plan-history.ts';
import type { NasEntry, NasLearned } from '../nas/nas.ts';
import type { LineProfile, LineStatus } from '../policy/line-state.ts';
import type { Grant } from '../quota/grant.ts';
import type { Instant } from '../values/instant.ts';
import type { Result } from '../values/result.ts';
import type { ChangeNote } from './audit-trail.ts';
import type { EffectFilter, EffectView } from './effect-history.ts';
import type { ProvisioningChanges, ProvisioningDocument, ProvisioningError } from './provisioning.ts';

/** A change in the ledger that the counter store has not been told yet. `key` is the username, '' for reference. */
export interface PendingProjection {
  readonly id: number;
  readonly kind: 'line' | 'reference';
  readonly key: string;
}

/** What the packet path needs of one line, as the ledger knows it. */
export interface LineProjection {
  readonly profile: LineProfile;
  /** Those of `GRANT_WINDOW`. */
  readonly grants: readonly Grant[];
}

/** A NAS as entered, its secrets in the clear, with what it has taught us. */
export interface KnownNas {
  readonly entry: NasEntry;
  readonly learned: NasLearned;
}

/** A line for people to look at; the password stays sealed. */
export interface LineView {
  readonly lineId: number;
  readonly username: string;
  /** '' when none was given. */
  readonly displayName: string;
  readonly profile: LineProfile;
  /** Consumption is that of the last sunk event; the counter store is ahead of it by seconds. */
  readonly grants: readonly Grant[];
  readonly createdAt: Instant;
}

/** A session as last sunk. Figures are cumulative; input is upload, output is download. */
export interface SessionView {
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
  /** Time of the newest record; of a closed session its end. */
  readonly updatedAt: Instant;
  readonly inputOctets: number;
  readonly outputOctets: number;
  readonly chargedOctets: number;
  readonly freeOctets: number;
  readonly quarantinedOctets: number;
  readonly burnedOctets: number;
  readonly overshotOctets: number;
  readonly closeCause: string;
}

/** Which sessions to list, newest start first. */
export interface SessionFilter {
  readonly username?: string | undefined;
  /** true: only sessions that are not closed; false: only closed ones. */
  readonly open?: boolean | undefined;
  readonly limit: number;
  /** Only sessions after this one in the list: the last row of the page before. */
  readonly before?: { readonly startedAt: Instant; readonly sessionKey: string } | undefined;
}

/** Who ordered a change of status and why, for the history. */
export interface StatusChange {
  readonly status: LineStatus;
  readonly reason: string;
  readonly actor: string;
}

/**
 * The ledger seen from the lines: what was bought, by whom it may be used, and the last sunk state of sessions.
 * Every change writes its outbox row in the same transaction. Expected failures are returned; a promise is
 * rejected only when the database does not answer or a row is broken, and then nothing of the call is stored.
 */
export interface LedgerStore {
  /**
   * Declares NAS, plans, lines, pools, customers and what is sold: all of the document, or nothing and every error in it.
   * @param by who stands in histories and in the audit trail, which gets a row for everything that is new or different;
   *   `PROVISIONING` by default.
   */
  apply(
    document: ProvisioningDocument,
    now: Instant,
    by?: ChangeNote,
  ): Promise<Result<ProvisioningChanges, readonly ProvisioningError[]>>;
  /** Sets the status of a line and notes it in its history; false when no line has this username. */
  setStatus(username: string, change: StatusChange, now: Instant): Promise<boolean>;

  /** Oldest changes not yet projected, at most `limit`. */
  pendingProjections(limit: number): Promise<readonly PendingProjection[]>;
  /** One line with its grants of `GRANT_WINDOW` around `now`, or `undefined` when there is no such line. */
  lineProjection(username: string, now: Instant): Promise<LineProjection | undefined>;
  /** Many lines at once by username, each as of one instant; a line that does not exist is missing. */
  lineProjections(usernames: readonly string[], now: Instant): Promise<ReadonlyMap<string, LineProjection>>;
  /** All plans, all NAS and all pools of ours. */
  reference(): Promise<{
    readonly plans: readonly PlanHistory[];
    readonly nas: readonly KnownNas[];
    readonly pools?: readonly StoredPool[];
  }>;
  /** Forgets changes that the counter store has taken. */
  completeProjections(ids: readonly number[]): Promise<void>;

  line(username: string): Promise<LineView | undefined>;
  /** Lines by username, at most `limit`, after `after` in that order. */
  lines(limit: number, after?: string): Promise<readonly LineView[]>;
  sessions(filter: SessionFilter): Promise<readonly SessionView[]>;
  /** How orders to NAS about a line ended, newest first. */
  effects(filter: EffectFilter): Promise<readonly EffectView[]>;
  /** Number of sessions that are online or only suspected to be gone. */
  openSessionCount(): Promise<number>;
  /** All NAS by name, secrets blanked. */
  nasList(): Promise<readonly KnownNas[]>;

  /** Resolves when the database answers, rejects when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
