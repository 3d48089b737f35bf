import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../bench/fleet/engine-process.ts';
import { ClickHouseBridge } from '../../bench/servers/clickhouse-bridge.ts';
import { hasPostgres, PostgresServer } from '../../bench/servers/postgres-server.ts';
import { writeAccessRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';
import { AccountingLoad, type LoadedLine } from './accounting-load.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { answers, UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras-in-front';
const ACCESS_ACCEPT = 2;
const USERNAMES = Array.from({ length: 10 }, (_, index) => `line${index + 1}`);
const QUOTA = 1_000_000_000_000;
const SKIPPED = 'PostgreSQL is not installed (Debian: postgresql)';

describe.skipIf(!hasPostgres())(hasPostgres() ? 'on PostgreSQL and ClickHouse' : SKIPPED, () => {
  let postgres: PostgresServer;
  let clickhouse: ClickHouseBridge;
  let mizan: MizanProcess;
  let env: Record<string, string>;
  let sent: readonly LoadedLine[] = [];

  beforeAll(async () => {
    [postgres, clickhouse] = await Promise.all([PostgresServer.start(), ClickHouseBridge.start()]);
    const ports = await freePorts();
    env = {
      DATABASE_URL: postgres.url(),
      CLICKHOUSE_URL: `${clickhouse.url}?request_timeout=1000`,
      RADIUS_AUTH_PORT: String(ports.auth),
      RADIUS_ACCT_PORT: String(ports.acct),
    };
    mizan = await MizanProcess.start({ env });
    await mizan.apply({
      nas: [
        { name: 'load', address: '127.0.0.43', secret: SECRET },
        { name: 'logins', address: '127.0.0.44', secret: SECRET },
      ],
      plans: [{ name: 'gold', days: 30, quota: { octets: QUOTA, charge: 'both' } }],
      lines: USERNAMES.map((username) => ({ username, password: 'pw', plan: 'gold', concurrentSessions: 9 })),
    });
  });
  afterAll(async () => {
    await mizan.dispose();
    await clickhouse.remove();
    await postgres.remove();
  });

  /** Interims until every line has `count` more of them acknowledged; sessions go on where they were. */
  async function account(count: number): Promise<void> {
    const load = await AccountingLoad.start(USERNAMES, SECRET, mizan.acctPort, '127.0.0.43', sent);
    await eventually(() => load.acknowledgements >= count * USERNAMES.length);
    await load.finish();
    sent = load.lines;
  }

  /** History and ledger have what was acknowledged, to the octet. */
  async function isAllCarriedOver(): Promise<boolean> {
    for (const { username, acknowledged } of sent) {
      const usage = await mizan.api<{ totals: { outputOctets: number } }>('GET', `/usage/${username}`);
      const { sessions } = await mizan.api<{ sessions: { outputOctets: number }[] }>(
        'GET',
        `/sessions?username=${username}`,
      );
      if (usage.totals.outputOctets !== acknowledged || sessions[0]?.outputOctets !== acknowledged)
        return false;
      expect(sessions).toHaveLength(1);
    }
    return true;
  }

  const isTrueOfTheCounters = async () => {
    for (const { username, acknowledged } of sent) {
      const line = await mizan.line(username);
      expect(line.sessions).toMatchObject([{ outputOctets: acknowledged, chargedOctets: acknowledged }]);
      expect(line.remainingOctets).toBe(QUOTA - acknowledged);
    }
  };

  async function login(username: string): Promise<number | undefined> {
    const nas = await UdpNas.open(SECRET, '127.0.0.44');
    const request = writeAccessRequest(
      {
        username,
        nasIdentifier: 'logins',
        nasPort: 7,
        callingStationId: 'aa',
        identifier: 9,
        authenticator: Buffer.alloc(16, 5),
        password: 'pw',
        method: 'pap',
        messageAuthenticator: true,
      },
      prepareSecret(Buffer.from(SECRET)),
    );
    const reply = await nas.exchange(request, mizan.authPort);
    nas.close();
    return reply !== undefined && answers(reply, request, SECRET) ? reply[0] : undefined;
  }

  it('counts, shows and stores every octet', async () => {
    await account(5);
    await isTrueOfTheCounters();
    await eventually(isAllCarriedOver);
    expect(await mizan.cli('line', 'show', 'line1')).toMatchObject({ username: 'line1' });
    const inPostgres = await postgres.query<{ sum: string }>('SELECT sum(output_octets) FROM session');
    const sum = sent.reduce((total, { acknowledged }) => total + acknowledged, 0);
    expect(Number(inPostgres[0]!.sum)).toBe(sum);
    const ofSessions = 'SELECT max(output_octets) AS m FROM usage_event GROUP BY line_id, session_key';
    expect(Number(await clickhouse.query(`SELECT sum(m) FROM (${ofSessions})`))).toBe(sum);
  });

  it('acknowledges and lets in while both databases are stopped, and carries all over when they are back', async () => {
    await Promise.all([postgres.stop(), clickhouse.stop()]);
    await account(20);
    await isTrueOfTheCounters();
    expect(await login('line3')).toBe(ACCESS_ACCEPT);
    await Promise.all([postgres.restart(), clickhouse.restart()]);
    await eventually(isAllCarriedOver, 40_000);
    expect(mizan.hasEnded).toBe(false);
  }, 60_000);

  it('starts and serves while both databases are away, and carries all over when they come', async () => {
    expect(await mizan.stop('SIGTERM')).toBe(0);
    await Promise.all([postgres.stop(), clickhouse.stop()]);
    mizan = await MizanProcess.start({ dataDir: mizan.dataDir, env });
    await account(5);
    await isTrueOfTheCounters();
    expect(await login('line4')).toBe(ACCESS_ACCEPT);
    await expect(mizan.api('GET', '/sessions')).rejects.toThrow('503');
    expect(mizan.log).toContain('PostgreSQL at');
    await Promise.all([postgres.restart(), clickhouse.restart()]);
    await eventually(isAllCarriedOver, 40_000);
  }, 90_000);

  it.each([
    { trouble: 'is stopped', begin: () => clickhouse.stop(), end: () => clickhouse.restart() },
    {
      trouble: 'is silent',
      begin: () => clickhouse.fault({ kind: 'silence', requests: 1_000, ms: 20_000, only: 'inserts' }),
      end: () => clickhouse.fault(undefined),
    },
  ])(
    'ends in bounded time while ClickHouse $trouble, and the next start loses nothing',
    async (given) => {
      await given.begin();
      await account(5);
      const startedAt = performance.now();
      expect(await mizan.stop('SIGTERM')).toBe(0);
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      await given.end();
      mizan = await MizanProcess.start({ dataDir: mizan.dataDir, env });
      await eventually(isAllCarriedOver, 20_000);
      await isTrueOfTheCounters();
    },
    60_000,
  );
});
