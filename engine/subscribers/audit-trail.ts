import type { Instant } from '../values/instant.ts';

/** Who does something, and why; '' for no reason. */
export interface ChangeNote {
  readonly actor: string;
  readonly reason: string;
}

/** What declares where nobody in particular does: the program itself when it starts. */
export const PROVISIONING: ChangeNote = { actor: 'provisioning', reason: '' };

/** Something that was done to money or status (product line X08). No secret is among the values. */
export interface AuditNote extends ChangeNote {
  /** `customer.update`, `line.suspend`, `document.approve`. */
  readonly action: string;
  /** `customer:17`, `line:ali1`, `order:469627`. */
  readonly subject: string;
  /** What was changed as it was, of what there was nothing of: `null`. */
  readonly before: AuditValue;
  readonly after: AuditValue;
}

/** Fields by name, as JSON has them. */
export type AuditValue = Readonly<Record<string, unknown>> | null;

/** A row of the trail. */
export interface AuditEntry extends AuditNote {
  readonly id: number;
  readonly at: Instant;
}

/** Which rows to read, newest first. */
export interface AuditFilter {
  readonly subject?: string | undefined;
  readonly actor?: string | undefined;
  readonly limit: number;
  /** Only rows older than the one of this number. */
  readonly before?: number | undefined;
}

/** What was done, by whom and why. It only grows. */
export interface AuditStore {
  auditTrail(filter: AuditFilter): Promise<readonly AuditEntry[]>;
}

/** Those fields of two values that differ, for the trail; `null` twice when none does. */
export function differences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): { readonly before: AuditValue; readonly after: AuditValue } {
  const names = Object.keys(after).filter((name) => before[name] !== after[name]);
  if (names.length === 0) return { before: null, after: null };
  const pick = (from: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(names.map((name) => [name, from[name] ?? null]));
  return { before: pick(before), after: pick(after) };
}
