import type { Instant } from '../values/instant.ts';
import { daysLater } from '../values/jalali.ts';

/** What a reviewer said of a subscriber's document; a deleted one is rejected. */
export interface DocumentVerdict {
  readonly documentType: string;
  readonly at: Instant;
  readonly verdict: 'approved' | 'rejected';
}

/** Whether a line's documents let it be online. */
export type DocumentStanding =
  | { readonly state: 'complete' }
  | {
      /** `suspended`: the time is over and the internet is cut until all are approved. */
      readonly state: 'in-grace' | 'suspended';
      readonly deadline: Instant;
      /** Types of which an approved one is missing. */
      readonly missing: readonly string[];
    };

/** Days in which rejected documents must be replaced and approved: exactly a week (product line P22). */
export const DOCUMENT_GRACE_DAYS = 7;

/**
 * What the verdicts up to `now` mean for the line (product line P22). The week begins with the first rejection, and no
 * second one within it begins another.
 * @param verdicts by time.
 */
export function documentStanding(
  verdicts: readonly DocumentVerdict[],
  graceDays: number,
  now: Instant,
): DocumentStanding {
  const missing = new Set<string>();
  let since: Instant | undefined;
  for (const { documentType, at, verdict } of verdicts) {
    if (at > now) break;
    if (verdict === 'rejected') missing.add(documentType);
    else missing.delete(documentType);
    since = missing.size === 0 ? undefined : (since ?? at);
  }
  if (since === undefined) return { state: 'complete' };
  const deadline = daysLater(since, graceDays);
  return { state: now < deadline ? 'in-grace' : 'suspended', deadline, missing: [...missing] };
}
