import { asciiDigits } from '../../engine/values/persian-text.ts';
import type { Grammar, OptionName, Options } from './grammar.ts';

/** Operands that are a number of ours. */
const NUMBERS: readonly string[] = ['NUMBER', 'CUSTOMER'];
/** Operands that have digits, and may be copied from a Persian page. */
const WITH_DIGITS: readonly string[] = [...NUMBERS, 'INVOICE'];
/** Options that are a number; those of them that are money are whole Rial. */
const NUMBER_OPTIONS: readonly OptionName[] = ['amount', 'months', 'limit', 'page', 'customer', 'order'];

/** What is wrong with the options, said after the command's name; `undefined` when nothing is. */
export function optionFault(grammar: Grammar, options: Options): string | undefined {
  const stranger = (Object.keys(options) as OptionName[]).find(
    (option) => option !== 'json' && !grammar.options.includes(option),
  );
  if (stranger !== undefined) return `does not take --${stranger}`;
  const missing = grammar.needs?.find((option) => options[option] === undefined);
  if (missing !== undefined) return `needs --${missing}`;
  for (const option of NUMBER_OPTIONS) {
    const given = options[option];
    const fault = typeof given === 'string' ? numberFault(`--${option}`, given) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The same of the operands. */
export function operandFault(grammar: Grammar, operands: readonly string[]): string | undefined {
  const wanted = operandsOf(grammar);
  const absent = wanted.find((_, index) => (operands[index] ?? '') === '');
  if (absent !== undefined) return `needs ${absent}`;
  const extra = operands[wanted.length];
  if (extra !== undefined) return `does not take "${extra}"`;
  const [name = '', given = ''] = [wanted[0], operands[0]];
  return NUMBERS.includes(name) ? numberFault(name, given) : undefined;
}

/** What a command wants beside its options. */
export function operandsOf({ operand, file }: Grammar): readonly string[] {
  return [operand, file].filter((each) => each !== undefined);
}

/** The operand with Persian digits as 0 to 9 where it is a number. */
export function plainOperand({ operand = '' }: Grammar, given: string): string {
  return WITH_DIGITS.includes(operand) ? asciiDigits(given) : given;
}

/** The options, those that are numbers with Persian digits as 0 to 9. */
export function plainOptions(options: Options): Options {
  const plain = NUMBER_OPTIONS.flatMap((option) => {
    const given = options[option];
    return typeof given === 'string' ? [[option, asciiDigits(given)] as const] : [];
  });
  return { ...options, ...Object.fromEntries(plain) };
}

/**
 * Whether a path would not be asked as it is written: `.` and `..`, and what stands for them, are steps to other
 * places, which no way of writing them prevents (WHATWG URL, path state).
 */
export function leadsElsewhere(path: string): boolean {
  const [written = ''] = path.split(/[?#]/);
  return new URL(`http://mizan${path}`).pathname !== written;
}

/** Nothing but digits will do: `Number` would read 0x10, 1e3 and blanks, too, and round what is too large. */
function numberFault(name: string, given: string): string | undefined {
  const plain = asciiDigits(given);
  if (!/^[0-9]+$/.test(plain)) return `needs ${name} in digits, not "${given}"`;
  if (Number.isSafeInteger(Number(plain))) return undefined;
  return `needs ${name} up to ${Number.MAX_SAFE_INTEGER}, not ${plain}`;
}
