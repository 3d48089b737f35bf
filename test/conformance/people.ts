import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOW } from '../engine/subscribers/people-samples.ts';
import { declaredPeopleTests } from './people-declared.ts';
import { peopleDocumentTests } from './people-documents.ts';
import { BY, day, okValue, type PeoplePlace, PeopleWorld, particulars } from './people-world.ts';

type GetWorld = () => PeopleWorld;

/** What every ledger promises about people. The tests follow one ledger through its life, in order. */
export function peopleSuite(name: string, makePlace: () => Promise<PeoplePlace>): void {
  describe(`people on ${name}`, () => {
    let world: PeopleWorld;
    beforeAll(async () => {
      world = await PeopleWorld.open(await makePlace());
    }, 60_000);
    afterAll(() => world.close());
    customers(() => world);
    search(() => world);
    contracts(() => world);
    suspensions(() => world);
    standings(() => world);
    peopleDocumentTests(() => world);
    declaredPeopleTests(() => world);
    trail(() => world);
    refusals(() => world);
  });
}

function customers(world: GetWorld): void {
  it('gives back who was stored', async () => {
    const made = particulars({ nationalId: '0013542419' });
    const stored = okValue(await world().people.createCustomer(made, BY, NOW));
    expect(stored).toEqual({ ...made, id: expect.any(Number), revision: 1, createdAt: NOW, updatedAt: NOW });
    expect(await world().people.customer(stored.id)).toEqual(stored);
    expect(await world().people.customer(987_654)).toBeUndefined();
  });

  it('has one customer of a national id, and any number without', async () => {
    const [holder] = await world().people.findCustomers({ nationalId: '13542419', limit: 10 });
    const again = await world().people.createCustomer(particulars({ nationalId: '0013542419' }), BY, NOW);
    expect(again).toEqual({ ok: false, error: { kind: 'national-id-taken', customerId: holder!.id } });
    const [one, other] = [await world().customer({ name: 'یک' }), await world().customer({ name: 'دو' })];
    const taking = particulars({ name: 'یک', nationalId: '0013542419' });
    expect(await world().people.updateCustomer(one.id, 1, taking, BY, NOW)).toEqual({
      ok: false,
      error: { kind: 'national-id-taken', customerId: holder!.id },
    });
    expect(other.id).not.toBe(one.id);
  });

  it('loses no change to another one', async () => {
    const { id } = await world().customer({ name: 'هم‌زمان' });
    const change = (address: string) =>
      world().people.updateCustomer(id, 1, particulars({ name: 'هم‌زمان', address }), BY, day(1));
    const ends = await Promise.all(['الف', 'ب', 'پ', 'ت'].map(change));
    expect(ends.filter(({ ok }) => ok)).toHaveLength(1);
    expect(ends.filter(({ ok }) => !ok)).toEqual(
      Array.from({ length: 3 }, () => ({ ok: false, error: { kind: 'changed-since', revision: 2 } })),
    );
    const won = okValue(ends.find(({ ok }) => ok)!);
    expect(await world().people.customer(id)).toEqual(won);
    expect(won).toMatchObject({ revision: 2, createdAt: NOW, updatedAt: day(1) });
  });

  it('has no new revision where nothing is different', async () => {
    const made = particulars({ name: 'همان' });
    const stored = okValue(await world().people.createCustomer(made, BY, NOW));
    expect(okValue(await world().people.updateCustomer(stored.id, 1, made, BY, day(1)))).toEqual(stored);
    expect(await world().people.auditTrail({ subject: `customer:${stored.id}`, limit: 10 })).toHaveLength(1);
  });

  it('sets the day of birth once', async () => {
    const { id } = await world().customer({ name: 'زاده', bornOn: '' });
    const update = (revision: number, bornOn: string) =>
      world().people.updateCustomer(id, revision, particulars({ name: 'زاده', bornOn }), BY, NOW);
    expect(okValue(await update(1, '1369/02/11'))).toMatchObject({ bornOn: '1990-05-01', revision: 2 });
    expect(await update(2, '1369/02/12')).toEqual({ ok: false, error: { kind: 'born-on-set' } });
    expect(okValue(await update(2, ''))).toMatchObject({ bornOn: '1990-05-01', revision: 2 });
    expect(await world().people.updateCustomer(987_654, 1, particulars({}), BY, NOW)).toEqual({
      ok: false,
      error: { kind: 'no-such-customer' },
    });
  });
}

function search(world: GetWorld): void {
  it('finds by any part, in any spelling, page by page', async () => {
    const made = [];
    for (const name of ['سید علی‌رضا كاظمي', 'علیرضا کاظمی پور', 'علی رضا 100%']) {
      made.push(await world().customer({ name, mobile: `0935000000${made.length}`, phone: '' }));
    }
    const ids = made.map(({ id }) => id);
    const found = async (query: object) =>
      (await world().people.findCustomers({ limit: 100, ...query })).map(({ id }) => id);
    expect(await found({ name: 'علیرضا' })).toEqual(ids);
    expect(await found({ name: 'علي رضا', limit: 2 })).toEqual(ids.slice(0, 2));
    expect(await found({ name: 'علي رضا', limit: 2, after: ids[1] })).toEqual(ids.slice(2));
    expect(await found({ name: 'کاظمی' })).toEqual(ids.slice(0, 2));
    expect(await found({ name: '_' })).toEqual(await found({}));
    expect(await found({ mobile: '۰۹۳۵۰۰۰۰۰۰۱' })).toEqual([ids[1]]);
    expect(await found({ mobile: 'nonsense' })).toEqual([]);
    expect(await found({ nationalId: '\0' })).toEqual([]);
    expect(await found({ name: 'علیرضا', mobile: '+989350000002' })).toEqual([ids[2]]);
    await world().lines(['1132455999'], made[1]);
    await world().people.changeLineContract('1132455999', { phone: '1132455999' }, BY, NOW);
    expect(await found({ username: '1132455999' })).toEqual([ids[1]]);
    expect(await found({ phone: '011-32455999' })).toEqual([ids[1]]);
    expect(await found({ username: 'nobody' })).toEqual([]);
  });
}

function contracts(world: GetWorld): void {
  it('knows whose a line is, and what is declared of it', async () => {
    const owner = await world().customer({ name: 'مالک' });
    await world().lines(['c1', 'c2', 'c3'], owner);
    const contract = { phone: '1132455123', exchange: 'دانشگاه', county: 'شهرکرد' };
    const changed = okValue(await world().people.changeLineContract('c2', contract, BY, NOW));
    expect(changed).toMatchObject({ ...contract, username: 'c2', customerId: owner.id, planName: 'open' });
    expect(await world().people.customerLine('c2')).toEqual(changed);
    const lines = await world().people.linesOf(owner.id);
    expect(lines.map(({ username }) => username)).toEqual(['c1', 'c2', 'c3']);
    expect(lines[1]).toEqual(changed);
    okValue(await world().people.changeLineContract('c3', { customerId: null }, BY, NOW));
    expect(await world().people.customerLine('c3')).toMatchObject({ customerId: undefined, phone: '' });
    expect(await world().people.linesOf(owner.id)).toHaveLength(2);
    expect(await world().people.customerLine('nobody')).toBeUndefined();
    const refused = (username: string, customerId: number) =>
      world().people.changeLineContract(username, { customerId }, BY, NOW);
    expect(await refused('nobody', owner.id)).toEqual({ ok: false, error: 'no-such-line' });
    expect(await refused('c1', 987_654)).toEqual({ ok: false, error: 'no-such-customer' });
  });

  it('keeps a contract when the line is declared again', async () => {
    const before = await world().people.customerLine('c2');
    await world().lines(['c2']);
    expect(await world().people.customerLine('c2')).toEqual(before);
  });
}

function suspensions(world: GetWorld): void {
  const change = (cause: 'staff' | 'documents' | 'pause') => ({ cause, actor: 'sara', reason: 'why' });

  it('keeps a line off as long as one cause is left', async () => {
    await world().lines(['s1']);
    await world().outbox();
    const { people } = world();
    expect(await people.suspendLine('s1', change('pause'), NOW)).toBe('changed');
    expect(await world().outbox()).toEqual(['line s1']);
    expect(await people.suspendLine('s1', change('staff'), day(1))).toBe('noted');
    expect(await people.suspendLine('s1', change('staff'), day(2))).toBe('unchanged');
    expect(await people.lineCondition('s1')).toEqual({
      standing: 'in-operation',
      suspensions: [
        { cause: 'pause', since: NOW },
        { cause: 'staff', since: day(1) },
      ],
    });
    expect(await people.resumeLine('s1', change('pause'), day(3))).toBe('noted');
    expect(await people.resumeLine('s1', change('documents'), day(3))).toBe('unchanged');
    expect([await world().status('s1'), await world().outbox()]).toEqual(['suspended', []]);
    expect(await people.resumeLine('s1', change('staff'), day(3))).toBe('changed');
    expect([await world().status('s1'), await world().causes('s1')]).toEqual(['active', []]);
    expect(await world().outbox()).toEqual(['line s1']);
    expect(await people.suspendLine('nobody', change('staff'), NOW)).toBeUndefined();
    expect(await people.resumeLine('nobody', change('staff'), NOW)).toBeUndefined();
    expect(await people.lineCondition('nobody')).toBeUndefined();
  });

  it('takes a status that was declared for the word of staff', async () => {
    await world().lines(['s2']);
    await world().lines(['s3'], undefined, 'suspended');
    const said = { reason: '', actor: 'staff' };
    await world().ledger.setStatus('s2', { status: 'suspended', ...said }, NOW);
    expect([await world().causes('s2'), await world().causes('s3')]).toEqual([['staff'], ['staff']]);
    expect(await world().people.suspendLine('s2', change('documents'), NOW)).toBe('noted');
    expect(await world().people.resumeLine('s2', change('documents'), NOW)).toBe('noted');
    expect(await world().people.resumeLine('s2', change('staff'), NOW)).toBe('changed');
    await world().people.suspendLine('s3', change('pause'), NOW);
    await world().ledger.setStatus('s3', { status: 'active', ...said }, NOW);
    expect(await world().causes('s3')).toEqual([]);
  });

  it('leaves closed lines alone', async () => {
    await world().lines(['s4']);
    await world().people.suspendLine('s4', change('staff'), NOW);
    await world().ledger.setStatus('s4', { status: 'closed', reason: '', actor: '' }, NOW);
    expect(await world().causes('s4')).toEqual([]);
    expect(await world().people.suspendLine('s4', change('staff'), NOW)).toBe('closed');
    expect(await world().people.resumeLine('s4', change('staff'), NOW)).toBe('closed');
    expect(await world().status('s4')).toBe('closed');
  });

  it('is right whoever comes first', async () => {
    await world().lines(['s5']);
    const causes = ['staff', 'documents', 'pause'] as const;
    await Promise.all(causes.map((cause) => world().people.suspendLine('s5', change(cause), NOW)));
    expect(await world().causes('s5')).toHaveLength(3);
    const ends = await Promise.all(
      causes.map((cause) => world().people.resumeLine('s5', change(cause), NOW)),
    );
    expect(ends.toSorted()).toEqual(['changed', 'noted', 'noted']);
    expect(await world().status('s5')).toBe('active');
  });
}

function standings(world: GetWorld): void {
  it('keeps every change of a standing, newest last, and nothing that is none', async () => {
    await world().lines(['h1']);
    const set = (standing: 'in-operation' | 'in-collection-list', at: number, note = '') =>
      world().people.changeStanding('h1', { standing, note, actor: 'sara' }, at);
    expect(await set('in-operation', NOW)).toBe(false);
    expect(await set('in-collection-list', day(1), 'پرداخت نشده')).toBe(true);
    expect(await set('in-collection-list', day(2))).toBe(false);
    expect(await set('in-operation', day(2))).toBe(true);
    const rows = await world().people.standingHistory('h1', 10);
    const row = { id: expect.any(Number), reason: 'staff', actor: 'sara' };
    expect(rows).toEqual([
      { ...row, at: day(1), to: 'in-collection-list', note: 'پرداخت نشده' },
      { ...row, at: day(2), to: 'in-operation', note: '' },
    ]);
    expect(await world().people.standingHistory('h1', 1)).toEqual(rows!.slice(0, 1));
    expect(await world().people.standingHistory('h1', 10, rows![0]!.id)).toEqual(rows!.slice(1));
    expect(await world().people.lineCondition('h1')).toEqual({ standing: 'in-operation', suspensions: [] });
    expect(await world().people.standingHistory('nobody', 10)).toBeUndefined();
    expect(
      await world().people.changeStanding('nobody', { standing: 'in-operation', note: '', actor: '' }, NOW),
    ).toBeUndefined();
  });
}

function trail(world: GetWorld): void {
  it('tells who did what, why, and what it was before', async () => {
    const { id } = await world().customer({ name: 'پیش', address: 'یک' });
    const next = particulars({ name: 'پیش', address: 'دو', bornOn: '' });
    okValue(await world().people.updateCustomer(id, 1, next, { actor: 'reza', reason: 'نامه\0' }, day(1)));
    const subject = `customer:${id}`;
    const [newest, oldest] = await world().people.auditTrail({ subject, limit: 10 });
    expect(newest).toEqual({
      ...{ id: expect.any(Number), at: day(1), actor: 'reza', reason: 'نامه\uFFFD', subject },
      ...{ action: 'customer.update', before: { address: 'یک' }, after: { address: 'دو' } },
    });
    expect(oldest).toMatchObject({ action: 'customer.create', before: null, after: { name: 'پیش' } });
    const page = await world().people.auditTrail({ subject, limit: 1 });
    expect(await world().people.auditTrail({ subject, limit: 9, before: page[0]!.id })).toEqual([oldest]);
    expect(await world().people.auditTrail({ actor: 'reza', subject, limit: 9 })).toEqual([newest]);
    const actions = await world().people.auditTrail({ subject: 'line:s1', limit: 9 });
    expect(actions.map(({ action, after }) => [action, after])).toEqual([
      ['line.resume', { status: 'active', causes: [] }],
      ['line.resume', { status: 'suspended', causes: ['staff'] }],
      ['line.suspend', { status: 'suspended', causes: ['pause', 'staff'] }],
      ['line.suspend', { status: 'suspended', causes: ['pause'] }],
      ['line.create', { status: 'active', plan: 'open', expiresAt: '2026-11-28T12:00:00.000Z' }],
    ]);
  });
}

function refusals(world: GetWorld): void {
  it('lets nobody change what is for ever', async () => {
    const [customer] = await world().people.findCustomers({ nationalId: '0013542419', limit: 1 });
    const which = `WHERE id = ${customer!.id}`;
    const ends = await world().behindTheScenes([
      `UPDATE customer SET born_on = '1990-05-02' ${which}`,
      `UPDATE customer SET born_on = NULL ${which}`,
      'UPDATE audit_log SET actor = actor',
      'DELETE FROM audit_log',
      'TRUNCATE audit_log',
    ]);
    for (const { refusal } of ends) expect(refusal).toMatch(/is set already|it only grows/);
    expect(await world().people.customer(customer!.id)).toEqual(customer);
  });
}
