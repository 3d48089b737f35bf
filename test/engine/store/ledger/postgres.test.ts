import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import type { LedgerDb } from '../../../../engine/store/ledger/database.ts';
import { inTransaction } from '../../../../engine/store/ledger/in-transaction.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { serverPool } from '../../../../engine/store/ledger/server-connection.ts';
import { readSchemaFiles } from '../../../../engine/store/schema-files.ts';
import { ledgerStoreSuite } from '../../../conformance/ledger-store.ts';
import { document, NOW, secrets, usageEvent } from './sample.ts';

const SKIPPED = 'PostgreSQL is not installed (Debian: postgresql)';

/** A transaction's runner that fails as told before it succeeds, and the number of its tries. */
function losing(failures: readonly unknown[]) {
  const left = [...failures];
  const seen = { tries: 0 };
  const execute = async (work: (tx: unknown) => Promise<unknown>) => {
    seen.tries += 1;
    const failure = left.shift();
    if (failure !== undefined) throw failure;
    return work(undefined);
  };
  return { seen, db: { transaction: () => ({ execute }) } as unknown as LedgerDb };
}

describe('a transaction that lost against another', () => {
  const deadlock = Object.assign(new Error('deadlock detected'), { code: '40P01' });
  const serialization = Object.assign(new Error('could not serialize'), { code: '40001' });

  it('is tried again', async () => {
    const { db, seen } = losing([deadlock, serialization]);
    expect(await inTransaction(db, async () => 'done')).toBe('done');
    expect(seen.tries).toBe(3);
  });

  it('is given up after the fifth loss', async () => {
    const { db, seen } = losing(Array.from({ length: 9 }, () => deadlock));
    await expect(inTransaction(db, async () => 'done')).rejects.toThrow('deadlock detected');
    expect(seen.tries).toBe(5);
  });

  it('is not tried again for another reason', async () => {
    const { db, seen } = losing([Object.assign(new Error('duplicate key'), { code: '23505' })]);
    await expect(inTransaction(db, async () => 'done')).rejects.toThrow('duplicate key');
    expect(seen.tries).toBe(1);
  });
});

describe.skipIf(!hasPostgres())(hasPostgres() ? 'PostgreSQL' : SKIPPED, () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it('outlives a connection that breaks in a transaction, between two queries', async () => {
    const pool = serverPool(server.url());
    const client = await pool.connect();
    await client.query('BEGIN');
    const [row] = (await client.query('SELECT pg_backend_pid() AS pid')).rows as { pid: number }[];
    const broken = new Promise<void>((resolve) => client.once('end', () => resolve()));
    await server.query(`SELECT pg_terminate_backend(${row?.pid})`);
    await broken;
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release();
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  ledgerStoreSuite('PostgreSQL', async () => {
    const url = await server.createDatabase('suite');
    return { open: () => openLedger({ url }, secrets), remove: async () => undefined };
  });

  it('is migrated once by programs that start at the same time', async () => {
    const url = await server.createDatabase('raced');
    const ledgers = await Promise.all([1, 2, 3, 4].map(() => openLedger({ url }, secrets)));
    await Promise.all(ledgers.map((ledger) => ledger.ping()));
    const rows = await server.query<{ version: number }>(
      'SELECT version FROM schema_migration ORDER BY version',
      'raced',
    );
    expect(rows.map(({ version }) => version)).toEqual(
      readSchemaFiles('postgres').map(({ version }) => version),
    );
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  });

  it('refuses to show a bigint beyond 2^53', async () => {
    const url = await server.createDatabase('large');
    const ledger = await openLedger({ url }, secrets);
    const largest = { position: 1, event: usageEvent({ outputOctets: Number.MAX_SAFE_INTEGER }) };
    await ledger.recordEvents([largest], 0);
    expect(await ledger.sessions({ limit: 1 })).toMatchObject([{ outputOctets: Number.MAX_SAFE_INTEGER }]);
    await server.query('UPDATE session SET output_octets = output_octets + 2', 'large');
    await expect(ledger.sessions({ limit: 1 })).rejects.toThrow('a bigint beyond 2^53: 9007199254740993');
    await ledger.ping();
    await ledger.close();
  });

  it('repeats what lost a real deadlock', async () => {
    const url = await server.createDatabase('deadlock');
    const ledger = await openLedger({ url }, secrets);
    await ledger.apply(document, NOW);
    await server.query(
      'CREATE TABLE pair (id int PRIMARY KEY, n int); INSERT INTO pair VALUES (1, 0), (2, 0)',
      'deadlock',
    );
    // Every change of a status now takes the pair in the order of its line, after a rest.
    await server.query(
      `CREATE FUNCTION cross_over() RETURNS trigger LANGUAGE plpgsql AS $$
         DECLARE first int := CASE WHEN NEW.username = 'u1' THEN 1 ELSE 2 END;
         BEGIN
           UPDATE pair SET n = n + 1 WHERE id = first;
           PERFORM pg_sleep(0.3);
           UPDATE pair SET n = n + 1 WHERE id = 3 - first;
           RETURN NEW;
         END $$;
       CREATE TRIGGER cross_over BEFORE UPDATE ON line FOR EACH ROW EXECUTE FUNCTION cross_over()`,
      'deadlock',
    );
    const change = { status: 'suspended', reason: 'debt', actor: 'staff' } as const;
    expect(
      await Promise.all(['u1', 'u2'].map((username) => ledger.setStatus(username, change, NOW))),
    ).toEqual([true, true]);
    expect(await server.query('SELECT n FROM pair', 'deadlock')).toEqual([{ n: 2 }, { n: 2 }]);
    const [seen] = await server.query<{ deadlocks: string }>(
      "SELECT deadlocks FROM pg_stat_database WHERE datname = 'deadlock'",
    );
    expect(Number(seen!.deadlocks)).toBeGreaterThan(0);
    await ledger.close();
  });

  it.each(['SIGINT', 'SIGQUIT'] as const)(
    'goes on after PostgreSQL was stopped by %s and started',
    async (signal) => {
      const name = signal.toLowerCase();
      const url = await server.createDatabase(name);
      const ledger = await openLedger({ url }, secrets);
      await ledger.apply(document, NOW);
      await server.stop(signal);
      await expect(ledger.ping()).rejects.toThrow();
      await expect(ledger.recordEvents([{ position: 1, event: usageEvent({}) }], 0)).rejects.toThrow();
      await expect(ledger.apply({ lines: [{ username: 'u9', plan: 'open' }] }, NOW)).rejects.toThrow();
      await server.restart();
      await ledger.recordEvents([{ position: 1, event: usageEvent({ outputOctets: 5 }) }], 0);
      expect(await ledger.sessions({ limit: 5 })).toMatchObject([{ outputOctets: 5 }]);
      expect((await ledger.lines(10)).map(({ username }) => username)).toEqual(['u1', 'u2']);
      await ledger.close();
    },
  );

  it('closes in bounded time while a call is at work', async () => {
    const url = await server.createDatabase('closing');
    const ledger = await openLedger({ url }, secrets);
    await ledger.apply(document, NOW);
    await server.query(
      `CREATE FUNCTION sleep_long() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
       CREATE TRIGGER sleep_long BEFORE INSERT ON session FOR EACH ROW EXECUTE FUNCTION sleep_long()`,
      'closing',
    );
    void ledger.recordEvents([{ position: 1, event: usageEvent({}) }], 0).catch(() => undefined);
    const isAtWork = async () =>
      (await server.query("SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).length > 0;
    while (!(await isAtWork())) await sleep(20);
    const startedAt = performance.now();
    await ledger.close();
    expect(performance.now() - startedAt).toBeLessThan(7_000);
  });
});
