import { UnreadableFile } from './import-plan.ts';
import { type Escapes, readQuoted, skipBlanks } from './sql-text.ts';

/** Enough text to know with which word a statement begins. */
const HEAD_LENGTH = 64;
/** Longest text from INSERT to VALUES: the names of all columns. */
const LONGEST_HEAD = 65_536;
/** Longest row or definition: beyond it the file is not what it seems. */
const LONGEST_ROW = 64 * 1024 * 1024;

const DELIMITER = /DELIMITER\s+\S+[^\n]*\n/iy;
const DELIMITER_BACK = /^\s*DELIMITER\s+;/i;
const DOLLAR_TAG = /\$(?:[A-Za-z_]\w*)?\$/y;

/** The text of a dump as it comes, a window of it at a time. */
export class SqlSource {
  /** Where reading goes on in the window. */
  at = 0;
  /** MySQL's until the dump says that PostgreSQL wrote it. */
  escapes: Escapes = 'mysql';
  #text = '';
  #ended = false;
  readonly #chunks: AsyncIterator<string>;

  constructor(chunks: AsyncIterable<string>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Goes over blanks, comments, psql's commands and stored programs; false when nothing follows. */
  async toStatement(): Promise<boolean> {
    for (;;) {
      await this.#atLeast(HEAD_LENGTH);
      this.at = skipBlanks(this.#text, this.at);
      if (this.at >= this.#text.length) {
        if (!(await this.#fill())) return false;
        continue;
      }
      await this.#atLeast(HEAD_LENGTH);
      const two = this.#text.slice(this.at, this.at + 2);
      if (two === '--' || two[0] === '#' || two[0] === '\\') this.#heed(await this.line());
      else if (two === '/*') await this.#past('*/');
      else if (two[0] === ';') this.at += 1;
      else if (this.#sticky(DELIMITER) !== undefined) await this.#pastProgram();
      else return true;
    }
  }

  /** The next character that is no blank and no comment; '' at the end. */
  async peek(): Promise<string> {
    for (;;) {
      this.at = skipBlanks(this.#text, this.at);
      if (this.at + 1 >= this.#text.length && (await this.#fill())) continue;
      const two = this.#text.slice(this.at, this.at + 2);
      if (two === '--') await this.line();
      else if (two === '/*') await this.#past('*/');
      else return two[0] ?? '';
    }
  }

  /** The head of a statement that begins with `start`, both sticky, and goes over it; `undefined` when it is another one. */
  async match(start: RegExp, whole: RegExp): Promise<RegExpExecArray | undefined> {
    if (this.#sticky(start) === undefined) return undefined;
    for (;;) {
      const found = this.#sticky(whole);
      const end = found === undefined ? 0 : this.at + found[0].length;
      // What ends with the window may be longer.
      const isSure = found !== undefined && (end < this.#text.length || this.#ended);
      if (isSure) {
        this.at = end;
        return found;
      }
      if (this.#text.length - this.at > LONGEST_HEAD || !(await this.#fill())) return undefined;
    }
  }

  /** The rest of the statement up to its semicolon. */
  async statement(): Promise<string> {
    for (let wanted = HEAD_LENGTH; ; wanted *= 2) {
      await this.#atLeast(wanted);
      const end = endOfStatement(this.#text, this.at, this.escapes);
      if (end === undefined && !this.#ended && wanted < LONGEST_ROW) continue;
      const text = this.#text.slice(this.at, end);
      this.at = end ?? this.#text.length;
      return text;
    }
  }

  /**
   * What `read` makes of the text from here on, and goes over it. `read` is asked again with more text as long as it finds
   * no end. @param table told when the file ends before.
   */
  async whole<T extends { readonly next: number }>(
    read: (text: string, at: number) => T | undefined,
    table: string,
  ): Promise<T> {
    for (;;) {
      const found = read(this.#text, this.at);
      if (found !== undefined) {
        this.at = found.next;
        return found;
      }
      const length = this.#text.length - this.at;
      if (length > LONGEST_ROW) throw new UnreadableFile(`table ${table} has a row of more than 64 MiB`);
      if (this.#ended) throw cutOff(table);
      await this.#atLeast(2 * length + 1);
    }
  }

  /** A line without its end, and goes over it; `undefined` when the file ends before the line does. */
  async line(): Promise<string | undefined> {
    for (let from = this.at; ; ) {
      const end = this.#text.indexOf('\n', from);
      if (end >= 0) {
        const line = this.#text.slice(
          this.at,
          this.#text[end - 1] === '\r' ? Math.max(this.at, end - 1) : end,
        );
        this.at = end + 1;
        return line;
      }
      const seen = this.#text.length - this.at;
      if (!(await this.#fill())) {
        this.at = this.#text.length;
        return undefined;
      }
      from = this.at + seen;
    }
  }

  /** PostgreSQL's dumps say at their beginning who wrote them; before 8.2 all their texts have C's escapes. */
  #heed(comment: string | undefined): void {
    if (comment?.includes('PostgreSQL database dump') && this.escapes === 'mysql') this.escapes = 'c';
  }

  #sticky(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.#text) ?? undefined;
  }

  async #past(mark: string): Promise<void> {
    for (let from = this.at; ; ) {
      const end = this.#text.indexOf(mark, from);
      if (end >= 0) {
        this.at = end + mark.length;
        return;
      }
      const seen = Math.max(0, this.#text.length - this.at - mark.length);
      if (!(await this.#fill())) {
        this.at = this.#text.length;
        return;
      }
      from = this.at + seen;
    }
  }

  async #pastProgram(): Promise<void> {
    await this.line();
    for (;;) {
      const line = await this.line();
      if (line === undefined || DELIMITER_BACK.test(line)) return;
    }
  }

  async #atLeast(length: number): Promise<void> {
    while (this.#text.length - this.at < length && (await this.#fill())) {
      // Each turn brings one chunk.
    }
  }

  /** Drops what was read and brings the next chunk; false at the end of the file. */
  async #fill(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#chunks.next();
    if (next.done) {
      this.#ended = true;
      return false;
    }
    this.#text = this.#text.slice(this.at) + next.value;
    this.at = 0;
    return true;
  }
}

/** A dump that ends within a table. */
export function cutOff(table: string): UnreadableFile {
  return new UnreadableFile(`the file ends within table ${table}: it is cut off`);
}

/** Position behind the semicolon that ends the statement at `start`; quoted texts and comments may hold others. */
function endOfStatement(text: string, start: number, escapes: Escapes): number | undefined {
  for (let at = start; at < text.length; at += 1) {
    const letter = text[at]!;
    if (letter === ';') return at + 1;
    const past = pastQuoted(text, at, letter, escapes);
    if (past === undefined) return undefined;
    at = past - 1;
  }
  return undefined;
}

/** Position behind what begins at `at` and may hold a semicolon, `at + 1` for anything else; `undefined` when it is cut. */
function pastQuoted(text: string, at: number, letter: string, escapes: Escapes): number | undefined {
  const behind = (mark: string, from: number): number | undefined => {
    const end = text.indexOf(mark, from);
    return end < 0 ? undefined : end + mark.length;
  };
  if (letter === "'") {
    const own = /[eE]/.test(text[at - 1] ?? '') ? 'c' : escapes;
    return readQuoted(text, at, own)?.next;
  }
  if (letter === '"' || letter === '`') return behind(letter, at + 1);
  if (letter === '-' && text[at + 1] === '-') return behind('\n', at);
  if (letter === '/' && text[at + 1] === '*') return behind('*/', at + 2);
  if (letter === '$') {
    DOLLAR_TAG.lastIndex = at;
    const [tag] = DOLLAR_TAG.exec(text) ?? [];
    return tag === undefined ? at + 1 : behind(tag, at + tag.length);
  }
  return at + 1;
}
