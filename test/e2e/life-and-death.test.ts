import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePorts } from '../../bench/fleet/engine-process.ts';
import { AccountingLoad } from './accounting-load.ts';
import { eventually, MizanProcess, runMizan } from './mizan-process.ts';
import { has, radclient } from './radius-programs.ts';

const SECRET = 'secret-of-the-loaded-bras';
const USERNAMES = Array.from({ length: 60 }, (_, index) => `load${index + 1}`);
const QUOTA = 1_000_000_000_000;

describe('the program is killed and started again', () => {
  let mizan: MizanProcess;
  let env: Record<string, string>;

  beforeAll(async () => {
    const ports = await freePorts();
    env = { RADIUS_AUTH_PORT: String(ports.auth), RADIUS_ACCT_PORT: String(ports.acct) };
    mizan = await MizanProcess.start({ env });
    await mizan.apply({
      nas: [
        { name: 'load', address: '127.0.0.41', secret: SECRET },
        { name: 'one', address: '127.0.0.42', secret: SECRET },
      ],
      plans: [{ name: 'gold', days: 30, quota: { octets: QUOTA, charge: 'both' } }],
      lines: USERNAMES.map((username) => ({ username, password: 'pw', plan: 'gold', concurrentSessions: 5 })),
    });
  });

  afterAll(() => mizan.dispose());

  const restart = async (extra: Record<string, string> = {}) => {
    mizan = await MizanProcess.start({ dataDir: mizan.dataDir, env: { ...env, ...extra } });
  };
  const outputOf = async (username: string) => (await mizan.line(username)).sessions[0]?.outputOctets ?? 0;

  it('kill -9 under load loses no acknowledged record, and history and ledger end up exact', async () => {
    const load = await AccountingLoad.start(USERNAMES, SECRET, mizan.acctPort, '127.0.0.41');
    for (let kill = 0; kill < 2; kill++) {
      const before = load.acknowledgements;
      await sleep(2_000);
      expect((load.acknowledgements - before) / 2).toBeGreaterThan(300);
      await mizan.stop('SIGKILL');
      const promised = new Map(load.lines.map(({ username, acknowledged }) => [username, acknowledged]));
      await restart();
      for (const line of load.lines) {
        const output = await outputOf(line.username);
        expect(output).toBeGreaterThanOrEqual(promised.get(line.username) ?? Number.NaN);
        expect(output).toBeLessThanOrEqual(line.sent);
      }
    }
    await load.finish();
    expect(await mizan.stop('SIGTERM')).toBe(0);
    await restart();
    for (const { username, acknowledged } of load.lines) {
      const line = await mizan.line(username);
      expect(line.sessions).toMatchObject([{ outputOctets: acknowledged, chargedOctets: acknowledged }]);
      expect(line.remainingOctets).toBe(QUOTA - acknowledged);
      const { sessions } = await mizan.api<{ sessions: object[] }>('GET', `/sessions?username=${username}`);
      expect(sessions).toMatchObject([{ outputOctets: acknowledged, burnedOctets: acknowledged }]);
      const usage = await mizan.api<object>('GET', `/usage/${username}`);
      expect(usage).toMatchObject({ totals: { outputOctets: acknowledged, chargedOctets: acknowledged } });
    }
  }, 90_000);

  it('a second program on the same folder is refused with a sentence, and the first goes on', async () => {
    const second = await runMizan(mizan.dataDir);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^mizan: \S+ is in use by process \d+; stop it first/);
    expect(await outputOf('load1')).toBeGreaterThan(0);
  });

  it.skipIf(!has('radclient'))(
    'Ctrl-C stops it cleanly, and the next start goes on where it was',
    async () => {
      const account = (status: string, octets: number) =>
        radclient(
          { kind: 'acct', port: mizan.acctPort, secret: SECRET, from: '127.0.0.42' },
          [
            `Acct-Status-Type = ${status}`,
            'User-Name = load1',
            'Acct-Session-Id = two',
            'NAS-Port = 900',
          ].concat(`Acct-Output-Octets = ${octets}`),
        );
      const find = async () =>
        (await mizan.line('load1')).sessions.find(({ acctSessionId }) => acctSessionId === 'two');
      expect((await account('Start', 0)).replies).toEqual(['Accounting-Response']);
      expect((await account('Interim-Update', 700)).replies).toEqual(['Accounting-Response']);
      expect(await mizan.stop('SIGINT')).toBe(0);
      expect(mizan.stdout).toContain('mizan: stopping');
      expect(mizan.log).not.toMatch(/"level":(50|60)/);
      await restart();
      expect(await find()).toMatchObject({ outputOctets: 700, state: 'live' });
      expect((await account('Stop', 900)).replies).toEqual(['Accounting-Response']);
      expect(await find()).toMatchObject({ outputOctets: 900, chargedOctets: 900, state: 'closed' });
    },
  );

  it.skipIf(!has('radclient'))(
    'with another MIZAN_KEY it says so and lives; with its own it serves again',
    async () => {
      const options = () =>
        ({
          kind: 'auth',
          port: mizan.authPort,
          secret: SECRET,
          from: '127.0.0.42',
          timeoutSeconds: 1,
        }) as const;
      const login = () => radclient(options(), ['User-Name = load2', 'User-Password = pw']);
      expect((await login()).replies).toEqual(['Access-Accept']);
      await mizan.stop();
      await restart({ MIZAN_KEY: 'ab'.repeat(32) });
      await eventually(() => mizan.log.includes('sealed with another MIZAN_KEY'));
      expect((await login()).replies).toEqual([]);
      await sleep(1_500);
      expect(mizan.hasEnded).toBe(false);
      await mizan.stop();
      await restart();
      expect((await login()).replies).toEqual(['Access-Accept']);
    },
  );
});

describe('wrong settings', () => {
  it('a port that is taken is refused with a sentence', async () => {
    const socket = createSocket('udp6').bind(0, '::');
    await once(socket, 'listening');
    const folder = mkdtempSync(join(tmpdir(), 'mizan-e2e-'));
    const ended = await runMizan(folder, { RADIUS_ACCT_PORT: String(socket.address().port) });
    socket.close();
    rmSync(folder, { recursive: true });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^mizan: .*EADDRINUSE/);
  }, 60_000);

  it('are all named at once, with exit code 78 and nothing made', async () => {
    const ended = await runMizan('/proc/no-such-folder', {
      RADIUS_AUTH_PORT: '99999',
      RADIUS_HOST: 'nowhere',
      HTTP_PORT: 'eighty',
      MIZAN_KEY: 'short',
      MIZAN_DEMO: 'yes',
      REDIS_URL: 'http://localhost',
    });
    expect(ended.code).toBe(78);
    for (const name of [
      'RADIUS_AUTH_PORT',
      'RADIUS_HOST',
      'HTTP_PORT',
      'MIZAN_KEY',
      'MIZAN_DEMO',
      'REDIS_URL',
    ]) {
      expect(ended.stderr).toContain(`mizan: ${name}: `);
    }
    expect(ended.stderr).not.toContain('short');
  });
});
