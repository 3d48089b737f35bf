import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FreeradiusProxy } from './freeradius-proxy.ts';
import { MizanProcess } from './mizan-process.ts';
import { has, radclient } from './radius-programs.ts';

const HOME_SECRET = 'between-proxy-and-home';
const CLIENT_SECRET = 'between-nas-and-proxy';
const PROXY = '127.0.0.21';

describe.skipIf(!has('freeradius') || !has('radclient'))('behind a FreeRADIUS proxy', () => {
  let mizan: MizanProcess;
  let proxy: FreeradiusProxy;

  beforeAll(async () => {
    mizan = await MizanProcess.start();
    await mizan.apply({
      nas: [{ name: 'proxy', address: PROXY, secret: HOME_SECRET }],
      plans: [{ name: 'gold', days: 30, quota: { octets: 1_000_000_000, charge: 'both' } }],
      lines: [{ username: 'u1', password: 'pw', plan: 'gold', concurrentSessions: 9 }],
    });
    proxy = await FreeradiusProxy.start({
      home: mizan,
      homeSecret: HOME_SECRET,
      clientSecret: CLIENT_SECRET,
      from: PROXY,
    });
  });

  afterAll(async () => {
    await proxy?.stop();
    await mizan?.dispose();
  });

  const auth = (...lines: readonly string[]) =>
    radclient({ kind: 'auth', port: proxy.authPort, secret: CLIENT_SECRET }, lines);
  const acct = (...lines: readonly string[]) =>
    radclient({ kind: 'acct', port: proxy.acctPort, secret: CLIENT_SECRET }, lines);

  it.each(['User-Password', 'CHAP-Password', 'MS-CHAP-Password'])('%s goes through', async (attribute) => {
    const run = await auth('User-Name = u1', `${attribute} = pw`);
    expect(run.replies).toEqual(['Access-Accept']);
    expect(run.output).toContain('Acct-Interim-Interval = ');
  });

  it('a wrong password comes back as a Reject', async () => {
    const run = await auth('User-Name = u1', 'User-Password = wrong');
    expect(run.replies).toEqual(['Access-Reject']);
  });

  it('the NAS gets its own Proxy-State back', async () => {
    const state = 'Proxy-State = 0x6f6e65';
    const login = ['User-Name = u1', 'User-Password = pw', 'Message-Authenticator = 0x00', state];
    expect((await auth(...login)).output.split(state)).toHaveLength(3);
    const start = ['User-Name = u1', 'Acct-Session-Id = p0', 'Acct-Status-Type = Start', state];
    expect((await acct(...start)).output.split(state)).toHaveLength(3);
  });

  it('octets arrive exactly, and no reply was found wrong on the way', async () => {
    const session = ['User-Name = u1', 'Acct-Session-Id = p1', 'NAS-Port = 3'];
    const counters = ['Acct-Input-Octets = 4567', 'Acct-Output-Octets = 89012', 'Acct-Session-Time = 60'];
    const replies = [
      await acct(...session, 'Acct-Status-Type = Start'),
      await acct(...session, 'Acct-Status-Type = Interim-Update', 'Acct-Input-Octets = 1'),
      await acct(...session, 'Acct-Status-Type = Stop', ...counters),
    ].flatMap((run) => run.replies);
    expect(replies).toEqual(['Accounting-Response', 'Accounting-Response', 'Accounting-Response']);
    const { sessions, consumedOctets } = await mizan.line('u1');
    expect(consumedOctets).toBe(4567 + 89_012);
    expect(sessions.find(({ acctSessionId }) => acctSessionId === 'p1')).toMatchObject({
      inputOctets: 4567,
      outputOctets: 89_012,
      chargedOctets: 4567 + 89_012,
      state: 'closed',
    });
    expect(proxy.log).not.toMatch(/invalid|Discarding|Reply verification failed/i);
    expect(await mizan.metric('mizan_radius_packets_total', { outcome: 'acknowledged' })).toBeGreaterThan(3);
  });
});
