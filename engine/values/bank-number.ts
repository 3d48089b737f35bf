import { plainNumber } from './persian-text.ts';
import { fail, ok, type Result } from './result.ts';

/** Why a text is no number of a bank. */
export type BankNumberError = 'wrong-form' | 'wrong-check-digits';

const SHEBA_MODULUS = 97;

/** A Sheba, which is an Iranian IBAN: `IR` and 24 digits whose ISO 7064 remainder by 97 is 1 (product line V05). */
export function readSheba(text: string): Result<string, BankNumberError> {
  const sheba = plainNumber(text).toUpperCase();
  if (!/^IR\d{24}$/.test(sheba)) return fail('wrong-form');
  // The country and its check digits go last; I is 18 and R is 27 (ISO 13616).
  const digits = `${sheba.slice(4)}1827${sheba.slice(2, 4)}`;
  return BigInt(digits) % BigInt(SHEBA_MODULUS) === 1n ? ok(sheba) : fail('wrong-check-digits');
}

/** A bank card of 16 digits with Luhn's check digit (product line V06). */
export function readCardNumber(text: string): Result<string, BankNumberError> {
  const card = plainNumber(text);
  if (!/^\d{16}$/.test(card)) return fail('wrong-form');
  return luhnSum(card) % 10 === 0 ? ok(card) : fail('wrong-check-digits');
}

/** The card as it may be shown and logged: six digits, six stars, four digits (product line V06). */
export function maskCard(card: string): string {
  return `${card.slice(0, 6)}${'*'.repeat(Math.max(0, card.length - 10))}${card.slice(-4)}`;
}

/** Luhn's sum: every second digit from the right counts double, less 9 where that has two digits. */
function luhnSum(digits: string): number {
  let sum = 0;
  [...digits].reverse().forEach((digit, index) => {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  });
  return sum;
}
