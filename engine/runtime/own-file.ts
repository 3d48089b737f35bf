import { readFileSync, statSync } from 'node:fs';
import { fail, ok, type Result } from '../values/result.ts';

/**
 * The text of a file with credentials. Fails with a sentence for the operator that begins with the setting's name, also when
 * others than its owner may read the file.
 */
export function readOwnFile(path: string, setting: string): Result<string, string> {
  try {
    const { mode } = statSync(path);
    if ((mode & 0o077) !== 0) {
      return fail(`${setting}: ${path} may be read by others; it holds credentials (chmod 600)`);
    }
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(`${setting}: ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
