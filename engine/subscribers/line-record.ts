import type { LineStatus, ReservedTerm } from '../policy/line-state.ts';
import type { Grant } from '../quota/grant.ts';
import type { Instant } from '../values/instant.ts';

/** Everything that can be declared of a line, with all its grants. */
export interface LineRecord {
  readonly username: string;
  readonly displayName: string;
  /** Grows with every change; 0 for a line that does not exist yet. */
  readonly revision: number;
  readonly status: LineStatus;
  /** In the clear, '' when there is none, `undefined` when the stored one cannot be opened with our key. */
  readonly password: string | undefined;
  readonly planName: string;
  readonly expiresAt: Instant | undefined;
  readonly reserve: ReservedTerm | undefined;
  /** '' when there is none. */
  readonly staticIp: string;
  /** `undefined` for as many as the plan allows. */
  readonly concurrentSessions: number | undefined;
  readonly macLock: string;
  readonly framedRoutes: readonly string[];
  readonly framedIpv6Prefix: string;
  readonly delegatedIpv6Prefix: string;
  readonly grants: readonly Grant[];
}
