import type { HouseSettings } from '../orders/house-settings.ts';
import { WorkFailed } from '../orders/work-failed.ts';
import { type Instant, MINUTE_MS } from '../values/instant.ts';
import { addJalaliDays, jalaliDayAt, jalaliWallTime } from '../values/jalali.ts';

/** What time is passed with. */
export interface TimePassing {
  now(): Instant;
  /** Moves the clock forward. */
  moveTo(at: Instant): void;
  /** When daily work is done. */
  settings(at: Instant): Promise<Pick<HouseSettings, 'dailyMinute' | 'reminders'>>;
  /** Does all that is due by now; may reject with `WorkFailed` once it has done what can be done. */
  runAll(): Promise<unknown>;
}

/**
 * Lets time pass on a clock that stands still: the clock stops at every moment of daily work on the way, and what is due
 * there is done before it goes on. So months of billing are over in seconds, and nothing is late that would not have been.
 * What cannot be done holds up no day: the clock gets to `until`, and the first such failure is thrown there.
 */
export async function passTime(passing: TimePassing, until: Instant): Promise<void> {
  let failure: WorkFailed | undefined;
  while (passing.now() < until) {
    const { dailyMinute, reminders } = await passing.settings(passing.now());
    const next = nextMoment(passing.now(), [dailyMinute, reminders.minuteOfDay]);
    passing.moveTo(Math.min(next, until));
    await passing.runAll().catch((reason: unknown) => {
      if (!(reason instanceof WorkFailed)) throw reason;
      failure ??= reason;
    });
  }
  if (failure !== undefined) throw failure;
}

/** The first moment after `at` that has one of the minutes on Tehran's wall. */
function nextMoment(at: Instant, minutes: readonly number[]): Instant {
  const today = jalaliDayAt(at);
  const moments = [today, addJalaliDays(today, 1)].flatMap((day) =>
    minutes.map((minute) => jalaliWallTime(day, minute)),
  );
  return Math.min(...moments.filter((moment) => moment > at), at + 24 * 60 * MINUTE_MS);
}
