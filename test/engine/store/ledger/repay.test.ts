import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loan } from '../../../../engine/ledger/business-events.ts';
import { openLedger } from '../../../../engine/store/ledger/open-ledger.ts';
import { rial } from '../../../../engine/values/rial.ts';
import { NOON, OrderWorld } from '../../../conformance/order-world.ts';
import { secrets } from './sample.ts';

const folder = mkdtempSync(join(tmpdir(), 'mizan-repay-'));
let world: OrderWorld;
beforeAll(async () => {
  world = await OrderWorld.begin(await openLedger({ folder: join(folder, 'pg') }, secrets));
});
afterAll(async () => {
  await world.ledger.close();
  rmSync(folder, { recursive: true });
});

it('takes no more for a debt than is owed, however many pay it at once (C05)', async () => {
  const customer = await world.customer('debtor1');
  await world.credit(customer, 1_000, 'credit of a debtor');
  await world.ledger.money.post(loan({ key: 'loan1', actor: 'test', reason: '' }, customer, rial(300)), NOON);
  const debt = { actor: 'test', reason: '', customer, amount: rial(300) };
  const repaid = await Promise.all(
    ['one', 'two', 'one'].map((key) => world.ledger.money.repay({ ...debt, key }, NOON)),
  );
  expect(repaid).toMatchObject([
    { value: { repeated: false } },
    { error: { kind: 'more-than-owed', owed: 0 } },
    { value: { repeated: true } },
  ]);
  expect(await world.wallet(customer)).toBe(1_000);

  const all = { ...debt, amount: undefined };
  expect(await world.ledger.money.repay({ ...all, key: 'four' }, NOON)).toMatchObject({
    error: { kind: 'more-than-owed', owed: 0 },
  });
  await world.ledger.money.post(loan({ key: 'loan2', actor: 'test', reason: '' }, customer, rial(400)), NOON);
  const again = [
    await world.ledger.money.repay({ ...all, key: 'five' }, NOON),
    await world.ledger.money.repay({ ...all, key: 'five' }, NOON),
    await world.ledger.money.repay({ ...debt, key: 'five' }, NOON),
  ];
  expect(again).toMatchObject([
    { value: { repeated: false } },
    { value: { repeated: true } },
    { error: { kind: 'key-taken' } },
  ]);
  const stranger = await world.customer('debtor2');
  expect(await world.ledger.money.repay({ ...all, customer: stranger, key: 'five' }, NOON)).toMatchObject({
    error: { kind: 'key-taken' },
  });
  expect(await world.wallet(customer)).toBe(1_000);
});
