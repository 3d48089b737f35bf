import type { Instant } from '../values/instant.ts';
import { addJalaliDays, jalaliDayAt, jalaliDayStart } from '../values/jalali.ts';

/** «بهره برداری» in operation, or «در لیست جمع آوری» in the list of lines to be disconnected (product line P24). */
export type LineStanding = 'in-operation' | 'in-collection-list';

/** Why a line is in the collection list. */
export type CollectionReason = 'expired' | 'exhausted' | 'staff';

/** What brings a line into operation. */
export type OperationReason = 'purchase' | 'free-charge' | 'staff';

/** Something that happened to a line. Notes are staff's words, '' for none. */
export type LineEvent =
  | {
      /** Service until `coverUntil`, reserves included, from now on. */
      readonly what: 'purchase' | 'free-charge';
      readonly at: Instant;
      readonly coverUntil: Instant;
    }
  /** The volume is used up, and the plan puts such lines into the list. */
  | { readonly what: 'exhausted'; readonly at: Instant }
  | { readonly what: 'staff'; readonly at: Instant; readonly to: LineStanding; readonly note: string };

/** A row of the history of a line's status «سابقه وضعیت خط تلفن» (product line P23). */
export interface StandingChange {
  readonly at: Instant;
  readonly to: LineStanding;
  readonly reason: CollectionReason | OperationReason;
  readonly note: string;
}

/** When a line whose service ends at `coverUntil` goes into the list: as the day after begins (product line P25). */
export function collectionStart(coverUntil: Instant): Instant {
  return jalaliDayStart(addJalaliDays(jalaliDayAt(coverUntil), 1));
}

/**
 * Every change of a line's status up to `now`, by time, all of them where a day has several (product lines P24 and P25). An
 * event that leaves the status as it is makes no row.
 * @param events by time; those after `now` are not looked at.
 */
export function standingChanges(events: readonly LineEvent[], now: Instant): readonly StandingChange[] {
  const changes: StandingChange[] = [];
  const change = (row: StandingChange) => {
    if (changes.at(-1)?.to !== row.to) changes.push(row);
  };
  let collectedFrom = Number.POSITIVE_INFINITY;
  const collectUpTo = (at: Instant) => {
    if (collectedFrom > at) return;
    change({ at: collectedFrom, to: 'in-collection-list', reason: 'expired', note: '' });
    collectedFrom = Number.POSITIVE_INFINITY;
  };
  for (const event of events) {
    if (event.at > now) break;
    collectUpTo(event.at);
    change(rowOf(event));
    if ('coverUntil' in event) collectedFrom = collectionStart(event.coverUntil);
  }
  collectUpTo(now);
  return changes;
}

function rowOf(event: LineEvent): StandingChange {
  const { at } = event;
  if (event.what === 'staff') return { at, to: event.to, reason: 'staff', note: event.note };
  const to = event.what === 'exhausted' ? 'in-collection-list' : 'in-operation';
  return { at, to, reason: event.what, note: '' };
}
