import { z } from 'zod';
import { readDate } from '../../../engine/import/dates.ts';
import { defaultOptions, type ImportOptions } from '../../../engine/import/import-plan.ts';
import type { PlanDeclaration } from '../../../engine/subscribers/provisioning.ts';
import type { Instant } from '../../../engine/values/instant.ts';
import { fail, ok, type Result } from '../../../engine/values/result.ts';
import { faultsOf, plainMessage } from '../../../schemas/http/faults.ts';
import { titleText } from '../../../schemas/http/fields.ts';
import { planDeclaration } from '../../../schemas/http/plan.ts';

const date = z
  .string()
  .refine((text) => readDate(text) !== undefined, 'must be a date such as 1405/08/30 or 2026-11-21');

const importMap = z.strictObject({
  /** Plan or group in the file: plan here. */
  plans: z.record(z.string(), titleText).optional(),
  defaultPlan: titleText.optional(),
  /** Plans that come with the import. */
  declare: z.array(planDeclaration).optional(),
  money: z.enum(['rial', 'toman'], 'must be "rial" or "toman"').optional(),
  credit: z
    .enum(['by-charge', 'money', 'megabytes', 'ignore'], 'must be by-charge, money, megabytes or ignore')
    .optional(),
  charge: z.enum(['download', 'both'], 'must be "download" or "both"').optional(),
  termDays: z.int('must be a whole number').min(1, 'must be at least 1').optional(),
  usageSince: date.optional(),
  asOf: date.optional(),
  existing: z.enum(['keep', 'update'], 'must be "keep" or "update"').optional(),
});

/** Options of an import, and plans that come with it. */
export interface ReadMap {
  readonly options: ImportOptions;
  readonly declared: readonly PlanDeclaration[];
  /** What becomes of lines that are there already. */
  readonly existing: 'keep' | 'update';
}

/**
 * Reads the file of `--map`, or every fault in it.
 * @param text its JSON, `undefined` without one. @param writtenAt when the file of the import was written.
 */
export function readMap(
  text: string | undefined,
  writtenAt: Instant,
  serverPlans: readonly PlanDeclaration[],
): Result<ReadMap, readonly string[]> {
  let json: unknown = {};
  try {
    if (text !== undefined) json = JSON.parse(text);
  } catch (error) {
    return fail([`it is not JSON: ${(error as Error).message}`]);
  }
  const parsed = importMap.safeParse(json, { error: plainMessage });
  if (!parsed.success) {
    return fail(faultsOf(parsed.error).map(({ path, message }) => (path ? `${path}: ${message}` : message)));
  }
  const { plans = {}, declare = [], usageSince, asOf, existing = 'keep', ...rest } = parsed.data;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const names = new Set(declare.map(({ name }) => name));
  const options: ImportOptions = {
    ...defaultOptions(readDate(asOf ?? '')?.at ?? writtenAt),
    ...given,
    planNames: plans,
    knownPlans: [...serverPlans.filter(({ name }) => !names.has(name)), ...declare],
    usageSince: readDate(usageSince ?? '')?.at,
  };
  return ok({ options, declared: declare, existing });
}
