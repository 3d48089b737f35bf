import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriverSettings } from '../../engine/nas/driver-settings.ts';
import { passwordContext } from '../../engine/runtime/secret-box.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { document, NOW, secrets } from '../engine/store/ledger/sample.ts';
import { ledgerEventTests } from './ledger-events.ts';
import { apply, type LedgerPlaceForTest, takeOutbox, world } from './ledger-world.ts';

/** What every ledger promises. The tests follow one ledger through its life, in order. */
export function ledgerStoreSuite(name: string, makePlace: () => Promise<LedgerPlaceForTest>): void {
  describe(`${name} as a ledger`, () => {
    beforeAll(async () => {
      world.place = await makePlace();
      world.ledger = await world.place.open();
    });
    afterAll(async () => {
      await world.ledger.close();
      await world.place.remove();
    });
    provisioning();
    provisioningReference();
    provisioningDrivers();
    provisioningAgain();
    provisioningLife();
    ledgerEventTests();
    restart();
  });
}

function provisioning(): void {
  it('declares NAS, plans and lines', async () => {
    expect(await apply(document)).toEqual({ nas: 1, plans: 2, lines: 2, grants: 2 });
    expect(await takeOutbox()).toEqual(['reference', 'line u1', 'line u2']);
    const { profile, grants } = (await world.ledger.lineProjection('u1', NOW))!;
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
        tier: 0,
        createdAt: NOW,
      },
    ]);
    expect((await world.ledger.line('u1'))!.displayName).toBe('مریم کاظمی');
    const second = (await world.ledger.line('u2'))!;
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
    expect((await world.ledger.lineProjection('u1', NOW))!.profile.revision).toBe(1);
  });
}

function provisioningReference(): void {
  it('gives the reference data back as declared, secrets opened', async () => {
    const { plans, nas } = await world.ledger.reference();
    expect(plans.map(({ name }) => name)).toEqual(['gold', 'open']);
    expect(plans[0]!.versions[0]!.plan).toMatchObject({
      quota: { octets: 50 * 2 ** 30, charge: 'both' },
      exhausted: { downKbps: 256, upKbps: 128 },
      expired: 'disconnect',
      windows: [{ weekdays: [0, 1, 2, 3, 4, 5, 6], fromMinute: 120, toMinute: 420, percent: 0 }],
      interimSeconds: 300,
    });
    expect(plans[1]!.versions[0]!.plan.quota).toBeUndefined();
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
    expect((await world.ledger.nasList())[0]!.entry.secret).toBe('');
  });

  it('keeps the attributes of a NAS, whose order says nothing', async () => {
    const [nas] = document.nas;
    const withAttributes = (acceptAttributes: Record<string, string | number>) =>
      apply({ nas: [{ ...nas!, acceptAttributes }] });
    const stored = async () => (await world.ledger.reference()).nas[0]!.entry.acceptAttributes;
    expect(await withAttributes({ 'Idle-Timeout': 600, 'Filter-Id': 'صفر' })).toMatchObject({ nas: 1 });
    expect(await stored()).toEqual({ 'Idle-Timeout': 600, 'Filter-Id': 'صفر' });
    expect((await world.ledger.nasList())[0]!.entry.acceptAttributes).toEqual(await stored());
    expect(await withAttributes({ 'Filter-Id': 'صفر', 'Idle-Timeout': 600 })).toMatchObject({ nas: 0 });
    expect(await withAttributes({ 'Filter-Id': 'صفر', 'Idle-Timeout': '600' })).toMatchObject({ nas: 1 });
    expect(await apply(document)).toMatchObject({ nas: 1 });
    expect(await stored()).toBeUndefined();
    expect(await takeOutbox()).toEqual(['reference', 'reference', 'reference']);
  });
}

function provisioningDrivers(): void {
  it("keeps what a NAS's driver is told, at whatever depth its names stand", async () => {
    const [nas] = document.nas;
    const withSettings = (driverSettings: DriverSettings) => apply({ nas: [{ ...nas!, driverSettings }] });
    const settings = {
      speedBy: 'service',
      change: [{ b: [1, 'x'], a: 'y' }],
      accept: { 'Filter-Id': 'z' },
    } as const;
    expect(await withSettings(settings)).toMatchObject({ nas: 1 });
    expect((await world.ledger.reference()).nas[0]!.entry.driverSettings).toEqual(settings);
    const sameInOtherOrder = {
      accept: { 'Filter-Id': 'z' },
      change: [{ a: 'y', b: [1, 'x'] }],
      speedBy: 'service',
    } as const;
    expect(await withSettings(sameInOtherOrder)).toMatchObject({ nas: 0 });
    expect(await withSettings({ ...settings, change: [{ b: ['x', 1], a: 'y' }] })).toMatchObject({ nas: 1 });
    expect(await apply(document)).toMatchObject({ nas: 1 });
    expect((await world.ledger.nasList())[0]!.entry.driverSettings).toBeUndefined();
    expect(await takeOutbox()).toEqual(['reference', 'reference', 'reference']);
  });
}

function provisioningAgain(): void {
  it('takes all of a document or nothing, and names every error', async () => {
    const before = await world.ledger.lines(10);
    const applied = await world.ledger.apply(
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
    expect(await world.ledger.lines(10)).toEqual(before);
    expect((await world.ledger.reference()).plans).toHaveLength(2);
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
    expect((await world.ledger.lines(10)).map(({ profile }) => profile.staticIp)).toEqual([
      '10.9.0.2',
      '10.9.0.1',
    ]);
    expect(await takeOutbox()).toEqual(['line u2', 'line u1', 'line u2']);
  });

  it('moves the end of the service with the end of the line', async () => {
    await apply({ lines: [{ username: 'u1', plan: 'gold', expiresAt: '2027-01-01T00:00:00Z' }] });
    const { profile, grants } = (await world.ledger.lineProjection('u1', NOW))!;
    expect(profile.expiresAt).toBe(Date.UTC(2027, 0, 1));
    expect(grants.map(({ until }) => until)).toEqual([Date.UTC(2027, 0, 1)]);
    expect(profile.revision).toBe(3);
  });
}

function provisioningLife(): void {
  it('starts another plan at once', async () => {
    const later = NOW + 1000;
    await apply({ lines: [{ username: 'u2', plan: 'gold' }] }, later);
    const { profile, grants } = (await world.ledger.lineProjection('u2', NOW))!;
    expect(profile.expiresAt).toBe(later + 30 * DAY_MS);
    expect(grants.map(({ id, from }) => [id, from])).toEqual([
      ['gift-1', NOW],
      [`service:u2:${profile.revision}`, later],
    ]);
    await apply({ lines: [{ username: 'u2', plan: 'open' }] }, later + 1);
    const after = (await world.ledger.lineProjection('u2', NOW))!;
    expect(after.grants[1]!.until).toBe(later + 1);
    expect(after.grants).toHaveLength(2);
  });

  it('pages through lines by username', async () => {
    expect((await world.ledger.lines(1)).map(({ username }) => username)).toEqual(['u1']);
    expect((await world.ledger.lines(5, 'u1')).map(({ username }) => username)).toEqual(['u2']);
    expect(await world.ledger.line('nobody')).toBeUndefined();
    expect(await world.ledger.lineProjection('nobody', NOW)).toBeUndefined();
  });

  it('sets a status once, with a new revision for the packet path', async () => {
    await takeOutbox();
    const change = { status: 'suspended', reason: 'debt', actor: 'staff' } as const;
    const { revision } = (await world.ledger.lineProjection('u1', NOW))!.profile;
    expect(await world.ledger.setStatus('u1', change, NOW)).toBe(true);
    expect(await world.ledger.setStatus('u1', change, NOW)).toBe(true);
    expect(await world.ledger.setStatus('nobody', change, NOW)).toBe(false);
    const { profile } = (await world.ledger.lineProjection('u1', NOW))!;
    expect(profile).toMatchObject({ status: 'suspended', revision: revision + 1 });
    expect(await takeOutbox()).toEqual(['line u1']);
    await apply({ lines: [{ username: 'u1', plan: 'gold', name: 'مریم' }] });
    expect((await world.ledger.lineProjection('u1', NOW))!.profile.status).toBe('suspended');
  });
}

function restart(): void {
  it('keeps everything over a restart', async () => {
    const lines = await world.ledger.lines(10);
    const sessions = await world.ledger.sessions({ limit: 10 });
    await world.ledger.close();
    world.ledger = await world.place.open();
    await world.ledger.ping();
    expect(await world.ledger.lines(10)).toEqual(lines);
    expect(await world.ledger.sessions({ limit: 10 })).toEqual(sessions);
  });
}
