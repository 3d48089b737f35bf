import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImportedPeople } from '../../api/routes/import.ts';
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
  expect(await answer.json()).toEqual({ known: ['u2', 'u1'] });
});
