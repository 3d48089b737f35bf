import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PoolAnswer } from '../../api/routes/pools.ts';
import { hasRedis, RedisServer } from '../../bench/servers/redis-server.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { type Dialled, PoolNas } from './pool-nas.ts';
import { UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras-of-two';
const LINES = Array.from({ length: 150 }, (_, index) => `line${index}`);
const SIZE = 100;
const START = 1;
const STOP = 2;

describe.skipIf(!hasRedis())('a pool of ours behind two programs on one Redis', () => {
  let redis: RedisServer;
  let nas: UdpNas[];
  let programs: MizanProcess[];
  let bras: PoolNas[];
  const online = new Map<string, Dialled>();

  beforeAll(async () => {
    redis = await RedisServer.start();
    const env = { REDIS_URL: redis.url, MIZAN_KEY: '5eed'.repeat(16) };
    programs = [
      await MizanProcess.start({ env }),
      await MizanProcess.start({ env: { ...env, MIZAN_ROLES: 'radius' } }),
    ];
    nas = [await UdpNas.open(SECRET, '127.0.0.35'), await UdpNas.open(SECRET, '127.0.0.36')];
    bras = nas.map(
      (one, at) => new PoolNas(one, { auth: programs[at]!.authPort, acct: programs[at]!.acctPort }),
    );
    await programs[0]!.apply({
      nas: nas.map(({ coaPort }, at) => ({
        ...{ name: `bras${at}`, address: `127.0.0.${35 + at}`, secret: SECRET, coaPort },
      })),
      pools: [{ name: 'home', ranges: [`10.20.0.1-10.20.0.${SIZE}`] }],
      plans: [{ name: 'pooled', days: 30, pool: 'home' }],
      lines: LINES.map((username) => ({ username, password: 'pw', plan: 'pooled' })),
    });
    // The other program hears of plans and lines by the store.
    await eventually(async () => (await bras[1]!.dial(LINES[0]!)).address !== '');
  }, 60_000);
  afterAll(async () => {
    for (const one of nas) one.close();
    await Promise.all(programs.map((one) => one.dispose()));
    await redis.remove();
  });

  const used = async () => (await programs[0]!.api<{ pools: PoolAnswer[] }>('GET', '/pools')).pools[0]!.used;

  it('gives each address once, however the lines dial, and refuses the rest', async () => {
    const dialled = await Promise.all(
      LINES.map(async (username, index) => [username, await bras[index % 2]!.dial(username)] as const),
    );
    for (const [username, one] of dialled) if (one.accepted) online.set(username, one);
    expect(online.size).toBe(SIZE);
    expect(new Set([...online.values()].map(({ address }) => address)).size).toBe(SIZE);
    expect(await used()).toBe(SIZE);
  }, 30_000);

  it('keeps what a killed program has lent, and frees by the other one', async () => {
    await programs[1]!.stop('SIGKILL');
    const [first, second] = [...online];
    for (const [username, one] of [first!, second!]) {
      expect(await bras[0]!.report(username, START, one, Date.now() - 1_000)).toBe(true);
      expect(await bras[0]!.report(username, STOP, one, Date.now())).toBe(true);
    }
    await eventually(async () => (await used()) === SIZE - 2);
    const left = LINES.filter((username) => !online.has(username));
    expect((await bras[0]!.dial(second![0])).address).toBe(second![1].address);
    expect((await bras[0]!.dial(left[0]!)).address).toBe(first![1].address);
    expect(await bras[0]!.dial(left[1]!)).toMatchObject({ accepted: false });
  }, 30_000);
});
