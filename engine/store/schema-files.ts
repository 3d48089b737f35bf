import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedFolder } from '../runtime/installed-folder.ts';

/** One numbered file of `schemas/postgres` or `schemas/clickhouse`. */
export interface SchemaFile {
  readonly version: number;
  readonly name: string;
  readonly text: string;
}

const NUMBERED = /^(\d{4})-[-a-z0-9]+\.sql$/;

/**
 * The numbered SQL files of a store in order.
 * @throws Error when the folder is missing or two files have one number: the installation is broken.
 */
export function readSchemaFiles(store: 'postgres' | 'clickhouse'): SchemaFile[] {
  const folder = installedFolder(join('schemas', store));
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
