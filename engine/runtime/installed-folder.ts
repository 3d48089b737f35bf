import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The full path of something that is installed with the program, such as `schemas/dictionaries`. It is looked for from
 * here upwards, so that the sources and the built files, which lie at different depths, find the same one.
 * @throws Error when it is missing: the installation is broken.
 */
export function installedFolder(wanted: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const found = join(folder, wanted);
    if (existsSync(found)) return found;
    if (dirname(folder) === folder) throw new Error(`${wanted} is missing from the installation`);
  }
}
