import { expect, it } from 'vitest';
import { migrateLedger } from '../../../../engine/store/ledger/migrate.ts';
import { readSchemaFiles } from '../../../../engine/store/schema-files.ts';

type Row = Readonly<Record<string, unknown>>;

/** A database that notes the scripts, knows these files as applied, and fails where it is told to. */
function database(applied: readonly Row[], failAt = /$^/) {
  const scripts: string[] = [];
  const run = async (script: string): Promise<readonly Row[]> => {
    scripts.push(script.trim().split(/[\s;(]/)[0]!);
    if (failAt.test(script)) throw new Error('no');
    return script.startsWith('SELECT version') ? applied : [];
  };
  return { scripts, run };
}

it('applies every file in a transaction of its own, under a lock', async () => {
  const { scripts, run } = database([]);
  await migrateLedger({ run });
  expect(scripts).toEqual([
    'SELECT',
    'CREATE',
    'SELECT',
    ...Array(readSchemaFiles('postgres').length).fill('BEGIN'),
    'SELECT',
  ]);
});

it('rolls a failed file back, gives the lock up and says which file it was', async () => {
  const { scripts, run } = database([], /CREATE TABLE session /);
  await expect(migrateLedger({ run })).rejects.toThrow('0002-sessions.sql cannot be applied');
  expect(scripts.slice(-3)).toEqual(['BEGIN', 'ROLLBACK', 'SELECT']);
});

it('refuses a ledger newer than the program', async () => {
  const { scripts, run } = database([{ version: 9_000, digest: '' }]);
  await expect(migrateLedger({ run })).rejects.toThrow('newer than this program');
  expect(scripts).not.toContain('BEGIN');
});

it('refuses a file that was changed after it had been applied', async () => {
  const { run } = database([{ version: 1, digest: 'another' }]);
  await expect(migrateLedger({ run })).rejects.toThrow('0001-subscribers.sql was changed');
});
