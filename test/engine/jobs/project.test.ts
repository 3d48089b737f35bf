import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createProjector, type Projector } from '../../../engine/jobs/project.ts';
import type { ReferenceData } from '../../../engine/pipeline/counter-store.ts';
import { nasContext } from '../../../engine/runtime/secret-box.ts';
import { openLedger } from '../../../engine/store/ledger/open-ledger.ts';
import type { LedgerStore, LineProjection } from '../../../engine/subscribers/ledger-store.ts';
import { document, NOW, secrets } from '../store/ledger/sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'mizan-project-'));
let ledger: LedgerStore;
let projector: Projector;
let applied: string[];
let lines: Map<string, LineProjection | undefined>;
let reference: ReferenceData | undefined;
let down: string;

beforeAll(async () => {
  ledger = await openLedger({ folder }, secrets);
});
afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  applied = [];
  lines = new Map();
  down = '';
  const applyLine = async (username: string, projection: LineProjection | undefined) => {
    if (username === down) throw new Error('counter store is down');
    applied.push(username);
    lines.set(username, projection);
  };
  const putReference = async (data: ReferenceData) => {
    applied.push('reference');
    reference = data;
  };
  projector = createProjector({
    ledger,
    lines: { applyLine },
    counters: { putReference },
    secrets,
    log: { warn: () => undefined },
    now: () => NOW,
  });
});

it('carries over plans, sealed NAS entries and lines, each once', async () => {
  await ledger.apply(document, NOW);
  await ledger.apply({ lines: [{ username: 'u1', plan: 'gold', concurrentSessions: 2 }] }, NOW);
  expect(await projector.runOnce()).toBe(4);
  expect(applied).toEqual(['reference', 'u1', 'u2']);
  expect(lines.get('u1')).toEqual(await ledger.lineProjection('u1', NOW));
  expect(lines.get('u1')!.profile.revision).toBe(2);
  expect(reference!.plans.map(({ name }) => name)).toEqual(['gold', 'open']);
  const [nas] = reference!.nas;
  expect(nas!.sealedEntry).not.toContain('s3cret');
  expect(JSON.parse(secrets.open(nas!.sealedEntry, nasContext('bras1'))!)).toMatchObject({
    secret: 's3cret',
  });
  expect(await projector.runOnce()).toBe(0);
});

it('keeps a change pending until the counter store has taken it', async () => {
  await ledger.setStatus('u2', { status: 'suspended', reason: 'debt', actor: 'staff' }, NOW);
  down = 'u2';
  await expect(projector.runOnce()).rejects.toThrow('counter store is down');
  expect(await ledger.pendingProjections(5)).toHaveLength(1);
  down = '';
  expect(await projector.runOnce()).toBe(1);
  expect(lines.get('u2')!.profile.status).toBe('suspended');
});

it('empties an outbox of more than one page', async () => {
  const many = Array.from({ length: 1_203 }, (_, index) => ({ username: `m${index}`, plan: 'open' }));
  const changes = await ledger.apply({ lines: many }, NOW);
  expect(changes).toMatchObject({ ok: true, value: { lines: 1_203 } });
  expect(await projector.runOnce()).toBe(1_203);
  expect(lines.size).toBe(1_203);
  expect(await ledger.pendingProjections(1)).toEqual([]);
});

it('is woken by a change, long before its interval is over', async () => {
  projector.start(60_000);
  await projector.runOnce();
  await ledger.setStatus('u2', { status: 'active', reason: 'paid', actor: 'staff' }, NOW);
  projector.wake();
  const end = Date.now() + 5_000;
  while (!lines.has('u2') && Date.now() < end) await new Promise((done) => setTimeout(done, 5));
  await projector.stop();
  expect(lines.get('u2')!.profile.status).toBe('active');
});
