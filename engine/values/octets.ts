declare const octetsBrand: unique symbol;

/**
 * A count of octets: a non-negative integer of at most 2^53 - 1 (9 PB), so that `number` arithmetic is exact.
 * The brand keeps octets from being mixed up with rates, money or milliseconds.
 */
export type Octets = number & { readonly [octetsBrand]: true };

/** No octets at all. */
export const ZERO_OCTETS = 0 as Octets;

/** True when `value` may be called a count of octets: an integer from 0 to 2^53 - 1. */
export function isOctets(value: number): value is Octets {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * Checks a number at an edge of the program (a packet, a file, a row).
 * @throws RangeError when it is negative, fractional or beyond 2^53 - 1; inside the rules such a value is a bug.
 */
export function octets(value: number): Octets {
  if (!isOctets(value)) throw new RangeError(`not a count of octets: ${value}`);
  return value;
}

/** Sum of two counts; throws RangeError beyond 2^53 - 1. */
export function addOctets(left: Octets, right: Octets): Octets {
  return octets(left + right);
}
