import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExplainAnswer } from '../../api/explanation.ts';
import { writeAccessRequest, writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';
import type { LineDeclaration } from '../../engine/subscribers/provisioning.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { answers, UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras';
const PREPARED = prepareSecret(Buffer.from(SECRET));
/** 10:00 in Tehran. */
const START = Date.parse('2026-11-21T06:30:00Z');
const GB = 2 ** 30;
const [ACCEPT, REJECT] = [2, 3];
const [AT_START, INTERIM] = [1, 3];
const HOME = '02:00:00:00:00:01';
const STRANGER = '02:00:00:00:00:99';
const CLI = fileURLToPath(new URL('../../dist/api/cli/main.js', import.meta.url));
const run = promisify(execFile);

describe('mizan explain', () => {
  let mizan: MizanProcess;
  let nas: UdpNas;
  let now = START;
  let identifier = 0;

  beforeAll(async () => {
    nas = await UdpNas.open(SECRET, '127.0.0.33');
    mizan = await MizanProcess.start({ testClock: new Date(START).toISOString() });
    await mizan.apply({
      nas: [{ name: 'tik', address: '127.0.0.33', secret: SECRET, vendor: 'mikrotik', coaPort: nas.coaPort }],
      plans: [
        {
          name: 'gold',
          days: 30,
          quota: { octets: 5 * GB, charge: 'both' },
          speed: { downKbps: 160_000, upKbps: 20_000 },
          exhausted: { downKbps: 512, upKbps: 128 },
          interimSeconds: 60,
        },
      ],
    });
  });

  afterAll(async () => {
    nas.close();
    await mizan.dispose();
  });

  const declare = (line: Omit<LineDeclaration, 'password' | 'plan'>) =>
    mizan.apply({ lines: [{ ...line, plan: 'gold', password: 'pw' }] });

  const forward = async (minutes: number) => {
    now += minutes * 60_000;
    await mizan.moveClock(new Date(now).toISOString());
  };

  const place = (username: string, callingStationId: string, nasPort: number) => ({
    ...{ username, nasIdentifier: 'bras', nasPort, callingStationId },
    identifier: identifier++ & 0xff,
  });

  const login = async (username: string, station = HOME, port = 1) => {
    const fields = { ...place(username, station, port), authenticator: randomBytes(16), password: 'pw' };
    const packet = writeAccessRequest({ ...fields, method: 'pap', messageAuthenticator: true }, PREPARED);
    return (await nas.exchange(packet, mizan.authPort))?.[0];
  };

  const account = async (username: string, statusType: number, outputOctets = 0) => {
    const fields = { ...place(username, HOME, 1), statusType, inputOctets: 0, outputOctets, classes: [] };
    const extra = { acctSessionId: `of-${username}`, framedIp: '10.0.0.9', gigawords: 'always' as const };
    const packet = writeAccountingRequest(
      { ...fields, ...extra, eventTimestampSeconds: Math.floor(now / 1_000) },
      PREPARED,
    );
    const reply = await nas.exchange(packet, mizan.acctPort);
    expect(reply && answers(reply, packet, SECRET)).toBe(true);
  };

  const goOnline = async (username: string) => {
    expect(await login(username)).toBe(ACCEPT);
    await account(username, AT_START);
  };

  const explain = (username: string, at?: number) =>
    mizan.cli<ExplainAnswer>('explain', username, ...(at ? ['--at', new Date(at).toISOString()] : []));

  /** What the terminal shows, for people. */
  const shown = async (username: string, at?: number): Promise<string> => {
    const when = at === undefined ? [] : ['--at', new Date(at).toISOString()];
    const env = { ...process.env, DATA_DIR: mizan.dataDir };
    const { stdout } = await run(process.execPath, [CLI, 'explain', username, ...when], { env });
    process.env.SHOW_EXPLANATIONS && console.log(stdout);
    return stdout;
  };

  it('tells of a line at full speed what is left and what its session has', async () => {
    await declare({ username: 'full1' });
    await goOnline('full1');
    await forward(10);
    await account('full1', INTERIM, GB);
    const { verdict, rules, told } = await explain('full1');
    expect(verdict).toMatchObject({
      key: 'verdict/full-speed',
      figures: { downKbps: 160_000, upKbps: 20_000 },
    });
    expect(rules.map(({ key }) => key)).toEqual([
      'status/active',
      'term/running',
      'plan/in-force',
      'window/none',
      'volume/left',
      'grant/left',
      'mac-lock/none',
      'simultaneous-use/full',
    ]);
    const volume = rules.find(({ rule }) => rule === 'volume');
    expect(volume).toMatchObject({ decides: true, figures: { leftOctets: 4 * GB, grantedOctets: 5 * GB } });
    expect(volume?.text.fa).toBe('۴٫۰۰ گیگابایت از ۵٫۰۰ گیگابایت با سرعت کامل باقی مانده است.');
    expect(told[0]).toMatchObject({ key: 'session/as-wanted', figures: { mode: 'full', downKbps: 160_000 } });
    const text = await shown('full1');
    expect(text).toMatch(/^full1 at 2026-11-21 10:10:00: Full speed: 160 \/ 20 Mb\/s\.$/m);
    expect(text).toMatch(/^> {2}volume +left +4\.00 GB of 5\.00 GB are left at full speed\. +counters$/m);
  });

  it('tells why a login was refused after the term', async () => {
    await declare({ username: 'ended1', expiresAt: new Date(now - 86_400_000).toISOString() });
    expect(await login('ended1')).toBe(REJECT);
    const found = await eventually(async () => {
      const answer = await explain('ended1');
      return answer.told.some(({ key }) => key === 'login/refused') && answer;
    });
    expect(found.verdict).toMatchObject({ key: 'verdict/no-service', figures: { because: 'service-ended' } });
    expect(found.rules.at(-1)?.rule).toBe('plan');
    expect(found.rules.find(({ decides }) => decides)).toMatchObject({
      key: 'term/ended',
      figures: { plan: 'gold', action: 'disconnect' },
    });
    expect(await shown('ended1')).toContain('No service, because the term has ended.');
  });

  it('tells what was used up, what the NAS was told, and that it did so', async () => {
    await declare({ username: 'slow1' });
    await goOnline('slow1');
    await forward(10);
    await account('slow1', INTERIM, 5 * GB + 100);
    const found = await eventually(async () => {
      const answer = await explain('slow1');
      return answer.told.some(({ key }) => key === 'order/acknowledged') && answer;
    });
    expect(found.verdict).toMatchObject({
      key: 'verdict/slowed',
      figures: { downKbps: 512, upKbps: 128, because: 'volume-ended' },
      text: { en: 'Slowed to 512 / 128 kb/s, because the volume of full speed has been used up.' },
    });
    expect(found.rules.find(({ decides }) => decides)).toMatchObject({
      key: 'volume/ended',
      figures: { leftOctets: 0, grantedOctets: 5 * GB, action: 'slow' },
    });
    expect(found.told.find(({ rule }) => rule === 'session')?.key).toBe('session/as-wanted');
    expect(found.told.find(({ rule }) => rule === 'order')).toMatchObject({
      figures: { nas: 'tik', kind: 'change-speed', reason: 'volume-ended' },
    });
    expect(await shown('slow1')).toContain(
      'tik was told to change its speed, because the volume was used up',
    );
  });

  it('tells of a device that the line is not for, and of one login too many', async () => {
    await declare({ username: 'lock1', macLock: HOME });
    expect(await login('lock1', STRANGER)).toBe(REJECT);
    await declare({ username: 'twice1' });
    await goOnline('twice1');
    await forward(1);
    expect(await login('twice1', STRANGER, 2)).toBe(REJECT);
    const refused = (username: string) =>
      eventually(async () => {
        const answer = await explain(username);
        return answer.verdict.key === 'verdict/login-refused' && answer;
      });
    const locked = await refused('lock1');
    expect(locked.verdict.figures.because).toBe('mac-locked');
    expect(locked.rules.find(({ decides }) => decides)).toMatchObject({
      key: 'mac-lock/other',
      figures: { lock: '020000000001', station: STRANGER },
    });
    const twice = await refused('twice1');
    expect(twice.verdict.figures.because).toBe('too-many-sessions');
    expect(twice.rules.find(({ decides }) => decides)).toMatchObject({
      key: 'simultaneous-use/refused',
      figures: { open: 1, allowed: 1 },
    });
    expect(twice.told[0]?.key).toBe('session/as-wanted');
    expect(await shown('lock1')).toContain(
      'The line is locked to the device 020000000001; 02:00:00:00:00:99 asked.',
    );
    expect(await shown('twice1')).toContain(
      '1 of 1 sessions are open, and this login may take none of them over.',
    );
  });

  it('tells of a moment before a top-up, before a suspension and before a new version of the plan', async () => {
    await declare({ username: 'past1' });
    const before = now - 60_000;
    const left = async () => [now, (await mizan.line('past1')).remainingOctets] as const;
    await goOnline('past1');
    await forward(10);
    await account('past1', INTERIM, 2 * GB);
    const atTwo = await left();
    await forward(10);
    await account('past1', INTERIM, 5 * GB);
    const atNothing = await left();
    await forward(10);
    await declare({ username: 'past1', extraGrants: [{ id: 'top-up-1', kind: 'extra', octets: GB }] });
    await forward(10);
    await account('past1', INTERIM, 5 * GB + GB / 4);
    const atTopUp = await left();
    expect([atTwo[1], atNothing[1]]).toEqual([3 * GB, 0]);
    await forward(10);
    await declare({ username: 'past1', status: 'suspended' });
    await forward(10);
    await eventually(async () => (await explain('past1', now - 1)).verdict.outcome === 'no-service');
    const verdictAt = async (at?: number) => (await explain('past1', at)).verdict;
    expect((await verdictAt()).figures).toEqual({ because: 'line-suspended' });
    expect((await verdictAt(before)).key).toBe('verdict/no-line');
    await eventually(async () => (await verdictAt(atTopUp[0])).outcome === 'full-speed');
    for (const [at, remaining] of [atTwo, atNothing, atTopUp]) {
      const { rules } = await explain('past1', at);
      const grants = rules.filter(({ rule }) => rule === 'grant');
      expect(grants.reduce((sum, { figures }) => sum + Number(figures.leftOctets), 0)).toBe(remaining);
    }
    expect(await verdictAt(atNothing[0])).toMatchObject({
      key: 'verdict/slowed',
      source: 'history',
      figures: { because: 'volume-ended' },
    });
    const { told } = await explain('past1', atTwo[0]);
    expect(told[0]).toMatchObject({
      key: 'session/as-wanted',
      figures: { acctSessionId: 'of-past1', mode: 'full' },
    });
    expect(await shown('past1', atNothing[0])).toMatch(
      /^> {2}volume +ended +0 MB of 5\.00 GB are left; .* history$/m,
    );
    await mizan.apply({ plans: [{ name: 'gold', days: 30, speed: { downKbps: 50_000, upKbps: 5_000 } }] });
    await forward(1);
    expect((await explain('full1')).verdict.figures).toEqual({ downKbps: 50_000, upKbps: 5_000 });
    expect((await explain('full1', atTwo[0])).verdict.figures).toEqual({ downKbps: 160_000, upKbps: 20_000 });
    await shown('full1', atTwo[0]);
  });

  it('refuses a moment to come, and a line that nobody has', async () => {
    await expect(explain('full1', now + 60_000)).rejects.toThrow('must not be after now');
    await expect(explain('nobody')).rejects.toThrow('There is no line of this username.');
  });
});
