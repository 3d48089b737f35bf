import { plainNumber } from './persian-text.ts';

/**
 * A mobile number in E.164, `+989123456789`; `undefined` when the text is none (product line V03). The operator is not
 * judged: numbers are carried from one to another.
 */
export function readMobile(text: string): string | undefined {
  const [, subscriber] = /^(?:\+98|0098|98|0)?(9\d{9})$/.exec(plainNumber(text)) ?? [];
  return subscriber === undefined ? undefined : `+98${subscriber}`;
}

/** A postal code of ten ASCII digits, and whether it has the common form. */
export interface PostalCode {
  readonly code: string;
  /** True when it breaks a rule that most codes keep: a reason to ask again, not to refuse. */
  readonly isUnusual: boolean;
}

/**
 * A postal code; `undefined` when the text has not ten digits (product line V04). In the common form 0
 * and 2 are not among the first five digits, the fifth is no 5, the sixth no 2 and the last no 0; that every code keeps it
 * is not certain, so breaking it is only told.
 */
export function readPostalCode(text: string): PostalCode | undefined {
  const code = plainNumber(text);
  if (!/^\d{10}$/.test(code)) return undefined;
  return { code, isUnusual: !/^[13-9]{4}[1346-9][013-9]\d{3}[1-9]$/.test(code) };
}
