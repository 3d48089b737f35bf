import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Dictionary } from '../radius/dictionary.ts';
import { type DictionaryError, dictionaryError } from '../radius/dictionary-error.ts';
import { type DictionarySource, parseDictionary } from '../radius/dictionary-parser.ts';
import { fail, type Result } from '../values/result.ts';

/** `dictionary.acme`, but not what editors and package managers leave beside it (`dictionary.acme~`). */
const DICTIONARY_FILE = /^dictionary\.[-A-Za-z0-9_.]*[A-Za-z0-9]$/;
const LEFT_BEHIND = /\.(bak|orig|old|rej|swp|tmp|dpkg-\w+|rpmsave|rpmnew)$/;

/**
 * Reads the dictionaries of several folders into one: the shipped set first, then an operator's own. A folder
 * that has a file `dictionary` is read from it, along its $INCLUDE lines; any other folder gives all its
 * `dictionary.*` files in the order of their names. Returns every error with its file and line, and then no
 * dictionary at all; a folder or file that cannot be read is such an error, at line 0. Synchronous: it runs
 * once, before the sockets open.
 */
export function loadDictionaries(folders: readonly string[]): Result<Dictionary, DictionaryError[]> {
  const sources: DictionarySource[] = [];
  const errors: DictionaryError[] = [];
  for (const folder of folders) {
    try {
      sources.push(...readFolder(resolve(folder)));
    } catch (reason) {
      errors.push(dictionaryError({ file: folder, line: 0 }, 'unreadable-file', String(reason)));
    }
  }
  const parsed = parseDictionary(sources, readInclude);
  if (errors.length === 0) return parsed;
  return fail(parsed.ok ? errors : [...errors, ...parsed.error]);
}

function readFolder(folder: string): DictionarySource[] {
  const names = readdirSync(folder).sort();
  const roots = names.includes('dictionary')
    ? ['dictionary']
    : names.filter((name) => DICTIONARY_FILE.test(name) && !LEFT_BEHIND.test(name));
  if (roots.length === 0) throw new Error('the folder holds no dictionary file');
  return roots.map((name) => readSource(join(folder, name)));
}

function readInclude(fromFile: string, target: string): DictionarySource | undefined {
  try {
    return readSource(resolve(dirname(fromFile), target));
  } catch {
    return undefined;
  }
}

function readSource(file: string): DictionarySource {
  return { file, text: readFileSync(file, 'utf8') };
}
