import type { z } from 'zod';

/** A fault and where it is: `lines[3].plan`, '' for the whole value. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

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

/** All faults of a failed parse in the order of the schema; each unknown key is a fault of its own. */
export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    if (issue.code !== 'unrecognized_keys') return [{ path: pathOf(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: 'is not a known field' }));
  });
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
