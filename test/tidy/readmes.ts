import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { limits } from './rules.ts';
import { type Offence, repositoryRoot, type Texts } from './sources.ts';

/** The README texts of the engine folders that hold TypeScript, by path; a missing one is left out. */
export function readReadmes(sourcePaths: readonly string[], root: string = repositoryRoot): Texts {
  const texts: Record<string, string> = {};
  for (const path of readmePaths(sourcePaths)) {
    try {
      texts[path] = readFileSync(join(root, path), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return texts;
}

/** Engine folders whose README is missing or too long to be read. */
export function readmeOffences(sourcePaths: readonly string[], readmes: Texts): Offence[] {
  return readmePaths(sourcePaths).flatMap((path): Offence[] => {
    const text = readmes[path];
    if (text === undefined) return [{ path, line: 1, message: 'is missing' }];
    const lines = text.replace(/\n$/, '').split('\n').length;
    const most = limits.readmeLines;
    return lines > most ? [{ path, line: most + 1, message: `has ${lines} lines, more than ${most}` }] : [];
  });
}

function readmePaths(sourcePaths: readonly string[]): string[] {
  const folders = sourcePaths.map((path) => path.split('/')).filter((parts) => parts.length > 2);
  const ofEngine = folders.filter((parts) => parts[0] === 'engine').map((parts) => parts[1]!);
  return [...new Set(ofEngine)].sort().map((name) => `engine/${name}/README.md`);
}
