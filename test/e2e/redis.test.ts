import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../bench/fleet/engine-process.ts';
import { hasRedis, RedisServer } from '../../bench/servers/redis-server.ts';
import { AccountingLoad } from './accounting-load.ts';
import { eventually, MizanProcess, runMizan } from './mizan-process.ts';

const SECRET = 'secret-of-the-bras-on-redis';
const USERNAMES = Array.from({ length: 40 }, (_, index) => `redis${index + 1}`);
const QUOTA = 1_000_000_000_000;

describe.skipIf(!hasRedis())('the program with its counters in Redis', () => {
  let redis: RedisServer;
  let mizan: MizanProcess;
  let env: Record<string, string>;

  beforeAll(async () => {
    redis = await RedisServer.start();
    const ports = await freePorts();
    env = {
      REDIS_URL: redis.url,
      RADIUS_AUTH_PORT: String(ports.auth),
      RADIUS_ACCT_PORT: String(ports.acct),
      LOG_LEVEL: 'fatal',
    };
    mizan = await MizanProcess.start({ env });
    await mizan.apply({
      nas: [{ name: 'load', address: '127.0.0.43', secret: SECRET }],
      plans: [{ name: 'gold', days: 30, quota: { octets: QUOTA, charge: 'both' } }],
      lines: USERNAMES.map((username) => ({ username, password: 'pw', plan: 'gold' })),
    });
  });

  afterAll(async () => {
    await mizan?.dispose();
    await redis?.remove();
  });

  it('loses no acknowledged record when it or Redis is killed under load, and ends up exact', async () => {
    const load = await AccountingLoad.start(USERNAMES, SECRET, mizan.acctPort, '127.0.0.43');
    const underLoad = async () => {
      const before = load.acknowledgements;
      await eventually(() => load.acknowledgements > before + 500, 20_000);
    };
    const acknowledged = () => new Map(load.lines.map((line) => [line.username, line.acknowledged]));
    /** What was acknowledged into the journal is counted soon after. */
    const expectKept = async (promised: ReadonlyMap<string, number>) => {
      for (const { username } of load.lines) {
        const outputOf = async () => (await mizan.line(username)).sessions[0]?.outputOctets ?? 0;
        await eventually(async () => (await outputOf()) >= (promised.get(username) ?? Number.NaN), 20_000);
      }
    };
    await underLoad();
    await mizan.stop('SIGKILL');
    let promised = acknowledged();
    mizan = await MizanProcess.start({ dataDir: mizan.dataDir, env });
    await expectKept(promised);
    await underLoad();
    await redis.kill();
    await sleep(500);
    promised = acknowledged();
    expect(mizan.hasEnded).toBe(false);
    expect(await mizan.metric('mizan_lines_waiting')).toBeGreaterThanOrEqual(0);
    expect(await mizan.metric('mizan_event_log_entries')).toBeNaN();
    expect(await mizan.metric('mizan_sink_lag_seconds')).toBeNaN();
    await redis.restart();
    await underLoad();
    await expectKept(promised);
    await load.finish();
    for (const { username, acknowledged } of load.lines) {
      const line = await mizan.line(username);
      expect(line.sessions).toMatchObject([{ outputOctets: acknowledged, chargedOctets: acknowledged }]);
      expect(line.remainingOctets).toBe(QUOTA - acknowledged);
    }
    expect(await mizan.stop('SIGTERM')).toBe(0);
    mizan = await MizanProcess.start({ dataDir: mizan.dataDir, env });
    // A process that was killed holds its tasks for some seconds more; what is left is carried over after that.
    await eventually(async () => (await mizan.metric('mizan_event_log_entries')) === 0, 30_000);
    for (const { username, acknowledged } of load.lines) {
      const { sessions } = await mizan.api<{ sessions: object[] }>('GET', `/sessions?username=${username}`);
      expect(sessions).toMatchObject([{ outputOctets: acknowledged, burnedOctets: acknowledged }]);
      const usage = await mizan.api<object>('GET', `/usage/${username}`);
      expect(usage).toMatchObject({ totals: { outputOctets: acknowledged, chargedOctets: acknowledged } });
    }
  }, 120_000);

  it('shows an operator the line that `mizan line show` shows', async () => {
    const shown = await mizan.cli<{ remainingOctets: number }>('line', 'show', 'redis1');
    const flat = (await redis.call('HGETALL', 'mz:{0}:line:redis1')) as string[];
    const fields = new Map(
      flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]!] as const] : [])),
    );
    expect(fields.get('plan')).toBe('gold');
    expect(fields.get('g0.used')).toBe(`${QUOTA - shown.remainingOctets}/${QUOTA}`);
    expect(fields.get('s0.now')).toContain(`0/${QUOTA - shown.remainingOctets} all`);
  });

  it('is refused by an unsafe Redis with a sentence for each setting, and the first goes on', async () => {
    await redis.call('CONFIG', 'SET', 'appendfsync', 'everysec', 'maxmemory-policy', 'allkeys-lru');
    const other = mkdtempSync(join(tmpdir(), 'mizan-e2e-'));
    const refused = await runMizan(other, { REDIS_URL: redis.url });
    await redis.call('CONFIG', 'SET', 'appendfsync', 'always', 'maxmemory-policy', 'noeviction');
    rmSync(other, { recursive: true });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^mizan: Redis runs with appendfsync everysec, it must be appendfsync always: /,
    );
    expect((await mizan.line('redis1')).sessions).toHaveLength(1);
  });
});
