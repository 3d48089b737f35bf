import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { moneyLedgerSuite } from '../../../conformance/money-ledger.ts';
import type { ScriptEnd } from '../../../conformance/money-world.ts';
import { secrets } from './sample.ts';

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

moneyLedgerSuite('PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-money-'));
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
});

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  moneyLedgerSuite('PostgreSQL, as a role that owns its database and is no superuser', async () => {
    await server.query('CREATE ROLE clerk LOGIN');
    await server.query('CREATE DATABASE money OWNER clerk');
    const url = server.url('money').replace('mizan@', 'clerk@');
    return {
      open: () => openLedger({ url }, secrets),
      sql: (scripts) => endsOf(scripts, (script) => server.query(script, 'money')),
      remove: async () => undefined,
    };
  });
});
