/**
 * How backslashes are read in a quoted text: `none` (PostgreSQL with standard_conforming_strings), `mysql`, or `c`
 * (PostgreSQL's E'…', and all its texts without standard_conforming_strings).
 */
export type Escapes = 'none' | 'mysql' | 'c';

/** A value and where reading goes on; a value that is no text, number or word is `null`, as NULL is. */
export interface ReadValue {
  readonly value: string | null;
  readonly next: number;
}

/** The values between two parentheses, and where reading goes on behind them. */
export interface ReadTuple {
  readonly values: readonly (string | null)[];
  readonly next: number;
}

const QUOTE = 39;
const OPEN = 40;
const CLOSE = 41;
const COMMA = 44;
const BACKSLASH = 92;

/** MySQL manual "String Literals": escapes that stand for another character; `\%` and `\_` stay as they are. */
const MYSQL_ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\x1a',
  '%': '\\%',
  _: '\\_',
};

/** PostgreSQL manual "String Constants with C-Style Escapes", and those of COPY's text format beside. */
const C_ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const C_NUMBERED = /\\(?:([0-7]{1,3})|x([0-9a-f]{1,2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/gis;

/** The tuple whose `(` is at `start`; `undefined` when the text ends before it does. */
export function readTuple(text: string, start: number, escapes: Escapes): ReadTuple | undefined {
  const values: (string | null)[] = [];
  let at = start + 1;
  while (at < text.length) {
    at = skipBlanks(text, at);
    const read = readValue(text, at, escapes);
    if (read === undefined) return undefined;
    values.push(read.value);
    const code = text.charCodeAt(read.next);
    at = read.next + 1;
    if (code === CLOSE) return { values, next: at };
  }
  return undefined;
}

/** The text whose quote is at `start`; `undefined` when the text ends before it is sure where it is over. */
export function readQuoted(text: string, start: number, escapes: Escapes): ReadValue | undefined {
  let at = start + 1;
  let value = '';
  for (;;) {
    const quote = text.indexOf("'", at);
    if (quote < 0 || quote + 1 >= text.length) return undefined;
    let piece = text.slice(at, quote);
    if (escapes !== 'none' && piece.includes('\\')) {
      const end = endOfEscaped(text, at);
      if (end === undefined || end + 1 >= text.length) return undefined;
      piece = unescapeText(text.slice(at, end), escapes);
      at = end;
    } else at = quote;
    value += piece;
    if (text.charCodeAt(at + 1) !== QUOTE) return { value, next: at + 1 };
    value += "'";
    at += 2;
  }
}

/** What a text with escapes stands for; in COPY's format the escapes are those of `c`. */
export function unescapeText(text: string, escapes: Escapes): string {
  if (escapes === 'none') return text;
  if (escapes === 'mysql') {
    return text.replace(/\\(.)/gs, (_, letter: string) => MYSQL_ESCAPES[letter] ?? letter);
  }
  return text.replace(C_NUMBERED, unescapeC);
}

/** First position from `at` that holds no blank. */
export function skipBlanks(text: string, at: number): number {
  let next = at;
  while (next < text.length && text.charCodeAt(next) <= 32) next += 1;
  return next;
}

function readValue(text: string, at: number, escapes: Escapes): ReadValue | undefined {
  if (text.charCodeAt(at) === QUOTE) return behind(text, readQuoted(text, at, escapes));
  let end = at;
  for (; end < text.length; end += 1) {
    const code = text.charCodeAt(end);
    if (code === COMMA || code === CLOSE || code === QUOTE || code === OPEN) break;
  }
  if (end >= text.length) return undefined;
  const word = text.slice(at, end).trim();
  const code = text.charCodeAt(end);
  // _binary'…', N'…', X'…' and E'…': only the last one reads backslashes of its own.
  if (code === QUOTE) {
    return behind(text, readQuoted(text, end, word.toUpperCase() === 'E' ? 'c' : escapes));
  }
  if (code === OPEN) return behind(text, { value: null, next: end });
  const [bare = ''] = word.split('::');
  return { value: /^null$/i.test(bare) ? null : bare, next: end };
}

/** Goes on to the comma or parenthesis that ends the value: a cast or the arguments of a function may stand before it. */
function behind(text: string, read: ReadValue | undefined): ReadValue | undefined {
  if (read === undefined) return undefined;
  let depth = 0;
  for (let at = read.next; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (depth === 0 && (code === COMMA || code === CLOSE)) return { value: read.value, next: at };
    if (code === OPEN) depth += 1;
    else if (code === CLOSE) depth -= 1;
    else if (code === QUOTE) {
      const inner = readQuoted(text, at, 'none');
      if (inner === undefined) return undefined;
      at = inner.next - 1;
    }
  }
  return undefined;
}

/** Position of the quote that no backslash stands before. */
function endOfEscaped(text: string, start: number): number | undefined {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return undefined;
}

function unescapeC(
  _: string,
  octal: string | undefined,
  hex: string | undefined,
  short: string | undefined,
  long: string | undefined,
  letter: string,
): string {
  if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
  const digits = hex ?? short ?? long;
  if (digits === undefined) return C_ESCAPES[letter] ?? letter;
  const point = Number.parseInt(digits, 16);
  return point > 0x10ffff ? '\uFFFD' : String.fromCodePoint(point);
}
