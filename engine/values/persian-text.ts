const DIGIT_SETS = ['۰۱۲۳۴۵۶۷۸۹', '٠١٢٣٤٥٦٧٨٩'] as const;

const ASCII_DIGITS = new Map(
  DIGIT_SETS.flatMap((digits) => [...digits].map((digit, value) => [digit, String(value)] as const)),
);

/** Blanks, hyphens and dashes that people put between groups of digits, and marks of direction that come with pasted text. */
const SEPARATORS = /[\s\-‐-―−_\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Text with Persian and Arabic digits as 0 to 9. */
export function asciiDigits(text: string): string {
  return text.replace(/[۰-۹٠-٩]/gu, (digit) => ASCII_DIGITS.get(digit)!);
}

/**
 * Text as it is stored and searched: Arabic ي, ى and ك as Persian ی and ک, digits as 0 to 9. So the same name is the same
 * text, whichever keyboard wrote it.
 */
export function normalPersian(text: string): string {
  return asciiDigits(text).replace(/[يى]/gu, 'ی').replace(/ك/gu, 'ک');
}

/** What was typed into a field for a number: digits as 0 to 9, without blanks, hyphens and invisible marks. */
export function plainNumber(text: string): string {
  return asciiDigits(text).replace(SEPARATORS, '');
}
