import type { Instant } from '../values/instant.ts';
import { type JalaliDay, jalaliDayAt, jalaliMonthName, jalaliWeekdayName } from '../values/jalali.ts';
import type { InvoiceLanguage } from './invoice-words.ts';

const LEFT_TO_RIGHT_ISOLATE = '\u2066';
const RIGHT_TO_LEFT_ISOLATE = '\u2067';
const END_OF_ISOLATE = '\u2069';
const MINUS = '\u2212';

/** Longer texts are cut: what the forms take is shorter, and a page must stay one. */
const LONGEST_TEXT = 400;

/** Controls, and the marks with which a text could turn what stands beside it; ZWNJ and ZWJ stay. */
const TURNING_OR_CONTROL = /[\p{Cc}\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ufeff]+/gu;

/** A letter of a script that runs from right to left. */
const RIGHT_TO_LEFT_LETTER = /[\p{Script=Arabic}\p{Script=Hebrew}]/u;

/**
 * What runs from left to right within a Persian text: Latin words with a number before them, as "100 Mb/s" and
 * "Pars Data Co.", and numbers with signs between, as 021-66001234, which would change places.
 */
const LATIN_WORD = "\\p{Script=Latin}[\\p{Script=Latin}\\d.&'’/+@:_-]*";
const LEFT_TO_RIGHT_RUN = new RegExp(
  `(?:\\d[\\d.]* )?${LATIN_WORD}(?: ${LATIN_WORD})*|\\p{Nd}+(?:[-+*./:]\\p{Nd}+)+`,
  'gu',
);

const PERSIAN_DIGITS = '۰۱۲۳۴۵۶۷۸۹';

const ENGLISH_MONTHS = [
  ...['Farvardin', 'Ordibehesht', 'Khordad', 'Tir', 'Mordad', 'Shahrivar'],
  ...['Mehr', 'Aban', 'Azar', 'Dey', 'Bahman', 'Esfand'],
] as const;

const gregorian = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Tehran',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** Digits as the language writes them: ۰ to ۹ in Persian. */
function digitsIn(language: InvoiceLanguage, text: string): string {
  return language === 'en' ? text : text.replace(/\d/g, (digit) => PERSIAN_DIGITS[Number(digit)]!);
}

/** A whole number with separators of thousands: «۶٬۷۹۱٬۲۳۳», "6,791,233". A minus stays before its figures in any text. */
export function figure(language: InvoiceLanguage, value: number): string {
  const grouped = String(Math.abs(value)).replace(/\B(?=(\d{3})+$)/g, language === 'fa' ? '٬' : ',');
  const digits = digitsIn(language, grouped);
  return value < 0 ? isolatedLeftToRight(`${MINUS}${digits}`) : digits;
}

/** A whole percent: «۹٪», "9%". */
export function percentText(language: InvoiceLanguage, percent: number): string {
  return `${digitsIn(language, String(percent))}${language === 'fa' ? '٪' : '%'}`;
}

/** A number that is no quantity, such as a postal code, in the language's digits and in its own order in any text. */
export function codeText(language: InvoiceLanguage, code: string): string {
  const text = plainText(code);
  return text === '' ? '' : isolatedLeftToRight(digitsIn(language, text));
}

/**
 * What somebody wrote, to stand in a text of either direction without turning it. A text with a Persian letter runs from
 * right to left, also when it begins with a Latin word, as «IP ثابت» does.
 */
export function foreignText(text: string): string {
  const plain = plainText(text);
  if (plain === '') return '';
  if (!RIGHT_TO_LEFT_LETTER.test(plain)) return isolatedLeftToRight(plain);
  return `${RIGHT_TO_LEFT_ISOLATE}${plain.replace(LEFT_TO_RIGHT_RUN, isolatedLeftToRight)}${END_OF_ISOLATE}`;
}

/** The date of an instant in Tehran: «شنبه ۳۰ آبان ۱۴۰۵», "30 Aban 1405 (21 November 2026)". */
export function dateText(language: InvoiceLanguage, at: Instant): string {
  const day = jalaliDayAt(at);
  if (language === 'fa') return `${jalaliWeekdayName(day)} ${dayText(language, day)}`;
  return `${dayText(language, day)} (${gregorian.format(at)})`;
}

/** A day: «۳۰ آبان ۱۴۰۵», "30 Aban 1405". */
export function dayText(language: InvoiceLanguage, { year, month, day }: JalaliDay): string {
  const name = language === 'fa' ? jalaliMonthName(month) : ENGLISH_MONTHS[month - 1];
  return `${digitsIn(language, String(day))} ${name} ${digitsIn(language, String(year))}`;
}

/** A day as the figures 1405/08/30. */
export function dayFigures({ year, month, day }: JalaliDay): string {
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('/');
}

function isolatedLeftToRight(text: string): string {
  return `${LEFT_TO_RIGHT_ISOLATE}${text}${END_OF_ISOLATE}`;
}

function plainText(text: string): string {
  const plain = text.toWellFormed().replace(TURNING_OR_CONTROL, ' ').trim();
  const characters = [...plain];
  return characters.length <= LONGEST_TEXT ? plain : `${characters.slice(0, LONGEST_TEXT - 1).join('')}…`;
}
