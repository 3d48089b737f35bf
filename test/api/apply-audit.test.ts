import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessWorld } from './access-world.ts';
import { START } from './world.ts';

let world: AccessWorld;

beforeAll(async () => {
  world = await AccessWorld.open();
}, 60_000);
afterAll(() => world.world.close());

const STAFF = 'staff:named staff';
const PLAN = { name: 'declared', days: 30 };
const NAS = { name: 'bras9', address: '10.9.0.0/24', secret: 'very-secret-1', vendor: 'mikrotik' };
const OFFER = {
  ...{ code: 'x9', kind: 'extra', name: 'ده گیگ', price: 100_000, octets: 10 * 2 ** 30, validity: 'service' },
};
const effectiveFrom = expect.any(String);

/** Applies as a named member of staff; the rows that this left, oldest first. */
async function applied(body: object) {
  const trail = () => world.world.ledger.people.auditTrail({ limit: 500 });
  const last = (await trail())[0]?.id ?? 0;
  world.world.clock.moveTo(world.world.clock.now() + 1_000);
  const answer = await world.asNamedStaff('PUT', '/apply', body);
  expect(answer.status, await answer.clone().text()).toBe(200);
  const rows = (await trail()).filter(({ id }) => id > last).toReversed();
  for (const row of rows) {
    expect(row).toMatchObject({ actor: STAFF, reason: '', at: world.world.clock.now() });
  }
  return rows.map(({ action, subject, before, after }) => ({ action, subject, before, after }));
}

const line = (given: object) => ({ lines: [{ username: 'ad1', plan: 'declared', ...given }] });

describe('what a document changes (X08)', () => {
  it('is told of everything that is new, with what it is and without secrets', async () => {
    const rows = await applied({
      nas: [NAS],
      plans: [PLAN],
      pools: [{ name: 'p9', ranges: ['10.77.0.0/24'] }],
      ...line({ password: 'very-secret-2', name: 'سارا', expiresAt: '2027-01-01T00:00:00Z' }),
      offers: [OFFER],
      promotions: [{ name: '+10%', extraPercent: 10, kinds: ['extra'], until: '2027-01-01T00:00:00Z' }],
      settings: [{ name: 'orderHours', value: 12 }],
    });
    expect(rows).toMatchObject([
      {
        ...{ action: 'nas.create', subject: 'nas:bras9', before: null },
        after: { address: '10.9.0.0/24', vendor: 'mikrotik', secret: 'set' },
      },
      {
        ...{ action: 'plan.create', subject: 'plan:declared', before: null },
        after: { days: 30, concurrentSessions: 1, effectiveFrom },
      },
      {
        ...{ action: 'pool.create', subject: 'pool:p9', before: null },
        after: { ranges: ['10.77.0.0/24'] },
      },
      {
        ...{ action: 'line.create', subject: 'line:ad1', before: null },
        after: {
          ...{ status: 'active', plan: 'declared', name: 'سارا', password: 'set' },
          expiresAt: '2027-01-01T00:00:00.000Z',
        },
      },
      {
        ...{ action: 'offer.create', subject: 'offer:x9', before: null },
        after: { kind: 'extra', price: 100_000, effectiveFrom },
      },
      {
        ...{ action: 'promotion.create', subject: 'promotion:+10%', before: null },
        after: { extraPercent: 10, until: '2027-01-01T00:00:00.000Z' },
      },
      {
        ...{ action: 'setting.update', subject: 'setting:orderHours', before: { value: 24 } },
        after: { value: 12, effectiveFrom },
      },
    ]);
    expect(JSON.stringify(rows)).not.toContain('very-secret');
  });

  it('is told of what differs, with what was, and never of the secrets themselves', async () => {
    const rows = await applied({
      nas: [{ ...NAS, secret: 'very-secret-3', secretNext: 'very-secret-4', coaPort: 3_799 }],
      plans: [{ ...PLAN, days: 31 }],
      pools: [{ name: 'p9', ranges: [] }],
      ...line({ password: 'very-secret-5', staticIp: '10.88.0.1' }),
      offers: [{ ...OFFER, price: 90_000 }],
      promotions: [{ name: '+10%', extraPercent: 10, kinds: ['extra'], until: '2026-12-30T00:00:00Z' }],
      settings: [{ name: 'orderHours', value: 13 }],
    });
    expect(rows).toEqual([
      {
        ...{ action: 'nas.update', subject: 'nas:bras9' },
        before: { secret: 'set', secretNext: null, coaPort: 1_700 },
        after: { secret: 'changed', secretNext: 'set', coaPort: 3_799 },
      },
      {
        ...{ action: 'plan.update', subject: 'plan:declared' },
        ...{ before: { days: 30 }, after: { days: 31, effectiveFrom } },
      },
      {
        ...{ action: 'pool.update', subject: 'pool:p9' },
        ...{ before: { ranges: ['10.77.0.0/24'] }, after: { ranges: [] } },
      },
      {
        ...{ action: 'line.update', subject: 'line:ad1' },
        before: { password: 'set', staticIp: '' },
        after: { password: 'changed', staticIp: '10.88.0.1' },
      },
      {
        ...{ action: 'offer.update', subject: 'offer:x9' },
        ...{ before: { price: 100_000 }, after: { price: 90_000, effectiveFrom } },
      },
      {
        ...{ action: 'promotion.update', subject: 'promotion:+10%' },
        before: { until: '2027-01-01T00:00:00.000Z' },
        after: { until: '2026-12-30T00:00:00.000Z' },
      },
      {
        ...{ action: 'setting.update', subject: 'setting:orderHours' },
        ...{ before: { value: 12 }, after: { value: 13, effectiveFrom } },
      },
    ]);
  });

  it.each([
    ['a status', { status: 'suspended' }, { status: 'active' }, { status: 'suspended' }],
    [
      'an end',
      { expiresAt: '2027-06-01T00:00:00Z' },
      { expiresAt: '2027-01-01T00:00:00.000Z' },
      { expiresAt: '2027-06-01T00:00:00.000Z' },
    ],
    [
      'a reserve',
      { reserve: { plan: 'declared' } },
      { reserve: null },
      {
        reserve: {
          plan: 'declared',
          from: '2027-06-01T00:00:00.000Z',
          expiresAt: '2027-07-02T00:00:00.000Z',
        },
      },
    ],
    [
      'a volume',
      { extraGrants: [{ id: 'g9', kind: 'gift', octets: 512 * 2 ** 40, until: '2028-01-01T00:00:00Z' }] },
      { grants: [] },
      { grants: [{ id: 'g9', kind: 'gift', octets: 512 * 2 ** 40, until: '2028-01-01T00:00:00.000Z' }] },
    ],
    [
      'another volume',
      { extraGrants: [{ id: 'g9', kind: 'gift', octets: 7 }] },
      { grants: [{ id: 'g9', octets: 512 * 2 ** 40, until: '2028-01-01T00:00:00.000Z' }] },
      { grants: [{ id: 'g9', octets: 7, until: null }] },
    ],
    ['no password', { password: '' }, { password: 'set' }, { password: null }],
    [
      'another plan',
      { plan: 'نامحدود', reserve: null },
      { plan: 'declared', expiresAt: '2027-06-01T00:00:00.000Z', reserve: { plan: 'declared' } },
      { plan: 'نامحدود', reserve: null },
    ],
  ])('is told of a line: %s', async (_, given, before, after) => {
    const rows = await applied(line(given));
    expect(rows).toMatchObject([{ action: 'line.update', subject: 'line:ad1', before, after }]);
  });

  it('is told of an offer that is no longer sold', async () => {
    const rows = await applied({ offers: [{ ...OFFER, withdrawn: true }] });
    expect(rows).toMatchObject([
      { action: 'offer.withdraw', subject: 'offer:x9', before: { price: 90_000 }, after: { effectiveFrom } },
    ]);
  });

  it('is told of a customer and of whose a line is, under the name of who declares them', async () => {
    const lines = [{ username: 'ad1', county: 'کرج' }];
    const customers = [{ nationalId: '0499370899', name: 'سارا', mobile: '09121112233', lines }];
    expect((await applied({ customers })).map(({ action }) => action)).toEqual([
      'customer.create',
      'line.contract',
    ]);
    const moved = await applied({ customers: [{ nationalId: '0499370899', mobile: '09121112244' }] });
    expect(moved).toMatchObject([
      { action: 'customer.update', before: { mobile: '+989121112233' }, after: { mobile: '+989121112244' } },
    ]);
  });

  it('leaves no row of what stays as it is', async () => {
    const again = {
      nas: [{ ...NAS, secret: 'very-secret-3', secretNext: 'very-secret-4', coaPort: 3_799 }],
      plans: [{ ...PLAN, days: 31 }],
      pools: [{ name: 'p9', ranges: [] }],
      lines: [{ username: 'ad1', plan: 'نامحدود', status: 'suspended' }],
      settings: [{ name: 'orderHours', value: 13 }],
    };
    expect(await applied(again)).toEqual([]);
  });

  it('stands in the history of the line, and is the house’s own where the program declares', async () => {
    const { ledger } = world.world;
    const past = (await ledger.linePast('ad1'))!;
    expect(past.statuses.map(({ status, actor }) => [status, actor])).toEqual([
      ['active', STAFF],
      ['suspended', STAFF],
    ]);
    await ledger.apply({ lines: [{ username: 'ad2', plan: 'declared' }] }, START);
    const [row] = await ledger.people.auditTrail({ subject: 'line:ad2', limit: 1 });
    expect(row).toMatchObject({ action: 'line.create', actor: 'provisioning' });
  });
});
