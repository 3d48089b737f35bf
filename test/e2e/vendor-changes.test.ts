import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAccessRequest, writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';
import type { NasDeclaration } from '../../engine/subscribers/provisioning.ts';
import { linesOf } from '../engine/nas/vendors/examples/written.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras';
const PREPARED = prepareSecret(Buffer.from(SECRET));
const QUOTA = 1_000;
const COA_REQUEST = 43;
const START = 1;
const INTERIM = 3;

/** What each NAS is declared with, what a login then gets of it and what a used-up volume changes. */
const CASES: readonly (readonly [string, Partial<NasDeclaration>, readonly string[], readonly string[]])[] = [
  [
    'a service of Cisco',
    { vendor: 'cisco', driverSettings: { service: 'NET-{mode}' } },
    ['Cisco-Account-Info = ANET-full'],
    ['Cisco-AVPair = subscriber:service-name=NET-full', 'Cisco-AVPair = subscriber:service-name=NET-slow'],
  ],
  [
    'a service of Juniper',
    { vendor: 'juniper', driverSettings: { service: 'svc({downBps})' } },
    ['ERX-Service-Activate:1 = svc(4096000)'],
    ['ERX-Service-Deactivate = svc(4096000)', 'ERX-Service-Activate:1 = svc(128000)'],
  ],
  ['the shaper of accel-ppp', { vendor: 'accel-ppp' }, ['Filter-Id = 4096/1024'], ['Filter-Id = 128/64']],
  [
    'a template',
    {
      driverSettings: {
        accept: { 'ZTE-QoS-Profile-Down': '{downKbps/1024}M' },
        change: [{ 'ZTE-QoS-Profile-Down': '{mode}', 'ZTE-Rate-Ctrl-SCR-Down': '{downKbps}' }],
      },
    },
    ['ZTE-QoS-Profile-Down = 4M'],
    ['ZTE-Rate-Ctrl-SCR-Down = 128'],
  ],
];

describe('a declared NAS', () => {
  let mizan: MizanProcess;
  const nas: UdpNas[] = [];

  beforeAll(async () => {
    for (const index of CASES.keys()) nas.push(await UdpNas.open(SECRET, `127.0.0.${91 + index}`));
    mizan = await MizanProcess.start();
    const plan = { name: 'slow', days: 30, exhausted: { downKbps: 128, upKbps: 64 }, interimSeconds: 60 };
    await mizan.apply({
      nas: CASES.map(([, declaration], index) => {
        const address = `127.0.0.${91 + index}`;
        return { name: `nas${index}`, address, secret: SECRET, coaPort: nas[index]!.coaPort, ...declaration };
      }),
      plans: [{ ...plan, quota: { octets: QUOTA, charge: 'both' }, speed: { downKbps: 4096, upKbps: 1024 } }],
      lines: CASES.map((_, index) => ({ username: `u${index}`, password: 'pw', plan: 'slow' })),
    });
  });

  afterAll(async () => {
    for (const each of nas) each.close();
    await mizan.dispose();
  });

  it.each(CASES.map((example, index) => [index, ...example] as const))(
    '%i: is given and then changed %s',
    async (index, _title, _declaration, given, changed) => {
      const bras = nas[index]!;
      const username = `u${index}`;
      const accepted = await bras.exchange(login(username), mizan.authPort);
      expect(linesOf(accepted!)).toEqual(expect.arrayContaining([...given]));
      expect(await bras.exchange(account(username, START, 0), mizan.acctPort)).toBeDefined();
      expect(await bras.exchange(account(username, INTERIM, 2 * QUOTA), mizan.acctPort)).toBeDefined();
      await eventually(() => bras.requests.length >= changed.length);
      expect(bras.requests.map(({ code, isAuthentic }) => [code, isAuthentic])).toEqual(
        changed.map(() => [COA_REQUEST, true]),
      );
      expect(bras.requests.map(({ octets }) => linesOf(octets).at(-1))).toEqual(changed);
      await eventually(async () => (await mizan.line(username)).sessions[0]?.mode === 'slow');
    },
  );
});

let identifier = 0;

function sessionOf(username: string) {
  identifier = (identifier + 1) % 256;
  return { username, identifier, nasIdentifier: 'bras', nasPort: 1, callingStationId: '02:00:00:00:00:01' };
}

function login(username: string): Buffer {
  const proof = {
    authenticator: randomBytes(16),
    password: 'pw',
    method: 'pap',
    messageAuthenticator: true,
  } as const;
  return writeAccessRequest({ ...sessionOf(username), ...proof }, PREPARED);
}

function account(username: string, statusType: number, outputOctets: number): Buffer {
  const session = {
    acctSessionId: `of-${username}`,
    framedIp: '10.0.0.9',
    classes: [],
    gigawords: 'always',
  } as const;
  const counters = { statusType, inputOctets: 0, outputOctets };
  return writeAccountingRequest({ ...sessionOf(username), ...session, ...counters }, PREPARED);
}
