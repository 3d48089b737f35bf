import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MizanProcess } from './mizan-process.ts';
import { has, radclient } from './radius-programs.ts';
import { UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-all-nas';
const DOCUMENT = {
  nas: [
    { name: 'learns', address: '127.0.0.11', secret: SECRET },
    { name: 'strict', address: '127.0.0.12', secret: SECRET, requireMessageAuthenticator: true },
    { name: 'plain', address: '127.0.0.13', secret: SECRET },
    { name: 'block', address: '127.0.1.0/24', secret: SECRET },
  ],
  plans: [{ name: 'gold', days: 30 }],
  lines: [{ username: 'u1', password: 'pw', plan: 'gold', concurrentSessions: 99 }],
};
const LOGIN = ['User-Name = u1', 'User-Password = pw'];
const SIGNED = [...LOGIN, 'Message-Authenticator = 0x00'];

describe.skipIf(!has('radclient'))('Message-Authenticator', () => {
  let mizan: MizanProcess;

  beforeAll(async () => {
    mizan = await MizanProcess.start();
    await mizan.apply(DOCUMENT);
  });

  afterAll(() => mizan.dispose());

  const login = async (from: string, lines: readonly string[], secret = SECRET) => {
    const port = mizan.authPort;
    const run = await radclient({ kind: 'auth', port, secret, from, timeoutSeconds: 1, tries: 1 }, lines);
    return run.replies[0] ?? 'silence';
  };
  const discarded = (nas: string, outcome: string) =>
    mizan.metric('mizan_radius_packets_total', { nas, outcome });

  it('is due from a NAS as soon as it has shown one, also after every kind of restart', async () => {
    const from = '127.0.0.11';
    expect(await login(from, LOGIN)).toBe('Access-Accept');
    expect(await login(from, SIGNED)).toBe('Access-Accept');
    expect(await login(from, LOGIN)).toBe('silence');
    expect(await discarded('learns', 'message-authenticator-missing')).toBe(1);
    await mizan.apply(DOCUMENT);
    expect(await login(from, LOGIN)).toBe('silence');
    const { dataDir } = mizan;
    await mizan.stop('SIGKILL');
    mizan = await MizanProcess.start({ dataDir });
    expect(await login(from, LOGIN)).toBe('silence');
    expect(await login(from, SIGNED)).toBe('Access-Accept');
    await mizan.stop('SIGTERM');
    mizan = await MizanProcess.start({ dataDir });
    await mizan.apply(DOCUMENT);
    expect(await login(from, LOGIN)).toBe('silence');
    const { nas } = await mizan.cli<{ nas: { name: string; messageAuthenticatorSince: string | null }[] }>(
      'nas',
      'list',
    );
    const since = new Map(nas.map((entry) => [entry.name, entry.messageAuthenticatorSince]));
    expect(since.get('learns')).toMatch(/^20/);
    expect(since.get('plain')).toBeNull();
  });

  it('is due from a NAS of which staff demand it', async () => {
    expect(await login('127.0.0.12', LOGIN)).toBe('silence');
    expect(await login('127.0.0.12', SIGNED)).toBe('Access-Accept');
  });

  it('is due beside Proxy-State', async () => {
    expect(await login('127.0.0.13', [...LOGIN, 'Proxy-State = 0x01'])).toBe('silence');
    expect(await discarded('plain', 'proxy-state-without-message-authenticator')).toBe(1);
    expect(await login('127.0.0.13', LOGIN)).toBe('Access-Accept');
  });

  it('is due beside EAP-Message', async () => {
    const nas = await UdpNas.open(SECRET, '127.0.0.13');
    const identity = Buffer.from([79, 9, 2, 1, 0, 7, 1, 0x75, 0x31]);
    const name = Buffer.from([1, 4, 0x75, 0x31]);
    const packet = Buffer.concat([Buffer.from([1, 1, 0, 33]), randomBytes(16), name, identity]);
    expect(await nas.exchange(packet, mizan.authPort, 1_500)).toBeUndefined();
    expect(await discarded('plain', 'message-authenticator-missing')).toBe(1);
    nas.close();
  });

  it('is not accepted when it is wrong, and a wrong one teaches nothing', async () => {
    expect(await login('127.0.0.13', SIGNED, 'another-secret')).toBe('silence');
    expect(await discarded('plain', 'message-authenticator-wrong')).toBe(1);
    expect(await login('127.0.0.13', LOGIN)).toBe('Access-Accept');
  });

  it('is not learned from one device of a block for all of them', async () => {
    expect(await login('127.0.1.5', SIGNED)).toBe('Access-Accept');
    expect(await login('127.0.1.5', LOGIN)).toBe('Access-Accept');
    expect(await login('127.0.1.77', LOGIN)).toBe('Access-Accept');
    expect(await login('127.0.2.1', LOGIN)).toBe('silence');
  });

  it('is not what protects accounting: a wrong secret is dropped by the Request Authenticator', async () => {
    const port = mizan.acctPort;
    const start = ['User-Name = u1', 'Acct-Session-Id = s1', 'Acct-Status-Type = Start'];
    const options = { kind: 'acct', port, from: '127.0.0.13', timeoutSeconds: 1, tries: 1 } as const;
    const wrong = await radclient({ ...options, secret: 'another-secret' }, start);
    expect(wrong.replies).toEqual([]);
    expect(await discarded('plain', 'authenticator-wrong')).toBe(1);
    const right = await radclient({ ...options, secret: SECRET }, start);
    expect(right.replies).toEqual(['Accounting-Response']);
  });
});
