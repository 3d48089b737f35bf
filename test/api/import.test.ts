import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportedPeople } from '../../api/imported-people.ts';
import { personNamed } from '../person-sample.ts';
import { ask, DOCUMENT, openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await ask(world.app, '/api/v1/apply', { method: 'PUT', body: DOCUMENT });
});
afterAll(() => world.close());

async function importPeople(body: object): Promise<ImportedPeople> {
  const answer = await ask(world.app, '/api/v1/import/people', { method: 'POST', body });
  expect(answer.status).toBe(200);
  return (await answer.json()) as ImportedPeople;
}

const sara = {
  name: 'سارا',
  nationalId: '0013542419',
  openingCredit: 5_000,
  lines: [{ username: 'u1', phone: '01132455123' }],
};

describe('POST /import/people', () => {
  it('makes customers, gives them their lines and their credit, once', async () => {
    const first = await importPeople({ customers: [sara] });
    expect(first).toEqual({ customers: 1, known: 0, contracts: 1, credits: 1, services: 1, faults: [] });
    const line = await world.ledger.people.customerLine('u1');
    expect(line).toMatchObject({ phone: '1132455123' });
    const wallet = `wallet:${line?.customerId ?? 0}` as const;
    expect((await world.ledger.money.balance(wallet))?.balance).toBe(5_000);
    const again = await importPeople({ customers: [sara] });
    expect(again).toEqual({ customers: 0, known: 1, contracts: 0, credits: 0, services: 0, faults: [] });
    expect((await world.ledger.money.balance(wallet))?.balance).toBe(5_000);
    // What was owed elsewhere is no gift of the house.
    expect(await world.ledger.money.balance('opening-balances')).toMatchObject({ balance: -5_000 });
    expect(await world.ledger.money.balance('promotions')).toBeUndefined();
  });

  it('fills only what is empty', async () => {
    const more = {
      ...sara,
      name: 'دیگری',
      lines: [{ username: 'u1', phone: '02188776655', county: 'ساری' }],
    };
    expect(await importPeople({ customers: [more] })).toMatchObject({ known: 1, contracts: 1 });
    const line = await world.ledger.people.customerLine('u1');
    expect(line).toMatchObject({ phone: '1132455123', county: 'ساری' });
    expect((await world.ledger.people.customer(line?.customerId ?? 0))?.name).toBe('سارا');
  });

  it('tells every fault, and goes on with the others', async () => {
    const { faults, ...done } = await importPeople({
      customers: [
        { name: 'علی', lines: [{ username: 'u1' }] },
        { name: 'رضا', nationalId: '0083301200' },
        { name: 'مینا', nationalId: '0499370899', lines: [{ username: 'u1' }, { username: 'nobody' }] },
        { ...sara, openingCredit: 7 },
      ],
      lines: [
        { username: 'u2', exchange: 'دانشگاه' },
        { username: 'u2', phone: 'x' },
      ],
    });
    expect(done).toEqual({ customers: 1, known: 2, contracts: 1, credits: 0, services: 1 });
    const holder = (await world.ledger.people.customerLine('u1'))?.customerId;
    expect(faults).toEqual([
      { path: 'customers[1].nationalId', message: 'has a digit that is wrong' },
      { path: 'customers[2].lines[0].username', message: `line u1 belongs to customer ${holder}` },
      { path: 'customers[2].lines[1].username', message: 'there is no line nobody' },
      {
        path: 'customers[3].openingCredit',
        message: `customer ${holder} has another opening credit already`,
      },
      { path: 'lines[1].phone', message: 'must be a landline number such as 02188776655' },
    ]);
  });
});

it('POST /import/known-lines tells which lines are there', async () => {
  const body = { usernames: ['u2', 'nobody', 'u1'] };
  const answer = await ask(world.app, '/api/v1/import/known-lines', { method: 'POST', body });
  expect(await answer.json()).toEqual({ known: ['u2', 'u1'], ofOthers: [] });
});

describe('a line that is here already', () => {
  const NAME = 'مریم کریمی';
  const BY = { actor: 'staff', reason: '' };

  /** A customer whom staff have made, with a line of that username. */
  async function owned(username: string, nationalId: string): Promise<number> {
    const { ledger, clock } = world;
    await ledger.apply({ lines: [{ username, plan: 'نامحدود' }] }, clock.now());
    const made = await ledger.people.createCustomer(personNamed(NAME, { nationalId }), BY, clock.now());
    if (!made.ok) throw new Error(made.error.kind);
    const customerId = made.value.id;
    await ledger.people.changeLineContract(username, { customerId }, BY, clock.now());
    return customerId;
  }

  async function ofOthers(people: readonly object[]): Promise<unknown> {
    const answer = await ask(world.app, '/api/v1/import/known-lines', { method: 'POST', body: { people } });
    return ((await answer.json()) as { ofOthers: unknown }).ofOthers;
  }

  const balanceOf = async (id: number) => (await world.ledger.money.balance(`wallet:${id}`))?.balance ?? 0;

  it.each([
    ['another name', 'own-1', '', { name: 'Stranger', nationalId: '' }, true],
    ['no name but its username', 'own-2', '', { name: 'own-2', nationalId: '' }, true],
    ['another national id', 'own-3', '0084575948', { name: NAME, nationalId: '0499370899' }, true],
    ['the same name, however it is written', 'own-4', '', { name: 'مريم  کريمی', nationalId: '' }, false],
    ['the same name, and a national id', 'own-5', '', { name: NAME, nationalId: '0013542524' }, false],
  ])('is that of who is told only by proof: %s', async (_, username, ownerId, told, isStranger) => {
    const owner = await owned(username, ownerId);
    expect(await ofOthers([{ ...told, usernames: [username] }])).toEqual(isStranger ? [username] : []);
    const body = { customers: [{ ...told, openingCredit: 777_000, lines: [{ username }] }] };
    const { faults } = await importPeople(body);
    expect(await balanceOf(owner)).toBe(isStranger ? 0 : 777_000);
    expect(faults.map(({ path }) => path)).toEqual(isStranger ? ['customers[0].lines[0].username'] : []);
  });

  it('stays that of whom an import gave it to, under whichever name they are by now', async () => {
    await world.ledger.apply({ lines: [{ username: 'imp1', plan: 'نامحدود' }] }, world.clock.now());
    const body = { customers: [{ name: 'Nika', openingCredit: 5, lines: [{ username: 'imp1' }] }] };
    expect(await importPeople(body)).toMatchObject({ customers: 1, credits: 1, faults: [] });
    const id = (await world.ledger.people.customerLine('imp1'))?.customerId ?? 0;
    const {
      revision,
      createdAt: _,
      updatedAt: __,
      id: ___,
      ...then
    } = (await world.ledger.people.customer(id))!;
    const renamed = { ...then, name: 'Somebody' };
    await world.ledger.people.updateCustomer(id, revision, renamed, BY, world.clock.now());
    expect(await ofOthers([{ name: 'Nika', usernames: ['imp1'] }])).toEqual([]);
    expect(await importPeople(body)).toMatchObject({ customers: 0, known: 1, credits: 0, faults: [] });
    // Given away by staff, it is no longer theirs.
    await world.ledger.people.changeLineContract('imp1', { customerId: null }, BY, world.clock.now());
    const heir = await owned('imp1', '');
    expect(await importPeople(body)).toMatchObject({ known: 0, credits: 0 });
    expect([await balanceOf(id), await balanceOf(heir)]).toEqual([5, 0]);
  });
});

describe('a person without a national id', () => {
  it.each([
    ['no line', [], ['customers[0].lines']],
    ['a line that is not here', [{ username: 'nowhere' }], ['customers[0].lines[0].username']],
    ['a line with a fault', [{ username: 'u2', phone: 'x' }], ['customers[0].lines[0].phone']],
  ])('and %s is nobody, and has no credit', async (_, lines, paths) => {
    const customers = [{ name: 'NoLine', openingCredit: 1_000, lines }];
    for (let round = 0; round < 2; round += 1) {
      const { faults, ...done } = await importPeople({ customers });
      expect(done).toEqual({ customers: 0, known: 0, contracts: 0, credits: 0, services: 0 });
      expect(faults.map(({ path }) => path)).toEqual(paths);
    }
    expect(await world.ledger.people.findCustomers({ name: 'NoLine', limit: 9 })).toEqual([]);
  });
});

it('makes and credits a new person once when two calls meet', async () => {
  await world.ledger.apply({ lines: [{ username: 'twin', plan: 'نامحدود' }] }, world.clock.now());
  const customers = [{ name: 'Twin', openingCredit: 40, lines: [{ username: 'twin' }] }];
  const [one, two] = await Promise.all([importPeople({ customers }), importPeople({ customers })]);
  expect([one.customers + two.customers, one.credits + two.credits]).toEqual([1, 1]);
  expect(await world.ledger.people.findCustomers({ name: 'Twin', limit: 9 })).toHaveLength(1);
});

it('notes an opening credit in the trail, once', async () => {
  const mina = { name: 'مینو', nationalId: '0067749828', openingCredit: 9_000 };
  await importPeople({ customers: [mina] });
  await importPeople({ customers: [mina] });
  const [customer] = await world.ledger.people.findCustomers({ nationalId: mina.nationalId, limit: 1 });
  const trail = await world.ledger.people.auditTrail({ subject: `customer:${customer!.id}`, limit: 9 });
  expect(trail.map(({ action }) => action)).toEqual(['wallet.opening-credit', 'customer.create']);
  expect(trail[0]).toMatchObject({
    actor: 'staff',
    reason: 'کانورت اطلاعات اولیه',
    after: { amount: 9_000 },
  });
});
