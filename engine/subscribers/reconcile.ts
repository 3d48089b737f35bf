import type { Instant } from '../values/instant.ts';
import type { UsageFigures } from './usage-history.ts';

/** A line, and those of its sessions whose figures are wanted one by one: the ones that the counters keep. */
export interface LineSessions {
  readonly lineId: number;
  readonly sessionKeys: readonly string[];
}

/** Size of a grant and what the ledger says was taken from it; the latter may be more when a grant was made smaller. */
export interface GrantBalance {
  readonly octets: number;
  readonly consumedOctets: number;
  /** First instant at which the grant is no longer valid; absent never ends. */
  readonly until?: Instant | undefined;
}

/** What the ledger holds of one line. A session that it has not heard of is missing. */
export interface LedgerBalance {
  /** All grants that the line ever had, by id. */
  readonly grants: ReadonlyMap<string, GrantBalance>;
  /** The sessions that were asked for, by key. */
  readonly sessions: ReadonlyMap<string, UsageFigures>;
}

/** What the history holds of one line. A session that it has not heard of is missing. */
export interface HistoryBalance {
  /** The sessions that were asked for, by key. */
  readonly sessions: ReadonlyMap<string, UsageFigures>;
  /** All other sessions that the line ever had, together. */
  readonly others: {
    readonly burnedOctets: number;
    /** Sum over these sessions of what input + output and charged + free + quarantined differ by. */
    readonly unaccountedOctets: number;
  };
}

/**
 * The ledger as the reconciler reads it. A figure beyond 2^53 - 1 is given as that number: it is wrong in any case, and
 * must not keep other lines from being looked at.
 */
export interface ReconcileLedger {
  /** Lines with a higher number than `lineId`, by number, at most `limit`. */
  linesAfter(
    lineId: number,
    limit: number,
  ): Promise<readonly { readonly lineId: number; readonly username: string }[]>;
  /** Numbers of those of these usernames that are lines. */
  lineIds(usernames: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** One balance per line, in the given order; empty for a number that is no line. */
  ledgerBalances(lines: readonly LineSessions[]): Promise<readonly LedgerBalance[]>;
  /** Those of these usernames with a change that the counter store may not have taken yet. */
  unprojected(usernames: readonly string[]): Promise<ReadonlySet<string>>;
}

/** The history as the reconciler reads it. Figures beyond 2^53 - 1 as in `ReconcileLedger`. */
export interface ReconcileHistory {
  /** One balance per line, in the given order. */
  historyBalances(lines: readonly LineSessions[]): Promise<readonly HistoryBalance[]>;
}

/**
 * What was compared. consumedOctets: of a grant, or of all grants of a line, where the history's figure is what its
 * sessions have burned. unaccountedOctets: by how much input + output and charged + free + quarantined differ.
 */
export type ReconciledFigure = keyof UsageFigures | 'consumedOctets' | 'unaccountedOctets';

/** A figure on which the stores do not agree. `null` where a store does not hold it, 0 where it has no such record. */
export interface Difference {
  readonly username: string;
  readonly lineId: number;
  /** Of a session's figure. */
  readonly sessionKey?: string;
  /** Of a grant's figure. */
  readonly grantId?: string;
  readonly figure: ReconciledFigure;
  readonly counters: number | null;
  readonly ledger: number | null;
  readonly history: number | null;
  /** By how much they differ; above 0. What one of these explains is not counted in another one. */
  readonly octets: number;
}

/** What a run of the reconciler found. Instants are epoch ms. */
export interface Reconciliation {
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Lines that were looked at: `judged` + `busy`. */
  readonly lines: number;
  readonly judged: number;
  /** Lines that changed whenever they were looked at, or wait for their projection: no judgement. */
  readonly busy: number;
  /** Sum over all differences found; 0 when all three stores agree. */
  readonly unreconciledOctets: number;
  /** Judged lines with a difference. */
  readonly differingLines: number;
  /** The first differences, at most 100. */
  readonly differences: readonly Difference[];
}
