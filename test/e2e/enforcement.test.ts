import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeAccessRequest, writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';
import type { LineDeclaration, PlanDeclaration } from '../../engine/subscribers/provisioning.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { answers, type DynamicRequest, UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras';
const PREPARED = prepareSecret(Buffer.from(SECRET));
const START = Date.parse('2026-11-21T08:00:00Z');
const QUOTA = 1_000_000;
const COA_REQUEST = 43;
const DISCONNECT_REQUEST = 40;
const EVENT_TIMESTAMP = 55;
const VENDOR_SPECIFIC = 26;
const ACCEPT = 2;
const REJECT = 3;

const PLANS: readonly PlanDeclaration[] = [
  { name: 'cut', exhausted: 'disconnect' as const },
  { name: 'slow', exhausted: { downKbps: 128, upKbps: 64 } },
  { name: 'captive', exhausted: 'captive' as const },
].map((plan) => ({
  ...plan,
  days: 30,
  quota: { octets: QUOTA, charge: 'both' },
  speed: { downKbps: 4096, upKbps: 1024 },
  interimSeconds: 60,
}));

describe('enforcement', () => {
  let mizan: MizanProcess;
  let generic: UdpNas;
  let mikrotik: UdpNas;
  let now = START;
  let identifier = 0;

  beforeAll(async () => {
    generic = await UdpNas.open(SECRET, '127.0.0.31');
    mikrotik = await UdpNas.open(SECRET, '127.0.0.32');
    mizan = await MizanProcess.start({ testClock: new Date(START).toISOString() });
    await mizan.apply({
      nas: [
        { name: 'generic', address: '127.0.0.31', secret: SECRET, coaPort: generic.coaPort },
        { name: 'tik', address: '127.0.0.32', secret: SECRET, vendor: 'mikrotik', coaPort: mikrotik.coaPort },
      ],
      plans: PLANS,
    });
  });

  afterAll(async () => {
    generic.close();
    mikrotik.close();
    await mizan.dispose();
  });

  beforeEach(() => {
    for (const nas of [generic, mikrotik]) nas.requests.length = 0;
  });

  afterEach(() => {
    for (const nas of [generic, mikrotik]) nas.answer = ({ code }) => ({ code: code + 1 });
  });

  const declare = (line: Omit<LineDeclaration, 'password'>) =>
    mizan.apply({ lines: [{ ...line, password: 'pw' }] });
  const forward = async (seconds: number) => {
    now += seconds * 1_000;
    await mizan.moveClock(new Date(now).toISOString());
  };

  const session = (username: string) => ({
    username,
    nasIdentifier: 'bras',
    nasPort: 1,
    callingStationId: '02:00:00:00:00:01',
    identifier: identifier++ & 0xff,
  });

  const account = async (nas: UdpNas, username: string, statusType: number, outputOctets?: number) => {
    const octets = outputOctets === undefined ? {} : { inputOctets: 0, outputOctets };
    const sessionTimeSeconds = Math.floor((now - START) / 1_000);
    const extra = { acctSessionId: `of-${username}`, framedIp: '10.0.0.9', classes: [] };
    const fields = { ...session(username), ...extra, ...octets, statusType, sessionTimeSeconds };
    const packet = writeAccountingRequest({ ...fields, gigawords: 'always' }, PREPARED);
    const reply = await nas.exchange(packet, mizan.acctPort);
    expect(reply && answers(reply, packet, SECRET)).toBe(true);
    return performance.now();
  };

  const login = async (nas: UdpNas, username: string) => {
    const authenticator = randomBytes(16);
    const fields = { ...session(username), authenticator, password: 'pw', messageAuthenticator: true };
    const packet = writeAccessRequest({ ...fields, method: 'pap' }, PREPARED);
    const reply = await nas.exchange(packet, mizan.authPort);
    if (reply === undefined || !answers(reply, packet, SECRET)) throw new Error('no answer to a login');
    return { code: reply[0], text: reply.toString('latin1') };
  };

  const goOnline = async (nas: UdpNas, username: string) => {
    expect((await login(nas, username)).code).toBe(ACCEPT);
    await account(nas, username, 1);
    await forward(60);
  };

  const about = (nas: UdpNas, username: string) =>
    nas.requests.filter(({ attributes }) =>
      attributes.some(({ type, value }) => type === 1 && value.toString() === username),
    );
  const next = (nas: UdpNas, username: string, count = 1): Promise<DynamicRequest> =>
    eventually(() => about(nas, username)[count - 1], 15_000);

  const expectDisconnect = (request: DynamicRequest, username: string) => {
    expect(request.code).toBe(DISCONNECT_REQUEST);
    expect(request.isAuthentic).toBe(true);
    expect(request.attributes[0]?.type).toBe(80);
    const byType = new Map(request.attributes.map(({ type, value }) => [type, value]));
    expect(byType.get(1)?.toString()).toBe(username);
    expect(byType.get(44)?.toString()).toBe(`of-${username}`);
    expect(byType.get(8)).toEqual(Buffer.from([10, 0, 0, 9]));
    expect(byType.get(EVENT_TIMESTAMP)?.readUInt32BE()).toBe(Math.floor(now / 1_000));
  };

  it('cuts a line within a second of the interim that used its volume up, and lets it in no more', async () => {
    await declare({ username: 'cut1', plan: 'cut' });
    await goOnline(generic, 'cut1');
    await account(generic, 'cut1', 3, QUOTA - 1);
    await sleep(300);
    expect(about(generic, 'cut1')).toEqual([]);
    await forward(60);
    const acknowledgedAt = await account(generic, 'cut1', 3, QUOTA + 5);
    const request = await next(generic, 'cut1');
    expect(request.at - acknowledgedAt).toBeLessThan(1_000);
    expectDisconnect(request, 'cut1');
    await account(generic, 'cut1', 2, QUOTA + 5);
    const { text, code } = await login(generic, 'cut1');
    expect(code).toBe(REJECT);
    expect(text).toContain('The volume has ended');
    expect(about(generic, 'cut1')).toHaveLength(1);
    const { sessions } = await mizan.line('cut1');
    expect(sessions[0]).toMatchObject({ outputOctets: QUOTA + 5, state: 'closed' });
  });

  it('slows a MikroTik line by CoA, and a top-up gives the speed back without a new login', async () => {
    await declare({ username: 'slow1', plan: 'slow' });
    await goOnline(mikrotik, 'slow1');
    const acknowledgedAt = await account(mikrotik, 'slow1', 3, QUOTA);
    const slower = await next(mikrotik, 'slow1');
    expect(slower.at - acknowledgedAt).toBeLessThan(1_000);
    expect(slower.code).toBe(COA_REQUEST);
    expect(slower.isAuthentic).toBe(true);
    expect(rateLimit(slower)).toBe('64k/128k');
    await eventually(async () => (await mizan.line('slow1')).sessions[0]?.mode === 'slow');
    mikrotik.requests.length = 0;
    await declare({
      username: 'slow1',
      plan: 'slow',
      extraGrants: [{ id: 'top-up-1', kind: 'extra', octets: 5_000_000 }],
    });
    const faster = await eventually(() => about(mikrotik, 'slow1').find(({ code }) => code === COA_REQUEST));
    expect(faster.isAuthentic).toBe(true);
    expect(rateLimit(faster)).toBe('1024k/4096k');
    await eventually(async () => (await mizan.line('slow1')).sessions[0]?.mode === 'full');
    expect((await mizan.line('slow1')).sessions[0]?.state).toBe('live');
  });

  it('lets a line without volume in again at the slower speed', async () => {
    await declare({ username: 'slow2', plan: 'slow' });
    await goOnline(mikrotik, 'slow2');
    await account(mikrotik, 'slow2', 2, QUOTA);
    const { code, text } = await login(mikrotik, 'slow2');
    expect(code).toBe(ACCEPT);
    expect(text).toContain('64k/128k');
    expect(about(mikrotik, 'slow2')).toEqual([]);
  });

  it('sends an exhausted line of a captive plan through a new login into the captive profile', async () => {
    await declare({ username: 'captive1', plan: 'captive' });
    await goOnline(mikrotik, 'captive1');
    await account(mikrotik, 'captive1', 3, QUOTA);
    expectDisconnect(await next(mikrotik, 'captive1'), 'captive1');
    await account(mikrotik, 'captive1', 2, QUOTA);
    const { code, text } = await login(mikrotik, 'captive1');
    expect(code).toBe(ACCEPT);
    expect(text).toContain('mizan-captive');
  });

  it('repeats an unanswered Disconnect octet by octet, and falls back to it when CoA is refused', async () => {
    await declare({ username: 'silent1', plan: 'cut' });
    await goOnline(generic, 'silent1');
    let count = 0;
    generic.answer = () => (++count < 3 ? 'silence' : { code: 41 });
    await account(generic, 'silent1', 3, QUOTA);
    await next(generic, 'silent1', 3);
    expect(new Set(about(generic, 'silent1').map(({ octets }) => octets.toString('hex'))).size).toBe(1);
    await declare({ username: 'naked1', plan: 'slow' });
    await goOnline(mikrotik, 'naked1');
    mikrotik.answer = ({ code }) => ({ code: code + 2, errorCause: code === COA_REQUEST ? 404 : 503 });
    await account(mikrotik, 'naked1', 3, QUOTA);
    await next(mikrotik, 'naked1', 2);
    expect(about(mikrotik, 'naked1').map(({ code }) => code)).toEqual([COA_REQUEST, DISCONNECT_REQUEST]);
    expect(about(mikrotik, 'naked1').every(({ isAuthentic }) => isAuthentic)).toBe(true);
    await eventually(async () => (await mizan.line('naked1')).sessions[0]?.state === 'suspect');
  });

  it('asks a NAS that does not know the session for nothing more', async () => {
    await declare({ username: 'naked2', plan: 'slow' });
    await goOnline(mikrotik, 'naked2');
    mikrotik.answer = ({ code }) => ({ code: code + 2, errorCause: 503 });
    await account(mikrotik, 'naked2', 3, QUOTA);
    await eventually(async () => (await mizan.line('naked2')).sessions[0]?.state === 'suspect');
    expect(about(mikrotik, 'naked2').map(({ code }) => code)).toEqual([COA_REQUEST]);
  });

  it('orders a Disconnect again when an interim shows after 30 s that it had no effect', async () => {
    await declare({ username: 'stubborn1', plan: 'cut' });
    await goOnline(generic, 'stubborn1');
    await account(generic, 'stubborn1', 3, QUOTA);
    expectDisconnect(await next(generic, 'stubborn1'), 'stubborn1');
    await forward(10);
    await account(generic, 'stubborn1', 3, QUOTA + 1);
    await sleep(400);
    expect(about(generic, 'stubborn1')).toHaveLength(1);
    await forward(25);
    await account(generic, 'stubborn1', 3, QUOTA + 2);
    expectDisconnect(await next(generic, 'stubborn1', 2), 'stubborn1');
  });

  it('ends a service at its last moment without any packet', async () => {
    await declare({ username: 'term1', plan: 'cut', expiresAt: new Date(now + 90_000).toISOString() });
    await goOnline(generic, 'term1');
    await forward(29);
    await sleep(400);
    expect(about(generic, 'term1')).toEqual([]);
    await forward(1);
    const request = await next(generic, 'term1');
    expectDisconnect(request, 'term1');
    await account(generic, 'term1', 2, 10);
    expect((await login(generic, 'term1')).text).toContain('The service has ended');
  });

  it('ends a session that staff kick, and lets it in again', async () => {
    await declare({ username: 'kick1', plan: 'cut' });
    await goOnline(generic, 'kick1');
    expect(await mizan.cli('kick', 'kick1')).toEqual({ username: 'kick1', sessions: 1 });
    expectDisconnect(await next(generic, 'kick1'), 'kick1');
    await account(generic, 'kick1', 2, 10);
    expect((await login(generic, 'kick1')).code).toBe(ACCEPT);
    expect(await mizan.metric('mizan_effects_total', { result: 'ack' })).toBeGreaterThan(0);
  });

  it('sends an order again after a clean stop that came before the answer', async () => {
    await declare({ username: 'kick2', plan: 'slow' });
    await goOnline(mikrotik, 'kick2');
    mikrotik.answer = () => 'silence';
    await mizan.cli('kick', 'kick2');
    await next(mikrotik, 'kick2');
    const { dataDir } = mizan;
    const stoppedAt = performance.now();
    expect(await mizan.stop('SIGTERM')).toBe(0);
    expect(performance.now() - stoppedAt).toBeLessThan(4_000);
    mikrotik.requests.length = 0;
    mikrotik.answer = ({ code }) => ({ code: code + 1 });
    mizan = await MizanProcess.start({ dataDir, testClock: new Date(now).toISOString() });
    expectDisconnect(await next(mikrotik, 'kick2'), 'kick2');
  });
});

/** Mikrotik-Rate-Limit (vendor 14988, type 8), read by hand. */
function rateLimit({ attributes }: DynamicRequest): string | undefined {
  const found = attributes.find(
    ({ type, value }) => type === VENDOR_SPECIFIC && value.readUInt32BE() === 14_988 && value[4] === 8,
  );
  return found?.value.subarray(6).toString();
}
