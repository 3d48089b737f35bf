import { z } from 'zod';
import type { ProvisioningDocument, ProvisioningError } from '../../engine/subscribers/provisioning.ts';
import { fail, ok, type Result } from '../../engine/values/result.ts';
import { faultsOf, plainMessage } from './faults.ts';
import { lineDeclaration } from './line.ts';
import { nasDeclaration } from './nas.ts';
import { planDeclaration } from './plan.ts';

const provisioningDocument = z.strictObject({
  nas: z.array(nasDeclaration).optional(),
  plans: z.array(planDeclaration).optional(),
  lines: z.array(lineDeclaration).optional(),
});

/** By which field the entries of a list are told apart. */
const KEYS = { nas: 'name', plans: 'name', lines: 'username' } as const;

/**
 * Reads a provisioning document from parsed JSON: the document, or every fault of its shape and every name that
 * occurs twice. Whether plans exist that lines name is for the ledger, which knows the older ones.
 */
export function readProvisioning(json: unknown): Result<ProvisioningDocument, readonly ProvisioningError[]> {
  const parsed = provisioningDocument.safeParse(json, { error: plainMessage });
  const faults = [...(parsed.success ? [] : faultsOf(parsed.error)), ...repeatedNames(json)];
  return parsed.success && faults.length === 0 ? ok(parsed.data) : fail(faults);
}

/** Works on what was sent, not on what was parsed: a fault elsewhere must not hide a name that occurs twice. */
function repeatedNames(json: unknown): ProvisioningError[] {
  const faults: ProvisioningError[] = [];
  for (const [list, key] of Object.entries(KEYS)) {
    const entries = (json as Record<string, unknown> | null)?.[list];
    if (!Array.isArray(entries)) continue;
    const firsts = new Map<string, number>();
    for (const [index, entry] of entries.entries()) {
      const name: unknown = entry?.[key];
      if (typeof name !== 'string') continue;
      const first = firsts.get(name);
      if (first === undefined) firsts.set(name, index);
      else
        faults.push({ path: `${list}[${index}].${key}`, message: `is the same as ${list}[${first}].${key}` });
    }
  }
  return faults;
}
