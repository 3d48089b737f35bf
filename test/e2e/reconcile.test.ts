import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReconcileAnswer } from '../../api/routes/reconcile.ts';
import { hasPostgres, PostgresServer } from '../../bench/servers/postgres-server.ts';
import { AccountingLoad, type LoadedLine } from './accounting-load.ts';
import { eventually, MizanProcess } from './mizan-process.ts';

const SECRET = 'secret-of-the-bras-that-is-compared';
const NAS_ADDRESS = '127.0.0.47';
const USERNAMES = Array.from({ length: 20 }, (_, index) => `line${index + 1}`);
const SKIPPED = 'PostgreSQL is not installed (Debian: postgresql)';

describe.skipIf(!hasPostgres())(hasPostgres() ? 'mizan reconcile' : SKIPPED, () => {
  let postgres: PostgresServer;
  let mizan: MizanProcess;
  let sent: readonly LoadedLine[] = [];

  beforeAll(async () => {
    postgres = await PostgresServer.start();
    mizan = await MizanProcess.start({ env: { DATABASE_URL: postgres.url() } });
    await mizan.apply({
      nas: [{ name: 'load', address: NAS_ADDRESS, secret: SECRET }],
      plans: [
        { name: 'gold', days: 30, quota: { octets: 50_000, charge: 'both' }, exhausted: 'captive' },
        { name: 'open', days: 30 },
      ],
      lines: USERNAMES.map((username, index) => {
        const plan = index % 2 === 0 ? 'gold' : 'open';
        return { username, password: 'pw', plan, concurrentSessions: 9 };
      }),
    });
  });
  afterAll(async () => {
    await mizan.dispose();
    await postgres.remove();
  });

  it('finds no difference while packets come in', async () => {
    const load = await AccountingLoad.start(USERNAMES, SECRET, mizan.acctPort, NAS_ADDRESS);
    for (const enough of [100, 400, 800]) {
      await eventually(() => load.acknowledgements >= enough, 30_000);
      const found = await mizan.cli<ReconcileAnswer>('reconcile');
      expect(found).toMatchObject({ lines: 20, unreconciledOctets: 0, differences: [] });
      expect(found.judged + found.busy).toBe(20);
    }
    await load.finish();
    sent = load.lines;
  }, 120_000);

  it('judges every line at rest, and says so to the metrics', async () => {
    const found = await mizan.cli<ReconcileAnswer>('reconcile');
    expect(found).toMatchObject({ lines: 20, judged: 20, busy: 0, unreconciledOctets: 0 });
    expect(await mizan.metric('mizan_unreconciled_octets')).toBe(0);
    expect(await mizan.metric('mizan_reconciled_lines')).toBe(20);
    expect(await mizan.metric('mizan_reconcile_last_run_timestamp_seconds')).toBeGreaterThan(1e9);
    expect(sent.every(({ acknowledged }) => acknowledged > 10_000)).toBe(true);
  });

  it('finds what somebody has changed in the ledger, to the octet', async () => {
    await postgres.query(
      `UPDATE "grant" SET consumed_octets = consumed_octets - 3 WHERE id = 'service:line1:1'`,
    );
    await expect(mizan.cli('reconcile')).rejects.toThrow('mizan reconcile: 1');
    expect(await mizan.api('POST', '/reconcile')).toMatchObject({
      judged: 20,
      unreconciledOctets: 3,
      differences: [{ username: 'line1', grantId: 'service:line1:1', octets: 3 }],
    });
    expect(await mizan.metric('mizan_unreconciled_octets')).toBe(3);
    await postgres.query(
      `UPDATE "grant" SET consumed_octets = consumed_octets + 3 WHERE id = 'service:line1:1'`,
    );
    expect(await mizan.cli('reconcile')).toMatchObject({ judged: 20, unreconciledOctets: 0 });
  });
});
