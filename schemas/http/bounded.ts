import { z } from 'zod';
import { MOST_FAULTS, plainMessage } from './faults.ts';

/** A list of so many is read as a whole: its faults are few. */
const FEW = 100;

/**
 * A list of at most `most`; `message` says so. zod reads every entry before it counts them, and goes on after any number of
 * faults: this one counts first, and stops at the first thousand faults.
 */
export function boundedList<T extends z.ZodType>(item: T, most: number, message: string) {
  return z.preprocess((value, context) => {
    if (!Array.isArray(value) || value.length <= Math.min(FEW, most)) return value;
    if (value.length > most) {
      context.addIssue({ code: 'custom', message, input: value.length });
      return z.NEVER;
    }
    const issues = manyIssues(item, value);
    if (issues === undefined) return value;
    for (const issue of issues) context.addIssue({ ...issue, code: 'custom' });
    return z.NEVER;
  }, z.array(item).max(most));
}

/** An object of at most `most` names. @param values what stands under them. */
export function boundedRecord<K extends z.ZodType<string>, T extends z.ZodType>(
  key: K & z.core.$ZodRecordKey,
  values: T,
  most: number,
  message: string,
) {
  return z.preprocess(
    (value, context) => {
      if (typeof value !== 'object' || value === null || Object.keys(value).length <= most) return value;
      context.addIssue({ code: 'custom', message, input: most });
      return z.NEVER;
    },
    z.record(key, values),
  );
}

/** The first issues of a list that has more of them than are told; `undefined` of one that has not. */
function manyIssues(
  item: z.ZodType,
  values: readonly unknown[],
): readonly { readonly path: PropertyKey[]; readonly message: string }[] | undefined {
  const issues: { readonly path: PropertyKey[]; readonly message: string }[] = [];
  for (const [index, value] of values.entries()) {
    const { error } = item.safeParse(value, { error: plainMessage });
    for (const { path, message } of error?.issues ?? []) issues.push({ path: [index, ...path], message });
    if (issues.length > MOST_FAULTS) return issues;
  }
  return undefined;
}
