import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One numbered file of `schemas/postgres` or `schemas/clickhouse`. */
export interface SchemaFile {
  readonly version: number;
  readonly name: string;
  readonly text: string;
}

const NUMBERED = /^(\d{4})-[-a-z0-9]+\.sql$/;

/**
 * The numbered SQL files of a store in order. They are found from here upwards, so that the sources and the built
 * files, which lie at different depths, read the same ones.
 * @throws Error when the folder is missing or two files have one number: the installation is broken.
 */
export function readSchemaFiles(store: 'postgres' | 'clickhouse'): SchemaFile[] {
  const folder = findUpwards(import.meta.dirname, join('schemas', store));
  const files: SchemaFile[] = [];
  for (const name of readdirSync(folder).sort()) {
    const version = Number(NUMBERED.exec(name)?.[1]);
    if (!Number.isInteger(version)) continue;
    if (files.at(-1)?.version === version)
      throw new Error(`two schema files have number ${version}: ${folder}`);
    files.push({ version, name, text: readFileSync(join(folder, name), 'utf8') });
  }
  return files;
}

function findUpwards(from: string, wanted: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, wanted);
    if (existsSync(found)) return found;
    if (dirname(folder) === folder) throw new Error(`${wanted} is missing from the installation`);
  }
}
