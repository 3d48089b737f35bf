import { fail, ok, type Result } from '../values/result.ts';
import type { Dictionary } from './dictionary.ts';
import { compileDictionary } from './dictionary-compiler.ts';
import { type DictionaryError, type DictionaryPlace, dictionaryError } from './dictionary-error.ts';
import { type DictionaryLines, emptyLines, type IncludeLine, readLines } from './dictionary-lines.ts';

/** The text of a dictionary file and the name that errors call it by. */
export interface DictionarySource {
  readonly file: string;
  readonly text: string;
}

/**
 * Finds what `$INCLUDE target` in `fromFile` means: the same file under the same name each time, or
 * `undefined`.
 */
export type IncludeResolver = (fromFile: string, target: string) => DictionarySource | undefined;

/** Real sets are two or three files deep; the bound stops a resolver that never ends. */
const MAX_INCLUDE_DEPTH = 32;

/**
 * Compiles FreeRADIUS 3 dictionary text. `sources` are read in order and belong to one name space, so a later
 * one may add to an earlier one and may not contradict it; each file is read once however often it is
 * included. On failure returns every error found, in the order of the files and their lines, and no
 * dictionary.
 */
export function parseDictionary(
  sources: readonly DictionarySource[],
  resolveInclude: IncludeResolver,
): Result<Dictionary, DictionaryError[]> {
  const lines = emptyLines();
  const read = new Map<string, number>();
  for (const source of sources) readSource(source, { lines, read, resolveInclude, open: [] });
  const compiled = compileDictionary(lines);
  if (lines.errors.length === 0) return ok(compiled);
  return fail(lines.errors.sort((a, b) => read.get(a.file)! - read.get(b.file)! || a.line - b.line));
}

interface Reading {
  readonly lines: DictionaryLines;
  /** Files already read, with the order in which they were first met. */
  readonly read: Map<string, number>;
  readonly resolveInclude: IncludeResolver;
  /** Files that are being read now, the outermost first. */
  readonly open: readonly string[];
}

function readSource(source: DictionarySource, reading: Reading): void {
  if (reading.read.has(source.file)) return;
  reading.read.set(source.file, reading.read.size);
  const inside = { ...reading, open: [...reading.open, source.file] };
  readLines(reading.lines, source.file, source.text, (include) => readInclude(include, inside));
}

function readInclude(include: IncludeLine, reading: Reading): void {
  const source = reading.resolveInclude(include.place.file, include.target);
  if (source === undefined) {
    if (!include.optional)
      refuse(reading, include.place, 'include-not-found', `no such file: ${include.target}`);
    return;
  }
  const loop = reading.open.indexOf(source.file);
  if (loop >= 0) {
    const chain = [...reading.open.slice(loop), source.file].join(' → ');
    refuse(reading, include.place, 'include-loop', `the file includes itself: ${chain}`);
  } else if (reading.open.length >= MAX_INCLUDE_DEPTH) {
    refuse(reading, include.place, 'include-loop', `more than ${MAX_INCLUDE_DEPTH} files deep`);
  } else {
    readSource(source, reading);
  }
}

function refuse(
  reading: Reading,
  place: DictionaryPlace,
  code: 'include-not-found' | 'include-loop',
  text: string,
): void {
  reading.lines.errors.push(dictionaryError(place, code, text));
}
