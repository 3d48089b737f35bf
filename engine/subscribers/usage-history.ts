import type { Instant } from '../values/instant.ts';

/** Octets by what became of them. Input is upload, output is download; see `SessionUsage` for the rest. */
export interface UsageFigures {
  readonly inputOctets: number;
  readonly outputOctets: number;
  readonly chargedOctets: number;
  readonly freeOctets: number;
  readonly quarantinedOctets: number;
  readonly burnedOctets: number;
  readonly overshotOctets: number;
}

/** What one session used within the range that was asked for. */
export interface SessionUsageRow extends UsageFigures {
  readonly sessionKey: string;
  readonly startedAt: Instant;
  /** Newest record within the range. */
  readonly lastAt: Instant;
  readonly nas: string;
  readonly framedIp: string;
}

/** What a line used on one day of Asia/Tehran. */
export interface DailyUsageRow extends UsageFigures {
  /** `2026-11-21`, Gregorian. */
  readonly day: string;
}

/** One answered Access-Request, or several folded into one row. */
export interface AccessHistoryRow {
  readonly at: Instant;
  readonly nas: string;
  readonly callingStationId: string;
  readonly outcome: 'accept' | 'reject';
  /** '' when accepted. */
  readonly reason: string;
  readonly count: number;
}

/**
 * The usage history: every event for weeks, every session's days for years. Usage of a session is the highest
 * counter seen, never a sum of rows, so that an event stored twice changes nothing.
 */
export interface UsageHistory {
  /** All sessions together, or those of one username. */
  totals(username?: string): Promise<UsageFigures>;
  /**
   * Sessions of a line with records in (from, to], earliest start first. Neighbouring ranges add up to the whole: a
   * session's figures are its counters at the end of the range less those at its beginning.
   */
  sessionsOf(lineId: number, from: Instant, to: Instant): Promise<readonly SessionUsageRow[]>;
  /** Days of Asia/Tehran with usage of the line, from the day of `from` to the day of `to`, in order. */
  dailyOf(lineId: number, from: Instant, to: Instant): Promise<readonly DailyUsageRow[]>;
  /** Newest answers to Access-Requests of a username, at most `limit`. */
  accessHistory(username: string, limit: number): Promise<readonly AccessHistoryRow[]>;
  /** Resolves when the store answers, rejects when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
