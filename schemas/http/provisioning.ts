import { z } from 'zod';
import type { ProvisioningDocument, ProvisioningError } from '../../engine/subscribers/provisioning.ts';
import { fail, ok, type Result } from '../../engine/values/result.ts';
import { faultsOf, plainMessage } from './faults.ts';
import { lineDeclaration } from './line.ts';
import { nasDeclaration } from './nas.ts';
import { offerDeclaration } from './offer.ts';
import { customerDeclaration } from './people-declaration.ts';
import { planDeclaration } from './plan.ts';
import { poolDeclaration } from './pool.ts';
import { promotionDeclaration } from './promotion.ts';
import { settingDeclaration } from './setting.ts';

/** All that may be declared: NAS, plans, lines, people, what is sold, settings; `readProvisioning` judges it. */
export const provisioningDocument = z.strictObject({
  nas: z.array(nasDeclaration).optional(),
  plans: z.array(planDeclaration).optional(),
  lines: z.array(lineDeclaration).optional(),
  pools: z.array(poolDeclaration).optional(),
  customers: z.array(customerDeclaration).optional(),
  offers: z.array(offerDeclaration).optional(),
  promotions: z.array(promotionDeclaration).optional(),
  settings: z.array(settingDeclaration).optional(),
});

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
 * Reads a provisioning document from parsed JSON: the document, or every fault of its shape with every name that
 * occurs twice and every plan that neither it nor `knownPlans` has, sorted by path. Only the ledger decides whether a
 * plan exists: a document without other faults passes.
 */
export function readProvisioning(
  json: unknown,
  knownPlans: readonly string[],
): Result<ProvisioningDocument, readonly ProvisioningError[]> {
  const parsed = provisioningDocument.safeParse(json, { error: plainMessage });
  const faults = [...(parsed.success ? [] : faultsOf(parsed.error)), ...repeatedNames(json)];
  if (parsed.success && faults.length === 0) return ok(parsed.data);
  const all = [...faults, ...unknownPlans(json, knownPlans)];
  return fail(all.sort((left, right) => byPath.compare(left.path, right.path)));
}

/** Works on what was sent, not on what was parsed: a fault elsewhere must not hide a name that occurs twice. */
function repeatedNames(json: unknown): ProvisioningError[] {
  const faults: ProvisioningError[] = [];
  for (const [list, key] of Object.entries(KEYS)) {
    const firsts = new Map<string, number>();
    for (const [index, name] of textsOf(json, list, key)) {
      const first = firsts.get(name);
      if (first === undefined) firsts.set(name, index);
      else
        faults.push({ path: `${list}[${index}].${key}`, message: `is the same as ${list}[${first}].${key}` });
    }
  }
  return faults;
}

function unknownPlans(json: unknown, known: readonly string[]): ProvisioningError[] {
  const plans = new Set([...known, ...textsOf(json, 'plans', 'name').values()]);
  const named = ['lines', 'offers'].flatMap((list) =>
    [...textsOf(json, list, 'plan')]
      .filter(([, plan]) => plan !== '' && !plans.has(plan))
      .map(([index, plan]) => ({ path: `${list}[${index}].plan`, message: `there is no plan ${plan}` })),
  );
  return [...named, ...unknownReserves(json, plans)];
}

function unknownReserves(json: unknown, plans: ReadonlySet<string>): ProvisioningError[] {
  const lines = (json as { lines?: unknown } | null)?.lines;
  if (!Array.isArray(lines)) return [];
  return lines.flatMap((line, index) => {
    const plan: unknown = line?.reserve?.plan;
    if (typeof plan !== 'string' || plan === '' || plans.has(plan)) return [];
    return [{ path: `lines[${index}].reserve.plan`, message: `there is no plan ${plan}` }];
  });
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
