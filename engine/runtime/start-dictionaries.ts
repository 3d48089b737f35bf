import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Dictionary } from '../radius/dictionary.ts';
import type { DictionaryError } from '../radius/dictionary-error.ts';
import { fail, ok, type Result } from '../values/result.ts';
import { installedFolder } from './installed-folder.ts';
import { loadDictionaries } from './load-dictionaries.ts';

const ERRORS_SHOWN = 20;

/**
 * The dictionary that the program works with: what is shipped, and on top of it the operator's own files in
 * `dictionaries` of the data folder, when there is such a folder. Fails with one text for the operator that names file
 * and line of each fault, the first 20 of them: a program that understood half of its dictionaries would send something
 * else than what was meant.
 */
export function startDictionaries(dataDir: string): Result<Dictionary, string> {
  const own = join(dataDir, 'dictionaries');
  const shipped = installedFolder(join('schemas', 'dictionaries'));
  const loaded = loadDictionaries(existsSync(own) ? [shipped, own] : [shipped]);
  return loaded.ok ? ok(loaded.value) : fail(refusal(loaded.error));
}

function refusal(errors: readonly DictionaryError[]): string {
  const shown = errors.slice(0, ERRORS_SHOWN).map(({ file, line, text }) => `  ${file}:${line}: ${text}`);
  const more = errors.length - shown.length;
  const rest = more === 0 ? [] : [`  and ${more} more`];
  return ['the RADIUS dictionaries cannot be used:', ...shown, ...rest].join('\n');
}
