import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../../../bench/servers/postgres-server.ts';
import { profileAt, statusAt } from '../../../../engine/explain/line-past.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { HOUR_MS } from '../../../../engine/values/instant.ts';
import { document, NOW, secrets } from './sample.ts';

type Ledger = Awaited<ReturnType<typeof openLedger>>;

/** An order that the NAS took. */
const order = (position: number, at: number) => ({
  position,
  event: {
    ...{ type: 'effect' as const, at, username: 'u1', sessionKey: 'a1', nas: 'bras1', latencyMs: 3 },
    ...{ kind: 'change-speed' as const, reason: 'volume-ended' as const, result: 'ack' as const },
    ...{ errorCause: 0, attempts: 1 },
  },
});

/** What the database keeps by itself, the same on both engines. */
function keepsThePast(open: () => Promise<Ledger>): void {
  let ledger: Ledger;

  beforeAll(async () => {
    ledger = await open();
    await ledger.apply(document, NOW);
    const u1 = { username: 'u1', plan: 'gold' };
    await ledger.apply({ lines: [{ ...u1, name: 'another name' }] }, NOW + HOUR_MS);
    await ledger.apply({ lines: [{ ...u1, macLock: 'aabb' }] }, NOW + 2 * HOUR_MS);
    await ledger.setStatus('u1', { status: 'suspended', reason: 'debt', actor: 'sara' }, NOW + 3 * HOUR_MS);
    await ledger.apply({ lines: [{ username: 'u1', plan: 'open' }] }, NOW + 4 * HOUR_MS);
  });
  afterAll(() => ledger.close());

  it('keeps what a line was before each change of its term, and only of that', async () => {
    const past = (await ledger.linePast('u1'))!;
    expect(
      past.earlier.map(({ changedAt, planName, macLock }) => [changedAt - NOW, planName, macLock]),
    ).toEqual([
      [2 * HOUR_MS, 'gold', ''],
      [4 * HOUR_MS, 'gold', 'aabb'],
    ]);
    const planAt = (at: number) => profileAt(past, at)?.planName;
    expect([NOW - 1, NOW, NOW + 4 * HOUR_MS - 1, NOW + 4 * HOUR_MS].map(planAt)).toEqual([
      undefined,
      'gold',
      'gold',
      'open',
    ]);
    expect(profileAt(past, NOW + 3 * HOUR_MS)?.status).toBe('suspended');
    expect(statusAt(past, NOW + 3 * HOUR_MS)).toMatchObject({ reason: 'debt', actor: 'sara' });
    expect(statusAt(past, NOW + HOUR_MS)).toMatchObject({ status: 'active', actor: 'provisioning' });
  });

  it('keeps what a grant was before its term was ended', async () => {
    const past = (await ledger.linePast('u1'))!;
    const [service] = past.grants;
    const [earlier, ...others] = past.earlierGrants;
    expect(others).toEqual([]);
    expect(service?.until).toBe(NOW + 4 * HOUR_MS);
    expect(earlier?.changedAt).toBe(NOW + 4 * HOUR_MS);
    expect(earlier?.grant).toMatchObject({ id: service?.id, octets: service?.octets, from: NOW });
    expect(earlier?.grant.until).toBeGreaterThan(NOW + 29 * 24 * HOUR_MS);
  });

  it('finds the lines of a plan, also those that had it until a moment ago, page by page', async () => {
    const named = async (plan: string, since: number, after = 0) =>
      (await ledger.linePastsOf([plan], since, after, 1)).map(({ profile }) => profile.username);
    expect(await named('gold', NOW)).toEqual(['u1']);
    expect(await named('gold', NOW + 5 * HOUR_MS)).toEqual([]);
    expect(await named('open', NOW)).toEqual(['u1']);
    const [first] = await ledger.linePastsOf(['open'], NOW, 0, 1);
    expect(await named('open', NOW, first!.profile.lineId)).toEqual(['u2']);
    expect(await ledger.linePast('nobody')).toBeUndefined();
  });

  it('lists the orders of a line within a time, newest first', async () => {
    await ledger.recordEvents([order(1, NOW), order(2, NOW + 1), order(3, NOW + 2)], 0);
    const found = await ledger.effectsOf('u1', NOW, NOW + 2, 10);
    expect(found.map(({ at }) => at - NOW)).toEqual([2, 1]);
    expect(found[0]).toMatchObject({ nas: 'bras1', kind: 'change-speed', result: 'ack', attempts: 1 });
    expect(await ledger.effectsOf('u1', NOW - 1, NOW + 2, 1)).toHaveLength(1);
  });
}

describe('the embedded ledger', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mizan-past-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  keepsThePast(() => openLedger({ folder }, secrets));
});

describe.skipIf(!hasPostgres())('the ledger on PostgreSQL', () => {
  let postgres: PostgresServer;
  afterAll(() => postgres.remove());
  keepsThePast(async () => {
    postgres = await PostgresServer.start();
    return openLedger({ url: postgres.url() }, secrets);
  });
});
