import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, MizanProcess } from './mizan-process.ts';
import { has, type RadclientOptions, radclient, readRun, runProgram } from './radius-programs.ts';

const SECRET = 'a-secret-of-bras1';
const QUOTA = 10_000_000_000;

describe.skipIf(!has('radclient'))('radclient and radtest of FreeRADIUS', () => {
  let mizan: MizanProcess;

  beforeAll(async () => {
    mizan = await MizanProcess.start();
    await mizan.apply({
      nas: [{ name: 'bras1', address: '127.0.0.1', secret: SECRET }],
      plans: [
        {
          name: 'gold',
          days: 30,
          quota: { octets: QUOTA, charge: 'both' },
        },
      ],
      lines: [
        { username: 'u1', password: 'pass-یک', plan: 'gold', concurrentSessions: 9 },
        { username: 'User', password: 'clientPass', plan: 'gold', concurrentSessions: 9 },
      ],
    });
  });

  afterAll(() => mizan.dispose());

  const auth = (): RadclientOptions => ({ kind: 'auth', port: mizan.authPort, secret: SECRET });
  const acct = (): RadclientOptions => ({ kind: 'acct', port: mizan.acctPort, secret: SECRET });

  it.each(['User-Password', 'CHAP-Password', 'MS-CHAP-Password'])(
    'accepts a line by %s',
    async (attribute) => {
      const run = await radclient(auth(), ['User-Name = User', `${attribute} = clientPass`]);
      expect(run.replies).toEqual(['Access-Accept']);
      expect(run.firstAttributes).toEqual(['Message-Authenticator']);
      expect(run.code).toBe(0);
      expect(run.elapsedMs).toBeLessThan(900);
    },
  );

  it('accepts a password that is not ASCII', async () => {
    const run = await radclient(auth(), ['User-Name = u1', 'User-Password = "pass-یک"']);
    expect(run.replies).toEqual(['Access-Accept']);
  });

  // RFC 2759 §9.2: all values are those of the worked example.
  it('accepts MS-CHAPv2 and proves itself with the response of RFC 2759', async () => {
    const response = [
      '0700',
      '21402324255e262a28295f2b3a337c7e',
      '0000000000000000',
      '82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df',
    ].join('');
    const run = await radclient(auth(), [
      'User-Name = User',
      'MS-CHAP-Challenge = 0x5b5d7c7d7b3f2f3e3c2c602132262628',
      `MS-CHAP2-Response = 0x${response}`,
    ]);
    expect(run.replies).toEqual(['Access-Accept']);
    const proof = Buffer.from('S=407A5589115FD0D6209F510FE9C04566932CDA56').toString('hex');
    expect(run.output).toContain(`MS-CHAP2-Success = 0x07${proof}`);
    expect(run.output).toMatch(/MS-MPPE-Send-Key = 0x[0-9a-f]{32}\n/);
    expect(run.output).toMatch(/MS-MPPE-Recv-Key = 0x[0-9a-f]{32}\n/);
  });

  it.each([
    ['User-Password', undefined],
    ['CHAP-Password', undefined],
    ['MS-CHAP-Password', /MS-CHAP-Error = "\\000E=691 R=0 C=[0-9A-F]{16} V=2"/],
  ])('rejects a wrong %s after 1.0 to 1.5 s', async (attribute, error) => {
    const run = await radclient(auth(), ['User-Name = User', `${attribute} = wrong`]);
    expect(run.replies).toEqual(['Access-Reject']);
    expect(run.firstAttributes).toEqual(['Message-Authenticator']);
    expect(run.elapsedMs).toBeGreaterThan(1_000);
    expect(run.elapsedMs).toBeLessThan(1_500);
    if (error !== undefined) expect(run.output).toMatch(error);
  });

  it('words a wrong MS-CHAPv2 response as version 3 with a challenge of 16 octets', async () => {
    const run = await radclient(auth(), [
      'User-Name = User',
      'MS-CHAP-Challenge = 0x5b5d7c7d7b3f2f3e3c2c602132262628',
      `MS-CHAP2-Response = 0x0900${'11'.repeat(48)}`,
    ]);
    expect(run.replies).toEqual(['Access-Reject']);
    expect(run.output).toMatch(/MS-CHAP-Error = "\\tE=691 R=0 C=[0-9A-F]{32} V=3 M=/);
  });

  it('says the same to an unknown name as to a wrong password', async () => {
    const run = await radclient(auth(), ['User-Name = nobody', 'User-Password = wrong']);
    expect(run.replies).toEqual(['Access-Reject']);
    expect(run.output).toContain('Reply-Message = "Wrong username or password"');
    expect(run.elapsedMs).toBeGreaterThan(1_000);
  });

  it('answers Status-Server on both ports', async () => {
    const ask = ['Message-Authenticator = 0x00'];
    const first = await radclient({ ...auth(), kind: 'status' }, ask);
    const second = await radclient({ ...acct(), kind: 'status' }, ask);
    expect([...first.replies, ...second.replies]).toEqual(['Access-Accept', 'Accounting-Response']);
    expect([...first.firstAttributes, ...second.firstAttributes]).toEqual([
      'Message-Authenticator',
      'Message-Authenticator',
    ]);
  });

  it('counts exactly the octets that were sent, and shows them everywhere', async () => {
    const session = [
      'User-Name = u1',
      'Acct-Session-Id = "s-1"',
      'NAS-Port = 7',
      'Framed-IP-Address = 10.1.2.3',
    ];
    const counters = (seconds: number, input: number, output: number, gigawords: number) => [
      `Acct-Session-Time = ${seconds}`,
      `Acct-Input-Octets = ${input}`,
      `Acct-Output-Octets = ${output}`,
      `Acct-Output-Gigawords = ${gigawords}`,
      'Acct-Input-Gigawords = 0',
    ];
    for (const request of [
      [...session, 'Acct-Status-Type = Start'],
      [...session, 'Acct-Status-Type = Interim-Update', ...counters(30, 1_000, 2_000, 0)],
      [
        ...session,
        'Acct-Status-Type = Stop',
        ...counters(60, 12_345, 678, 1),
        'Acct-Terminate-Cause = User-Request',
      ],
    ]) {
      const run = await radclient(acct(), request);
      expect(run.replies).toEqual(['Accounting-Response']);
      expect(run.code).toBe(0);
    }
    const input = 12_345;
    const output = 2 ** 32 + 678;
    const figures = { inputOctets: input, outputOctets: output, chargedOctets: input + output };
    const line = await mizan.cli<{ remainingOctets: number; sessions: object[] }>('line', 'show', 'u1');
    expect(line).toMatchObject({
      remainingOctets: QUOTA - input - output,
      consumedOctets: input + output,
      sessions: [{ ...figures, acctSessionId: 's-1', framedIp: '10.1.2.3', state: 'closed', nas: 'bras1' }],
    });
    const shown = await eventually(async () => {
      const answer = await mizan.cli<{ sessions: { state: string }[] }>('sessions', '--user', 'u1');
      return answer.sessions.some(({ state }) => state === 'closed') && answer;
    });
    expect(shown.sessions).toMatchObject([{ ...figures, burnedOctets: input + output, overshotOctets: 0 }]);
    const usage = await mizan.cli<object>('usage', 'u1');
    expect(usage).toMatchObject({ totals: figures, sessions: [figures], days: [figures] });
    const { nas } = await mizan.cli<{ nas: { gigawordsSince: string | null }[] }>('nas', 'list');
    expect(nas).toMatchObject([{ name: 'bras1', address: '127.0.0.1' }]);
    expect(nas[0]?.gigawordsSince).not.toBeNull();
    expect(JSON.stringify(nas)).not.toContain(SECRET);
  });

  it('acknowledges accounting of a user that it does not know', async () => {
    const run = await radclient(acct(), [
      'User-Name = stranger',
      'Acct-Session-Id = x1',
      'Acct-Status-Type = Stop',
      'Acct-Input-Octets = 5',
    ]);
    expect(run.replies).toEqual(['Accounting-Response']);
  });

  // radtest always sends a Message-Authenticator, which turns the ratchet for this NAS: it comes last.
  it.skipIf(!has('radtest')).each(['pap', 'chap', 'mschap'])('accepts radtest -t %s', async (method) => {
    const server = `127.0.0.1:${mizan.authPort}`;
    const args = ['-t', method, 'User', 'clientPass', server, '5', SECRET, '0', '127.0.0.1'];
    const run = readRun(await runProgram('radtest', args));
    expect(run.replies).toEqual(['Access-Accept']);
    expect(run.code).toBe(0);
  });
});
