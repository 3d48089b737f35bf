import { execFile } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type ServerType, serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ledgerRoutes } from '../../api/routes/ledger.ts';
import { gift, reversal } from '../../engine/ledger/business-events.ts';
import type { ChainPlace } from '../../engine/ledger/chain.ts';
import type { ChainReport } from '../../engine/ledger/money-ledger.ts';
import { rial } from '../../engine/values/rial.ts';
import { because, purchaseOf, topUpOf } from '../engine/ledger/sample.ts';
import { ask, asStaff, openWorld, START, TOKEN, type World } from './world.ts';

const PROGRAM = fileURLToPath(new URL('../../api/cli/main.ts', import.meta.url));

let world: World;
let server: ServerType;
let url = '';
let head: ChainPlace;

beforeAll(async () => {
  world = await openWorld();
  const { money } = world.ledger;
  await money.post(topUpOf('payment:1', 17, 2_000_000), START);
  const given = await money.post(
    gift(because('gift:1', { reason: 'عیدی' }), 17, rial(50_000)),
    START + 1_000,
  );
  await money.post(purchaseOf('order:1', 17, 1_234_567), START + 2_000);
  if (!given.ok) throw new Error('no gift');
  await money.post(reversal({ actor: 'staff', reason: '' }, given.value.entry), START + 3_000);
  head = (await money.verifyChain()).head;
  await new Promise<void>((resolve) => {
    server = serve({ fetch: world.app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      url = `http://127.0.0.1:${port}`;
      resolve();
    });
  });
});
afterAll(async () => {
  server.close();
  await world.close();
});

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await ask(world.app, `/api/v1/ledger${path}`);
  return { status: response.status, body: await response.json() };
}

function mizan(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { PATH = '' } = process.env;
  const env = { PATH, MIZAN_URL: url, MIZAN_TOKEN: TOKEN };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe('GET /ledger/accounts/{code}', () => {
  it('explains a balance entry by entry', async () => {
    const { status, body } = await get('/accounts/wallet:17?limit=2');
    expect(status).toBe(200);
    expect(body).toEqual({
      account: 'wallet:17',
      balance: 765_433,
      creditLimit: 0,
      opening: 2_050_000,
      closing: 765_433,
      entries: [
        {
          ...{ number: 4, postedAt: '2026-11-21T07:30:03.000Z', kind: 'reversal', reverses: 2 },
          ...{ orderId: '', paymentId: '', actor: 'staff', reason: '' },
          ...{ change: -50_000, balance: 765_433, against: ['promotions'] },
        },
        {
          ...{ number: 3, postedAt: '2026-11-21T07:30:02.000Z', kind: 'purchase', reverses: null },
          ...{ orderId: 'order:1', paymentId: '', actor: 'test', reason: 'آزمون' },
          ...{ change: -1_234_567, balance: 815_433, against: ['revenue'] },
        },
      ],
      next: 3,
    });
    expect((await get('/accounts/wallet%3A17?limit=2&before=3')).body).toMatchObject({
      ...{ opening: 0, closing: 2_050_000, next: 1 },
      entries: [{ number: 2 }, { number: 1 }],
    });
    expect((await get('/accounts/wallet:17?before=1')).body).toMatchObject({ entries: [], next: null });
    expect((await get('/accounts/revenue')).body).toMatchObject({ balance: 1_234_567, creditLimit: null });
  });

  it('knows no account that never had an entry, or cannot be', async () => {
    expect((await get('/accounts/wallet:18')).status).toBe(404);
    expect((await get('/accounts/purse:17')).status).toBe(404);
    expect((await get('/accounts/wallet:17?limit=0')).status).toBe(422);
    expect((await get('/accounts/wallet:17?before=x')).status).toBe(422);
  });

  it('needs the token', async () => {
    expect((await world.app.request('/api/v1/ledger/accounts/wallet:17')).status).toBe(401);
    expect((await world.app.request('/api/v1/ledger/verify')).status).toBe(401);
  });
});

describe('GET /ledger/verify', () => {
  const whole = { faults: 0, chainFaults: [], balanceFaults: [] };

  it('reads the journal', async () => {
    expect(await get('/verify')).toEqual({ status: 200, body: { entries: 4, head, ...whole } });
    expect((await get('/verify?from=3')).body).toEqual({ entries: 2, head, ...whole });
  });

  it('compares it with a place that was kept', async () => {
    expect((await get(`/verify?kept=4:${head.hash}`)).body).toMatchObject(whole);
    expect((await get(`/verify?kept=3:${head.hash}`)).body).toMatchObject({
      faults: 1,
      chainFaults: [{ number: 3, kind: 'other-than-kept' }],
    });
    expect((await get('/verify?kept=3')).status).toBe(422);
  });

  it('shares one verification among calls, and tells who waits too long to ask again', async () => {
    let begun = 0;
    let end: (report: ChainReport) => void = () => undefined;
    const report = { entries: 0, head, faults: 0, chainFaults: [], balanceFaults: [] };
    const verifyChain = () => {
      begun += 1;
      return new Promise<ChainReport>((resolve) => {
        end = resolve;
      });
    };
    const ledger = { ...world.deps.ledger, money: { ...world.ledger.money, verifyChain } };
    const app = asStaff(ledgerRoutes({ ledger: ledger as unknown as World['ledger'] }, 30));
    const calls = await Promise.all([app.request('/ledger/verify'), app.request('/ledger/verify')]);
    expect(await Promise.all(calls.map((call) => call.json()))).toEqual([
      { running: true },
      { running: true },
    ]);
    expect(calls.map(({ status }) => status)).toEqual([202, 202]);
    const late = app.request('/ledger/verify');
    // It is to wait for the one that runs before that ends.
    await setImmediate();
    end(report);
    expect(await (await late).json()).toEqual(report);
    expect(begun).toBe(1);
  });

  it('tells that it failed', async () => {
    const verifyChain = () => Promise.reject(new Error('no database'));
    const ledger = { money: { verifyChain } } as unknown as World['ledger'];
    const app = asStaff(ledgerRoutes({ ledger })).onError((error, c) => c.text(error.message, 500));
    expect(await (await app.request('/ledger/verify')).text()).toBe('no database');
  });
});

describe('mizan ledger', () => {
  it('verify tells that all is right, and the place to keep', async () => {
    const place = `4:${head.hash}`;
    expect(await mizan('ledger', 'verify', '--kept', place)).toEqual({
      code: 0,
      out: `Entries  4\nFaults   none: every hash, sum and balance is right\nTo keep  ${place}\n`,
      err: '',
    });
  });

  it('verify leaves with 1 when the ledger is not whole', async () => {
    const { code, out } = await mizan('ledger', 'verify', '--kept', `9:${head.hash}`);
    expect(code).toBe(1);
    expect(out).toContain('Faults   1\n');
    expect(out).toContain('ENTRY  FAULT\n    9  gap\n');
  });

  it('account shows the entries of an account', async () => {
    const { out } = await mizan('ledger', 'account', 'wallet:17', '--limit', '2');
    expect(out).toContain('Account  wallet:17\nBalance  765,433 Rial\nLimit    0 Rial\n\n');
    expect(out).toContain('reversal of 2     -50,000  765,433  promotions');
    expect(out).toContain('Before them the balance was 2,050,000 Rial');
    expect((await mizan('ledger', 'account', 'wallet:99')).err).toBe('There is no account of this code.\n');
  });
});
