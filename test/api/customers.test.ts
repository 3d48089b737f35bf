import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, DOCUMENT, openWorld, START, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  await ask(world.app, '/api/v1/apply', { method: 'PUT', body: DOCUMENT });
});
afterAll(() => world.close());

const SARA = {
  ...{ name: 'سارا كاظمي', nationalId: '۱۳۵۴۲۴۱۹', mobile: '۰۹۱۲۳۴۵۶۷۸۹', postalCode: '1619735744' },
  ...{ address: 'شهرکرد', bornOn: '۱۳۶۹/۰۲/۱۱', reason: 'at the counter' },
};

/** What the tests look at of any answer. */
interface Body {
  readonly customer: Readonly<Record<string, unknown>>;
  readonly customers: readonly unknown[];
  readonly warnings: unknown;
  readonly errors: unknown;
  readonly title: string;
  readonly detail: string;
  readonly lines: unknown;
  readonly documents: unknown;
  readonly status: string;
  readonly standing: string;
  readonly suspensions: unknown;
  readonly changes: readonly unknown[];
  readonly entries: readonly Readonly<Record<string, unknown>>[];
  readonly next: number | null;
}

async function call(method: string, path: string, body?: unknown) {
  const answer = await ask(world.app, `/api/v1${path}`, { method, body });
  return { status: answer.status, body: (await answer.json()) as Body };
}

describe('customers', () => {
  it('are added as they were typed, read in one spelling', async () => {
    const { status, body } = await call('POST', '/customers', SARA);
    expect(status).toBe(201);
    expect(body).toEqual({
      customer: {
        ...{ id: 1, kind: 'person', name: 'سارا کاظمی', nationalId: '0013542419', economicCode: '' },
        ...{ mobile: '+989123456789', phone: '', email: '', postalCode: '1619735744', address: 'شهرکرد' },
        ...{
          education: '',
          bornOn: '1990-05-01',
          bornOnJalali: '1369/02/11',
          missingFields: [],
          revision: 1,
        },
        ...{ createdAt: new Date(START).toISOString(), updatedAt: new Date(START).toISOString() },
      },
      warnings: [],
    });
  });

  it('are refused with every fault, each by its field', async () => {
    const { status, body } = await call('POST', '/customers', {
      name: ' ',
      mobile: '12',
      bornOn: '1404/12/30',
    });
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { path: 'name', message: 'is missing' },
      { path: 'mobile', message: 'must be a mobile number such as 09123456789' },
      { path: 'bornOn', message: 'must be a day such as 1369/02/11 or 1990-05-01' },
    ]);
    expect((await call('POST', '/customers', { name: 'x', surname: 'y' })).body.errors).toEqual([
      { path: 'surname', message: 'is not a known field' },
    ]);
  });

  it('are stored with a warning where a rule is not certain', async () => {
    const { status, body } = await call('POST', '/customers', { name: 'علی', postalCode: '0000000000' });
    expect([status, body.customer.postalCode]).toEqual([201, '0000000000']);
    expect(body.warnings).toEqual([{ path: 'postalCode', message: 'has a form that few postal codes have' }]);
    expect(body.customer.missingFields).toEqual(['nationalId', 'mobile', 'bornOn', 'address']);
  });

  it('are changed in part, by who has seen the present state', async () => {
    const changed = await call('PATCH', '/customers/1', { revision: 1, email: 'sara@example.ir', phone: '' });
    expect(changed.body.customer).toMatchObject({
      revision: 2,
      email: 'sara@example.ir',
      name: 'سارا کاظمی',
    });
    const late = await call('PATCH', '/customers/1', { revision: 1, address: 'جایی' });
    expect([late.status, late.body.detail]).toEqual([409, expect.stringContaining('revision 2')]);
    const born = await call('PATCH', '/customers/1', { revision: 2, bornOn: '1369/02/12' });
    expect([born.status, born.body.title]).toEqual([409, 'Set already']);
    const taken = await call('POST', '/customers', { name: 'دیگری', nationalId: '0013542419' });
    expect([taken.status, taken.body.detail]).toEqual([409, 'Customer 1 has this national id.']);
    expect((await call('PATCH', '/customers/99', { revision: 1 })).status).toBe(404);
    expect((await call('PATCH', '/customers/1', {})).status).toBe(422);
  });

  it('are found page by page', async () => {
    const found = async (query: string) => (await call('GET', `/customers?${query}`)).body;
    expect((await found(`name=${encodeURIComponent('كاظمی')}`)).customers).toHaveLength(1);
    expect(await found('limit=1')).toMatchObject({ customers: [{ id: 1 }], next: 1 });
    expect(await found('limit=1&after=1')).toMatchObject({ customers: [{ id: 2 }] });
    expect(await found('mobile=9123456789')).toMatchObject({ customers: [{ id: 1 }], next: null });
    expect((await call('GET', '/customers?after=x')).status).toBe(422);
  });

  it('are shown with their lines and how their documents stand', async () => {
    await call('PATCH', '/lines/u1/contract', { customerId: 1, phone: '03832455123', county: 'شهركرد' });
    const { body } = await call('GET', '/customers/1');
    expect(body.lines).toEqual([
      {
        ...{
          username: 'u1',
          name: 'سارا',
          customerId: 1,
          phone: '3832455123',
          exchange: '',
          county: 'شهرکرد',
        },
        ...{ plan: '2M-5G', expiresAt: expect.any(String), status: 'active' },
      },
    ]);
    expect(body.documents).toEqual({ state: 'complete', deadline: null, missing: [] });
    for (const path of ['/customers/99', '/customers/0', '/customers/x']) {
      expect((await call('GET', path)).status).toBe(404);
    }
  });
});

describe('contracts of lines', () => {
  it('are shown and changed', async () => {
    expect((await call('GET', '/lines/u1/contract')).body).toMatchObject({ customerId: 1, county: 'شهرکرد' });
    const { body } = await call('PATCH', '/lines/u1/contract', { customerId: 99, phone: '1' });
    expect(body.errors).toEqual([{ path: 'phone', message: expect.any(String) }]);
    expect((await call('PATCH', '/lines/u1/contract', { customerId: 99 })).body.errors).toEqual([
      { path: 'customerId', message: 'is no customer of ours' },
    ]);
    expect((await call('PATCH', '/lines/nobody/contract', {})).status).toBe(404);
    expect((await call('GET', '/lines/nobody/contract')).status).toBe(404);
  });
});

describe('a line that staff keep off', () => {
  it('is off on the packet path when the answer is there, and on again by their word', async () => {
    const live = async () => (await call('GET', '/lines/u2')).body.status;
    const off = await call('POST', '/lines/u2/suspend', { reason: 'abuse' });
    expect(off.body).toEqual({
      ...{ username: 'u2', standing: 'in-operation' },
      suspensions: [{ cause: 'staff', since: new Date(START).toISOString() }],
    });
    expect(await live()).toBe('suspended');
    expect((await call('POST', '/lines/u2/resume', {})).body.suspensions).toEqual([]);
    expect(await live()).toBe('active');
    expect((await call('POST', '/lines/nobody/suspend', {})).status).toBe(404);
    await world.ledger.setStatus('u2', { status: 'closed', reason: '', actor: 'staff' }, START);
    expect((await call('POST', '/lines/u2/resume', {})).status).toBe(409);
    const { body } = await call('GET', '/audit?subject=line:u2');
    expect(body.entries.map(({ action, reason }) => [action, reason])).toEqual([
      ['line.resume', ''],
      ['line.suspend', 'abuse'],
      ['line.create', ''],
    ]);
  });
});

describe('the standing of a line', () => {
  it('has a history with Jalali days, newest last', async () => {
    const put = (standing: string, note = '') => call('PUT', '/lines/u1/standing', { standing, note });
    expect((await put('in-collection-list', 'بدهی')).body.standing).toBe('in-collection-list');
    expect((await put('in-operation')).body.standing).toBe('in-operation');
    const { body } = await call('GET', '/lines/u1/standing-history?limit=1');
    const [first] = body.changes;
    expect(first).toEqual({
      ...{ id: expect.any(Number), day: '1405/08/30', at: new Date(START).toISOString() },
      ...{ standing: 'in-collection-list', reason: 'staff', note: 'بدهی', actor: 'staff' },
    });
    const rest = await call('GET', `/lines/u1/standing-history?after=${body.next}`);
    expect(rest.body).toMatchObject({ changes: [{ standing: 'in-operation' }], next: null });
    expect((await call('GET', '/lines/u1/standing')).body).toMatchObject({ standing: 'in-operation' });
    expect((await call('GET', '/lines/nobody/standing-history')).status).toBe(404);
    expect((await call('PUT', '/lines/nobody/standing', { standing: 'in-operation' })).status).toBe(404);
    expect((await put('gone')).status).toBe(422);
  });
});

describe('the audit trail', () => {
  it('tells who did what, page by page', async () => {
    const { body } = await call('GET', '/audit?subject=customer:1&limit=1');
    expect(body.entries).toMatchObject([
      {
        ...{ actor: 'staff', action: 'customer.update', before: { email: '' } },
        after: { email: 'sara@example.ir' },
      },
    ]);
    const older = await call('GET', `/audit?subject=customer:1&before=${body.next}`);
    expect(older.body.entries).toMatchObject([{ action: 'customer.create', reason: 'at the counter' }]);
    expect(world.faults).toEqual([]);
  });
});
