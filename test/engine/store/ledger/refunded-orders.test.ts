import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CatalogueDocument } from '../../../../engine/orders/catalogue-document.ts';
import { openBusiness } from '../../../../engine/store/ledger/business.ts';
import type { LedgerDb, LedgerTables } from '../../../../engine/store/ledger/database.ts';
import { KyselyLedger } from '../../../../engine/store/ledger/kysely-ledger.ts';
import { migrateLedger } from '../../../../engine/store/ledger/migrate.ts';
import { refundedOf } from '../../../../engine/store/ledger/refunded-orders.ts';
import { embeddedTypes } from '../../../../engine/store/ledger/value-parsers.ts';
import { NOON, OrderWorld } from '../../../conformance/order-world.ts';
import { secrets } from './sample.ts';

const BY = { actor: 'sara', reason: 'moved away' };
const SOLD: NonNullable<CatalogueDocument['offers']>[number] = {
  ...{ kind: 'prepaid', code: 'rented', name: 'با کرایه خط', plan: 'استاندارد ۵ گیگ' },
  ...{ term: { unit: 'day', count: 30 }, price: 333_337, lineRental: 40_000 },
};
let db: LedgerDb;
let world: OrderWorld;
beforeAll(async () => {
  const pglite = await PGlite.create(embeddedTypes());
  await migrateLedger({ run: async (script) => (await pglite.exec(script)).at(-1)?.rows ?? [] });
  db = new Kysely<LedgerTables>({ dialect: new PGliteDialect({ pglite }) });
  world = await OrderWorld.begin(Object.assign(new KyselyLedger(db, secrets), openBusiness(db, secrets)));
  await world.declare({ offers: [SOLD] }, NOON);
});
afterAll(() => world.ledger.close());

async function sold(username: string, offer: string): Promise<number> {
  await world.customer(username);
  return (await world.pay(await world.place(username, offer))).id;
}

async function takeBack(orderId: number, rows: readonly number[], lineRental: boolean): Promise<void> {
  const found = await world.ledger.invoices.invoices({ orderId, limit: 10 });
  const { invoice } = found.find((one) => one.invoice.kind === 'invoice')!;
  const key = `${orderId}-${rows.length}-${lineRental}`;
  const wish = { invoice, takenBack: { rows, lineRental }, service: 'keep', key } as const;
  expect(await world.ledger.invoices.refund(wish, BY, NOON)).toMatchObject({ ok: true });
}

it('sums what credit notes have given back of each order, price and tax, without its rental', async () => {
  const [whole, rental, none] = [
    await sold('whole', 'rented'),
    await sold('rental', 'rented'),
    await sold('none', 'm5'),
  ];
  expect(await refundedOf(db, [])).toEqual(new Map());
  expect(await refundedOf(db, [whole, rental, none])).toEqual(new Map());
  await takeBack(whole, [1], false);
  await takeBack(whole, [], true);
  await takeBack(rental, [], true);
  expect(await refundedOf(db, [none, whole, rental, 999_999])).toEqual(
    new Map([
      [whole, { price: 333_337, vat: 33_333 }],
      [rental, { price: 0, vat: 0 }],
    ]),
  );
  expect(await refundedOf(db, [none])).toEqual(new Map());
});
