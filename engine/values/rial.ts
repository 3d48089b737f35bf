declare const rialBrand: unique symbol;

/**
 * An amount of money in Iranian Rial: a whole number from 0 to 2^53 - 1 (9 quadrillion), so that `number` arithmetic is
 * exact. Which way it goes is said by the name of the field or the side of the posting, never by a sign. Shares of it are
 * taken with `truncShare`, which names its rounding.
 */
export type Rial = number & { readonly [rialBrand]: true };

/** No money. */
export const ZERO_RIAL = 0 as Rial;

/**
 * Most Rial that are typed as one amount: more than any order comes to (the dearest offer for 120 months, with a tax of 100 %),
 * and so far from 2^53 that what an account holds stays exact.
 */
export const MOST_TYPED_RIAL = 300_000_000_000_000;

/** True when `value` may be called an amount of Rial: an integer from 0 to 2^53 - 1. */
export function isRial(value: number): value is Rial {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * Checks a number at an edge of the program (a form, a file, a row).
 * @throws RangeError when it is negative, fractional or beyond 2^53 - 1; inside the rules such a value is a bug.
 */
export function rial(value: number): Rial {
  if (!isRial(value)) throw new RangeError(`not an amount of Rial: ${value}`);
  return value;
}

/** Sum of the amounts, 0 of none; throws RangeError beyond 2^53 - 1. */
export function addRial(...amounts: readonly Rial[]): Rial {
  let sum = ZERO_RIAL;
  for (const amount of amounts) sum = rial(sum + amount);
  return sum;
}

/** `amount` less `taken`; throws RangeError when more is taken than there is: who may owe compares first. */
export function subtractRial(amount: Rial, taken: Rial): Rial {
  return rial(amount - taken);
}

/** `count` times the amount, `count` a whole number; throws RangeError beyond 2^53 - 1. */
export function multiplyRial(amount: Rial, count: number): Rial {
  return rial(amount * count);
}
