import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlanDeclaration } from '../../engine/subscribers/provisioning.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { has, radclient } from './radius-programs.ts';
import { UdpNas } from './udp-nas.ts';
import { Capture, canCapture } from './wireshark.ts';

const SECRET = 'secret-that-wireshark-knows';
const ACCESS_ACCEPT = 2;
const ACCESS_REJECT = 3;
const ACCOUNTING_RESPONSE = 5;
const DISCONNECT_REQUEST = 40;
const COA_REQUEST = 43;
const OURS = [ACCESS_ACCEPT, ACCESS_REJECT, ACCOUNTING_RESPONSE, DISCONNECT_REQUEST, COA_REQUEST];
const MESSAGE_AUTHENTICATOR = 80;

describe.skipIf(!has('radclient') || !canCapture())('Wireshark reads our packets', () => {
  let mizan: MizanProcess;
  let nas: UdpNas;
  let capture: Capture;

  beforeAll(async () => {
    nas = await UdpNas.open(SECRET, '127.0.0.71');
    mizan = await MizanProcess.start();
    capture = await Capture.start([mizan.authPort, mizan.acctPort, nas.coaPort]);
    const slow: PlanDeclaration['exhausted'] = { downKbps: 128, upKbps: 64 };
    const plan: Omit<PlanDeclaration, 'name'> = {
      days: 30,
      quota: { octets: 1_000, charge: 'both' },
      speed: { downKbps: 4096, upKbps: 512 },
    };
    await mizan.apply({
      nas: [
        { name: 'tik', address: '127.0.0.71', secret: SECRET, vendor: 'mikrotik', coaPort: nas.coaPort },
        { name: 'w', address: '127.0.0.72', secret: SECRET, vendor: 'wispr' },
        { name: 'accel', address: '127.0.0.73', secret: SECRET, vendor: 'accel-ppp' },
      ],
      plans: [
        { name: 'slow', ...plan, exhausted: slow, pool: 'gold-pool' },
        { name: 'cut', ...plan, exhausted: 'disconnect' },
      ],
      lines: [
        {
          username: 'u1',
          password: 'pw',
          plan: 'slow',
          staticIp: '10.20.30.40',
          framedRoutes: ['10.99.0.0/24 10.20.30.40 1'],
          framedIpv6Prefix: '2001:db8:1::/64',
          delegatedIpv6Prefix: '2001:db8:100::/56',
          concurrentSessions: 20,
        },
        { username: 'u2', password: 'pw', plan: 'cut' },
      ],
    });
  });

  afterAll(async () => {
    nas.close();
    await mizan.dispose();
  });

  it('and finds each of them well formed, with a right authenticator and Message-Authenticator first', async () => {
    const ask = (kind: 'auth' | 'acct' | 'status', from: string, ...lines: readonly string[]) => {
      const port = kind === 'acct' ? mizan.acctPort : mizan.authPort;
      return radclient({ kind, port, secret: SECRET, from }, lines);
    };
    for (const from of ['127.0.0.71', '127.0.0.72', '127.0.0.73']) {
      for (const attribute of ['User-Password', 'CHAP-Password', 'MS-CHAP-Password']) {
        expect((await ask('auth', from, 'User-Name = u1', `${attribute} = pw`)).replies).toEqual([
          'Access-Accept',
        ]);
      }
    }
    // Wireshark takes MS-CHAP-Error for a text, so an Ident of 0 would end it: RFC 2548 §2.1.5 begins it with the Ident.
    const response = `MS-CHAP2-Response = 0x4100${'11'.repeat(48)}`;
    await ask('auth', '127.0.0.71', 'User-Name = u1', `MS-CHAP-Challenge = 0x${'22'.repeat(16)}`, response);
    await ask('status', '127.0.0.71', 'Message-Authenticator = 0x00');
    for (const username of ['u1', 'u2']) {
      const account = (id: string, status: string, ...more: readonly string[]) => {
        const session = [`User-Name = ${username}`, `Acct-Session-Id = ${id}`, 'Proxy-State = 0x0102'];
        return ask('acct', '127.0.0.71', ...session, `Acct-Status-Type = ${status}`, ...more);
      };
      await account('first', 'Start', 'Framed-IP-Address = 10.1.1.1');
      await account('first', 'Stop', 'Acct-Output-Octets = 0');
      await account('second', 'Start', 'Framed-IP-Address = 10.1.1.2');
      await account('second', 'Interim-Update', 'Acct-Output-Octets = 2000');
    }
    await eventually(() => nas.requests.length >= 2);
    const packets = (await capture.dissect(SECRET)).filter(({ code }) => OURS.includes(code));
    const codes = new Set(packets.map(({ code }) => code));
    expect([...codes].sort((left, right) => left - right)).toEqual(OURS);
    expect(packets.length).toBeGreaterThanOrEqual(20);
    expect(packets.filter(({ complaints }) => complaints !== '')).toEqual([]);
    expect(packets.filter(({ authenticatorIsInvalid }) => authenticatorIsInvalid)).toEqual([]);
    // Wireshark 4 judges neither CoA nor Disconnect nor answers to Status-Server; our own NAS does that here.
    const unjudged = packets.filter(({ authenticatorIsValid }) => !authenticatorIsValid);
    expect(new Set(unjudged.map(({ code }) => code))).toEqual(
      new Set([ACCESS_ACCEPT, DISCONNECT_REQUEST, COA_REQUEST]),
    );
    expect(unjudged.filter(({ code, types }) => code === ACCESS_ACCEPT && types.length > 1)).toEqual([]);
    expect(nas.requests.every(({ isAuthentic }) => isAuthentic)).toBe(true);
    const signed = packets.filter(({ code }) => code !== ACCOUNTING_RESPONSE);
    expect(signed.filter(({ types }) => types[0] !== MESSAGE_AUTHENTICATOR)).toEqual([]);
  }, 60_000);
});
