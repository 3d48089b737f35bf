import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsageAnswer } from '../../../api/routes/usage.ts';
import type { ProvisioningDocument } from '../../../engine/subscribers/provisioning.ts';
import { FreeradiusProxy } from '../freeradius-proxy.ts';
import { eventually, MizanProcess } from '../mizan-process.ts';
import { reconciled } from './radius-server.ts';
import { type NasNetwork, Sandbox, whyNot } from './sandbox.ts';
import { DAE_PORT, STRONG_SWAN_PROGRAMS, StrongSwan, whyNoStrongSwan } from './strong-swan.ts';

const SECRET = 'secret-of-the-gateway';
const LOGIN = { username: 'vpn1', password: 'pass of vpn1' };
const FRAMED_IP = '100.64.0.7';
const PROXY = '127.0.0.51';
const QUOTA = 100_000;
const PING_OCTETS = 1_200;
/** The server asks for a minute at least (RFC 2869 §5.16); a proxy that asks for more reports spares the test the wait. */
const INTERIM_SECONDS = 5;
const START_WITHIN_MS = 120_000;

const programs = { ...STRONG_SWAN_PROGRAMS, freeradius: 'freeradius' };
const skipped = whyNot(programs) || whyNoStrongSwan();
const title = 'a strongSwan gateway (XAuth by PAP, Disconnect) behind a FreeRADIUS proxy';

describe.skipIf(skipped !== '')(skipped === '' ? title : `${title}: ${skipped}`, () => {
  let sandbox: Sandbox;
  let mizan: MizanProcess;
  let network: NasNetwork;
  let proxy: FreeradiusProxy;
  let vpn: StrongSwan;

  const document = (...extra: readonly string[]): ProvisioningDocument => ({
    nas: [{ name: 'vpn', address: PROXY, secret: SECRET, coaAddress: network.nasAddress, coaPort: DAE_PORT }],
    plans: [{ name: 'small', days: 30, quota: { octets: QUOTA, charge: 'both' }, exhausted: 'disconnect' }],
    lines: [
      {
        ...LOGIN,
        plan: 'small',
        staticIp: FRAMED_IP,
        extraGrants: extra.map((id) => ({ id, kind: 'extra', octets: 10 * QUOTA })),
      },
    ],
  });
  const apply = async (...extra: readonly string[]) => {
    const file = sandbox.file('line.json', JSON.stringify(document(...extra)));
    return mizan.cli('apply', file);
  };

  const refused = () => mizan.metric('mizan_radius_packets_total', { outcome: 'volume-ended' });

  beforeAll(async () => {
    sandbox = new Sandbox();
    mizan = await MizanProcess.start();
    const gateway = sandbox.namespace('gateway');
    network = sandbox.networkTo(gateway);
    await apply();
    const { serverAddress: address, nasAddress: clientAddress } = network;
    const secrets = { homeSecret: SECRET, clientSecret: SECRET };
    const sides = { ...secrets, home: mizan, from: PROXY, address, clientAddress };
    proxy = await FreeradiusProxy.start({ ...sides, interimSeconds: INTERIM_SECONDS });
    const { authPort, acctPort } = proxy;
    const server = { address, authPort, acctPort, secret: SECRET };
    vpn = await StrongSwan.start(sandbox, gateway, server, LOGIN);
  }, START_WITHIN_MS);
  afterAll(async () => {
    sandbox?.dispose();
    await proxy?.stop();
    await mizan?.dispose();
  });

  it('logs a subscriber in with the address of the line', async () => {
    expect(await vpn.connect(), vpn.log).toBe(true);
    expect(await vpn.tunnel()).toEqual({ inputOctets: 0, outputOctets: 0, framedIp: FRAMED_IP });
    const { sessions, remainingOctets } = await mizan.line(LOGIN.username);
    expect(remainingOctets).toBe(QUOTA);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ nas: 'vpn', state: 'live', framedIp: FRAMED_IP });
  });

  const session = async () => (await mizan.line(LOGIN.username)).sessions[0];
  const eachWay = (octets: number) => ({ inputOctets: octets, outputOctets: octets });

  it('knows what a subscriber uses while it is used', async () => {
    expect(await vpn.ping(20, PING_OCTETS)).toBe(20);
    expect(await vpn.tunnel()).toMatchObject(eachWay(24_000));
    const reported = await eventually(async () => {
      const now = await session();
      return now?.inputOctets === 24_000 && now;
    }, 3_000 * INTERIM_SECONDS);
    expect(reported).toMatchObject({ state: 'live', ...eachWay(24_000) });
  });

  it('cuts the line after the interim that reports the volume as used, and the gateway obeys', async () => {
    expect(await vpn.ping(40, PING_OCTETS)).toBe(40);
    expect(await vpn.tunnel()).toMatchObject(eachWay(72_000));
    await eventually(() => vpn.gatewayLog.includes('RADIUS DAE Disconnect-Request for vpn1'), 20_000);
    const closed = await eventually(async () => {
      const now = await session();
      return now?.state === 'closed' && now;
    });
    expect(closed).toMatchObject(eachWay(72_000));
    expect(await vpn.tunnel()).toBeUndefined();
    expect(await vpn.ping(1, PING_OCTETS)).toBe(0);
    expect(await mizan.metric('mizan_effects_total', { result: 'ack' })).toBe(1);
    expect(await mizan.metric('mizan_effects_total')).toBe(1);
  });

  it('lets nobody in while the volume is used up', async () => {
    expect(await vpn.connect()).toBe(false);
    expect(await refused()).toBe(1);
    expect((await mizan.line(LOGIN.username)).remainingOctets).toBe(0);
  });

  it('lets the line in again after a top-up by the command line', async () => {
    expect(await apply('top-up-1')).toMatchObject({ grants: 1 });
    expect(await vpn.connect(), vpn.log).toBe(true);
    expect(await vpn.ping(50, PING_OCTETS)).toBe(50);
    await vpn.disconnect();
    const closed = await eventually(async () => {
      const now = await session();
      return now?.state === 'closed' && now;
    });
    expect(closed).toMatchObject(eachWay(60_000));
    expect(await refused()).toBe(1);
  });

  it('has in history and ledger what the gateway reported', async () => {
    expect(await reconciled(mizan)).toMatchObject({ judged: 1, unreconciledOctets: 0 });
    const { totals, sessions } = await mizan.cli<UsageAnswer>('usage', LOGIN.username);
    expect(totals).toMatchObject({ ...eachWay(132_000), chargedOctets: 264_000 });
    // The interim that passed the volume of 100,000 told of 144,000: 44,000 had gone by before anybody knew.
    expect(totals).toMatchObject({ burnedOctets: QUOTA + 120_000, overshotOctets: 44_000 });
    expect(sessions.map(({ framedIp }) => framedIp)).toEqual([FRAMED_IP, FRAMED_IP]);
    expect(await mizan.cli('sessions', '--user', LOGIN.username)).toMatchObject({
      sessions: [
        { state: 'closed', ...eachWay(60_000), overshotOctets: 0 },
        { state: 'closed', ...eachWay(72_000), overshotOctets: 44_000 },
      ],
    });
  });
});
