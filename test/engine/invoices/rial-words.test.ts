import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rialWords, rialWordsEnglish, tomanWords } from '../../../engine/invoices/rial-words.ts';
import { type Rial, rial } from '../../../engine/values/rial.ts';

const GREATEST = Number.MAX_SAFE_INTEGER;

/** The value of each word, written down apart from the program's own lists. */
const VALUES = new Map<string, number>();
const name = (words: string, from: number, step: number) =>
  words.split(' ').forEach((word, index) => {
    VALUES.set(word, from + index * step);
  });
name('صفر یک دو سه چهار پنج شش هفت هشت نه ده', 0, 1);
name('یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده', 11, 1);
name('بیست سی چهل پنجاه شصت هفتاد هشتاد نود', 20, 10);
name('یکصد دویست سیصد چهارصد پانصد ششصد هفتصد هشتصد نهصد', 100, 100);
const POWERS = new Map(
  ['هزار', 'میلیون', 'میلیارد', 'تریلیون', 'کوادریلیون'].map((word, i) => [word, 10n ** BigInt(3 * (i + 1))]),
);

/** Reads Persian words back; undefined when one is unknown. */
function readWords(text: string): bigint | undefined {
  let sum = 0n;
  let group = 0n;
  for (const word of text.split(/ و | /)) {
    const power = POWERS.get(word);
    const value = VALUES.get(word);
    if (power !== undefined) {
      sum += group * power;
      group = 0n;
    } else if (value !== undefined) group += BigInt(value);
    else return undefined;
  }
  return sum + group;
}

const amounts = fc.oneof(
  fc.nat({ max: 2000 }),
  fc.maxSafeNat(),
  fc.tuple(fc.nat({ max: 999 }), fc.integer({ min: 0, max: 12 })).map(([part, zeros]) => part * 10 ** zeros),
);

describe('an amount in Persian words', () => {
  it.each([
    [0, 'صفر ریال'],
    [1, 'یک ریال'],
    [10, 'ده ریال'],
    [19, 'نوزده ریال'],
    [20, 'بیست ریال'],
    [21, 'بیست و یک ریال'],
    [100, 'یکصد ریال'],
    [101, 'یکصد و یک ریال'],
    [999, 'نهصد و نود و نه ریال'],
    [1000, 'یک هزار ریال'],
    [1001, 'یک هزار و یک ریال'],
    [12_500, 'دوازده هزار و پانصد ریال'],
    [1_000_000, 'یک میلیون ریال'],
    [6_791_233, 'شش میلیون و هفتصد و نود و یک هزار و دویست و سی و سه ریال'],
    [1_000_000_001, 'یک میلیارد و یک ریال'],
    [3_000_000_000_000, 'سه تریلیون ریال'],
    [
      GREATEST,
      'نه کوادریلیون و هفت تریلیون و یکصد و نود و نه میلیارد و دویست و پنجاه و چهار میلیون و هفتصد و چهل هزار و نهصد و نود و یک ریال',
    ],
  ])('%i', (amount, words) => expect(rialWords(rial(amount))).toBe(words));

  it('can be read back', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const words = rialWords(rial(amount));
        expect(words.endsWith(' ریال')).toBe(true);
        expect(readWords(words.slice(0, -' ریال'.length))).toBe(BigInt(amount));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([-1, 0.5, GREATEST + 1, Number.NaN])('is refused for %d', (value) => {
    expect(() => rialWords(value as Rial)).toThrow(RangeError);
    expect(() => rialWordsEnglish(value as Rial)).toThrow(RangeError);
  });
});

describe('Toman', () => {
  it.each([
    [0, 'صفر تومان'],
    [5, 'پنج ریال'],
    [10, 'یک تومان'],
    [12_500, 'یک هزار و دویست و پنجاه تومان'],
    [6_791_233, 'ششصد و هفتاد و نه هزار و یکصد و بیست و سه تومان و سه ریال'],
  ])('of %i Rial', (amount, words) => expect(tomanWords(rial(amount))).toBe(words));

  it('are the same amount', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const text = tomanWords(rial(amount));
        const [, toman, rest] = /^(?:(.+) تومان)?(?: و )?(?:(.+) ریال)?$/.exec(text)!;
        const read = (words: string | undefined) => (words === undefined ? 0n : readWords(words)!);
        expect(read(toman) * 10n + read(rest)).toBe(BigInt(amount));
      }),
    );
  });
});

it.each([
  [0, 'zero Rial'],
  [21, 'twenty-one Rial'],
  [112, 'one hundred twelve Rial'],
  [6_791_233, 'six million seven hundred ninety-one thousand two hundred thirty-three Rial'],
])('%i in English words', (amount, words) => expect(rialWordsEnglish(rial(amount))).toBe(words));
