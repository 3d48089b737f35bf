import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStatusApp } from '../../../api/status.ts';
import { ask, openWorld } from '../world.ts';
import { type MizanEnd, runMizan } from './run-mizan.ts';

const folder = mkdtempSync(join(tmpdir(), 'mizan-cli-'));
const file = join(folder, 'any.json');

/** What the server answers to everything, with which headers, and what it was asked with. */
let answer = '{}';
let headers: Record<string, string> = {};
let asked: (string | undefined)[] = [];
let server: Server;
let url: string;

beforeAll(async () => {
  writeFileSync(file, '{}');
  server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(answer);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function mizan(args: readonly string[], env: Record<string, string> = {}): Promise<MizanEnd> {
  asked = [];
  return runMizan(args, { cwd: folder, env: { MIZAN_URL: url, MIZAN_TOKEN: 't', ...env } });
}

const COMMANDS: readonly (readonly [string[]])[] = [
  [['apply', file]],
  [['apply', file, '--json']],
  [['order', 'list']],
  [['line', 'show', 'u1']],
  [['reconcile']],
  [['ledger', 'verify']],
  [['agent', 'list']],
  [['what-if', file]],
  [['order', 'pay', '1', '--gateway', 'sandbox', '--approve']],
  [['kick', 'u1']],
  [['release-mac', 'u1']],
  [['invoice', 'pdf', '1405-1']],
];

describe('a server that is not Mizan', () => {
  it.each(COMMANDS)('is told from it by %j', async (words) => {
    [answer, headers] = ['{}', {}];
    expect(await mizan(words)).toEqual({
      code: 1,
      out: '',
      err: `${url} answered 200, but not as Mizan does; is the address right?\n`,
    });
  });

  it.each(COMMANDS)('and one of another version, by what is not in its answer to %j', async (words) => {
    [answer, headers] = ['{}', { 'mizan-api': 'v9' }];
    const { code, out, err } = await mizan(words);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^.* answered( 200)?, but not as Mizan does.*\n$/);
  });

  it('is known by no header of Mizan, which all answers of its API have', async () => {
    const world = await openWorld();
    for (const [path, init, status] of [
      ['/api/v1/nas', {}, 200],
      ['/api/v1/nowhere', {}, 404],
      ['/api/v1/nas', { headers: { authorization: 'Bearer wrong' } }, 401],
      ['/api/v1/apply', { method: 'PUT', body: { plans: [{}] } }, 422],
    ] as const) {
      const { status: found, headers: given } = await ask(world.app, path, init);
      expect([found, given.get('mizan-api')]).toEqual([status, 'v1']);
    }
    const alone = createStatusApp(world.deps);
    expect((await ask(alone, '/api/v1/nas')).headers.get('mizan-api')).toBe('v1');
    await world.close();
  });
});

describe('a token that can be none', () => {
  it.each(['secret-one\nsecret-two', 'secret one', 'رمز-secret'])(
    '%j is neither sent nor shown',
    async (token) => {
      const { code, out, err } = await mizan(['nas', 'list'], { MIZAN_TOKEN: token });
      expect({ code, out, asked }).toEqual({ code: 1, out: '', asked: [] });
      expect(err).toMatch(/^the token of MIZAN_TOKEN is none: .*\n$/);
      expect(err).not.toMatch(/secret|رمز/);
    },
  );

  it('is no other for a line break at its end', async () => {
    [answer, headers] = ['{"nas":[]}', { 'mizan-api': 'v1' }];
    expect((await mizan(['nas', 'list'], { MIZAN_TOKEN: 'secret\n' })).code).toBe(0);
    expect(asked).toEqual(['Bearer secret']);
  });

  it.each(['sara:secret@127.0.0.1:1', 'sara:sec ret@host:x', 'secret@host/mizan'])(
    'nor is the password of the address http://%s shown',
    async (rest) => {
      const { code, err } = await mizan(['nas', 'list'], { MIZAN_URL: `http://${rest}` });
      expect({ code, asked }).toEqual({ code: 1, asked: [] });
      expect(err).toMatch(/^the address of MIZAN_URL has a name or password in it/);
      expect(err).not.toMatch(/secret|sec ret/);
    },
  );
});
