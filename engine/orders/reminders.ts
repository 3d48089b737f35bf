import type { Instant } from '../values/instant.ts';
import { addJalaliDays, jalaliDayAt, jalaliWallTime } from '../values/jalali.ts';
import { tehranMidnightAfter } from '../values/tehran-time.ts';

/** When subscribers are reminded of the end of a service; settings of the house (product line P62). */
export interface ReminderRules {
  /** Days before the day on which it ends, 0 for that day. */
  readonly daysBefore: readonly number[];
  /** On Tehran's wall; 630 is 10:30. */
  readonly minuteOfDay: number;
}

/** Two days before and on the day, at 10:30 (product line P62). */
export const USUAL_REMINDERS: ReminderRules = { daysBefore: [2, 0], minuteOfDay: 630 };

/** A message about the end of a service, sent once per service and number of days (product line X07). */
export interface Reminder {
  readonly orderId: string;
  readonly daysBefore: number;
  readonly at: Instant;
}

/** A service whose end subscribers are reminded of. */
export interface EndingService {
  readonly orderId: string;
  readonly boughtAt: Instant;
  readonly until: Instant;
  /** When something was paid for that goes on after it: from then on nobody is reminded of its end. */
  readonly renewedAt: Instant | undefined;
}

/** All messages that a service gets, by time: none for before it was bought, none from its renewal on. */
export function remindersOf(service: EndingService, rules: ReminderRules): readonly Reminder[] {
  const lastDay = jalaliDayAt(service.until);
  const { orderId, boughtAt, renewedAt = Number.POSITIVE_INFINITY } = service;
  return [...new Set(rules.daysBefore)]
    .map((daysBefore) => ({
      orderId,
      daysBefore,
      at: jalaliWallTime(addJalaliDays(lastDay, -daysBefore), rules.minuteOfDay),
    }))
    .filter(({ at }) => boughtAt < at && at < renewedAt)
    .sort((left, right) => left.at - right.at);
}

/**
 * The messages that are to be sent at `now`: due, of today, and not sent. One that was missed on its day is not sent
 * later, since its words would be wrong.
 * @param sent days before the end for which the service's message went out.
 */
export function remindersDue(
  service: EndingService,
  rules: ReminderRules,
  sent: ReadonlySet<number>,
  now: Instant,
): readonly Reminder[] {
  if (service.renewedAt !== undefined && service.renewedAt <= now) return [];
  return remindersOf(service, rules).filter(
    ({ at, daysBefore }) => at <= now && now < tehranMidnightAfter(at) && !sent.has(daysBefore),
  );
}
