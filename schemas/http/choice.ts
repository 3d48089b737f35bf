import { z } from 'zod';
import { boundedList } from './bounded.ts';

/** One of some texts; the fault lists them all. */
export function choice<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return z.enum(values, `must be ${listed(values)}`);
}

/** `"a", "b" or "c"`. */
export function listed(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  return quoted.length < 2 ? quoted.join() : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}

/** A list in which nothing stands twice. */
export function distinct<T extends z.ZodType<string | number>>(each: T, max: number) {
  return boundedList(each, max, `must have at most ${max} entries`).refine(
    (list) => new Set(list).size === list.length,
    'must not name anything twice',
  );
}
