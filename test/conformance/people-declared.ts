import { expect, it } from 'vitest';
import type { DeclaredCustomer, ProvisioningDocument } from '../../engine/subscribers/provisioning.ts';
import { BY, day, okValue, type PeopleWorld } from './people-world.ts';

type GetWorld = () => PeopleWorld;

const ID = '0499370899';
const PLANS = [{ name: 'open', days: 7 }];
const declared: DeclaredCustomer = {
  ...{ nationalId: '۴۹۹۳۷۰۸۹۹', name: 'سارا كريمي', mobile: '09121112233', postalCode: '۱۶۱۹۷-۳۵۷۴۴' },
  ...{ address: 'اهواز', bornOn: '1369/02/11', kind: 'person' },
  lines: [{ username: 'pd1', phone: '06132455123', exchange: 'دانشگاه', county: 'اهواز' }],
};

/** What every ledger promises about customers that a document declares. */
export function declaredPeopleTests(world: GetWorld): void {
  const apply = (document: ProvisioningDocument, at = day(1)) => world().ledger.apply(document, at);
  const found = async (nationalId = ID) => (await world().people.findCustomers({ nationalId, limit: 1 }))[0];
  const trail = () => world().people.auditTrail({ actor: 'provisioning', limit: 100 });
  comings(world, { apply, found, trail });
  changes(world, { apply, found, trail });
  refusals(world, { apply, found, trail });
}

interface Acts {
  apply(document: ProvisioningDocument, at?: number): ReturnType<PeopleWorld['ledger']['apply']>;
  found(nationalId?: string): Promise<{ readonly id: number; readonly revision: number } | undefined>;
  trail(): ReturnType<PeopleWorld['people']['auditTrail']>;
}

function comings(world: GetWorld, { apply, found, trail }: Acts): void {
  const whole = { plans: PLANS, lines: [{ username: 'pd1', plan: 'open' }], customers: [declared] };

  it('has a declared customer with a line of the same document', async () => {
    await world().lines(['pd0']);
    expect(okValue(await apply(whole))).toEqual({ nas: 0, plans: 0, lines: 1, grants: 0, customers: 1 });
    const customer = await found();
    expect(customer).toEqual({
      ...{ id: expect.any(Number), kind: 'person', name: 'سارا کریمی', nationalId: ID, revision: 1 },
      ...{ mobile: '+989121112233', phone: '', email: '', postalCode: '1619735744', address: 'اهواز' },
      ...{ economicCode: '', education: '', bornOn: '1990-05-01', createdAt: day(1), updatedAt: day(1) },
    });
    const contract = { phone: '6132455123', exchange: 'دانشگاه', county: 'اهواز' };
    expect(await world().people.customerLine('pd1')).toMatchObject({ ...contract, customerId: customer!.id });
    expect((await trail()).slice(0, 3).map(({ action, subject }) => [action, subject])).toEqual([
      ['line.contract', 'line:pd1'],
      ['customer.create', `customer:${customer!.id}`],
      ['line.create', 'line:pd1'],
    ]);
  });

  it('changes nothing when it is applied again, and writes no row', async () => {
    const before = [await found(), await trail()];
    await world().outbox();
    expect(okValue(await apply(whole, day(2)))).toEqual({ nas: 0, plans: 0, lines: 0, grants: 0 });
    expect([await found(), await trail()]).toEqual(before);
    expect(await world().outbox()).toEqual([]);
  });
}

function changes(world: GetWorld, { apply, found, trail }: Acts): void {
  it('leaves what is absent, clears what is empty, and names what was different', async () => {
    const rows = (await trail()).length;
    const change = {
      nationalId: ID,
      address: '',
      email: 's@example.ir',
      lines: [{ username: 'pd1', county: '' }],
    };
    expect(okValue(await apply({ customers: [change] }, day(3)))).toMatchObject({ customers: 1 });
    expect(await found()).toMatchObject({
      revision: 2,
      address: '',
      mobile: '+989121112233',
      bornOn: '1990-05-01',
    });
    const [line, customer, ...older] = await trail();
    expect(line).toMatchObject({
      action: 'line.contract',
      before: { county: 'اهواز' },
      after: { county: '' },
    });
    expect(customer).toMatchObject({
      ...{ action: 'customer.update', before: { address: 'اهواز', email: '' } },
      after: { address: '', email: 's@example.ir' },
    });
    expect(older).toHaveLength(rows);
  });

  it('counts a customer whose lines alone are different, and gives them the line of another', async () => {
    const other = await world().customer({ name: 'پیشین' });
    await world().lines(['pd2'], other);
    await world().people.suspendLine('pd2', { cause: 'documents', ...BY }, day(3));
    await world().outbox();
    const own = { nationalId: ID, bornOn: '', lines: [{ username: 'pd2' }, { username: 'pd1' }] };
    expect(okValue(await apply({ customers: [own] }, day(3)))).toMatchObject({ customers: 1 });
    const id = (await found())!.id;
    const lines = await world().people.linesOf(id);
    expect(lines.map(({ username, phone }) => [username, phone])).toEqual([
      ['pd1', '6132455123'],
      ['pd2', ''],
    ]);
    expect([await world().status('pd2'), await world().outbox()]).toEqual(['active', ['line pd2']]);
    expect(await found()).toMatchObject({ revision: 2 });
    expect(okValue(await apply({ customers: [own] }, day(4)))).not.toHaveProperty('customers');
    okValue(await apply({ customers: [{ nationalId: ID, lines: [] }] }, day(4)));
    expect(await world().people.linesOf(id)).toHaveLength(2);
  });
}

function refusals(world: GetWorld, { apply, found, trail }: Acts): void {
  it('stores nothing of a document that has a fault, and names each', async () => {
    const before = [await found(), await trail(), await world().people.customerLine('pd0')];
    const customers = [
      { nationalId: '0013542419', address: 'نو', lines: [{ username: 'pd0' }] },
      { nationalId: ID, bornOn: '1369/02/12', name: 'دیگر' },
      {
        nationalId: '10380284790',
        kind: 'company',
        mobile: '12',
        lines: [{ username: 'nobody\0' }],
      } as const,
    ];
    const lines = [{ username: 'pd9', plan: 'open' }];
    const refused = await apply({ plans: PLANS, lines, customers }, day(5));
    expect(refused.ok ? [] : refused.error.map(({ path }) => path)).toEqual([
      'customers[1].bornOn',
      'customers[2].name',
      'customers[2].mobile',
      'customers[2].lines[0].username',
    ]);
    expect([await found(), await trail(), await world().people.customerLine('pd0')]).toEqual(before);
    expect(await world().people.customerLine('pd9')).toBeUndefined();
    expect(await found('10380284790')).toBeUndefined();
  });
}
