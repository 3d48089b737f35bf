import { periodsAtMost } from '../catalog/allotments.ts';
import type { Plan } from '../catalog/plan.ts';
import type { PlanHistory } from '../catalog/plan-history.ts';
import { DAY_MS, type Instant } from '../values/instant.ts';
import { isOctets } from '../values/octets.ts';
import { changesPast } from './declare-plan.ts';
import type { PlanDeclaration } from './provisioning.ts';
import { readInstant } from './read-instant.ts';

/** Told of every error by its path. */
export type Report = (path: string, message: string) => void;

const MINUTES_OF_DAY = 1_440;

/** Ten years of days: beyond this a term's grants are too many to be read and written with every change of its line. */
const TERM_GRANTS_MAX = 4_000;

/** Reports what does not fit together within a plan, and a version that would change what was. */
export function checkPlan(
  plan: PlanDeclaration,
  stored: PlanHistory | undefined,
  path: string,
  now: Instant,
  report: Report,
): void {
  const { days, quota, tiers = [], concurrentSessions = 1 } = plan;
  if (!Number.isSafeInteger(days) || days < 1) report(`${path}.days`, 'must be a whole number from 1');
  const volumes = new Map(tiers.map(({ octets }, index) => [`${path}.tiers[${index}]`, octets]));
  if (quota !== undefined) volumes.set(`${path}.quota`, quota.octets);
  const wrong = [...volumes].filter(([, octets]) => !isOctets(octets));
  for (const [at] of wrong) report(`${at}.octets`, 'must be a whole number of octets up to 2^53 - 1');
  if (tiers.length > 0 && quota === undefined) {
    report(`${path}.tiers`, 'need a quota, which they follow');
  }
  if (!Number.isSafeInteger(concurrentSessions) || concurrentSessions < 1) {
    report(`${path}.concurrentSessions`, 'must be a whole number from 1');
  }
  if (quota !== undefined && grantsOfDays(quota.per ?? 'term', days, tiers.length) > TERM_GRANTS_MAX) {
    report(`${path}.quota.per`, `a term would have more than ${TERM_GRANTS_MAX} volumes`);
  }
  checkBurst(plan.speed, `${path}.speed.burst`, report);
  checkWindows(plan.windows ?? [], `${path}.windows`, report);
  checkClasses(plan.classes ?? [], `${path}.classes`, report);
  if (plan.effectiveFrom !== undefined && readInstant(plan.effectiveFrom) === undefined) {
    report(`${path}.effectiveFrom`, `${plan.effectiveFrom} is no ISO 8601 time with a zone`);
  } else if (wrong.length === 0 && changesPast(plan, stored, now)) {
    report(`${path}.effectiveFrom`, `${plan.effectiveFrom} is over: what was in force then cannot change`);
  }
}

/** Whether a term of the plan would have more grants than can be kept. */
export function isTooFine({ quota, tiers }: Plan, from: Instant, until: Instant): boolean {
  if (quota === undefined) return false;
  return periodsAtMost(quota.per, from, until) * (1 + tiers.length) > TERM_GRANTS_MAX;
}

function grantsOfDays(per: NonNullable<Plan['quota']>['per'], days: number, tiers: number): number {
  return periodsAtMost(per, 0, days * DAY_MS) * (1 + tiers);
}

function checkBurst(speed: PlanDeclaration['speed'], path: string, report: Report): void {
  const burst = speed?.burst;
  if (speed === undefined || burst === undefined) return;
  for (const [direction, threshold] of [
    ['downKbps', 'thresholdDownKbps'],
    ['upKbps', 'thresholdUpKbps'],
  ] as const) {
    if (burst[direction] < speed[direction]) {
      report(`${path}.${direction}`, `must not be below the plan's ${speed[direction]}`);
    }
    if (burst[threshold] > burst[direction]) {
      report(`${path}.${threshold}`, `must not be above the burst's ${burst[direction]}`);
    }
  }
}

function checkWindows(windows: NonNullable<PlanDeclaration['windows']>, path: string, report: Report): void {
  windows.forEach(({ fromMinute, toMinute, percent, speed, weekdays }, index) => {
    const at = `${path}[${index}]`;
    if (fromMinute < 0 || toMinute > MINUTES_OF_DAY || fromMinute >= toMinute) {
      report(at, 'must lie within a day; a window over midnight is two windows');
    }
    if (percent === undefined && speed === undefined) report(at, 'must have a percent or a speed');
    if (weekdays?.length === 0) report(`${at}.weekdays`, 'must name at least one day');
  });
}

function checkClasses(classes: NonNullable<PlanDeclaration['classes']>, path: string, report: Report): void {
  const seen = new Set<string>();
  classes.forEach(({ name }, index) => {
    const words = name === '' ? 'traffic without a class' : name;
    if (seen.has(name)) report(`${path}[${index}].name`, `${words} is named twice`);
    seen.add(name);
  });
}
