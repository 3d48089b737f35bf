/**
 * Text of one field of a line in Redis: words, then `name=value` pairs, parted by spaces. Blanks, `%` and `=` inside a
 * word are written as `%` and two hexadecimal digits, so that an operator reads what stands there and nothing is lost.
 */
export interface FieldText {
  readonly words: readonly string[];
  readonly named: ReadonlyMap<string, string>;
}

/** All but printable ASCII without `%` and `=`, and all but letters of other scripts. */
const SPECIAL = /[^!-$&-<>-~\u0080-\uffff]/g;
const IS_SPECIAL = /[^!-$&-<>-~\u0080-\uffff]/;

/** A word as it is written; an empty one as `-`, and `-` itself escaped. */
export function fieldWord(text: string): string {
  if (text === '' || text === '-') return text === '' ? '-' : '%2d';
  return IS_SPECIAL.test(text) ? text.replace(SPECIAL, escapeCharacter) : text;
}

/** ` name=value` to be put behind other text; nothing for '' and 0, which a reader takes for granted. */
export function fieldPair(name: string, value: string | number): string {
  if (value === '' || value === 0) return '';
  return ` ${name}=${typeof value === 'number' ? value : fieldWord(value)}`;
}

/** Reads what was written by `fieldWord` and `fieldPair`. */
export function readFieldText(text: string): FieldText {
  const words: string[] = [];
  const named = new Map<string, string>();
  for (const part of text.split(' ')) {
    const equals = part.indexOf('=');
    if (equals >= 0) named.set(part.slice(0, equals), readWord(part.slice(equals + 1)));
    else if (part !== '') words.push(readWord(part));
  }
  return { words, named };
}

function readWord(word: string): string {
  if (word === '-') return '';
  return word.replace(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
