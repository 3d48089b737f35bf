import {
  type ContractOfLine,
  contractBatches,
  grouped,
  type LineBatch,
  lineBatches,
  type PersonOfImport,
  peopleBatches,
} from '../../../engine/import/batches.ts';
import type { ImportedLine, ImportPlan, RejectedRow } from '../../../engine/import/import-plan.ts';
import { reasonsOf, refusedRows } from '../../../engine/import/refuse-lines.ts';
import type { PlanDeclaration } from '../../../engine/subscribers/provisioning.ts';
import { ok, type Result } from '../../../engine/values/result.ts';
import type { ImportedPeople } from '../../imported-people.ts';
import { LINES_AT_ONCE, PEOPLE_AT_ONCE } from './check-plan.ts';
import { type Failure, faultsIn, type ImportServer } from './import-server.ts';

const COUNTED = ['customers', 'known', 'contracts', 'credits', 'services'] as const;

/** What was applied. */
export interface AppliedImport {
  readonly lines: readonly ImportedLine[];
  /** Rows that the server would not have, beside those of the plan. */
  readonly rejected: readonly RejectedRow[];
  readonly people: Readonly<Record<(typeof COUNTED)[number], number>>;
  /** Customers and contracts that were left out, and why. */
  readonly faults: readonly string[];
}

/**
 * Applies plans, then lines, then people. A line that the server refuses is left out, and the rest of its batch goes on.
 * @param kept usernames of lines that stay as they are; what is unknown of their people is filled all the same.
 */
export async function applyImport(
  plan: ImportPlan,
  declared: readonly PlanDeclaration[],
  kept: ReadonlySet<string>,
  server: ImportServer,
  progress: (sentence: string) => void,
): Promise<Result<AppliedImport, Failure>> {
  const plans = [...declared, ...plan.plans];
  if (plans.length > 0) {
    const done = await server.apply({ plans });
    if (!done.ok) return done;
  }
  const [stay, come] = [true, false].map((isKept) =>
    plan.lines.filter(({ declaration }) => kept.has(declaration.username) === isKept),
  ) as [ImportedLine[], ImportedLine[]];
  const lines: ImportedLine[] = [];
  const rejected: RejectedRow[] = [];
  for (const batch of lineBatches(come, LINES_AT_ONCE)) {
    const done = await applyBatch(batch, server, rejected);
    if (!done.ok) return done;
    lines.push(...done.value);
    progress(`${lines.length} of ${come.length} lines`);
  }
  const people = await applyPeople(plan, [...lines, ...stay], server, progress);
  return people.ok ? ok({ lines, rejected, ...people.value }) : people;
}

async function applyBatch(
  batch: LineBatch,
  server: ImportServer,
  rejected: RejectedRow[],
): Promise<Result<readonly ImportedLine[], Failure>> {
  let left: readonly ImportedLine[] = batch.lines;
  // Each round leaves at least one line out.
  while (left.length > 0) {
    const document = { lines: left.map(({ declaration }) => declaration) };
    const done = await server.apply(document);
    if (done.ok) return ok(left);
    const reasons = reasonsOf(left, faultsIn('lines', done.error) ?? []);
    if (reasons.size === 0) return done;
    rejected.push(...refusedRows(left, reasons));
    left = left.filter(({ declaration }) => !reasons.has(declaration.username));
  }
  return ok(left);
}

async function applyPeople(
  plan: ImportPlan,
  lines: readonly ImportedLine[],
  server: ImportServer,
  progress: (sentence: string) => void,
): Promise<Result<Pick<AppliedImport, 'people' | 'faults'>, Failure>> {
  const people = { customers: 0, known: 0, contracts: 0, credits: 0, services: 0 };
  const faults: string[] = [];
  for (const batch of peopleBatches(plan, lines, PEOPLE_AT_ONCE, LINES_AT_ONCE)) {
    const done = await sendPeople('customers', batch.people, server, faults);
    if (!done.ok) return done;
    // Customers of whom more lines come have been counted with the first of them.
    const counted = batch.isRest ? COUNTED.filter((name) => name !== 'known') : COUNTED;
    for (const name of counted) people[name] += done.value?.[name] ?? 0;
    progress(`${people.customers + people.known} of ${plan.customers.length} customers`);
  }
  for (const alone of contractBatches(lines, PEOPLE_AT_ONCE)) {
    const done = await sendPeople('lines', alone, server, faults);
    if (!done.ok) return done;
    for (const name of COUNTED) people[name] += done.value?.[name] ?? 0;
  }
  return ok({ people, faults });
}

/**
 * Sends customers, or lines of nobody. Those that the server will not read are left out and told, and the others go on.
 * @param faults grows by what was left out. @returns what was done, `undefined` where nothing was left to do.
 */
async function sendPeople(
  list: 'customers' | 'lines',
  batch: readonly (PersonOfImport | ContractOfLine)[],
  server: ImportServer,
  faults: string[],
): Promise<Result<ImportedPeople | undefined, Failure>> {
  let left = batch;
  // Each round leaves at least one out.
  while (left.length > 0) {
    const done = await server.people({ [list]: left });
    if (done.ok) {
      faults.push(...done.value.faults.map(({ message }) => message));
      return done;
    }
    const refused = faultsIn(list, done.error) ?? [];
    const out = grouped(refused, ({ path }) => Number(/\d+/.exec(path)?.[0]));
    if (![...out.keys()].some((index) => left[index] !== undefined)) return done;
    for (const [index, own] of out) {
      const each = left[index];
      const words = own.map(({ path, message }) => `${path.replace(/^\w+\[\d+\]\.?/, '')} ${message}`.trim());
      if (each !== undefined) faults.push(`${shownOf(each)} is left out: ${words.join('; ')}`);
    }
    left = left.filter((_, index) => !out.has(index));
  }
  return ok(undefined);
}

function shownOf(each: PersonOfImport | ContractOfLine): string {
  if ('username' in each) return `the contract of line ${each.username}`;
  return `customer ${each.name} of line ${each.lines[0]?.username}`;
}
