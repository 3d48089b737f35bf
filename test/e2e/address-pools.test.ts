import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LeasesAnswer, PoolAnswer } from '../../api/routes/pools.ts';
import { freePorts } from '../../bench/fleet/engine-process.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { type Dialled, PoolNas } from './pool-nas.ts';
import { UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras-with-pools';
const START = 1;
const STOP = 2;
const INTERIM = 3;
const NOON = Date.UTC(2026, 10, 21, 12);

describe('a pool of ours with two addresses', () => {
  let mizan: MizanProcess;
  let nas: UdpNas;
  let bras: PoolNas;
  let env: Record<string, string>;
  let now = NOON;
  const online = new Map<string, Dialled>();

  beforeAll(async () => {
    const ports = await freePorts();
    env = { RADIUS_AUTH_PORT: String(ports.auth), RADIUS_ACCT_PORT: String(ports.acct) };
    mizan = await MizanProcess.start({ env, testClock: new Date(now).toISOString() });
    nas = await UdpNas.open(SECRET, '127.0.0.38');
    bras = new PoolNas(nas, ports);
    const line = (username: string, plan = 'pooled') => ({ username, password: 'pw', plan });
    await mizan.apply({
      nas: [{ name: 'bras', address: '127.0.0.38', secret: SECRET, coaPort: nas.coaPort }],
      pools: [{ name: 'home', ranges: ['10.20.0.10-10.20.0.12'] }],
      plans: [
        { name: 'pooled', days: 30, pool: 'home' },
        { name: 'foreign', days: 30, pool: 'pool-of-the-nas' },
      ],
      lines: [
        ...['ali', 'sara', 'reza'].map((username) => line(username)),
        line('mina', 'foreign'),
        { ...line('static'), staticIp: '10.20.0.12' },
      ],
    });
  });
  afterAll(async () => {
    nas.close();
    await mizan.dispose();
  });

  const dial = async (username: string) => {
    const dialled = await bras.dial(username);
    if (dialled.accepted) online.set(username, dialled);
    return dialled;
  };
  const report = (username: string, statusType: number, given = online.get(username)!) =>
    bras.report(username, statusType, given, now);
  const later = async (ms: number) => {
    now += ms;
    await mizan.moveClock(new Date(now).toISOString());
  };
  const pool = async () => (await mizan.cli<{ pools: PoolAnswer[] }>('pool', 'list')).pools[0]!;
  const used = (count: number) => eventually(async () => (await pool()).used === count);

  it('leases an address instead of naming the pool, which a pool of the NAS still is', async () => {
    expect(await dial('ali')).toMatchObject({ accepted: true, address: '10.20.0.10', pool: '' });
    expect(await report('ali', START)).toBe(true);
    expect(await dial('mina')).toMatchObject({ accepted: true, address: '', pool: 'pool-of-the-nas' });
    expect(await pool()).toMatchObject({ size: 3, used: 1, free: 1, reserved: 1 });
    expect((await mizan.line('ali')).sessions).toMatchObject([{ framedIp: '10.20.0.10' }]);
  });

  it('refuses the third line, until one of the two has stopped', async () => {
    expect(await dial('sara')).toMatchObject({ accepted: true, address: '10.20.0.11' });
    await report('sara', START);
    expect(await dial('reza')).toMatchObject({ accepted: false, address: '' });
    expect(await mizan.metric('mizan_radius_packets_total', { outcome: 'no-address' })).toBe(1);
    expect(await mizan.metric('mizan_pool_addresses', { pool: 'home', state: 'free' })).toBe(0);
    await later(60_000);
    await report('sara', STOP);
    await used(1);
    expect(await dial('reza')).toMatchObject({ accepted: true, address: '10.20.0.11' });
  });

  it('gives a line its address again, and another one that the other line left', async () => {
    await report('ali', STOP);
    await later(1_000);
    await report('reza', START);
    await report('reza', STOP);
    await used(0);
    expect(await dial('reza')).toMatchObject({ address: '10.20.0.11' });
    expect(await dial('sara')).toMatchObject({ address: '10.20.0.10' });
    const { leases } = await mizan.cli<LeasesAnswer>('pool', 'show', 'home');
    expect(leases.map(({ address, username }) => [address, username])).toEqual([
      ['10.20.0.10', 'sara'],
      ['10.20.0.11', 'reza'],
    ]);
  });

  it('keeps leases over kill -9, and takes back the slot of a login that came to nothing', async () => {
    await report('sara', START);
    await mizan.stop('SIGKILL');
    mizan = await MizanProcess.start({ dataDir: mizan.dataDir, env, testClock: new Date(now).toISOString() });
    expect(await dial('ali')).toMatchObject({ accepted: false });
    // Nobody heard of the session that reza was let in for: its slot runs out.
    await later(95_000);
    await report('sara', INTERIM);
    await used(1);
    expect(await dial('ali')).toMatchObject({ accepted: true, address: '10.20.0.11' });
    await report('ali', START);
  }, 90_000);

  it('hands the address on when a line dials again without a Stop', async () => {
    expect(await dial('sara')).toMatchObject({ accepted: true, address: '10.20.0.10' });
    await report('sara', START);
    expect(await pool()).toMatchObject({ used: 2, free: 0 });
  });

  it('gives a static address in the pool to its line alone, and shows another one that a NAS gave', async () => {
    expect(await dial('static')).toMatchObject({ accepted: true, address: '10.20.0.12' });
    await report('static', START, { ...online.get('static')!, address: '192.0.2.99' });
    expect((await mizan.line('static')).sessions).toMatchObject([{ framedIp: '192.0.2.99' }]);
    expect(await mizan.metric('mizan_accounting_anomalies_total', { anomaly: 'other-address' })).toBe(1);
  });
});
