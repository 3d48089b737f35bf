import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { secrets } from './sample.ts';

/** How a script ended: rows of its last statement, and what it was refused with, '' when it was not. */
export interface ScriptEnd {
  readonly rows: readonly unknown[];
  readonly refusal: string;
}

/** A database that scripts can be run on while no ledger is open. */
export interface ScriptPlace {
  open(): ReturnType<typeof openLedger>;
  /** Runs scripts as a superuser while the ledger is closed, each as a transaction of its own. */
  sql(scripts: readonly string[]): Promise<readonly ScriptEnd[]>;
  remove(): Promise<void>;
}

/** A new folder for the embedded engine. */
export function embeddedPlace(): ScriptPlace {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-scripts-'));
  const dataDir = join(folder, 'pg');
  return {
    open: () => openLedger({ folder: dataDir }, secrets),
    sql: async (scripts) => {
      const pglite = await PGlite.create({ dataDir });
      try {
        return await endsOf(scripts, async (script) => {
          try {
            return (await pglite.exec(`BEGIN; ${script}; COMMIT`)).at(-2)?.rows ?? [];
          } catch (refusal) {
            await pglite.exec('ROLLBACK');
            throw refusal;
          }
        });
      } finally {
        await pglite.close();
      }
    },
    remove: async () => rmSync(folder, { recursive: true }),
  };
}

/** A new database of a role that owns it and is no superuser. */
export async function serverPlace(server: PostgresServer, name: string): Promise<ScriptPlace> {
  await server.query(`CREATE ROLE ${name}_clerk LOGIN`);
  await server.query(`CREATE DATABASE ${name} OWNER ${name}_clerk`);
  const url = server.url(name).replace('mizan@', `${name}_clerk@`);
  return {
    open: () => openLedger({ url }, secrets),
    sql: (scripts) => endsOf(scripts, (script) => server.query(script, name)),
    remove: async () => undefined,
  };
}

/** Runs scripts one after the other. */
async function endsOf(
  scripts: readonly string[],
  run: (script: string) => Promise<readonly unknown[]>,
): Promise<readonly ScriptEnd[]> {
  const ends: ScriptEnd[] = [];
  for (const script of scripts) {
    const end = run(script).then((rows) => ({ rows, refusal: '' }));
    ends.push(await end.catch((reason: Error) => ({ rows: [], refusal: reason.message })));
  }
  return ends;
}
