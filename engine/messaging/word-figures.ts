import type { JalaliDay } from '../values/jalali.ts';

const MEGABYTE = 1024 * 1024;
const TENTHS_OF_GIGABYTE = (1024 * MEGABYTE) / 10;

/** A Jalali day as `1404/08/30`. */
export function dayText({ year, month, day }: JalaliDay): string {
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('/');
}

/** A whole amount with its digits in groups of three. */
export function amountOf(amount: number, separator: string): string {
  return String(amount).replace(/\B(?=(\d{3})+$)/g, separator);
}

/** A volume in the unit people think in, of 1024: tenths of a gigabyte from 1 GB on; never more than there is. */
export function volumeOf(octets: number): { readonly figure: string; readonly unit: 'GB' | 'MB' } {
  const tenths = Math.floor(octets / TENTHS_OF_GIGABYTE);
  if (tenths < 10) return { figure: String(Math.floor(octets / MEGABYTE)), unit: 'MB' };
  return { figure: String(tenths / 10), unit: 'GB' };
}
