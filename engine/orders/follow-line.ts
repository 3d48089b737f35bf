import { beginReserve } from '../subscribers/declare-reserve.ts';
import type { LineRecord } from '../subscribers/line-record.ts';
import type { Instant } from '../values/instant.ts';
import { type ServiceEdges, servicesAt } from './line-account.ts';

/** The terms of a line. */
type Terms = Pick<LineRecord, 'planName' | 'expiresAt' | 'reserve'>;

/** What becomes of the services of a line whose terms were declared anew. */
export interface FollowedServices {
  /** Numbers of those that are over with it. */
  readonly ended: readonly number[];
  readonly moved: readonly { readonly id: number; readonly from: Instant; readonly until: Instant }[];
}

/**
 * The services of a line once somebody has declared other terms than it had: what runs ends with the line, and is given up
 * when that end is not to come; what waits has the edges of the reserve, and is given up with it. What was sold, its price
 * and its days stay as they are, also under another plan. A term that nobody sold has no service to follow it.
 * @param services of the line, neither over nor given up. @param before the line as it was.
 */
export function followLine<S extends ServiceEdges & { readonly id: number }>(
  services: readonly S[],
  before: Terms,
  after: Terms,
  now: Instant,
): FollowedServices {
  const { expiresAt: ended, reserve: waited } = beginReserve(before, now);
  const { running, waiting } = servicesAt(services, before, now);
  const { expiresAt, reserve } = after;
  const followed: { ended: number[]; moved: { id: number; from: Instant; until: Instant }[] } = {
    ...{ ended: [], moved: [] },
  };
  if (running !== undefined && expiresAt !== undefined && expiresAt !== ended) {
    if (expiresAt <= now) followed.ended.push(running.id);
    else followed.moved.push({ id: running.id, from: running.from, until: expiresAt });
  }
  if (waiting !== undefined && reserve === undefined) followed.ended.push(waiting.id);
  if (waiting === undefined || reserve === undefined) return followed;
  if (reserve.from !== waited?.from || reserve.expiresAt !== waited.expiresAt) {
    followed.moved.push({ id: waiting.id, from: reserve.from, until: reserve.expiresAt });
  }
  return followed;
}
