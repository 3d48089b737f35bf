import type { LineProfile, LineStatus } from '../policy/line-state.ts';
import type { Grant } from '../quota/grant.ts';
import type { EffectView } from '../subscribers/effect-history.ts';
import type { HistoryRow } from '../subscribers/recovery.ts';
import type { AccessHistoryRow } from '../subscribers/usage-history.ts';
import type { Instant } from '../values/instant.ts';

/** A change of a line's status. */
export interface StatusRow {
  readonly status: LineStatus;
  readonly reason: string;
  readonly actor: string;
  readonly at: Instant;
}

/** What may change of a line's profile and is explained. */
export type TermFields = Pick<
  LineProfile,
  'planName' | 'expiresAt' | 'reserve' | 'concurrentSessions' | 'macLock'
>;

/** A line as the books know it, now and before. */
export interface LinePast {
  readonly profile: LineProfile;
  readonly grants: readonly Grant[];
  readonly createdAt: Instant;
  /** What it was before each change, by the instant of the change. */
  readonly earlier: readonly (TermFields & { readonly changedAt: Instant })[];
  /** Grants before each change, by the instant of the change; what was consumed is not said. */
  readonly earlierGrants: readonly { readonly changedAt: Instant; readonly grant: Grant }[];
  /** By time; the first is of the line's beginning. */
  readonly statuses: readonly StatusRow[];
}

/** How an order to a NAS ended. */
export type EffectRow = Omit<EffectView, 'latencyMs'>;

/** The books as the past is read from them. */
export interface PastLedger {
  linePast(username: string): Promise<LinePast | undefined>;
  /**
   * Lines of any of the plans, now or at some time after `since`, with a higher number than `after`, by number, at most
   * `limit`.
   */
  linePastsOf(
    planNames: readonly string[],
    since: Instant,
    after: number,
    limit: number,
  ): Promise<readonly LinePast[]>;
  /** Orders about a line that ended within (from, to], newest first, at most `limit`. */
  effectsOf(username: string, from: Instant, to: Instant, limit: number): Promise<readonly EffectRow[]>;
}

/** How much of the grants a session had burned at an instant. */
export interface BurnPoint {
  readonly lineId: number;
  readonly sessionKey: string;
  readonly at: Instant;
  readonly burnedOctets: number;
}

/** From when on a line's burned octets are wanted, and the instants at which they are wanted exactly. */
export interface WantedBurns {
  readonly lineId: number;
  readonly since: Instant;
  readonly edges: readonly Instant[];
}

/** The usage history as the past is read from it. */
export interface PastHistory {
  /** Rows of the lines within (from, to]; those of a session in the order in which they were written. */
  rowsBetween(lineIds: readonly number[], from: Instant, to: Instant): Promise<readonly HistoryRow[]>;
  /**
   * Points of the lines' sessions: the end of every day since, and every row of the days in which an edge lies, as far as
   * rows are kept. What a session had burned at an edge is the highest of its points up to there.
   */
  burnPoints(lines: readonly WantedBurns[]): Promise<readonly BurnPoint[]>;
  /** Answers to Access-Requests of a username within (from, to], newest first, at most `limit`. */
  accessBetween(
    username: string,
    from: Instant,
    to: Instant,
    limit: number,
  ): Promise<readonly AccessHistoryRow[]>;
}
