import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NasDeclaration } from '../../engine/subscribers/provisioning.ts';
import { MizanProcess } from './mizan-process.ts';
import { has, radclient } from './radius-programs.ts';

const NAS: readonly NasDeclaration[] = [
  { name: 'six', address: '::1', secret: 'secret-of-six' },
  { name: 'mapped', address: '::ffff:127.0.0.81', secret: 'secret-of-mapped' },
  { name: 'block', address: '127.0.4.0/24', secret: 'secret-of-block' },
  { name: 'within', address: '127.0.4.7', secret: 'secret-of-within' },
  { name: 'rotated', address: '127.0.0.82', secret: 'old-secret' },
];
const LOGIN = ['User-Name = u1', 'User-Password = pw', 'Message-Authenticator = 0x00'];

describe.skipIf(!has('radclient'))('sources of packets', () => {
  let mizan: MizanProcess;

  beforeAll(async () => {
    mizan = await MizanProcess.start();
    await mizan.apply({
      nas: NAS,
      plans: [{ name: 'gold', days: 30 }],
      lines: [{ username: 'u1', password: 'pw', plan: 'gold', concurrentSessions: 99 }],
    });
  });

  afterAll(() => mizan.dispose());

  const login = async (from: string, secret: string) => {
    const address = from === '::1' ? '::1' : '127.0.0.1';
    const source = from === '::1' ? {} : { from };
    const port = mizan.authPort;
    const options = { kind: 'auth', port, secret, address, timeoutSeconds: 1, tries: 1, ...source } as const;
    return (await radclient(options, LOGIN)).replies[0] ?? 'silence';
  };

  it('are known over IPv6, accounting included', async () => {
    expect(await login('::1', 'secret-of-six')).toBe('Access-Accept');
    const port = mizan.acctPort;
    const options = {
      kind: 'acct',
      port,
      secret: 'secret-of-six',
      address: '::1',
      timeoutSeconds: 2,
    } as const;
    const run = await radclient(options, [
      'User-Name = u1',
      'Acct-Session-Id = six-1',
      'Acct-Status-Type = Interim-Update',
      'Acct-Output-Octets = 66',
    ]);
    expect(run.replies).toEqual(['Accounting-Response']);
    expect((await mizan.line('u1')).sessions).toMatchObject([{ nas: 'six', outputOctets: 66 }]);
  });

  it('are known by an IPv4 address written as IPv6', async () => {
    expect(await login('127.0.0.81', 'secret-of-mapped')).toBe('Access-Accept');
  });

  it('are known by their block, and by the smallest one', async () => {
    expect(await login('127.0.4.200', 'secret-of-block')).toBe('Access-Accept');
    expect(await login('127.0.4.7', 'secret-of-within')).toBe('Access-Accept');
    expect(await login('127.0.4.7', 'secret-of-block')).toBe('silence');
  });

  it('are dropped and counted when nobody knows them', async () => {
    const before = await mizan.metric('mizan_radius_packets_total', { outcome: 'unknown-nas' });
    expect(await login('127.0.5.1', 'secret-of-block')).toBe('silence');
    expect(await mizan.metric('mizan_radius_packets_total', { outcome: 'unknown-nas' })).toBe(before + 1);
  });

  it('are known at once after they were declared', async () => {
    await mizan.apply({ nas: [{ name: 'new', address: '127.0.6.1', secret: 'secret-of-new' }] });
    expect(await login('127.0.6.1', 'secret-of-new')).toBe('Access-Accept');
  });

  it('change their secret without a restart and without a silent minute', async () => {
    const declare = (secret: string, secretNext = '') =>
      mizan.apply({ nas: [{ name: 'rotated', address: '127.0.0.82', secret, secretNext }] });
    const tried = async () => [
      await login('127.0.0.82', 'old-secret'),
      await login('127.0.0.82', 'new-secret'),
    ];
    expect(await tried()).toEqual(['Access-Accept', 'silence']);
    await declare('old-secret', 'new-secret');
    expect(await tried()).toEqual(['Access-Accept', 'Access-Accept']);
    await declare('new-secret');
    expect(await tried()).toEqual(['silence', 'Access-Accept']);
  });
});
