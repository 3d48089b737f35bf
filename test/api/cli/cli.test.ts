import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServedApp, serveApp } from '../serve-app.ts';
import { DOCUMENT, GB, openWorld, putSession, session, TOKEN, type World } from '../world.ts';
import { type MizanEnd, runMizan } from './run-mizan.ts';

const folder = mkdtempSync(join(tmpdir(), 'mizan-cli-'));

let world: World;
let server: ServedApp;
let url: string;

beforeAll(async () => {
  world = await openWorld();
  server = await serveApp(world.app);
  url = server.url;
});

afterAll(async () => {
  server.close();
  await world.close();
  rmSync(folder, { recursive: true });
});

/** Runs `mizan` as a process of its own; without `env` it is told where the server is. */
function mizan(args: readonly string[], env?: Record<string, string>, input = ''): Promise<MizanEnd> {
  return runMizan(args, { cwd: folder, env: env ?? { MIZAN_URL: url, MIZAN_TOKEN: TOKEN }, input });
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

describe('mizan apply', () => {
  it('declares a file, and says when there is nothing to do', async () => {
    const path = file('isp.json', DOCUMENT);
    expect(await mizan(['apply', path])).toEqual({
      code: 0,
      out: 'Applied. New or changed: 1 NAS, 2 plans, 2 lines, 1 grants.\n',
      err: '',
    });
    expect((await mizan(['apply', '-'], undefined, JSON.stringify(DOCUMENT))).out).toContain(
      'Nothing to change',
    );
    const { out } = await mizan(['apply', path, '--json']);
    expect(JSON.parse(out)).toEqual({ nas: 0, plans: 0, lines: 0, grants: 0 });
  });

  it('prints every fault with its place and leaves with 1', async () => {
    const wrong = { plans: [{ name: 'x', days: 0 }], lines: [{ username: 'u9', plan: 'none' }] };
    expect(await mizan(['apply', file('wrong.json', wrong)])).toEqual({
      code: 1,
      out: '',
      err: 'lines[0].plan: there is no plan none\nplans[0].days: must be a whole number from 1 to 3660\n',
    });
    const broken = await mizan(['apply', file('broken.json', '{ "nas": [')]);
    expect(broken).toMatchObject({ code: 1, err: expect.stringContaining('not JSON') });
  });

  it('declares people, and names what is wrong with them', async () => {
    const customer = { nationalId: '0499370899', name: 'سارا', lines: [{ username: 'u1' }] };
    const path = file('people.json', { customers: [customer] });
    expect((await mizan(['apply', path])).out).toBe(
      'Applied. New or changed: 0 NAS, 0 plans, 0 lines, 0 grants, 1 customers.\n',
    );
    expect((await mizan(['apply', path])).out).toContain('Nothing to change');
    const wrong = { customers: [{ ...customer, mobile: '12' }, { nationalId: '1' }] };
    expect((await mizan(['apply', file('nobody.json', wrong)])).err.trim().split('\n')).toEqual([
      'customers[0].mobile: must be a mobile number such as 09123456789',
      'customers[1].name: is missing',
      'customers[1].nationalId: has not as many digits as it must have',
    ]);
  });

  it('leaves with 2 when there is no such file', async () => {
    expect(await mizan(['apply', 'nowhere.json'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('cannot read nowhere.json'),
    });
  });
});

describe('what mizan shows', () => {
  beforeAll(async () => {
    await mizan(['apply', file('isp.json', DOCUMENT)]);
    await putSession(world.deps.counters, 'u1', session('00000000000000a1', 1_000, 1_234_567_891));
  });

  it('of a line, exact in JSON', async () => {
    const { code, out } = await mizan(['line', 'show', 'u1', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      username: 'u1',
      remainingOctets: 5 * GB - 1_234_567_891,
      sessions: [{ inputOctets: 1_000, outputOctets: 1_234_567_891 }],
    });
  });

  it('of plans, and of one with its versions', async () => {
    const list = await mizan(['plan', 'list']);
    expect(list.out.split('\n')[0]).toContain('NEXT ONE FROM');
    const { plans } = JSON.parse((await mizan(['plan', 'list', '--json'])).out);
    expect(plans.map(({ name }: { name: string }) => name)).toEqual(DOCUMENT.plans.map(({ name }) => name));
    const one = await mizan(['plan', 'show', plans[0].name]);
    expect(one.out).toContain('In force now: from the beginning\n');
    expect(await mizan(['plan', 'show', 'none'])).toMatchObject({
      code: 1,
      err: 'There is no plan of this name.\n',
    });
  });

  it('of a line, readable by people', async () => {
    expect((await mizan(['line', 'show', 'u1'])).out).toBe(
      [
        'Username  u1',
        'Status    active',
        'Plan      2M-5G',
        'Ends      2026-12-21 11:00:00',
        'Left      3.85 GB of 5.00 GB',
        'Consumed  1.14 GB',
        '',
        'STATE  NAS    SESSION  IP          STARTED              UPDATED              RECEIVED    SENT  CHARGED',
        'live   bras1  S-a1     100.64.0.5  2026-11-21 10:00:00  2026-11-21 10:59:00   1.14 GB  1000 B  1.14 GB',
        '',
      ].join('\n'),
    );
    expect((await mizan(['line', 'show', 'u2'])).out).toContain('Left      unlimited');
  });

  it.each([
    [['nas', 'list'], /^NAME +ADDRESS.*\nbras1 +127\.0\.0\.1 +mikrotik +3799 +never seen +0 +- +-\n$/],
    [['sessions', '--open', '--user', 'u1', '--limit', '5'], /^No sessions\.\n$/],
    [
      ['usage', 'u1', '--from', '2026-11-20', '--to', '2026-11-21'],
      /^From 2026-11-20 00:00:00 .*: no usage\.\n$/,
    ],
    [['kick', 'u1'], /^1 session told to disconnect\.\n$/],
    [['help'], /^Usage: mizan COMMAND/],
    [['sessions', '--help'], /^Usage: mizan COMMAND/],
  ])('%j', async (args, expected) => {
    const { code, out, err } = await mizan(args);
    expect(out).toMatch(expected);
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it.each([
    [['line', 'show', 'nobody'], 'There is no line of this username.'],
    [['usage', 'u1', '--from', 'yesterday'], 'from: must be a day such as 2026-11-21'],
    [['kick', '../nas'], 'There is no line'],
  ])('%j is refused by the server', async (args, message) => {
    expect(await mizan(args)).toMatchObject({ code: 1, out: '', err: expect.stringContaining(message) });
  });
});

describe('wrong usage', () => {
  it.each([
    [[], 'which command?'],
    [['restart'], 'there is no command "restart"'],
    [['line'], 'there is no command "line"'],
    [['line', 'show'], 'line show needs USERNAME'],
    [['kick', ''], 'kick needs USERNAME'],
    [['kick', 'u1', 'u2'], 'kick does not take "u2"'],
    [['nas', 'list', '--open'], 'nas list does not take --open'],
    [['sessions', '--closed'], '--closed'],
    [['usage', 'u1', '--from'], '--from'],
  ])('%j leaves with 2', async (args, message) => {
    expect(await mizan(args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
  });
});

describe('the server', () => {
  it('is found by the files in its data folder', async () => {
    const data = join(folder, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'run.json'), JSON.stringify({ httpUrl: url, pid: process.pid }));
    writeFileSync(join(data, 'api-token'), `${TOKEN}\n`);
    expect(await mizan(['nas', 'list'], { DATA_DIR: data })).toMatchObject({ code: 0 });
    expect(await mizan(['nas', 'list'], {})).toMatchObject({ code: 0 });
  });

  it('refuses a wrong token, and mizan says where it came from', async () => {
    const { code, err } = await mizan(['nas', 'list'], { MIZAN_URL: url, MIZAN_TOKEN: 'wrong' });
    expect({ code, err }).toEqual({
      code: 1,
      err: 'the server does not accept the token (from MIZAN_TOKEN); set MIZAN_TOKEN or DATA_DIR\n',
    });
  });

  it('that is not there is named, with the way to set it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const gone = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await new Promise((resolve) => other.close(resolve));
    const { code, out, err } = await mizan(['nas', 'list'], { MIZAN_URL: gone });
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(`cannot reach Mizan at ${gone} (MIZAN_URL)`);
    expect(err).toContain('Set MIZAN_URL');
    expect((await mizan(['nas', 'list'], { MIZAN_URL: 'not an address' })).code).toBe(3);
  });

  it('that is somebody else is noticed', async () => {
    const other = createServer((_, answer) => answer.end('<html>hello</html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const { code, err } = await mizan(['nas', 'list'], { MIZAN_URL: `http://127.0.0.1:${port}` });
    other.close();
    expect(code).toBe(1);
    expect(err).toContain('is the address right?');
  });
});
