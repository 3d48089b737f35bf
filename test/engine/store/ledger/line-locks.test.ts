import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { DAY_MS, HOUR_MS } from '../../../../engine/values/instant.ts';
import { NOON, OrderWorld } from '../../../conformance/order-world.ts';
import { secrets } from './sample.ts';

const WAITS_MS = 300;

// The embedded engine has one connection, on which nobody waits for anybody.
describe.skipIf(!hasPostgres())('an order that waits for a line on a real server', () => {
  let server: PostgresServer;
  let world: OrderWorld;
  beforeAll(async () => {
    server = await PostgresServer.start();
    await server.query('CREATE DATABASE locks');
    world = await OrderWorld.begin(await openLedger({ url: server.url('locks') }, secrets));
  });
  afterAll(async () => {
    await world.ledger.close();
    await server.remove();
  });

  it('sees the pause that whoever had the line before has begun (C19)', async () => {
    await world.customer('waits1');
    await world.pay(await world.place('waits1', 'm8'));
    const now = NOON + DAY_MS;
    const order = await world.place('waits1', 'm5', { kind: 'change', now });
    const other = new Client({ connectionString: server.url('locks') });
    await other.connect();
    await other.query('BEGIN');
    await other.query("SELECT id FROM line WHERE username = 'waits1' FOR UPDATE");
    const paid = world.ledger.orders.payFromWallet(order.id, 'u', now + HOUR_MS);
    await new Promise((resolve) => setTimeout(resolve, WAITS_MS));
    await other.query(`INSERT INTO pause (line_id, service_id, starts_at, ends_by, actor)
      SELECT line_id, id, starts_at, ends_at, 'u' FROM service WHERE replaced_at IS NULL AND line_id =
        (SELECT id FROM line WHERE username = 'waits1')`);
    await other.query('COMMIT');
    await other.end();
    expect(await paid).toEqual({ ok: false, error: 'line-is-paused' });
  });
});
