import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SettlementAnswer } from '../../api/routes/settlements.ts';
import { openShop, type Shop } from './shop.ts';

/** Most that may be typed. */
const MOST = 300_000_000_000_000;

let shop: Shop;
let agent: number;

beforeAll(async () => {
  shop = await openShop();
  agent = (await shop.call<{ id: number }>('POST', '/agents', { name: 'A' })).body.id;
});
afterAll(() => shop.world.close());

const pay = (into: string, amount: number, reference: string) =>
  shop.call<{ deposit: number; errors: unknown[] }>('POST', `/agents/${agent}/deposits`, {
    ...{ into, amount, reference },
  });

const payout = (gateway: string, amount: number, more: object) =>
  shop.call<SettlementAnswer>('POST', `/gateways/${gateway}/reconcile`, {
    ...{ csv: `reference,amount\nunknown,${amount}`, ...more },
  });

describe('money of an agent', () => {
  it.each(['revenue', 'wallet', 'gateway:sandbox', 'zzz', 'toString', ''])(
    'is at no place called %j',
    async (into) => {
      expect(await pay(into, 5, 'r')).toMatchObject({ status: 422, body: { errors: [{ path: 'into' }] } });
    },
  );

  it.each(['bank', 'cash', 'sandbox', 'mellat'])('may be at %s', async (into) => {
    expect((await pay(into, 5, 'r')).status).toBe(201);
    const place = into === 'bank' ? 'bank' : (`gateway:${into}` as const);
    expect(await shop.world.ledger.money.balance(place)).toMatchObject({ balance: 5 });
  });
});

describe('a payout', () => {
  it('is of a gateway that is known', async () => {
    const other = await payout('mistyped', 7, { payout: 'P', despiteMissing: true });
    expect([other.status, other.body.code]).toEqual([404, 'no-such-gateway']);
    expect((await payout('mistyped', 7, {})).status).toBe(200);
    expect(await shop.world.ledger.money.balance('gateway:mistyped')).toBeUndefined();
  });

  it('of payments that are not here is posted when that is asked for', async () => {
    const doubtful = await payout('zibal', 7, { payout: 'P' });
    expect([doubtful.status, doubtful.body.code]).toEqual([409, 'payments-are-missing']);
    expect(await shop.world.ledger.money.balance('gateway:zibal')).toBeUndefined();
    const meant = await payout('zibal', 7, { payout: 'P', despiteMissing: true });
    expect(meant.body).toMatchObject({ payout: { amount: 7 }, missingHere: [{ reference: 'unknown' }] });
    expect(await shop.world.ledger.money.balance('gateway:zibal')).toMatchObject({ balance: -7 });
  });

  it('is bounded as what is typed is', async () => {
    const { status, body } = await payout('zibal', MOST + 1, {});
    expect([status, body]).toMatchObject([422, { errors: [{ path: 'csv[2]' }] }]);
  });
});

describe('what no account can hold', () => {
  it('is refused by a code of its own, and changes nothing', async () => {
    for (let count = 0; count < 30; count += 1)
      expect((await pay('bank', MOST, `m-${count}`)).status).toBe(201);
    const before = await shop.world.ledger.money.balance('bank');
    const deposit = await pay('bank', MOST, 'm-30');
    expect([deposit.status, deposit.body.code]).toEqual([409, 'balance-too-large']);
    const paid = await payout('saman', MOST, { payout: 'P', despiteMissing: true });
    expect([paid.status, paid.body.code]).toEqual([409, 'balance-too-large']);
    expect(await shop.world.ledger.money.balance('bank')).toEqual(before);
    expect(await shop.world.ledger.money.verifyChain()).toMatchObject({ faults: 0, balanceFaults: [] });
    expect(shop.world.faults).toEqual([]);
  });
});
