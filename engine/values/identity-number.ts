import { plainNumber } from './persian-text.ts';
import { fail, ok, type Result } from './result.ts';

/** Why a text is no national id «کد ملی» and no company id «شناسه ملی». */
export type IdentityNumberError = 'not-digits' | 'wrong-length' | 'not-issued' | 'wrong-check-digit';

const NATIONAL_ID_DIGITS = { least: 8, all: 10 } as const;
const COMPANY_ID_DIGITS = 11;
const COMPANY_WEIGHTS = [29, 27, 23, 19, 17, 29, 27, 23, 19, 17] as const;

/**
 * A person's national id as ten ASCII digits (product line V01). Leading zeros that were left out are put back; numbers of
 * ten equal digits and those whose fourth to ninth are zeros were never issued.
 */
export function readNationalId(text: string): Result<string, IdentityNumberError> {
  const typed = plainNumber(text);
  if (!/^\d+$/.test(typed)) return fail('not-digits');
  if (typed.length < NATIONAL_ID_DIGITS.least || typed.length > NATIONAL_ID_DIGITS.all) {
    return fail('wrong-length');
  }
  const id = typed.padStart(NATIONAL_ID_DIGITS.all, '0');
  if (/^(\d)\1*$/.test(id) || id.slice(3, 9) === '000000') return fail('not-issued');
  const digits = [...id].map(Number);
  const rest = digits.slice(0, -1).reduce((sum, digit, index) => sum + digit * (10 - index), 0) % 11;
  return digits.at(-1) === (rest < 2 ? rest : 11 - rest) ? ok(id) : fail('wrong-check-digit');
}

/** A company's national id as eleven ASCII digits (product line V02). */
export function readCompanyId(text: string): Result<string, IdentityNumberError> {
  const id = plainNumber(text);
  if (!/^\d+$/.test(id)) return fail('not-digits');
  if (id.length !== COMPANY_ID_DIGITS) return fail('wrong-length');
  const digits = [...id].map(Number);
  const shift = digits[9]! + 2;
  const sum = COMPANY_WEIGHTS.reduce((total, weight, index) => total + (shift + digits[index]!) * weight, 0);
  return digits[10] === (sum % 11) % 10 ? ok(id) : fail('wrong-check-digit');
}
