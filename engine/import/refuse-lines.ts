import type { ProvisioningError } from '../subscribers/provisioning.ts';
import { addRial } from '../values/rial.ts';
import { grouped } from './batches.ts';
import type { ImportedLine, ImportPlan, RejectedRow } from './import-plan.ts';

/**
 * The plan without some of its lines, which become rejected rows. The credit that came with them goes too, and so does a
 * customer of whom no line is left.
 * @param reasons by username.
 */
export function refuseLines(plan: ImportPlan, reasons: ReadonlyMap<string, string>): ImportPlan {
  if (reasons.size === 0) return plan;
  const lines = plan.lines.filter(({ declaration }) => !reasons.has(declaration.username));
  const byCustomer = grouped(lines, ({ customer }) => customer);
  const customers = plan.customers.flatMap((customer) => {
    const own = byCustomer.get(customer.key);
    return own ? [{ ...customer, openingCredit: addRial(...own.map((line) => line.openingCredit)) }] : [];
  });
  return { ...plan, lines, customers, rejected: [...plan.rejected, ...refusedRows(plan.lines, reasons)] };
}

/** Those of the lines that are refused, as rejected rows. @param reasons by username. */
export function refusedRows(
  lines: readonly ImportedLine[],
  reasons: ReadonlyMap<string, string>,
): readonly RejectedRow[] {
  return lines.flatMap(({ source, declaration, raw }) => {
    const reason = reasons.get(declaration.username);
    return reason === undefined ? [] : [{ source, reason, raw }];
  });
}

/** What is wrong with lines of a document, by username. @param lines in the order of the document's. */
export function reasonsOf(
  lines: readonly ImportedLine[],
  faults: readonly ProvisioningError[],
): ReadonlyMap<string, string> {
  const byLine = grouped(faults, ({ path }) => Number(/^lines\[(\d+)\]/.exec(path)?.[1] ?? -1));
  const reasons = [...byLine].flatMap(([index, own]): [string, string][] => {
    const line = lines[index];
    const words = own.map(({ path, message }) => `${path.replace(/^lines\[\d+\]\.?/, '')} ${message}`.trim());
    return line === undefined ? [] : [[line.declaration.username, words.join('; ')]];
  });
  return new Map(reasons);
}
