import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventLedger } from '../../../../engine/jobs/sink-targets.ts';
import { passwordContext } from '../../../../engine/runtime/secret-box.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import type { LedgerStore } from '../../../../engine/subscribers/ledger-store.ts';
import type { ProvisioningDocument } from '../../../../engine/subscribers/provisioning.ts';
import { DAY_MS } from '../../../../engine/values/instant.ts';
import { document, NOW, secrets, usageEvent } from './sample.ts';

const url = process.env.TEST_DATABASE_URL;
const folder = mkdtempSync(join(tmpdir(), 'mizan-ledger-'));
const open = () => openLedger(url === undefined ? { folder: join(folder, 'pg') } : { url }, secrets);
let ledger: LedgerStore & EventLedger;

beforeAll(async () => {
  ledger = await open();
});
afterAll(async () => {
  await ledger.close();
  rmSync(folder, { recursive: true });
});

/** The outbox, emptied. */
async function takeOutbox(): Promise<string[]> {
  const pending = await ledger.pendingProjections(100);
  await ledger.completeProjections(pending.map(({ id }) => id));
  return pending.map(({ kind, key }) => `${kind} ${key}`.trim());
}

async function apply(parts: ProvisioningDocument, now = NOW) {
  const applied = await ledger.apply(parts, now);
  if (!applied.ok) throw new Error(JSON.stringify(applied.error));
  return applied.value;
}

// The tests of this file follow one ledger through its life, in order.
describe('provisioning', () => {
  it('declares NAS, plans and lines', async () => {
    expect(await apply(document)).toEqual({ nas: 1, plans: 2, lines: 2, grants: 2 });
    expect(await takeOutbox()).toEqual(['reference', 'line u1', 'line u2']);
    const { profile, grants } = (await ledger.lineProjection('u1'))!;
    expect(profile).toMatchObject({ revision: 1, status: 'active', planName: 'gold', staticIp: '10.9.0.1' });
    expect(profile.expiresAt).toBe(NOW + 30 * DAY_MS);
    expect(secrets.open(profile.sealedPassword, passwordContext('u1'))).toBe('pw1');
    expect(grants).toEqual([
      {
        id: 'service:u1:1',
        kind: 'service',
        octets: 50 * 2 ** 30,
        consumed: 0,
        from: NOW,
        until: NOW + 30 * DAY_MS,
        priority: 0,
        createdAt: NOW,
      },
    ]);
    expect((await ledger.line('u1'))!.displayName).toBe('مریم کاظمی');
    const second = (await ledger.line('u2'))!;
    expect(second.profile).toMatchObject({
      macLock: 'aabbcc001122',
      expiresAt: Date.UTC(2026, 10, 30, 20, 30),
    });
    expect(second.grants.map(({ id, from, until }) => [id, from, until])).toEqual([
      ['gift-1', NOW, undefined],
    ]);
  });

  it('changes nothing when applied again', async () => {
    expect(await apply(document, NOW + 5000)).toEqual({ nas: 0, plans: 0, lines: 0, grants: 0 });
    expect(await takeOutbox()).toEqual([]);
    expect((await ledger.lineProjection('u1'))!.profile.revision).toBe(1);
  });

  it('gives the reference data back as declared, secrets opened', async () => {
    const { plans, nas } = await ledger.reference();
    expect(plans.map(({ name }) => name)).toEqual(['gold', 'open']);
    expect(plans[0]).toMatchObject({
      quota: { octets: 50 * 2 ** 30, charge: 'both' },
      exhausted: { downKbps: 256, upKbps: 128 },
      expired: 'disconnect',
      weights: [{ weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 120, toMinute: 420, percent: 0 }],
      interimSeconds: 300,
    });
    expect(plans[1]!.quota).toBeUndefined();
    expect(nas[0]).toEqual({
      entry: {
        name: 'bras1',
        address: '10.0.0.0/24',
        secret: 's3cret',
        secretNext: '',
        vendor: 'mikrotik',
        coaPort: 1700,
        coaAddress: '',
        swapDirections: false,
        requireMessageAuthenticator: false,
        allowMacAuthentication: false,
      },
      learned: {
        messageAuthenticatorSince: undefined,
        gigawordsSince: undefined,
        boot: 0,
        bootedAt: undefined,
      },
    });
    expect((await ledger.nasList())[0]!.entry.secret).toBe('');
  });

  it('keeps the attributes of a NAS, whose order says nothing', async () => {
    const [nas] = document.nas;
    const withAttributes = (acceptAttributes: Record<string, string | number>) =>
      apply({ nas: [{ ...nas!, acceptAttributes }] });
    const stored = async () => (await ledger.reference()).nas[0]!.entry.acceptAttributes;
    expect(await withAttributes({ 'Idle-Timeout': 600, 'Filter-Id': 'صفر' })).toMatchObject({ nas: 1 });
    expect(await stored()).toEqual({ 'Idle-Timeout': 600, 'Filter-Id': 'صفر' });
    expect((await ledger.nasList())[0]!.entry.acceptAttributes).toEqual(await stored());
    expect(await withAttributes({ 'Filter-Id': 'صفر', 'Idle-Timeout': 600 })).toMatchObject({ nas: 0 });
    expect(await withAttributes({ 'Filter-Id': 'صفر', 'Idle-Timeout': '600' })).toMatchObject({ nas: 1 });
    expect(await apply(document)).toMatchObject({ nas: 1 });
    expect(await stored()).toBeUndefined();
    expect(await takeOutbox()).toEqual(['reference', 'reference', 'reference']);
  });

  it('takes all of a document or nothing, and names every error', async () => {
    const before = await ledger.lines(10);
    const applied = await ledger.apply(
      {
        plans: [{ name: 'silver', days: 10 }],
        nas: [{ name: 'bras2', address: '10.0.0.9/24', secret: 'x' }],
        lines: [
          { username: 'u3', plan: 'bronze' },
          { username: 'u4', plan: 'silver', staticIp: '10.9.0.1' },
          { username: 'u5', plan: 'silver', extraGrants: [{ id: 'gift-1', kind: 'gift', octets: 1 }] },
        ],
      },
      NOW,
    );
    expect(applied).toEqual({
      ok: false,
      error: [
        { path: 'nas[0].address', message: '10.0.0.9/24 is the address of NAS bras1 already' },
        { path: 'lines[0].plan', message: 'there is no plan bronze' },
        { path: 'lines[1].staticIp', message: '10.9.0.1 belongs to line u1' },
        { path: 'lines[2].extraGrants[0].id', message: 'gift-1 belongs to line u2' },
      ],
    });
    expect(await ledger.lines(10)).toEqual(before);
    expect((await ledger.reference()).plans).toHaveLength(2);
    expect(await takeOutbox()).toEqual([]);
  });

  it('lets two lines exchange their addresses', async () => {
    await apply({ lines: [{ username: 'u2', plan: 'open', staticIp: '10.9.0.2' }] });
    await apply({
      lines: [
        { username: 'u1', plan: 'gold', staticIp: '10.9.0.2' },
        { username: 'u2', plan: 'open', staticIp: '10.9.0.1' },
      ],
    });
    expect((await ledger.lines(10)).map(({ profile }) => profile.staticIp)).toEqual(['10.9.0.2', '10.9.0.1']);
    expect(await takeOutbox()).toEqual(['line u2', 'line u1', 'line u2']);
  });

  it('moves the end of the service with the end of the line', async () => {
    await apply({ lines: [{ username: 'u1', plan: 'gold', expiresAt: '2027-01-01T00:00:00Z' }] });
    const { profile, grants } = (await ledger.lineProjection('u1'))!;
    expect(profile.expiresAt).toBe(Date.UTC(2027, 0, 1));
    expect(grants.map(({ until }) => until)).toEqual([Date.UTC(2027, 0, 1)]);
    expect(profile.revision).toBe(3);
  });

  it('starts another plan at once', async () => {
    const later = NOW + 1000;
    await apply({ lines: [{ username: 'u2', plan: 'gold' }] }, later);
    const { profile, grants } = (await ledger.lineProjection('u2'))!;
    expect(profile.expiresAt).toBe(later + 30 * DAY_MS);
    expect(grants.map(({ id, from }) => [id, from])).toEqual([
      ['gift-1', NOW],
      [`service:u2:${profile.revision}`, later],
    ]);
    await apply({ lines: [{ username: 'u2', plan: 'open' }] }, later + 1);
    const after = (await ledger.lineProjection('u2'))!;
    expect(after.grants[1]!.until).toBe(later + 1);
    expect(after.grants).toHaveLength(2);
  });

  it('pages through lines by username', async () => {
    expect((await ledger.lines(1)).map(({ username }) => username)).toEqual(['u1']);
    expect((await ledger.lines(5, 'u1')).map(({ username }) => username)).toEqual(['u2']);
    expect(await ledger.line('nobody')).toBeUndefined();
    expect(await ledger.lineProjection('nobody')).toBeUndefined();
  });

  it('sets a status once, with a new revision for the packet path', async () => {
    await takeOutbox();
    const change = { status: 'suspended', reason: 'debt', actor: 'staff' } as const;
    const { revision } = (await ledger.lineProjection('u1'))!.profile;
    expect(await ledger.setStatus('u1', change, NOW)).toBe(true);
    expect(await ledger.setStatus('u1', change, NOW)).toBe(true);
    expect(await ledger.setStatus('nobody', change, NOW)).toBe(false);
    const { profile } = (await ledger.lineProjection('u1'))!;
    expect(profile).toMatchObject({ status: 'suspended', revision: revision + 1 });
    expect(await takeOutbox()).toEqual(['line u1']);
    await apply({ lines: [{ username: 'u1', plan: 'gold', name: 'مریم' }] });
    expect((await ledger.lineProjection('u1'))!.profile.status).toBe('suspended');
  });
});

describe('the sink’s side', () => {
  const lineId = async () => (await ledger.line('u1'))!.lineId;

  it('keeps highest counters and the newest state, in any order and however often', async () => {
    const id = await lineId();
    const base = { lineId: id, sessionKey: '00000000000000b1' };
    const events = [
      usageEvent({ ...base, kind: 'start', at: NOW, state: 'live' }),
      usageEvent({ ...base, at: NOW + 300_000, outputOctets: 700, chargedOctets: 700, burnedOctets: 700 }),
      usageEvent({
        ...base,
        kind: 'stop',
        at: NOW + 600_000,
        state: 'closed',
        outputOctets: 2 ** 52 + 1,
        inputOctets: 30,
        closeCause: 'User-Request',
        consumed: [['service:u1:1', 900]],
      }),
      usageEvent({ ...base, at: NOW + 600_000, state: 'closed', closeCause: 'late', outputOctets: 1 }),
    ].map((event, index) => ({ position: index + 1, event }));
    await ledger.recordEvents(events.slice(2), 0);
    await ledger.recordEvents(events.slice(0, 2), 0);
    const first = await ledger.sessions({ username: 'u1', limit: 10 });
    for (const batch of [events, events.toReversed(), [events[0]!], events.slice(1, 3)]) {
      await ledger.recordEvents(batch, 0);
      expect(await ledger.sessions({ username: 'u1', limit: 10 })).toEqual(first);
    }
    expect(first).toHaveLength(1);
    expect(first[0]).toMatchObject({
      state: 'closed',
      outputOctets: 2 ** 52 + 1,
      inputOctets: 30,
      burnedOctets: 700,
      closeCause: 'late',
      updatedAt: NOW + 600_000,
    });
    const { grants } = (await ledger.lineProjection('u1'))!;
    expect(grants[0]!.consumed).toBe(900);
    await ledger.recordEvents([{ position: 9, event: usageEvent({ consumed: [['service:u1:1', 5]] }) }], 0);
    expect((await ledger.lineProjection('u1'))!.grants[0]!.consumed).toBe(900);
  });

  it('does not let a grant shrink below what was used', async () => {
    const extraGrants = [{ id: 'gift-2', kind: 'gift', octets: 1000 }] as const;
    await apply({ lines: [{ username: 'u1', plan: 'gold', extraGrants }] });
    await ledger.recordEvents([{ position: 10, event: usageEvent({ consumed: [['gift-2', 600]] }) }], 0);
    const smaller = { username: 'u1', plan: 'gold', extraGrants: [{ ...extraGrants[0], octets: 599 }] };
    expect(await ledger.apply({ lines: [smaller] }, NOW)).toEqual({
      ok: false,
      error: [{ path: 'lines[0].extraGrants[0].octets', message: '600 octets of it are used already' }],
    });
  });

  it('stores text that PostgreSQL cannot hold in the nearest form it can', async () => {
    const event = usageEvent({ sessionKey: '00000000000000c1', acctSessionId: 'a\0b\ud800;\'"\\' });
    await ledger.recordEvents([{ position: 20, event }], 0);
    const [session] = await ledger.sessions({ open: true, limit: 1 });
    expect(session!.acctSessionId).toBe('a\uFFFDb\uFFFD;\'"\\');
  });

  it('only ever tightens what is known about a NAS', async () => {
    const nas = { type: 'nas', at: NOW, nas: 'bras1', gigawordsSince: undefined, bootedAt: NOW } as const;
    await ledger.recordEvents(
      [
        { position: 30, event: { ...nas, boot: 3, messageAuthenticatorSince: NOW } },
        { position: 31, event: { ...nas, boot: 2, messageAuthenticatorSince: undefined, bootedAt: NOW - 5 } },
      ],
      0,
    );
    await ledger.recordEvents(
      [{ position: 32, event: { ...nas, boot: 1, messageAuthenticatorSince: NOW + 9, bootedAt: undefined } }],
      0,
    );
    const learned = {
      messageAuthenticatorSince: NOW,
      gigawordsSince: undefined,
      boot: 3,
      bootedAt: NOW,
    };
    expect((await ledger.nasList())[0]!.learned).toEqual(learned);
    await apply({ nas: [{ ...document.nas[0]!, secret: 'new' }] });
    expect((await ledger.reference()).nas[0]).toMatchObject({ entry: { secret: 'new' }, learned });
  });

  it('lists sessions by newest start, in pages', async () => {
    const events = [1, 2, 3].map((hour) => ({
      position: 40 + hour,
      event: usageEvent({
        username: 'u2',
        sessionKey: `000000000000000${hour}`,
        startedAt: NOW + hour * 3_600_000,
      }),
    }));
    await ledger.recordEvents(events, 0);
    const page = await ledger.sessions({ username: 'u2', limit: 2 });
    expect(page.map(({ sessionKey }) => sessionKey.at(-1))).toEqual(['3', '2']);
    const rest = await ledger.sessions({ username: 'u2', limit: 2, before: page[1]! });
    expect(rest.map(({ sessionKey }) => sessionKey.at(-1))).toEqual(['1']);
    expect(await ledger.sessions({ username: 'u2', open: false, limit: 9 })).toEqual([]);
  });
});

it('keeps everything over a restart', async () => {
  const lines = await ledger.lines(10);
  const sessions = await ledger.sessions({ limit: 10 });
  await ledger.close();
  ledger = await open();
  await ledger.ping();
  expect(await ledger.lines(10)).toEqual(lines);
  expect(await ledger.sessions({ limit: 10 })).toEqual(sessions);
});
