import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsageAnswer } from '../../../api/routes/usage.ts';
import { eventually, MizanProcess } from '../mizan-process.ts';
import { GUEST_PROGRAMS } from './guest-kernel.ts';
import { BRAS_PROGRAMS, PppoeBras, whyNoBras } from './pppoe-bras.ts';
import { reconciled } from './radius-server.ts';
import { type NasNetwork, Sandbox, whyNot } from './sandbox.ts';

const SECRET = 'secret-of-the-bras';
const METHODS = ['pap', 'chap', 'mschap-v2'] as const;
const HOUSES = METHODS.map((method, index) => ({
  house: index,
  ip: `100.64.1.${index + 1}`,
  pings: 40 * (index + 1),
  login: { username: `${method}@home`, password: `of-${method}`, method },
}));
const PING_OCTETS = 1_200;
const QUOTA = 10_000_000;
const START_WITHIN_MS = 120_000;

const skipped = whyNot({ ...GUEST_PROGRAMS, ...BRAS_PROGRAMS }) || whyNoBras();
const title = 'a PPPoE BRAS (pppoe-server, pppd with radius.so)';

describe.skipIf(skipped !== '')(skipped === '' ? title : `${title}: ${skipped}`, () => {
  let sandbox: Sandbox;
  let mizan: MizanProcess;
  let network: NasNetwork;
  let bras: PppoeBras;

  beforeAll(async () => {
    sandbox = new Sandbox();
    mizan = await MizanProcess.start();
    network = sandbox.networkToGuest();
    await mizan.apply({
      nas: [{ name: 'bras', address: network.nasAddress, secret: SECRET }],
      plans: [{ name: 'home', days: 30, quota: { octets: QUOTA, charge: 'download' } }],
      lines: HOUSES.map(({ ip, login: { username, password } }) => {
        return { username, password, plan: 'home', staticIp: ip };
      }),
    });
    const { authPort, acctPort } = mizan;
    const server = { address: network.serverAddress, authPort, acctPort, secret: SECRET };
    bras = await PppoeBras.start(sandbox, network, server, HOUSES.length);
  }, START_WITHIN_MS);
  afterAll(async () => {
    sandbox?.dispose();
    await mizan?.dispose();
  });

  it('takes lines online by PAP, CHAP and MS-CHAPv2 that dial at once', async () => {
    const dialled = HOUSES.map(({ house, login }) => bras.dial(house, login));
    expect(await Promise.all(dialled), bras.log).toEqual(HOUSES.map(({ ip }) => ip));
    for (const { login, ip } of HOUSES) {
      const { sessions } = await mizan.line(login.username);
      expect(sessions).toHaveLength(1);
      expect(sessions[0]).toMatchObject({ nas: 'bras', state: 'live', framedIp: ip });
    }
  });

  it('counts for each line what the BRAS has counted for it', async () => {
    const pinged = HOUSES.map(({ house, pings }) => bras.ping(house, pings, PING_OCTETS));
    expect(await Promise.all(pinged)).toEqual(HOUSES.map(({ pings }) => pings));
    const counts = await Promise.all(HOUSES.map(({ house, login }) => bras.hangUp(house, login.username)));
    for (const [index, { login, pings }] of HOUSES.entries()) {
      const line = await eventually(async () => {
        const found = await mizan.line(login.username);
        return found.sessions[0]?.state === 'closed' && found;
      });
      const count = counts[index];
      expect(line.sessions).toHaveLength(1);
      expect(line.sessions[0]).toMatchObject({ ...count, closeCause: 'user-request' });
      expect(count?.inputOctets).toBeGreaterThanOrEqual(pings * PING_OCTETS);
      expect(count?.outputOctets).toBeGreaterThanOrEqual(pings * PING_OCTETS);
      expect(line.remainingOctets).toBe(QUOTA - (count?.outputOctets ?? 0));
    }
  });

  it('has in history and ledger what the BRAS has counted', async () => {
    expect(await reconciled(mizan)).toMatchObject({ judged: HOUSES.length, unreconciledOctets: 0 });
    for (const { login } of HOUSES) {
      const { totals, sessions } = await mizan.cli<UsageAnswer>('usage', login.username);
      const line = await mizan.line(login.username);
      expect(sessions).toHaveLength(1);
      const { inputOctets, outputOctets } = line.sessions[0] ?? {};
      expect(totals).toMatchObject({ inputOctets, outputOctets, chargedOctets: outputOctets });
    }
  });

  it('refuses a wrong password by each method', async () => {
    const dialled = HOUSES.map(({ house, login }) => bras.dial(house, { ...login, password: 'guess' }));
    expect(await Promise.all(dialled)).toEqual(METHODS.map(() => undefined));
    expect(await mizan.metric('mizan_radius_packets_total', { outcome: 'wrong-password' })).toBe(3);
  });
});
