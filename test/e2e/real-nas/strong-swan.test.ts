import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsageAnswer } from '../../../api/routes/usage.ts';
import type { ProvisioningDocument } from '../../../engine/subscribers/provisioning.ts';
import { eventually, MizanProcess } from '../mizan-process.ts';
import { reconciled } from './radius-server.ts';
import { type NasNetwork, Sandbox, whyNot } from './sandbox.ts';
import { DAE_PORT, STRONG_SWAN_PROGRAMS, StrongSwan, whyNoStrongSwan } from './strong-swan.ts';

const SECRET = 'secret-of-the-gateway';
const LOGIN = { username: 'vpn1', password: 'pass of vpn1' };
const FRAMED_IP = '100.64.0.7';
const QUOTA = 200_000;
const PING_OCTETS = 1_200;
const SENT = { inputOctets: 120_000, outputOctets: 120_000 };

const skipped = whyNot(STRONG_SWAN_PROGRAMS) || whyNoStrongSwan();
const title = 'a strongSwan gateway (XAuth by PAP, Disconnect)';

describe.skipIf(skipped !== '')(skipped === '' ? title : `${title}: ${skipped}`, () => {
  let sandbox: Sandbox;
  let mizan: MizanProcess;
  let network: NasNetwork;
  let vpn: StrongSwan;

  const document = (...extra: readonly string[]): ProvisioningDocument => ({
    nas: [{ name: 'gateway', address: network.nasAddress, secret: SECRET, coaPort: DAE_PORT }],
    plans: [{ name: 'small', days: 30, quota: { octets: QUOTA, charge: 'both' }, interimSeconds: 60 }],
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
    const { authPort, acctPort } = mizan;
    const server = { address: network.serverAddress, authPort, acctPort, secret: SECRET };
    vpn = await StrongSwan.start(sandbox, gateway, server, LOGIN);
  });
  afterAll(async () => {
    sandbox?.dispose();
    await mizan?.dispose();
  });

  it('logs a subscriber in with the address of the line', async () => {
    expect(await vpn.connect(), vpn.log).toBe(true);
    expect(await vpn.tunnel()).toEqual({ inputOctets: 0, outputOctets: 0, framedIp: FRAMED_IP });
    const { sessions, remainingOctets } = await mizan.line(LOGIN.username);
    expect(remainingOctets).toBe(QUOTA);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({ nas: 'gateway', state: 'live', framedIp: FRAMED_IP });
  });

  it('cuts the line after the interim that reports the volume as used, and the gateway obeys', async () => {
    expect(await vpn.ping(100, PING_OCTETS)).toBe(100);
    expect(await vpn.tunnel()).toMatchObject(SENT);
    expect((await mizan.line(LOGIN.username)).sessions[0]).toMatchObject({ state: 'live', inputOctets: 0 });
    // The gateway reports a minute after the login: no shorter interval is ever handed out (RFC 2869 §5.16).
    await eventually(() => vpn.gatewayLog.includes('RADIUS DAE Disconnect-Request for vpn1'), 75_000);
    const closed = await eventually(async () => {
      const [session] = (await mizan.line(LOGIN.username)).sessions;
      return session?.state === 'closed' && session;
    });
    expect(closed).toMatchObject(SENT);
    expect(await vpn.tunnel()).toBeUndefined();
    expect(await vpn.ping(1, PING_OCTETS)).toBe(0);
    expect(await mizan.metric('mizan_effects_total', { result: 'ack' })).toBe(1);
    expect(await mizan.metric('mizan_effects_total')).toBe(1);
  }, 90_000);

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
    const { sessions } = await eventually(async () => {
      const line = await mizan.line(LOGIN.username);
      return line.sessions[0]?.state === 'closed' && line;
    });
    expect(sessions[0]).toMatchObject({ inputOctets: 60_000, outputOctets: 60_000 });
    expect(await refused()).toBe(1);
  });

  it('has in history and ledger what the gateway reported', async () => {
    expect(await reconciled(mizan)).toMatchObject({ judged: 1, unreconciledOctets: 0 });
    const { totals, sessions } = await mizan.cli<UsageAnswer>('usage', LOGIN.username);
    expect(totals).toMatchObject({ inputOctets: 180_000, outputOctets: 180_000, chargedOctets: 360_000 });
    // The first interim told of 240,000 octets; 40,000 had passed before anybody knew.
    expect(totals).toMatchObject({ burnedOctets: QUOTA + 120_000, overshotOctets: 40_000 });
    expect(sessions.map(({ framedIp, nas }) => `${framedIp} ${nas}`)).toEqual(
      Array(2).fill(`${FRAMED_IP} gateway`),
    );
    expect(await mizan.cli('sessions', '--user', LOGIN.username)).toMatchObject({
      sessions: [
        { state: 'closed', inputOctets: 60_000, overshotOctets: 0 },
        { state: 'closed', inputOctets: 120_000, overshotOctets: 40_000 },
      ],
    });
  });
});
