import { createHash } from 'node:crypto';
import { readSchemaFiles, type SchemaFile } from '../schema-files.ts';

/** One connection that takes whole scripts; rows are those of the last statement. */
export interface ScriptRunner {
  run(script: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Held on PostgreSQL while the schema changes, so that of several starting processes one migrates. */
const MIGRATION_LOCK = 7_166_422;

/**
 * Brings the ledger's schema up to the files of `schemas/postgres`, each in a transaction of its own.
 * @throws Error when the database is newer than this program, a file was changed after it had been applied,
 * or a statement fails; the failed file leaves nothing behind.
 */
export async function migrateLedger(runner: ScriptRunner): Promise<void> {
  await runner.run(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
  try {
    await runner.run(
      `CREATE TABLE IF NOT EXISTS schema_migration (
         version integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL,
         applied_at timestamptz NOT NULL DEFAULT now())`,
    );
    const applied = await runner.run('SELECT version, digest FROM schema_migration ORDER BY version');
    for (const file of filesToApply(readSchemaFiles('postgres'), applied)) await applyFile(runner, file);
  } finally {
    await runner.run(`SELECT pg_advisory_unlock(${MIGRATION_LOCK})`);
  }
}

function filesToApply(
  files: readonly SchemaFile[],
  applied: readonly Readonly<Record<string, unknown>>[],
): readonly SchemaFile[] {
  const digests = new Map(applied.map((row) => [Number(row.version), String(row.digest)]));
  const newest = Math.max(0, ...digests.keys());
  if (newest > (files.at(-1)?.version ?? 0)) {
    throw new Error(`the ledger has schema ${newest}, which is newer than this program; upgrade the program`);
  }
  for (const file of files) {
    const digest = digests.get(file.version);
    if (digest !== undefined && digest !== digestOf(file)) {
      throw new Error(`schema file ${file.name} was changed after it had been applied to this ledger`);
    }
  }
  return files.filter((file) => !digests.has(file.version));
}

async function applyFile(runner: ScriptRunner, file: SchemaFile): Promise<void> {
  const note = `INSERT INTO schema_migration (version, name, digest)
    VALUES (${file.version}, '${file.name}', '${digestOf(file)}');`;
  try {
    await runner.run(`BEGIN;\n${file.text}\n${note}\nCOMMIT;`);
  } catch (cause) {
    await runner.run('ROLLBACK');
    throw new Error(`schema file ${file.name} cannot be applied`, { cause });
  }
}

function digestOf(file: SchemaFile): string {
  return createHash('sha256').update(file.text).digest('hex');
}
