import type { Rial } from '../values/rial.ts';

/** A language's words for whole numbers. */
interface NumberWords {
  readonly zero: string;
  /** 0 (unused) to 19. */
  readonly small: readonly string[];
  /** Tens, 0 and 10 unused. */
  readonly tens: readonly string[];
  /** Hundreds, 0 unused. */
  readonly hundreds: readonly string[];
  /** Names of the powers of thousand; '' of the first. */
  readonly powers: readonly string[];
  readonly betweenParts: string;
  readonly betweenGroups: string;
  readonly betweenTenAndOne: string;
}

/** Powers above a milliard by the short scale, as in the budgets of Iran: «تریلیون» is 10^12. */
const PERSIAN: NumberWords = {
  zero: 'صفر',
  small: [
    ...['', 'یک', 'دو', 'سه', 'چهار', 'پنج', 'شش', 'هفت', 'هشت', 'نه', 'ده', 'یازده', 'دوازده'],
    ...['سیزده', 'چهارده', 'پانزده', 'شانزده', 'هفده', 'هجده', 'نوزده'],
  ],
  tens: ['', '', 'بیست', 'سی', 'چهل', 'پنجاه', 'شصت', 'هفتاد', 'هشتاد', 'نود'],
  hundreds: [...['', 'یکصد', 'دویست', 'سیصد', 'چهارصد', 'پانصد', 'ششصد', 'هفتصد', 'هشتصد', 'نهصد']],
  powers: ['', 'هزار', 'میلیون', 'میلیارد', 'تریلیون', 'کوادریلیون'],
  betweenParts: ' و ',
  betweenGroups: ' و ',
  betweenTenAndOne: ' و ',
};

const ENGLISH: NumberWords = {
  zero: 'zero',
  small: [
    ...['', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven'],
    ...['twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
  ],
  tens: ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'],
  hundreds: ['', ...['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'].map(hundred)],
  powers: ['', 'thousand', 'million', 'billion', 'trillion', 'quadrillion'],
  betweenParts: ' ',
  betweenGroups: ' ',
  betweenTenAndOne: '-',
};

const RIAL_OF_TOMAN = 10;

/**
 * An amount in Persian words with its unit: «دوازده هزار و پانصد ریال»; 0 is «صفر ریال».
 * @throws RangeError when it is negative, fractional or beyond 2^53 - 1.
 */
export function rialWords(amount: Rial): string {
  return `${numberWords(amount, PERSIAN)} ریال`;
}

/** An amount in English words: "twelve thousand five hundred Rial". Throws as `rialWords`. */
export function rialWordsEnglish(amount: Rial): string {
  return `${numberWords(amount, ENGLISH)} Rial`;
}

/** The same amount as Toman of ten Rial: «یک هزار و دویست و پنجاه تومان», with what is less than one in Rial. */
export function tomanWords(amount: Rial): string {
  const rest = amount % RIAL_OF_TOMAN;
  const toman = (amount - rest) / RIAL_OF_TOMAN;
  if (rest === 0) return `${numberWords(toman, PERSIAN)} تومان`;
  const rialText = `${numberWords(rest, PERSIAN)} ریال`;
  return toman === 0 ? rialText : `${numberWords(toman, PERSIAN)} تومان و ${rialText}`;
}

function hundred(one: string): string {
  return `${one} hundred`;
}

function numberWords(value: number, words: NumberWords): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`no amount for words: ${value}`);
  if (value === 0) return words.zero;
  const groups: string[] = [];
  let rest = value;
  for (const power of words.powers) {
    const group = rest % 1000;
    if (group > 0) groups.unshift([groupWords(group, words), power].filter(Boolean).join(' '));
    rest = (rest - group) / 1000;
  }
  return groups.join(words.betweenGroups);
}

/** 1 to 999. */
function groupWords(value: number, words: NumberWords): string {
  const rest = value % 100;
  const parts = [words.hundreds[Math.floor(value / 100)]!];
  if (rest < 20) parts.push(words.small[rest]!);
  else {
    const ten = [words.tens[Math.floor(rest / 10)]!, words.small[rest % 10]!];
    parts.push(ten.filter(Boolean).join(words.betweenTenAndOne));
  }
  return parts.filter(Boolean).join(words.betweenParts);
}
