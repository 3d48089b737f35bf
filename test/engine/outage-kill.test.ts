import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasRedis, RedisServer } from '../../bench/servers/redis-server.ts';
import { totalOctets } from '../../engine/accounting/count-octets.ts';
import type { CounterStore } from '../../engine/pipeline/counter-store.ts';
import { nasContext, SecretBox } from '../../engine/runtime/secret-box.ts';
import { openRedisCounters } from '../../engine/store/counters/redis-counter-store.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { AccountingLoad } from '../e2e/accounting-load.ts';
import { sampleNas } from './nas/nas-samples.ts';
import type { OutageProcessOrder } from './outage-process.ts';
import { grantOf, historyOf, lineOf, planOf } from './pipeline/samples.ts';

const PROCESS = fileURLToPath(new URL('./outage-process.ts', import.meta.url));
const SECRET = 'kill-secret';
const NAS_ADDRESS = '127.0.0.44';
const MASTER_KEY = '07'.repeat(32);
const QUOTA = 1e12;
const USERNAMES = Array.from({ length: 30 }, (_, number) => `kill${number}`);

describe.skipIf(!hasRedis())('a packet path that is killed while its Redis is killed', () => {
  let folder: string;
  let redis: RedisServer;
  let counters: CounterStore;
  let child: ChildProcess;
  let said: string;
  let port: number;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mizan-kill-'));
    redis = await RedisServer.start();
    counters = await openRedisCounters({ url: redis.url, warn: () => {} });
    await (await counters.rebuild(0)).finish('first', 0);
    await fill();
    [port, said] = [0, ''];
    await startProcess();
  });
  afterEach(async () => {
    await kill();
    await counters.close();
    await redis.remove();
    rmSync(folder, { recursive: true });
  });

  async function fill(): Promise<void> {
    const box = new SecretBox(Buffer.from(MASTER_KEY, 'hex'));
    const entry = { ...sampleNas({ secret: SECRET }).entry, address: NAS_ADDRESS };
    const sealedEntry = box.seal(JSON.stringify(entry), nasContext('n1'));
    const { learned } = sampleNas({});
    await counters.putReference({
      plans: [historyOf(planOf())],
      nas: [{ name: 'n1', sealedEntry, learned }],
    });
    const now = Date.now();
    const grant = grantOf('g1', QUOTA, { from: now - DAY_MS, until: now + DAY_MS });
    for (const username of USERNAMES) {
      const state = lineOf([grant], { username, expiresAt: now + DAY_MS });
      const commit = {
        username,
        expectedVersion: 0,
        state,
        events: [],
        effects: [],
        wakeAt: undefined,
        at: 0,
      };
      await counters.commit([commit]);
    }
  }

  async function startProcess(): Promise<void> {
    const order: OutageProcessOrder = { url: redis.url, folder, masterKey: MASTER_KEY, port };
    child = spawn(process.execPath, [PROCESS, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr?.on('data', (text) => {
      said += text;
    });
    const [printed] = (await Promise.race([
      once(child.stdout!, 'data'),
      once(child, 'exit').then(() => Promise.reject(new Error(`it ended: ${said}`))),
    ])) as [Buffer];
    port = Number(printed.toString().trim());
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  it('has acknowledged nothing that is not counted in the end, to the octet', async () => {
    const load = await AccountingLoad.start(USERNAMES, SECRET, port, NAS_ADDRESS);
    const more = async (acknowledgements: number) => {
      const wanted = load.acknowledgements + acknowledgements;
      await vi.waitFor(() => expect(load.acknowledgements).toBeGreaterThan(wanted), {
        timeout: 20_000,
        interval: 10,
      });
    };
    await more(200);
    // Outage, and the process dies in it and starts again in it.
    await redis.kill();
    await more(300);
    await kill();
    await startProcess();
    await more(300);
    // Redis is back, and the process dies while it counts its journal.
    await redis.restart();
    await new Promise((resolve) => setTimeout(resolve, 700));
    await kill();
    await startProcess();
    await more(300);
    // Both die together.
    await Promise.all([redis.kill(), kill()]);
    await redis.restart();
    await startProcess();
    await more(300);
    await load.finish();
    await vi.waitFor(
      async () => {
        for (const { username, acknowledged } of load.lines) {
          const { state } = await counters.load(username);
          const totals = state?.sessions.map((session) => totalOctets(session.counters).outputOctets);
          expect([username, totals, state?.grants[0]?.consumed]).toEqual([
            username,
            [acknowledged],
            acknowledged,
          ]);
        }
      },
      { timeout: 20_000, interval: 100 },
    );
  }, 120_000);
});
