import { contractOf, lineBatches, peopleBatches } from '../../../engine/import/batches.ts';
import type { ImportedLine, ImportPlan } from '../../../engine/import/import-plan.ts';
import { reasonsOf, refuseLines } from '../../../engine/import/refuse-lines.ts';
import type { PlanDeclaration } from '../../../engine/subscribers/provisioning.ts';
import { ok, type Result } from '../../../engine/values/result.ts';
import { faultsOf, plainMessage } from '../../../schemas/http/faults.ts';
import { importBody } from '../../../schemas/http/import.ts';
import { readProvisioning } from '../../../schemas/http/provisioning.ts';
import type { Failure, ImportServer } from './import-server.ts';

/** Lines in a document: about 300 KB, which the ledger applies as one transaction. */
export const LINES_AT_ONCE = 1_000;
/** Customers in a call, however few lines they have. */
export const PEOPLE_AT_ONCE = 200;

/**
 * The plan without lines that no server would take, or whose customers it would not: those are rejected, so that a preview
 * tells all that can be told without one. @param known names of plans that are there.
 */
export function checkedPlan(plan: ImportPlan, known: readonly string[]): ImportPlan {
  const faultOf = new Map(plan.plans.flatMap((each) => planFault(each) ?? []));
  const plans = plan.plans.filter(({ name }) => !faultOf.has(name));
  const ofWrongPlans = plan.lines.flatMap(({ declaration: { username, plan: name } }) => {
    const fault = faultOf.get(name);
    return fault === undefined ? [] : [[username, fault] as const];
  });
  let checked = refuseLines({ ...plan, plans }, new Map(ofWrongPlans));
  checked = refuseLines(checked, lineFaults(checked, [...known, ...plans.map(({ name }) => name)]));
  checked = refuseLines(checked, rowFaults(checked));
  return refuseLines(checked, sumFaults(checked));
}

/** A plan that cannot be, by its name, and why. */
function planFault(plan: PlanDeclaration): readonly [name: string, fault: string][] | undefined {
  const read = readProvisioning({ plans: [plan] }, []);
  if (read.ok) return undefined;
  const faults = read.error.map(({ path, message }) => `${path.replace('plans[0].', '')} ${message}`);
  return [[plan.name, `plan ${plan.name}: ${faults.join('; ')}`]];
}

function lineFaults({ lines }: ImportPlan, plans: readonly string[]): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const batch of lineBatches(lines, LINES_AT_ONCE)) {
    const read = readProvisioning(batch.document, plans, Number.POSITIVE_INFINITY);
    if (read.ok) continue;
    for (const [username, reason] of reasonsOf(batch.lines, read.error)) reasons.set(username, reason);
  }
  return reasons;
}

/** What a row tells of its customer and contract that no server would take. */
function rowFaults({ lines, customers }: ImportPlan): ReadonlyMap<string, string> {
  const byKey = new Map(customers.map(({ key, ...customer }) => [key, customer]));
  const reasons = new Map<string, string>();
  for (const line of lines) {
    const customer = byKey.get(line.customer ?? '');
    const { openingCredit } = line;
    const own = [contractOf(line)];
    const body = customer ? { customers: [{ ...customer, openingCredit, lines: own }] } : { lines: own };
    const fault = bodyFault(body);
    if (fault !== undefined) reasons.set(line.declaration.username, fault);
  }
  return reasons;
}

/** Rows that are well, and are not well together: credits of one national id that come to too much. */
function sumFaults({ lines, customers }: ImportPlan): ReadonlyMap<string, string> {
  const wrong = new Map(
    customers.flatMap(({ key, ...customer }) => {
      const fault = bodyFault({ customers: [customer] });
      return fault === undefined ? [] : [[key, `of all rows of this customer, ${fault}`] as const];
    }),
  );
  return new Map(
    lines.flatMap(({ declaration, customer = '' }: ImportedLine) => {
      const fault = wrong.get(customer);
      return fault === undefined ? [] : [[declaration.username, fault] as const];
    }),
  );
}

/** What is wrong with a body of one customer or one line; `undefined` if nothing is. */
function bodyFault(body: object): string | undefined {
  const { error } = importBody.safeParse(body, { error: plainMessage });
  if (error === undefined) return undefined;
  const faults = faultsOf(error).map(
    ({ path, message }) => `${path.replace(/^(customers|lines)\[0\]\.?(lines\[0\]\.?)?/, '')} ${message}`,
  );
  return faults.join('; ');
}

/** The plan without lines that are somebody else's on the server: two systems may well have the same username. */
export async function withoutLinesOfOthers(
  plan: ImportPlan,
  server: ImportServer,
): Promise<Result<ImportPlan, Failure>> {
  const reasons = new Map<string, string>();
  for (const { people } of peopleBatches(plan, plan.lines, PEOPLE_AT_ONCE, LINES_AT_ONCE)) {
    const found = await server.linesOfOthers(
      people.map(({ name, nationalId, lines }) => {
        return { name, nationalId, usernames: lines.map(({ username }) => username) };
      }),
    );
    if (!found.ok) return found;
    for (const username of found.value) reasons.set(username, "username is another customer's");
  }
  return ok(refuseLines(plan, reasons));
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
