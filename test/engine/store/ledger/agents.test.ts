import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { agentSuite } from '../../../conformance/agents.ts';
import { embeddedPlace, type ScriptPlace, serverPlace } from './script-places.ts';

const AGENT = `INSERT INTO agent (parent_id, kind, name, commission_percent, state, path, created_at, updated_at)`;

/** What the database itself refuses, whoever asks. */
function treeTests(name: string, place: () => Promise<ScriptPlace>): void {
  it(`lets nobody break the tree behind the program, on ${name}`, async () => {
    const made = await place();
    await (await made.open()).close();
    const ends = await made.sql([
      `${AGENT} SELECT NULL, 'agent', 'a', 10, 'active', '{}', now(), now() FROM generate_series(1, 3)`,
      'UPDATE agent SET parent_id = id % 3 + 1',
      'UPDATE agent SET parent_id = id',
      'UPDATE agent SET parent_id = 1 WHERE id = 2; UPDATE agent SET parent_id = 2 WHERE id = 3',
      'UPDATE agent SET parent_id = 3 WHERE id = 1',
      'UPDATE agent SET commission_percent = 11 WHERE id = 2',
      'UPDATE agent SET commission_percent = 9 WHERE id = 1',
      "UPDATE agent SET path = '{2}' WHERE id = 2",
      'UPDATE agent SET parent_id = NULL WHERE id = 2',
      'SELECT array_to_string(path, $$,$$) AS path FROM agent ORDER BY id',
    ]);
    await made.remove();
    const refusals = ends.map(({ refusal }) => refusal.replace(/^error: /, ''));
    expect(refusals).toEqual([
      '',
      expect.stringMatching(/no right place|cannot be below/),
      expect.stringMatching(/cannot be below/),
      '',
      expect.stringMatching(/cannot be below/),
      expect.stringMatching(/greater share/),
      expect.stringMatching(/greater share/),
      expect.stringMatching(/no right place/),
      '',
      '',
    ]);
    expect(ends.at(-1)!.rows).toEqual([{ path: '1' }, { path: '2' }, { path: '2,3' }]);
  }, 120_000);
}

/** How far a deposit may be below its limit, whoever writes. */
function overdraftTests(name: string, place: () => Promise<ScriptPlace>): void {
  it(`lets a deposit fall below its limit by commission given back alone, on ${name}`, async () => {
    const made = await place();
    await (await made.open()).close();
    const set = (what: string) => `UPDATE ledger_balance SET ${what}`;
    const ends = await made.sql([
      "INSERT INTO ledger_account (code, opened_at) VALUES ('agent:1', now())",
      set('balance = 1'),
      set('balance = 50, overdrawn = 70'),
      set('balance = 51'),
      set('credit_limit = 50'),
      set('balance = 51'),
      set('balance = 50'),
      'INSERT INTO ledger_line (entry, position, account_id, amount) SELECT 1, 1, id, 1 FROM ledger_account',
      'SELECT balance::integer, credit_limit::integer, overdrawn::integer FROM ledger_balance',
    ]);
    await made.remove();
    const beyond = expect.stringContaining('ledger_balance_limit');
    expect(ends.map(({ refusal }) => refusal)).toEqual(['', beyond, '', beyond, '', beyond, '', beyond, '']);
    expect(ends.at(-1)!.rows).toEqual([{ balance: 50, credit_limit: 50, overdrawn: 0 }]);
  }, 120_000);
}

overdraftTests('PGlite', async () => embeddedPlace());
treeTests('PGlite', async () => embeddedPlace());
agentSuite('PGlite', () => embeddedPlace().open());

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  overdraftTests('PostgreSQL', () => serverPlace(server, 'overdraft'));
  treeTests('PostgreSQL', () => serverPlace(server, 'tree'));
  agentSuite('PostgreSQL', async () => (await serverPlace(server, 'agents')).open());
});
