import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { serverPool } from '../../../../engine/store/ledger/server-connection.ts';
import { peopleSuite } from '../../../conformance/people.ts';
import { NOW } from '../../subscribers/people-samples.ts';
import { secrets } from './sample.ts';
import { embeddedPlace, serverPlace } from './script-places.ts';

peopleSuite('PGlite', async () => embeddedPlace());

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  peopleSuite('PostgreSQL', () => serverPlace(server, 'people'));

  it('declares whom somebody else makes meanwhile, as the same customer', async () => {
    const url = await server.createDatabase('made_twice');
    const ledger = await openLedger({ url }, secrets);
    const pool = serverPool(url);
    const other = await pool.connect();
    await other.query('BEGIN');
    await other.query(`
      INSERT INTO customer (kind, name, name_key, national_id, revision, created_at, updated_at)
      VALUES ('person', 'سارا', 'سارا', '0499370899', 1, now(), now())`);
    const customers = [{ nationalId: '0499370899', mobile: '09121112233', name: 'سارا' }];
    const applying = ledger.apply({ customers }, NOW);
    const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'transactionid' AND query LIKE '%INSERT INTO customer%'`;
    while ((await server.query(waits)).length === 0) await sleep(20);
    await other.query('COMMIT');
    other.release();
    expect(await applying).toMatchObject({ ok: true, value: { customers: 1 } });
    const found = await ledger.people.findCustomers({ name: 'سارا', limit: 10 });
    expect(found).toMatchObject([{ revision: 2, mobile: '+989121112233' }]);
    await pool.end();
    await ledger.close();
  });

  it('declares a customer beside a sale that has the line and refers to the customer', async () => {
    const url = await server.createDatabase('sold_meanwhile');
    const ledger = await openLedger({ url }, secrets);
    const customers = [{ nationalId: '0499370899', name: 'سارا', lines: [{ username: 'u1' }] }];
    const lines = [{ username: 'u1', plan: 'p' }];
    await ledger.apply({ plans: [{ name: 'p', days: 1 }], lines, customers }, NOW);
    const pool = serverPool(url);
    const sale = await pool.connect();
    await sale.query('BEGIN');
    await sale.query(`SELECT 1 FROM line WHERE username = 'u1' FOR UPDATE`);
    const applying = ledger.apply({ lines, customers: [{ ...customers[0]!, address: 'اهواز' }] }, NOW);
    const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'transactionid' AND query LIKE '%FROM line%'`;
    while ((await server.query(waits)).length === 0) await sleep(20);
    // What a foreign key takes; were the customer locked against it, each would wait for the other.
    await sale.query('SELECT 1 FROM customer FOR KEY SHARE NOWAIT');
    await sale.query('COMMIT');
    sale.release();
    expect(await applying).toMatchObject({ ok: true, value: { customers: 1 } });
    await pool.end();
    await ledger.close();
  });
});
