import type { CampaignRecharge } from '../catalog/offer.ts';
import type { Instant } from '../values/instant.ts';
import {
  addJalaliMonths,
  type JalaliDay,
  jalaliDayAt,
  jalaliDaysBetween,
  jalaliWallTime,
} from '../values/jalali.ts';

/** When the volume of a campaign is given: once a Jalali month, on the day and at the time of the first one. */
export interface CampaignSchedule extends Pick<CampaignRecharge, 'minuteOfDay'> {
  /** Day on which the campaign begins, the anchor of all recharges. */
  readonly firstDay: JalaliDay;
  /** The first month that has a recharge: 1 where a campaign that was given up has given that of the month before. */
  readonly firstMonth: 0 | 1;
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
 * The first month of a campaign that has a recharge of its own. A campaign that is given up for another, at once or by way
 * of other services, has given the volume of its month: the next campaign of the line has its first one on its own anchor
 * day a month later, unless a Jalali month has passed since, by days of Tehran.
 * @param from when the campaign begins.
 * @param givenUpDue when the last recharge of a month was due that a campaign of the line gave which was given up by then.
 */
export function firstMonthOf(from: Instant, givenUpDue: Instant | undefined): 0 | 1 {
  if (givenUpDue === undefined) return 0;
  const nextOfGivenUp = addJalaliMonths(jalaliDayAt(givenUpDue), 1);
  return jalaliDaysBetween(jalaliDayAt(from), nextOfGivenUp) > 0 ? 1 : 0;
}

/**
 * The next recharge to be run: the newest one that is due and was not applied, else the next to come that was not,
 * wherever late and extra ones lie (product line P34). `undefined` when the contract ends before; the first one comes with
 * the service, however short that is.
 * @param attempts by time; the first one may be noted for its hour, ahead of `now`.
 */
export function nextRecharge(
  schedule: CampaignSchedule,
  attempts: readonly RechargeAttempt[],
  now: Instant,
): Instant | undefined {
  const given = monthsGiven(schedule, attempts);
  let month = Math.max(schedule.firstMonth, newestDue(schedule, now));
  while (given.has(month)) month += 1;
  return isWithin(schedule, month) ? rechargeAt(schedule, month) : undefined;
}

/** The recharge that is due at `now`, `undefined` when none is; the first one comes with the service, before its hour too. */
export function dueRecharge(
  schedule: CampaignSchedule,
  attempts: readonly RechargeAttempt[],
  now: Instant,
): Instant | undefined {
  const next = nextRecharge(schedule, attempts, now);
  const isFirst = next === rechargeAt(schedule, 0);
  return next !== undefined && (isFirst || next <= now) ? next : undefined;
}

/** What became of every recharge up to `now`, by time: tried ones, extra ones, and those that never came. */
export function rechargeRows(
  schedule: CampaignSchedule,
  attempts: readonly RechargeAttempt[],
  now: Instant,
): readonly RechargeRow[] {
  const given = monthsGiven(schedule, attempts);
  const rows = attempts.map((attempt) => rechargeRow(schedule, attempts, attempt));
  for (let month = newestDue(schedule, now) - 1; month >= schedule.firstMonth; month--) {
    const dueAt = rechargeAt(schedule, month);
    if (isWithin(schedule, month) && !given.has(month)) rows.push({ kind: 'missed', at: dueAt, dueAt });
  }
  return rows.sort((left, right) => left.at - right.at);
}

/** What one of the attempts was. */
export function rechargeRow(
  schedule: CampaignSchedule,
  attempts: readonly RechargeAttempt[],
  attempt: RechargeAttempt,
): RechargeRow {
  const { at, outcome } = attempt;
  const month = Math.max(0, newestDue(schedule, at));
  const isOwn = monthsGiven(schedule, attempts).get(month) === attempt;
  const kind = outcome === 'failed' ? 'failed' : isOwn ? 'monthly' : 'extra';
  return { kind, at, dueAt: rechargeAt(schedule, month) };
}

/** Whether a month's recharge is before the end of the contract. */
function isWithin(schedule: CampaignSchedule, month: number): boolean {
  return month === 0 || schedule.until === undefined || rechargeAt(schedule, month) < schedule.until;
}

/** The attempt that gave each month its own volume: the first applied one while the month's was the newest due. */
function monthsGiven(
  schedule: CampaignSchedule,
  attempts: readonly RechargeAttempt[],
): ReadonlyMap<number, RechargeAttempt> {
  const given = new Map<number, RechargeAttempt>();
  for (const attempt of attempts) {
    const month = newestDue(schedule, attempt.at);
    const isOfMonth = month >= schedule.firstMonth && attempt.outcome === 'applied';
    if (isOfMonth && !given.has(month)) given.set(month, attempt);
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
