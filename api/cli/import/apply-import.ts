import {
  contractBatches,
  grouped,
  type LineBatch,
  lineBatches,
  peopleBatches,
} from '../../../engine/import/batches.ts';
import type { ImportedLine, ImportPlan, RejectedRow } from '../../../engine/import/import-plan.ts';
import type {
  LineDeclaration,
  PlanDeclaration,
  ProvisioningError,
} from '../../../engine/subscribers/provisioning.ts';
import { fail, ok, type Result } from '../../../engine/values/result.ts';
import { readProvisioning } from '../../../schemas/http/provisioning.ts';
import { type Failure, type ImportServer, lineFaultsOf } from './import-server.ts';

/** Lines in a document: about 300 KB, which the ledger applies as one transaction. */
const LINES_AT_ONCE = 1_000;
const PEOPLE_AT_ONCE = 200;
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
 * The plan without lines that no server would take, which are rejected: so that a preview tells all that can be told
 * without one. @param known names of plans that are there.
 */
export function checkedPlan(plan: ImportPlan, known: readonly string[]): ImportPlan {
  const faultOf = new Map(plan.plans.flatMap((each) => planFault(each) ?? []));
  const plans = plan.plans.filter(({ name }) => !faultOf.has(name));
  const names = [...known, ...plans.map(({ name }) => name)];
  const rejected = [...plan.rejected];
  const possible = plan.lines.filter(({ source, declaration }) => {
    const fault = faultOf.get(declaration.plan);
    if (fault !== undefined) rejected.push({ source, reason: fault, raw: shownOf(declaration) });
    return fault === undefined;
  });
  const lines: ImportedLine[] = [];
  for (const batch of lineBatches(possible, LINES_AT_ONCE)) {
    const read = readProvisioning(batch.document, names, Number.POSITIVE_INFINITY);
    const [taken, refused] = read.ok ? [batch.lines, []] : partBatch(batch, read.error);
    lines.push(...taken);
    rejected.push(...refused);
  }
  return { ...plan, plans, lines, rejected };
}

/** A plan that cannot be, by its name, and why. */
function planFault(plan: PlanDeclaration): readonly [name: string, fault: string][] | undefined {
  const read = readProvisioning({ plans: [plan] }, []);
  if (read.ok) return undefined;
  const faults = read.error.map(({ path, message }) => `${path.replace('plans[0].', '')} ${message}`);
  return [[plan.name, `plan ${plan.name}: ${faults.join('; ')}`]];
}

/** Lines of the plan that are there already; none where no server answers a preview. */
export async function knownLines(
  plan: ImportPlan,
  server: ImportServer,
): Promise<Result<Set<string>, Failure>> {
  const known = new Set<string>();
  for (const { lines } of lineBatches(plan.lines, LINES_AT_ONCE)) {
    const found = await server.knownLines(lines.map(({ declaration }) => declaration.username));
    if (!found.ok) return found;
    for (const username of found.value) known.add(username);
  }
  return ok(known);
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
    const faults = lineFaultsOf(done.error);
    if (faults === undefined) return done;
    const [taken, refused] = partBatch({ document, lines: left }, faults);
    if (refused.length === 0) return done;
    rejected.push(...refused);
    left = taken;
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
  const send = async (body: object): Promise<Failure | undefined> => {
    const done = await server.people(body);
    if (!done.ok) return done.error;
    for (const name of COUNTED) people[name] += done.value[name];
    faults.push(...done.value.faults.map(({ message }) => message));
    progress(`${people.customers + people.known} of ${plan.customers.length} customers`);
    return undefined;
  };
  for (const customers of peopleBatches(plan, lines, PEOPLE_AT_ONCE)) {
    const failure = await send({ customers });
    if (failure !== undefined) return fail(failure);
  }
  for (const alone of contractBatches(lines, PEOPLE_AT_ONCE)) {
    const failure = await send({ lines: alone });
    if (failure !== undefined) return fail(failure);
  }
  return ok({ people, faults });
}

/** A batch without the lines that have faults, and those as rejected rows. */
function partBatch(
  { lines }: LineBatch,
  faults: readonly ProvisioningError[],
): readonly [taken: readonly ImportedLine[], refused: readonly RejectedRow[]] {
  const byLine = grouped(faults, ({ path }) => Number(/^lines\[(\d+)\]/.exec(path)?.[1] ?? -1));
  const refused = [...byLine].flatMap(([index, own]): RejectedRow[] => {
    const line = lines[index];
    if (line === undefined) return [];
    const reason = own.map(({ path, message }) =>
      `${path.replace(/^lines\[\d+\]\.?/, '')} ${message}`.trim(),
    );
    return [{ source: line.source, reason: reason.join('; '), raw: shownOf(line.declaration) }];
  });
  return [lines.filter((_, index) => !byLine.has(index)), refused];
}

function shownOf({ username, plan, name = '', staticIp = '' }: LineDeclaration): Record<string, string> {
  return { username, plan, name, staticIp };
}
