import type { Instant } from '../values/instant.ts';
import { jalaliDayAt } from '../values/jalali.ts';

/** Value added tax of some Jalali years, first and last included, as a whole percent of the price. */
export interface VatRate {
  readonly fromYear: number;
  readonly toYear: number;
  readonly percent: number;
}

/**
 * Iran's value added tax as far as it was looked up (product line T01; 6 % of 1392 is also within the prices of product
 * line P30). Later years are a setting of the house, until somebody has verified them here.
 */
export const KNOWN_VAT_RATES: readonly VatRate[] = [
  { fromYear: 1387, toYear: 1389, percent: 3 },
  { fromYear: 1390, toYear: 1390, percent: 4 },
  { fromYear: 1391, toYear: 1391, percent: 5 },
  { fromYear: 1392, toYear: 1392, percent: 6 },
  { fromYear: 1393, toYear: 1393, percent: 8 },
  { fromYear: 1394, toYear: 1402, percent: 9 },
  { fromYear: 1403, toYear: 1404, percent: 10 },
];

/**
 * The percent of value added tax on an invoice of `at`; `undefined` when the year's rate is known to nobody: nothing may
 * be invoiced then.
 * @param own the house's rates, which go before the known ones; the first that holds the year decides.
 */
export function vatRateAt(at: Instant, own: readonly VatRate[]): number | undefined {
  const { year } = jalaliDayAt(at);
  return [...own, ...KNOWN_VAT_RATES].find(({ fromYear, toYear }) => fromYear <= year && year <= toYear)
    ?.percent;
}
