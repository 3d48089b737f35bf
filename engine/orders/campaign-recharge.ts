import type { CampaignRecharge } from '../catalog/offer.ts';
import type { Instant } from '../values/instant.ts';
import { addJalaliMonths, type JalaliDay, jalaliDayAt, jalaliWallTime } from '../values/jalali.ts';

/** When the volume of a campaign is given: once a Jalali month, on the day and at the time of the first one. */
export interface CampaignSchedule extends Pick<CampaignRecharge, 'minuteOfDay'> {
  /** Day of the first recharge, the anchor of all others. */
  readonly firstDay: JalaliDay;
  /** First instant after the contract, `undefined` while it has no end. */
  readonly until: Instant | undefined;
}

/** A recharge that was tried, by the daily run or by hand. */
export interface RechargeAttempt {
  readonly at: Instant;
  readonly outcome: 'applied' | 'failed';
}

/**
 * A row of «شارژ کمپین ها» (product line P33). `monthly`: the month's own, however late; `extra`: given although the month
 * had its own already; `failed`: tried in vain; `missed`: a month that went by without its own.
 */
export interface RechargeRow {
  readonly kind: 'monthly' | 'extra' | 'failed' | 'missed';
  /** When it was tried; of a missed one when it should have been. */
  readonly at: Instant;
  /** When the month's own recharge was to be. */
  readonly dueAt: Instant;
}

/** When the recharge of the `index`th month is to be, 0 the first. A short month's last day stands in and moves no other. */
export function rechargeAt({ firstDay, minuteOfDay }: CampaignSchedule, index: number): Instant {
  return jalaliWallTime(addJalaliMonths(firstDay, index), minuteOfDay);
}

/**
 * The next recharge to be run: the newest one that is due and was not applied, else the next to come, wherever late and
 * extra ones lie (product line P34). `undefined` when the contract ends before.
 * @param attempts by time, up to `now`.
 */
export function nextRecharge(
  schedule: CampaignSchedule,
  attempts: readonly RechargeAttempt[],
  now: Instant,
): Instant | undefined {
  const newest = newestDue(schedule, now);
  const isOpen = newest >= 0 && !monthsGiven(schedule, attempts).has(newest);
  const dueAt = rechargeAt(schedule, isOpen ? newest : newest + 1);
  return schedule.until === undefined || dueAt < schedule.until ? dueAt : undefined;
}

/** What became of every recharge up to `now`, by time: tried ones, extra ones, and those that never came. */
export function rechargeRows(
  schedule: CampaignSchedule,
  attempts: readonly RechargeAttempt[],
  now: Instant,
): readonly RechargeRow[] {
  const given = monthsGiven(schedule, attempts);
  const rows = attempts.map((attempt): RechargeRow => {
    const { at, outcome } = attempt;
    const month = Math.max(0, newestDue(schedule, at));
    const kind = outcome === 'failed' ? 'failed' : given.get(month) === attempt ? 'monthly' : 'extra';
    return { kind, at, dueAt: rechargeAt(schedule, month) };
  });
  for (let month = newestDue(schedule, now) - 1; month >= 0; month--) {
    const dueAt = rechargeAt(schedule, month);
    const isOwed = schedule.until === undefined || dueAt < schedule.until;
    if (isOwed && !given.has(month)) rows.push({ kind: 'missed', at: dueAt, dueAt });
  }
  return rows.sort((left, right) => left.at - right.at);
}

/** The attempt that gave each month its own volume: the first applied one while the month's was the newest due. */
function monthsGiven(
  schedule: CampaignSchedule,
  attempts: readonly RechargeAttempt[],
): ReadonlyMap<number, RechargeAttempt> {
  const given = new Map<number, RechargeAttempt>();
  for (const attempt of attempts) {
    const month = newestDue(schedule, attempt.at);
    if (attempt.outcome === 'applied' && month >= 0 && !given.has(month)) given.set(month, attempt);
  }
  return given;
}

/** Index of the last month whose recharge was due by `at`, -1 before the first. */
function newestDue(schedule: CampaignSchedule, at: Instant): number {
  const { firstDay } = schedule;
  const { year, month } = jalaliDayAt(at);
  const index = (year - firstDay.year) * 12 + (month - firstDay.month);
  return Math.max(-1, rechargeAt(schedule, index) <= at ? index : index - 1);
}
