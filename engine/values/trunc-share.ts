/**
 * TRUNC(amount × part / whole) of a non-negative amount, exact also where the product is beyond 2^53. Rates are such pairs
 * of integers: 9 % is 9 of 100, 352 days of a year are 352 of 365. The result keeps the amount's unit.
 * @param part of `whole`; greater than `whole` for a share of more than all.
 * @throws RangeError when an argument is no safe integer, is negative, or `whole` is 0, and when the result is beyond
 *   2^53 - 1; inside the rules such a value is a bug.
 */
export function truncShare<Amount extends number>(amount: Amount, part: number, whole: number): Amount {
  for (const value of [amount, part, whole]) {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`no part of a share: ${value}`);
  }
  if (whole === 0) throw new RangeError('a share of nothing');
  const product = amount * part;
  const share = Number.isSafeInteger(product)
    ? Math.trunc(product / whole)
    : Number((BigInt(amount) * BigInt(part)) / BigInt(whole));
  if (!Number.isSafeInteger(share)) throw new RangeError(`a share beyond 2^53 - 1: ${share}`);
  return share as Amount;
}
