import { z } from 'zod';
import type { ProvisioningDocument, ProvisioningError } from '../../engine/subscribers/provisioning.ts';
import { fail, ok, type Result } from '../../engine/values/result.ts';
import { type Fault, faultsOf, MOST_FAULTS, plainMessage } from './faults.ts';
import { lineDeclaration } from './line.ts';
import { nasDeclaration } from './nas.ts';
import { offerDeclaration } from './offer.ts';
import { customerDeclaration } from './people-declaration.ts';
import { planDeclaration } from './plan.ts';
import { poolDeclaration } from './pool.ts';
import { promotionDeclaration } from './promotion.ts';
import { settingDeclaration } from './setting.ts';

/** What each list holds, and how many at most: more than the largest body has room for, or any house has. */
const LISTS = {
  nas: [nasDeclaration, 10_000],
  plans: [planDeclaration, 10_000],
  lines: [lineDeclaration, 200_000],
  pools: [poolDeclaration, 10_000],
  customers: [customerDeclaration, 200_000],
  offers: [offerDeclaration, 10_000],
  promotions: [promotionDeclaration, 10_000],
  settings: [settingDeclaration, 1_000],
} as const;

type ListName = keyof typeof LISTS;

function listOf<Name extends ListName>(name: Name) {
  const [item, most] = LISTS[name];
  return z
    .array(item as (typeof LISTS)[Name][0])
    .max(most)
    .optional();
}

/** All that may be declared: NAS, plans, lines, people, what is sold, settings; `readProvisioning` judges it. */
export const provisioningDocument = z.strictObject({
  nas: listOf('nas'),
  plans: listOf('plans'),
  lines: listOf('lines'),
  pools: listOf('pools'),
  customers: listOf('customers'),
  offers: listOf('offers'),
  promotions: listOf('promotions'),
  settings: listOf('settings'),
});

const NAMES = Object.keys(LISTS) as ListName[];

/** The lists of a document before anybody has looked into them. */
const unreadDocument = z.strictObject(
  Object.fromEntries(
    NAMES.map((name) => {
      const most = LISTS[name][1];
      return [name, z.array(z.unknown()).max(most, `must be at most ${most} entries`).optional()];
    }),
  ),
);

/** `lines[2]` comes before `lines[10]`. */
const byPath = new Intl.Collator('en', { numeric: true });

/** By which field the entries of a list are told apart. */
const KEYS = {
  nas: 'name',
  plans: 'name',
  lines: 'username',
  pools: 'name',
  customers: 'nationalId',
  offers: 'code',
  promotions: 'name',
  settings: 'name',
} as const;

/**
 * Reads a provisioning document from parsed JSON: the document, or the faults of its shape with every name that
 * occurs twice and every plan that neither it nor `knownPlans` has, sorted by path. Only the ledger decides whether a
 * plan exists: a document without other faults passes.
 * @param mostFaults of each sort: what comes after them is not looked at.
 */
export function readProvisioning(
  json: unknown,
  knownPlans: readonly string[],
  mostFaults: number = MOST_FAULTS + 1,
): Result<ProvisioningDocument, readonly ProvisioningError[]> {
  const unread = unreadDocument.safeParse(json, { error: plainMessage });
  if (!unread.success) return fail(faultsOf(unread.error));
  const { document, faults } = readLists(unread.data, mostFaults);
  faults.push(...first(repeatedNames(json), mostFaults));
  if (faults.length === 0) return ok(document);
  faults.push(...first(unknownPlans(json, knownPlans), mostFaults));
  return fail(faults.sort((left, right) => byPath.compare(left.path, right.path)));
}

/** Entry by entry, so that a document of nothing but faults is put away soon. The document is one when there are none. */
function readLists(
  lists: z.output<typeof unreadDocument>,
  mostFaults: number,
): { readonly document: ProvisioningDocument; readonly faults: Fault[] } {
  const document: Record<string, unknown[]> = {};
  const faults: Fault[] = [];
  for (const name of NAMES) {
    const entries = lists[name];
    if (entries === undefined) continue;
    const read: unknown[] = [];
    document[name] = read;
    for (const [index, entry] of entries.entries()) {
      const parsed = LISTS[name][0].safeParse(entry, { error: plainMessage });
      if (parsed.success) read.push(parsed.data);
      else for (const fault of faultsOf(parsed.error, [name, index])) faults.push(fault);
      if (faults.length >= mostFaults) return { document: {}, faults };
    }
  }
  return { document: document as z.output<typeof provisioningDocument>, faults };
}

function first(faults: Iterable<ProvisioningError>, most: number): readonly ProvisioningError[] {
  const some: ProvisioningError[] = [];
  for (const fault of faults) {
    if (some.length >= most) break;
    some.push(fault);
  }
  return some;
}

/** Works on what was sent, not on what was parsed: a fault elsewhere must not hide a name that occurs twice. */
function* repeatedNames(json: unknown): Generator<ProvisioningError> {
  for (const [list, key] of Object.entries(KEYS)) {
    const firsts = new Map<string, number>();
    for (const [index, name] of textsOf(json, list, key)) {
      const before = firsts.get(name);
      if (before === undefined) firsts.set(name, index);
      else yield { path: `${list}[${index}].${key}`, message: `is the same as ${list}[${before}].${key}` };
    }
  }
}

function* unknownPlans(json: unknown, known: readonly string[]): Generator<ProvisioningError> {
  const plans = new Set([...known, ...textsOf(json, 'plans', 'name').values()]);
  const isUnknown = (plan: unknown): plan is string =>
    typeof plan === 'string' && plan !== '' && !plans.has(plan);
  for (const list of ['lines', 'offers']) {
    for (const [index, plan] of textsOf(json, list, 'plan')) {
      if (isUnknown(plan)) yield { path: `${list}[${index}].plan`, message: `there is no plan ${plan}` };
    }
  }
  const lines = (json as { lines?: unknown }).lines;
  if (!Array.isArray(lines)) return;
  for (const [index, line] of lines.entries()) {
    const plan: unknown = line?.reserve?.plan;
    if (isUnknown(plan)) yield { path: `lines[${index}].reserve.plan`, message: `there is no plan ${plan}` };
  }
}

/** A field of the entries of a list, by index, as far as there are such entries and it is a text in them. */
function textsOf(json: unknown, list: string, field: string): ReadonlyMap<number, string> {
  const entries = (json as Record<string, unknown> | null)?.[list];
  const texts = new Map<number, string>();
  if (!Array.isArray(entries)) return texts;
  for (const [index, entry] of entries.entries()) {
    const text: unknown = entry?.[field];
    if (typeof text === 'string') texts.set(index, text);
  }
  return texts;
}
