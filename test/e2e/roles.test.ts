import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../bench/fleet/engine-process.ts';
import { ClickHouseBridge } from '../../bench/servers/clickhouse-bridge.ts';
import { hasPostgres, PostgresServer } from '../../bench/servers/postgres-server.ts';
import { hasRedis, RedisServer } from '../../bench/servers/redis-server.ts';
import { AccountingLoad, type LoadedLine } from './accounting-load.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras-of-many';
const USERNAMES = Array.from({ length: 24 }, (_, index) => `role${index + 1}`);
const QUOTA = 1_000_000_000_000;
const NAS_ADDRESS = '127.0.0.47';
const DISCONNECT_REQUEST = 40;
const hasServers = hasPostgres() && hasRedis();

describe.skipIf(!hasServers)('several processes on one set of servers', () => {
  let postgres: PostgresServer;
  let redis: RedisServer;
  let clickhouse: ClickHouseBridge;
  let nas: UdpNas;
  let shared: Record<string, string>;
  let api: MizanProcess;
  let workers: MizanProcess[];
  let radius: MizanProcess[];
  let acctPort: number;
  let sent: readonly LoadedLine[] = [];

  const start = (roles: string) => MizanProcess.start({ env: { ...shared, MIZAN_ROLES: roles } });

  beforeAll(async () => {
    [postgres, redis, clickhouse, nas] = await Promise.all([
      PostgresServer.start(),
      RedisServer.start(),
      ClickHouseBridge.start(),
      UdpNas.open(SECRET, NAS_ADDRESS),
    ]);
    const ports = await freePorts();
    acctPort = ports.acct;
    shared = {
      DATABASE_URL: postgres.url(),
      REDIS_URL: redis.url,
      CLICKHOUSE_URL: clickhouse.url,
      COUNTER_PARTITIONS: '4',
      MIZAN_KEY: '5eed'.repeat(16),
      RADIUS_AUTH_PORT: String(ports.auth),
      RADIUS_ACCT_PORT: String(ports.acct),
    };
    // All at once: the first to come migrates the schemas, and nobody waits for anybody.
    const all = await Promise.all(['worker', 'worker', 'api', 'radius', 'radius'].map(start));
    workers = all.slice(0, 2);
    api = all[2]!;
    radius = all.slice(3);
    await api.apply({
      nas: [{ name: 'load', address: NAS_ADDRESS, secret: SECRET, coaPort: nas.coaPort }],
      plans: [{ name: 'gold', days: 30, quota: { octets: QUOTA, charge: 'both' } }],
      lines: USERNAMES.map((username) => ({ username, password: 'pw', plan: 'gold' })),
    });
    await eventually(
      async () => ((await redis.call('KEYS', 'mz:*:line:*')) as string[]).length >= USERNAMES.length,
    );
  }, 60_000);

  afterAll(async () => {
    nas?.close();
    await Promise.all([api, ...(workers ?? []), ...(radius ?? [])].map((one) => one?.dispose()));
    await Promise.all([clickhouse?.remove(), redis?.remove(), postgres?.remove()]);
  });

  /** Interims from new source ports until every line has `count` more of them acknowledged. */
  async function account(count: number): Promise<void> {
    const load = await AccountingLoad.start(USERNAMES, SECRET, acctPort, NAS_ADDRESS, sent);
    await eventually(() => load.acknowledgements >= count * USERNAMES.length, 20_000);
    await load.finish();
    sent = load.lines;
  }

  const isExact = async () => {
    for (const { username, acknowledged } of sent) {
      const line = await api.line(username);
      expect(line.sessions).toMatchObject([{ outputOctets: acknowledged, chargedOctets: acknowledged }]);
      expect(line.remainingOctets).toBe(QUOTA - acknowledged);
    }
  };

  const isCarriedOver = async () => {
    for (const { username, acknowledged } of sent) {
      const usage = await api.api<{ totals: { outputOctets: number } }>('GET', `/usage/${username}`);
      const path = `/sessions?username=${username}`;
      const { sessions } = await api.api<{ sessions: { outputOctets: number }[] }>('GET', path);
      if (usage.totals.outputOctets !== acknowledged || sessions[0]?.outputOctets !== acknowledged)
        return false;
      expect(sessions).toHaveLength(1);
    }
    return true;
  };

  it('shares the packets of one port, and counts each line exactly while they move between processes', async () => {
    for (let round = 0; round < 6; round++) await account(4);
    const handled = await Promise.all(
      radius.map((one) => one.metric('mizan_radius_packets_total', { outcome: 'acknowledged' })),
    );
    for (const packets of handled) expect(packets).toBeGreaterThan(0);
    const conflicts = await Promise.all(radius.map((one) => one.metric('mizan_line_conflicts_total')));
    expect(conflicts.every(Number.isFinite)).toBe(true);
    await isExact();
    await eventually(isCarriedOver, 20_000);
  }, 60_000);

  it("sends an order of another process's making once", async () => {
    nas.requests.length = 0;
    expect(await api.api('POST', '/lines/role3/kick')).toMatchObject({ sessions: 1 });
    await eventually(() => nas.requests.length > 0);
    await account(2);
    const orders = nas.requests.map(({ code, isAuthentic }) => ({ code, isAuthentic }));
    expect(orders).toEqual([{ code: DISCONNECT_REQUEST, isAuthentic: true }]);
  });

  it('goes on when one process of each kind is killed under load', async () => {
    const load = await AccountingLoad.start(USERNAMES, SECRET, acctPort, NAS_ADDRESS, sent);
    await eventually(() => load.acknowledgements > 100, 20_000);
    await Promise.all([radius[0]!.stop('SIGKILL'), workers[0]!.stop('SIGKILL')]);
    const before = load.acknowledgements;
    await eventually(() => load.acknowledgements > before + 500, 30_000);
    await load.finish();
    sent = load.lines;
    await isExact();
    await eventually(isCarriedOver, 30_000);
  }, 90_000);
});
