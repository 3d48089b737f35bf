import type { Forgotten } from '../accounting/forgotten.ts';
import type { Session } from '../accounting/session.ts';
import type { Grant } from '../quota/grant.ts';
import type { Instant } from '../values/instant.ts';

/** Administrative status of a line. Only an active line may go online. */
export type LineStatus = 'active' | 'suspended' | 'closed';

/** A term that was bought before the running one is over. Its grants begin with it. */
export interface ReservedTerm {
  readonly planName: string;
  readonly from: Instant;
  readonly expiresAt: Instant;
}

/**
 * What the packet path must know of a line, projected from the ledger. `revision` grows with every change there,
 * so that an older projection never overwrites a newer one.
 */
export interface LineProfile {
  readonly username: string;
  /** Number of the line in the ledger and in the usage history. */
  readonly lineId: number;
  readonly revision: number;
  readonly status: LineStatus;
  /** Internet password sealed by `engine/runtime/secret-box.ts`; '' for lines that are known by their MAC only. */
  readonly sealedPassword: string;
  readonly planName: string;
  /** First instant after the service; `undefined` when the line has never bought one. */
  readonly expiresAt: Instant | undefined;
  /** The term that follows by itself, `undefined` when none was bought. */
  readonly reserve: ReservedTerm | undefined;
  /** Sessions at a time; `undefined` for as many as the plan allows. */
  readonly concurrentSessions: number | undefined;
  /** Calling-Station-Id that alone may use the line (letters and digits, lower case), '' for any. */
  readonly macLock: string;
  readonly staticIp: string;
  readonly framedRoutes: readonly string[];
  readonly framedIpv6Prefix: string;
  readonly delegatedIpv6Prefix: string;
}

/** Everything the packet path holds about one line; one versioned record in the counter store. */
export interface LineState {
  readonly profile: LineProfile;
  readonly grants: readonly Grant[];
  /** Open sessions, and closed ones kept as tombstones for late packets. */
  readonly sessions: readonly Session[];
  /** How far the sessions reach whose tombstones are gone; `undefined` when none is. */
  readonly forgotten: Forgotten | undefined;
  /** The device that a plan with `locksFirstMac` has bound the line to, as `stationKey` writes it; absent when none. */
  readonly boundMac?: string | undefined;
}
