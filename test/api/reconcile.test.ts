import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sayMizan } from '../../api/mizan-header.ts';
import { reconcileRoutes } from '../../api/routes/reconcile.ts';
import { createReconciler, type Reconciler } from '../../engine/jobs/reconcile.ts';
import type { UsageEvent } from '../../engine/pipeline/engine-event.ts';
import type { Difference } from '../../engine/subscribers/reconcile.ts';
import { usageEvent } from '../engine/store/ledger/sample.ts';
import {
  appOf,
  ask,
  asStaff,
  DOCUMENT,
  openWorld,
  putSession,
  START,
  session,
  sink,
  TOKEN,
  type World,
} from './world.ts';

const KEY = '00000000000000a1';
const PROGRAM = fileURLToPath(new URL('../../api/cli/main.ts', import.meta.url));

let world: World;
let server: ServerType;
let url = '';
let reconciler: Reconciler;

beforeAll(async () => {
  world = await openWorld();
  reconciler = createReconciler({
    ...world.deps,
    ledger: world.ledger,
    history: world.usage,
    sunk: async () => undefined,
    now: () => START,
    onResult: () => undefined,
    log: { warn: () => undefined },
  });
  const app = appOf({ ...world.deps, reconciler });
  await ask(app, '/api/v1/apply', { method: 'PUT', body: DOCUMENT });
  await putSession(world.deps.counters, 'u1', session(KEY, 1_000, 2_000_000));
  await sink(world, [usageOf(2_000_000)]);
  await new Promise<void>((resolve) => {
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      url = `http://127.0.0.1:${port}`;
      resolve();
    });
  });
});
afterAll(async () => {
  server.close();
  await world.close();
});

/** What the log would say of u1's session. */
function usageOf(output: number): UsageEvent {
  return usageEvent({
    lineId: 1,
    sessionKey: KEY,
    inputOctets: 1_000,
    outputOctets: output,
    chargedOctets: output,
    freeOctets: 1_000,
    burnedOctets: output,
    consumed: [['service:u1:1', output]],
  });
}

const NOTHING = {
  startedAt: '2026-11-21T07:30:00.000Z',
  finishedAt: '2026-11-21T07:30:00.000Z',
  lines: 2,
  judged: 2,
  busy: 0,
  unreconciledOctets: 0,
  differingLines: 0,
  differences: [],
};

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function mizan(args: readonly string[], address = url): Promise<Outcome> {
  const env = { PATH: process.env.PATH, MIZAN_URL: address, MIZAN_TOKEN: TOKEN };
  return new Promise((resolve) => {
    execFile(process.execPath, [PROGRAM, ...args], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

describe('POST /reconcile', () => {
  it('compares the stores now, and GET tells what was found last', async () => {
    const app = appOf({ ...world.deps, reconciler });
    expect(await (await ask(app, '/api/v1/reconcile')).json()).toEqual({ running: false, last: null });
    const answer = await ask(app, '/api/v1/reconcile', { method: 'POST' });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual(NOTHING);
    expect(await (await ask(app, '/api/v1/reconcile')).json()).toEqual({ running: false, last: NOTHING });
  });

  it('answers 202 while a run takes longer than a call may, and the result later', async () => {
    let finish: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const found = await reconciler.runOnce();
    const slow = { ...reconciler, runOnce: () => held.then(() => found) };
    const app = asStaff(reconcileRoutes({ ...world.deps, reconciler: slow }, 20));
    const early = await app.request('/reconcile', { method: 'POST' });
    expect([early.status, await early.json()]).toEqual([202, { running: true }]);
    finish();
    expect((await app.request('/reconcile', { method: 'POST' })).status).toBe(200);
  });

  it('answers 503 when a store fails, and tells the operator why', async () => {
    const reason = new Error('history is down');
    const failing = { ...reconciler, runOnce: () => Promise.reject(reason) };
    const faults: unknown[] = [];
    const app = appOf({ ...world.deps, reconciler: failing, onError: (fault) => void faults.push(fault) });
    const answer = await ask(app, '/api/v1/reconcile', { method: 'POST' });
    expect([answer.status, await answer.json()]).toMatchObject([503, { title: expect.any(String) }]);
    expect(faults).toEqual([reason]);
  });

  it('answers 404 where there is nothing that could compare', async () => {
    for (const method of ['GET', 'POST']) {
      expect((await ask(world.app, '/api/v1/reconcile', { method })).status).toBe(404);
    }
  });
});

describe('mizan reconcile', () => {
  it('leaves with 0 when all octets are accounted for', async () => {
    expect(await mizan(['reconcile', '--json'])).toMatchObject({ code: 0, err: '' });
    expect(await mizan(['reconcile'])).toEqual({
      code: 0,
      out: [
        'From          2026-11-21 11:00:00',
        'To            2026-11-21 11:00:00',
        'Lines         2: 2 judged, 0 too busy',
        'Unreconciled  0 octets on 0 lines',
        '',
      ].join('\n'),
      err: '',
    });
  });

  it('leaves with 1 and shows each figure to the octet when some are not', async () => {
    await putSession(world.deps.counters, 'u1', session(KEY, 1_000, 1_999_999));
    const { code, out } = await mizan(['reconcile']);
    expect(code).toBe(1);
    expect(out.split('\n').slice(3)).toEqual([
      'Unreconciled  4 octets on 1 lines',
      '',
      'USERNAME  OF                FIGURE    COUNTERS   LEDGER  HISTORY  OCTETS',
      'u1        00000000000000a1  output     1999999  2000000  2000000       1',
      'u1        00000000000000a1  charged    1999999  2000000  2000000       1',
      'u1        00000000000000a1  burned     1999999  2000000  2000000       1',
      'u1        service:u1:1      consumed   1999999  2000000        -       1',
      '',
    ]);
    const { differences } = JSON.parse((await mizan(['reconcile', '--json'])).out) as {
      differences: readonly Difference[];
    };
    expect(differences.map(({ octets }) => octets)).toEqual([1, 1, 1, 1]);
  });

  it('asks again while a run goes on', async () => {
    const answers = [
      { status: 202, body: { running: true } },
      { status: 202, body: { running: true } },
      { status: 200, body: NOTHING },
    ];
    const app = new Hono().use(sayMizan).post('/api/v1/reconcile', (c) => {
      const { status, body } = answers.shift()!;
      return c.json(body, status as 200);
    });
    const { promise, resolve } = Promise.withResolvers<number>();
    const waiting = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port));
    expect(await mizan(['reconcile'], `http://127.0.0.1:${await promise}`)).toMatchObject({ code: 0 });
    expect(answers).toEqual([]);
    waiting.close();
  });
});
