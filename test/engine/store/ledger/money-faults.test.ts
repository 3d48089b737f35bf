import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import type { MoneyLedger, MoneyStore } from '../../../../engine/ledger/money-ledger.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import type { LedgerStore } from '../../../../engine/subscribers/ledger-store.ts';
import { NOW, purchaseOf, topUpOf } from '../../ledger/sample.ts';
import { secrets } from './sample.ts';

const POSTER = fileURLToPath(new URL('money-poster.ts', import.meta.url));
const KILLS = 4;

/** Starts a poster, kills it at some moment after it has said some keys, and gives what it said. */
async function keysOfKilled(place: string, round: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [POSTER, place, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
    if (said.split('\n').length > 10 + round * 7) child.kill('SIGKILL');
  });
  await once(child, 'close');
  return said.split('\n').slice(0, -1);
}

/** The posting that the poster made under a key. */
function postingOf(key: string) {
  const customer = Number(key.split('-')[2]);
  return key.startsWith('in-') ? topUpOf(key, customer, 300) : purchaseOf(key, customer, 200);
}

async function expectAll(money: MoneyLedger, keys: readonly string[]): Promise<void> {
  expect(await money.verifyChain()).toMatchObject({ faults: 0 });
  const posted = await Promise.all(keys.map((key) => money.post(postingOf(key), NOW)));
  expect(posted.filter((result) => !result.ok || !result.value.repeated)).toEqual([]);
}

async function survivesKills(place: string, open: () => Promise<LedgerStore & MoneyStore>): Promise<void> {
  const keys: string[] = [];
  for (let round = 0; round < KILLS; round += 1) {
    keys.push(...(await keysOfKilled(place, round)));
    const ledger = await open();
    await expectAll(ledger.money, keys);
    await ledger.close();
  }
  expect(keys.length).toBeGreaterThan(KILLS * 10);
}

it('loses nothing that was acknowledged when the program is killed, with PGlite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-money-kill-'));
  await survivesKills(folder, () => openLedger({ folder }, secrets));
  rmSync(folder, { recursive: true });
}, 120_000);

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  it('loses nothing that was acknowledged when the program is killed', async () => {
    const url = await server.createDatabase('killed');
    await survivesKills(url, () => openLedger({ url }, secrets));
  }, 120_000);

  it('posts everything once while connections break, since callers ask again under the same key', async () => {
    const url = await server.createDatabase('broken');
    const ledger = await openLedger({ url }, secrets);
    let lost = 0;
    const postUntilKnown = async (key: string): Promise<void> => {
      for (;;) {
        const posted = await ledger.money.post(postingOf(key), NOW).catch(() => undefined);
        if (posted?.ok) return;
        lost += 1;
        await sleep(5);
      }
    };
    // Posters work on until enough postings were lost, however fast or slow the machine is.
    const enough = 20;
    let posted = 0;
    const poster = async (customer: number): Promise<void> => {
      for (let turn = 0; lost < enough; turn += 1) {
        await postUntilKnown(`in-x-${customer}-${turn}`);
        posted += 1;
      }
    };
    const posting = Promise.all([1, 2, 3, 1001, 1002, 1003].map(poster));
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = 'broken' AND pid <> pg_backend_pid() AND state <> 'idle' AND random() < 0.5`;
    while (lost < enough) {
      await sleep(10);
      await server.query(cut);
    }
    await posting;
    expect(await ledger.money.verifyChain()).toMatchObject({ faults: 0, entries: posted });
    expect((await ledger.money.balance('gateway:zarinpal'))!.balance).toBe(posted * 300);
    await ledger.close();
  }, 60_000);

  it('has no right to change the journal, as a role that owns it', async () => {
    await server.query('CREATE ROLE clerk LOGIN');
    await server.query('CREATE DATABASE rights OWNER clerk');
    const url = server.url('rights').replace('mizan@', 'clerk@');
    await (await openLedger({ url }, secrets)).close();
    const client = new Client({ connectionString: url });
    await client.connect();
    for (const table of ['ledger_entry', 'ledger_line', 'ledger_credit_limit']) {
      await expect(client.query(`DELETE FROM ${table}`)).rejects.toThrow('permission denied');
      await expect(client.query(`TRUNCATE ${table}`)).rejects.toThrow('permission denied');
    }
    await expect(client.query("UPDATE ledger_entry SET reason = ''")).rejects.toThrow('permission denied');
    await client.end();
  });

  it('continues one chain from several programs', async () => {
    const url = await server.createDatabase('shared');
    const ledgers = await Promise.all([1, 2, 3].map(() => openLedger({ url }, secrets)));
    const posts = Array.from({ length: 90 }, (_, index) =>
      ledgers[index % 3]!.money.post(postingOf(`in-y-1-${index % 45}`), NOW),
    );
    const results = await Promise.all(posts);
    expect(results.filter((result) => result.ok && !result.value.repeated)).toHaveLength(45);
    expect(await ledgers[0]!.money.verifyChain()).toMatchObject({ faults: 0, entries: 45 });
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  });
});
