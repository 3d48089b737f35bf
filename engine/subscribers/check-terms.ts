import { type PlanLookup, planAt } from '../catalog/plan-history.ts';
import { DAY_MS, type Instant } from '../values/instant.ts';
import { isTooFine, type Report } from './check-plan.ts';
import { declaredEnd } from './declare-line.ts';
import { beginReserve, followedFrom, presentDeclaration } from './declare-reserve.ts';
import type { LineRecord } from './line-record.ts';
import type { LineDeclaration } from './provisioning.ts';
import { readInstant } from './read-instant.ts';

/** Reports a term that cannot be: one of more volumes than can be kept, and a reserve that follows nothing. */
export function checkTerms(
  declared: LineDeclaration,
  stored: LineRecord | undefined,
  plans: PlanLookup,
  path: string,
  now: Instant,
  report: Report,
): void {
  const line = stored && beginReserve(stored, now);
  const declaration = presentDeclaration(declared, line, now);
  const history = plans(declaration.plan);
  if (history === undefined) return;
  const plan = planAt(history, now);
  const end = declaredEnd(declaration, line, plan, now);
  if (end !== undefined && isTooFine(plan, now, end)) {
    report(`${path}.expiresAt`, `${declaration.expiresAt} gives the term too many volumes`);
  }
  if (declaration.reserve)
    checkReserve(declaration.reserve, line, end, plans, `${path}.reserve`, now, report);
}

function checkReserve(
  reserve: NonNullable<LineDeclaration['reserve']>,
  line: LineRecord | undefined,
  end: Instant | undefined,
  plans: PlanLookup,
  path: string,
  now: Instant,
  report: Report,
): void {
  const history = plans(reserve.plan);
  if (history === undefined) return;
  const plan = planAt(history, now);
  const stored = line?.reserve?.planName === reserve.plan ? line.reserve : undefined;
  const follows = stored && followedFrom(stored, { before: line?.expiresAt, after: end }, now);
  const from = readInstant(reserve.from) ?? follows ?? end;
  // What was reserved already stays so in the days between two terms.
  const isKept = from !== undefined && from === follows;
  if (from === undefined || (!isKept && (end === undefined || end <= now))) {
    report(path, 'no term is running that it could follow');
    return;
  }
  if (!isKept && from < end!) report(`${path}.from`, 'must not be before the end of the running term');
  const expiresAt = readInstant(reserve.expiresAt) ?? from + plan.days * DAY_MS;
  if (expiresAt <= from) report(`${path}.expiresAt`, 'must be later than the beginning of the reserve');
  else if (isTooFine(plan, from, expiresAt)) {
    report(`${path}.expiresAt`, `${reserve.expiresAt} gives the term too many volumes`);
  }
}
