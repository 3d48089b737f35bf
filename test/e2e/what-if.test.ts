import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WhatIfAnswer } from '../../api/routes/what-if.ts';
import { writeAccessRequest, writeAccountingRequest } from '../../engine/demo/nas-packets.ts';
import { prepareSecret } from '../../engine/radius/secret.ts';
import type { PlanDeclaration } from '../../engine/subscribers/provisioning.ts';
import { eventually, MizanProcess } from './mizan-process.ts';
import { answers, UdpNas } from './udp-nas.ts';

const SECRET = 'secret-of-the-bras';
const PREPARED = prepareSecret(Buffer.from(SECRET));
/** 20:00 in Tehran; the day that is replayed begins four hours later. */
const START = Date.parse('2026-11-20T16:30:00Z');
const MIDNIGHT = Date.parse('2026-11-20T20:30:00Z');
const HOUR = 3_600_000;
const GB = 2 ** 30;
const [AT_START, INTERIM] = [1, 3];
const CLI = fileURLToPath(new URL('../../dist/api/cli/main.js', import.meta.url));
const run = promisify(execFile);
const ALL_WEEK = { fromMinute: 60, toMinute: 420 };
const GOLD: PlanDeclaration = {
  name: 'gold',
  days: 30,
  quota: { octets: 10 * GB, charge: 'both' },
  speed: { downKbps: 80_000, upKbps: 20_000 },
  exhausted: { downKbps: 512, upKbps: 128 },
  windows: [{ ...ALL_WEEK, percent: 33 }],
  interimSeconds: 3_600,
};

describe('mizan what-if', () => {
  let mizan: MizanProcess;
  let nas: UdpNas;
  let now = START;
  let identifier = 0;
  let file = '';

  const packetOf = (username: string) => ({
    ...{ username, nasIdentifier: 'bras', nasPort: Number(username.slice(1)), callingStationId: '' },
    identifier: identifier++ & 0xff,
  });

  const account = async (username: string, statusType: number, inputOctets: number, outputOctets: number) => {
    const fields = { ...packetOf(username), statusType, inputOctets, outputOctets, classes: [] };
    const extra = { acctSessionId: `of-${username}`, framedIp: '10.0.0.9', gigawords: 'always' as const };
    const packet = writeAccountingRequest(
      { ...fields, ...extra, eventTimestampSeconds: Math.floor(now / 1_000) },
      PREPARED,
    );
    const reply = await nas.exchange(packet, mizan.acctPort);
    expect(reply && answers(reply, packet, SECRET)).toBe(true);
  };

  const moveTo = async (instant: number) => {
    now = instant;
    await mizan.moveClock(new Date(now).toISOString());
  };

  const ask = (plan: unknown, ...words: readonly string[]): Promise<WhatIfAnswer> => {
    writeFileSync(file, JSON.stringify(plan));
    return mizan.cli<WhatIfAnswer>('what-if', file, ...words);
  };

  /** What the terminal shows, for people. */
  const shown = async (plan: unknown): Promise<string> => {
    writeFileSync(file, JSON.stringify(plan));
    const env = { ...process.env, DATA_DIR: mizan.dataDir };
    const { stdout } = await run(process.execPath, [CLI, 'what-if', file], { env });
    process.env.SHOW_EXPLANATIONS && console.log(stdout);
    return stdout;
  };

  /** Five lines use up to 9 of their 10 GB in a day and four hours, an odd number of octets each hour. */
  beforeAll(async () => {
    nas = await UdpNas.open(SECRET, '127.0.0.34');
    mizan = await MizanProcess.start({ testClock: new Date(START).toISOString() });
    file = join(mizan.dataDir, 'plan.json');
    const lines = [1, 2, 3, 4, 5].map((n) => ({ username: `u${n}`, password: 'pw', plan: 'gold' }));
    await mizan.apply({
      nas: [{ name: 'tik', address: '127.0.0.34', secret: SECRET, coaPort: nas.coaPort }],
      plans: [GOLD, { name: 'other', days: 30 }],
      lines: [...lines, { username: 'u9', password: 'pw', plan: 'other' }],
    });
    const names = ['u1', 'u2', 'u3', 'u4', 'u5', 'u9'];
    for (const username of names) {
      const fields = { ...packetOf(username), authenticator: randomBytes(16), password: 'pw' };
      const login = writeAccessRequest({ ...fields, method: 'pap', messageAuthenticator: true }, PREPARED);
      expect((await nas.exchange(login, mizan.authPort))?.[0]).toBe(2);
      await account(username, AT_START, 0, 0);
    }
    for (let hour = 1; hour <= 28; hour++) {
      await moveTo(START + hour * HOUR);
      for (const username of names) {
        const n = Number(username.slice(1));
        await account(username, INTERIM, hour * 1_000_003, hour * n * 67_000_037);
      }
      if (hour === 15) {
        const extraGrants = [{ id: 'top-up-1', kind: 'extra' as const, octets: GB }];
        await mizan.apply({ lines: [{ username: 'u5', plan: 'gold', extraGrants }] });
      }
    }
    await moveTo(MIDNIGHT + 24 * HOUR + 60_000);
    const consumed = async () =>
      (await mizan.cli<{ days: { burnedOctets: number }[] }>('usage', 'u5')).days.length >= 2;
    await eventually(consumed, 20_000);
    await mizan.cli('reconcile');
  }, 120_000);

  afterAll(async () => {
    nas.close();
    await mizan.dispose();
  });

  it('burns exactly what was burned when the plan is as it is: the proof of the replay', async () => {
    const found = await ask(GOLD);
    expect(found).toMatchObject({
      plans: ['gold'],
      from: new Date(MIDNIGHT).toISOString(),
      lines: 5,
      records: 5 * 24,
      proof: { differenceOctets: 0, differingLines: 0 },
      slowed: { were: 0, wouldBe: 0 },
      mostAffected: [],
      worseOff: 0,
    });
    expect(found.burnedOctets).toBeGreaterThan(5 * GB);
    expect(found.wouldBurnOctets).toBe(found.burnedOctets);
    const { days } = await mizan.cli<{ days: { day: string; burnedOctets: number }[] }>('usage', 'u5');
    const { mostAffected } = await ask({ ...GOLD, windows: [{ ...ALL_WEEK, percent: 32 }] });
    const burned = mostAffected.find(({ username }) => username === 'u5')?.burnedOctets;
    expect(burned).toBe(days.find(({ day }) => day === '2026-11-21')?.burnedOctets);
  });

  it('tells who would be slowed by a smaller quota, when, and what flowed meanwhile', async () => {
    const found = await ask({ ...GOLD, quota: { ...GOLD.quota, octets: 5 * GB } });
    expect(found.proof.differenceOctets).toBe(0);
    expect(found.slowed).toEqual({ were: 0, wouldBe: 2 });
    expect(found.worseOff).toBe(2);
    expect(found.wouldBurnOctets).toBeLessThan(found.burnedOctets);
    const [worst, next] = found.mostAffected;
    // u5 uses 336 MB an hour and has a top-up of 1 GB; u4 uses 269 MB an hour.
    expect([worst?.username, next?.username].sort()).toEqual(['u4', 'u5']);
    expect(worst?.would.slowedMs).toBeGreaterThan(HOUR);
    expect(Date.parse(worst?.would.slowedAt ?? '')).toBeGreaterThan(MIDNIGHT + 8 * HOUR);
    expect(worst?.would.octetsBelowFullSpeed).toBeGreaterThan(0);
    expect(worst?.was).toMatchObject({ slowedMs: 0, cutMs: 0, octetsBelowFullSpeed: 0 });
    expect(await shown({ ...GOLD, quota: { ...GOLD.quota, octets: 5 * GB } })).toContain('lines slowed');
  });

  it('tells who would be cut, and what a window would spare', async () => {
    const cut = await ask({ ...GOLD, quota: { ...GOLD.quota, octets: 5 * GB }, exhausted: 'disconnect' });
    expect(cut.cut).toEqual({ were: 0, wouldBe: 2 });
    const night = { weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1_440, percent: 0 };
    const free = await ask({ plans: [{ ...GOLD, windows: [night] }] });
    expect(free.wouldBurnOctets).toBe(0);
    expect(free.burnedOctets).toBeGreaterThan(5 * GB);
    const down = await ask({ ...GOLD, quota: { octets: 10 * GB, charge: 'download' } });
    expect(down.wouldBurnOctets).toBeLessThan(down.burnedOctets);
  });

  it('refuses a plan that nobody has, and a range that is not kept', async () => {
    await expect(ask({ ...GOLD, name: 'silver' })).rejects.toThrow('there is no plan silver');
    await expect(ask(GOLD, '--from', '2025-01-01')).rejects.toThrow('records are not kept longer');
    await expect(ask({ ...GOLD, days: 0 })).rejects.toThrow('plans[0].days');
  });
});
