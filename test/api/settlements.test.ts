import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PayAnswer } from '../../api/orders.ts';
import type { SettlementAnswer } from '../../api/routes/settlements.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
let references: string[];

beforeAll(async () => {
  shop = await openShop();
  const customer = await shop.orders.customer('s1');
  for (const amount of [100_000, 200_000, 300_000]) {
    const body = { gateway: 'sandbox', amount };
    const started = await shop.call<PayAnswer>('POST', `/customers/${customer}/top-up`, body);
    const { location } = await shop.browse(started.body.goUrl!);
    const card = { decision: 'pay', card: '6037701689095443', back: 'get' };
    await shop.browse((await shop.browse(location, card)).location);
  }
  const paid = await shop.world.ledger.payments.payments({ customer, limit: 10 });
  references = paid.map(({ reference }) => reference!).reverse();
});
afterAll(() => shop.world.close());

const reconcile = (lines: readonly string[], more: object = {}, query = '?from=2026-11-21&to=2026-11-21') => {
  const csv = ['reference,amount,fee', ...lines].join('\n');
  return shop.call<SettlementAnswer>('POST', `/gateways/sandbox/reconcile${query}`, { csv, ...more });
};

describe('a settlement file', () => {
  it('is compared with what was credited, and changes nothing', async () => {
    const lines = [`${references[0]},100000,100`, `${references[1]},200001,`, 'stranger,5,'];
    const { status, body } = await reconcile(lines);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ rows: 3, matched: 1, amount: 300_006, fees: 100, payout: null, repeated: [] },
      missingHere: [{ reference: 'stranger', line: 4 }],
      missingThere: [{ reference: references[2], amount: 300_000 }],
      amountDiffers: [{ row: { amount: 200_001 }, payment: { amount: 200_000 } }],
    });
    expect(await shop.world.ledger.money.balance('bank')).toBeUndefined();
    const other = await reconcile(lines, {}, '?from=2026-11-01&to=2026-11-02');
    expect(other.body.missingThere).toEqual([]);
  });

  it('posts a payout once', async () => {
    const lines = references.map((reference, index) => `${reference},${(index + 1) * 100_000},1000`);
    const first = await reconcile(lines, { payout: 'PAYA-1' });
    expect(first.body.payout).toMatchObject({ amount: 597_000, repeated: false });
    expect((await reconcile(lines, { payout: 'PAYA-1' })).body.payout).toMatchObject({ repeated: true });
    const other = await reconcile(lines.slice(1), { payout: 'PAYA-1' });
    expect(other).toMatchObject({ status: 409, body: { code: 'other-payout' } });
    const { money } = shop.world.ledger;
    expect((await money.balance('bank'))?.balance).toBe(597_000);
    expect((await money.balance('gateway:sandbox'))?.balance).toBe(3_000);
  });

  it('posts what it names twice once', async () => {
    const lines = references.map((reference, index) => `${reference},${(index + 1) * 100_000},1000`);
    const again = await reconcile([...lines, lines[2]!], { payout: 'PAYA-1' });
    expect(again.body).toMatchObject({ payout: { amount: 597_000, repeated: true }, amount: 600_000 });
    expect(again.body.repeated).toMatchObject([{ reference: references[2], line: 5 }]);
  });

  it('is compared with the payments of 400 days at most', async () => {
    const lines = [`${references[0]},100000,`];
    const [most, more] = ['?from=2025-10-18&to=2026-11-21', '?from=2025-10-17&to=2026-11-21'];
    expect((await reconcile(lines, {}, most)).status).toBe(200);
    for (const query of [more, '?from=2020-01-01', '?from=2099-01-01']) {
      const { status, body } = await reconcile(lines, { payout: 'PAYA-2' }, query);
      expect([status, body]).toMatchObject([422, { errors: [{ path: 'from' }] }]);
    }
    expect(await shop.world.ledger.money.balance('bank')).toMatchObject({ balance: 597_000 });
  });

  it('that cannot be read is refused line by line', async () => {
    const { status, body } = await reconcile(['1,x,', '2,5,', ',6,']);
    expect([status, body]).toMatchObject([422, { errors: [{ path: 'csv[2]' }, { path: 'csv[4]' }] }]);
  });
});
