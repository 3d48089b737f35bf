import type { z } from 'zod';

/** A fault and where it is: `lines[3].plan`, '' for the whole value. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Most faults that are told: a file of more has something wrong in each of its lines. */
export const MOST_FAULTS = 1_000;

/** Faults are not even counted beyond so many. */
const MOST_COUNTED = 10_000;

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list [...]',
  object: 'an object {...}',
  record: 'an object {...}',
};

const PLAIN_STEP = /^[\w$-]+$/;

/** Words zod's wrong types for the reader of a file; `undefined` keeps zod's own words. */
export function plainMessage(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.input === undefined) return 'is missing';
  return `must be ${NOUNS[issue.expected] ?? issue.expected}`;
}

/**
 * The faults of a failed parse in the order of the schema, the first 10,000 of them; each unknown key is a fault of its own.
 * @param at where what was parsed stands.
 */
export function faultsOf(error: z.ZodError, at: readonly PropertyKey[] = []): Fault[] {
  const faults: Fault[] = [];
  for (const issue of error.issues) {
    const place = [...at, ...issue.path];
    if (issue.code !== 'unrecognized_keys') faults.push({ path: pathOf(place), message: issue.message });
    else {
      for (const key of issue.keys.slice(0, MOST_COUNTED)) {
        faults.push({ path: pathOf([...place, key]), message: 'is not a known field' });
      }
    }
    if (faults.length >= MOST_COUNTED) return faults.slice(0, MOST_COUNTED);
  }
  return faults;
}

/** `nas[0].acceptAttributes.Framed-MTU`; a name of other signs than letters, digits, _, $ and - stands in quotes. */
function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      return PLAIN_STEP.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
    })
    .join('')
    .replace(/^\./, '');
}
