import type { ChargeRule } from './ibsng-tables.ts';
import type { CreditMeaning, ImportOptions } from './import-plan.ts';

/** What a user's credit is here. */
export type CreditFact =
  | { readonly kind: 'volume'; readonly octets: number }
  | { readonly kind: 'money'; readonly rial: number }
  /** It limits nothing that we know. */
  | { readonly kind: 'none' }
  | { readonly kind: 'unclear'; readonly why: string };

const KB = 1_024;
const MB = KB ** 2;
const RIAL_OF_TOMAN = 10;

/**
 * Reads `users.credit`. By its charge, credit is what a kilobyte is paid from: IBSng takes `cpk` of it for each 1024 octets,
 * up and down, so credit ÷ cpk kilobytes are left. A charge of several prices, or by the minute, cannot be told in octets.
 * @param rules the rules of the user's charge, `undefined` for a user without one.
 */
export function readCredit(
  text: string,
  rules: readonly ChargeRule[] | undefined,
  { credit: meaning, money }: Pick<ImportOptions, 'credit' | 'money'>,
): CreditFact {
  const credit = Number(text || 0);
  if (!Number.isFinite(credit)) return { kind: 'unclear', why: `${text} is no credit` };
  return meaningOf(meaning, Math.max(0, credit), credit, money, rules ?? []);
}

function meaningOf(
  meaning: CreditMeaning,
  left: number,
  credit: number,
  money: ImportOptions['money'],
  rules: readonly ChargeRule[],
): CreditFact {
  switch (meaning) {
    case 'ignore':
      return { kind: 'none' };
    case 'money':
      return { kind: 'money', rial: Math.trunc(credit * (money === 'toman' ? RIAL_OF_TOMAN : 1)) };
    case 'megabytes':
      return volume(left * MB);
    case 'by-charge': {
      const prices = new Set(rules.map(({ perKilobyte }) => perKilobyte));
      if (rules.some(({ perMinute }) => perMinute > 0)) return unclear('is by the minute');
      if (prices.size > 1) return unclear('has several prices');
      const [price = 0] = prices;
      return price === 0 ? { kind: 'none' } : volume((left / price) * KB);
    }
  }
}

function volume(octets: number): CreditFact {
  const whole = Math.floor(octets);
  return Number.isSafeInteger(whole) ? { kind: 'volume', octets: whole } : unclear('is beyond all volumes');
}

function unclear(why: string): CreditFact {
  return { kind: 'unclear', why: `the charge ${why}: say what credit means (money, megabytes or ignore)` };
}
