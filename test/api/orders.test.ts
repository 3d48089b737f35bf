import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderAnswer, PayAnswer, PaymentAnswer, QuotedAnswer } from '../../api/orders.ts';
import { receivableOf } from '../../engine/ledger/account.ts';
import { loan } from '../../engine/ledger/business-events.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import { openShop, SHOP_URL, type Shop } from './shop.ts';
import { START } from './world.ts';

let shop: Shop;
let lines = 0;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.world.close());

const newLine = async () => {
  const username = `o${++lines}`;
  return { username, customer: await shop.orders.customer(username) };
};
const service = (username: string, offerCode = 'm5') => ({ username, kind: 'service', offerCode });
const place = async (username: string, offerCode?: string) =>
  (await shop.call<OrderAnswer>('POST', '/orders', service(username, offerCode))).body;
const pay = (id: number, method: string, more: object = {}, key?: string) =>
  shop.call<PayAnswer>('POST', `/orders/${id}/pay`, { method, ...more }, key);
const CARD = { decision: 'pay', card: '6037701689095443', back: 'get' };

/** As a browser: to the bank, paid there, and back. */
async function goAndPay(goUrl: string): Promise<string> {
  const toBank = await shop.browse(goUrl);
  const paid = await shop.browse(toBank.location, CARD);
  return (await shop.browse(paid.location)).location;
}

describe('an order', () => {
  it('is quoted, placed, found and listed with every figure', async () => {
    const { username, customer } = await newLine();
    const quoted = await shop.call<QuotedAnswer>('POST', '/orders/quote', service(username));
    expect(quoted).toMatchObject({
      status: 200,
      body: { quote: { price: 600_000, vat: 60_000, payable: 660_000 }, effect: { starts: 'now' } },
    });
    const placed = await shop.call<OrderAnswer>('POST', '/orders', service(username));
    expect(placed).toMatchObject({ status: 201, body: { customer, state: 'placed', purchaseType: 'admin' } });
    const { id } = placed.body;
    expect((await shop.call('GET', `/orders/${id}`)).body).toEqual(placed.body);
    const listed = await shop.call<{ orders: OrderAnswer[] }>('GET', `/orders?username=${username}`);
    expect(listed.body.orders).toEqual([placed.body]);
  });

  it('of the dearest address for ten years, or of the largest volume with the largest promotion, is quoted', async () => {
    const { username, customer } = await newLine();
    await shop.orders.declare(
      {
        offers: [
          { kind: 'static-ip', code: 'gold', name: 'ip', pricePerMonth: 1_000_000_000_000 },
          {
            ...{ kind: 'timed', code: 'flood', name: 'flood', price: 1_000_000_000_000, octets: 2 ** 49 },
            term: { unit: 'hour', count: 1 },
          },
        ],
        promotions: [
          {
            ...{ name: 'all', extraPercent: 1_000, kinds: ['timed'] },
            ...{ from: new Date(START).toISOString(), until: new Date(START + DAY_MS).toISOString() },
          },
        ],
      },
      START,
    );
    await shop.world.ledger.apply(
      { lines: [{ username, plan: 'نامحدود', staticIp: '100.64.9.9' }] } as never,
      START,
    );
    const quote = (more: object) => shop.call<QuotedAnswer>('POST', '/orders/quote', { username, ...more });
    const address = { kind: 'static-ip', offerCode: 'gold' };
    expect((await quote({ ...address, months: 121 })).status).toBe(422);
    const dearest = await quote({ ...address, months: 120 });
    expect(dearest.body.quote).toMatchObject({ payable: 132_000_000_000_000 });
    const flood = await quote({ kind: 'traffic', offerCode: 'flood' });
    expect(flood).toMatchObject({ status: 200, body: { effect: { octets: 11 * 2 ** 49 } } });
    const topUp = (amount: number) =>
      shop.call('POST', `/customers/${customer}/top-up`, { gateway: 'sandbox', amount });
    expect((await topUp(300_000_000_000_001)).status).toBe(422);
    expect((await topUp(300_000_000_000_000)).status).toBe(200);
  });

  it('is placed once per key, and not without one', async () => {
    const { username } = await newLine();
    const [one, two] = [
      await shop.call<OrderAnswer>('POST', '/orders', service(username), 'twice'),
      await shop.call<OrderAnswer>('POST', '/orders', service(username), 'twice'),
    ];
    expect(two.body.id).toBe(one.body.id);
    expect((await shop.call('POST', '/orders', service(username), '')).status).toBe(400);
  });

  it('is refused with a code and a sentence', async () => {
    const { username } = await newLine();
    const order = (body: object) => shop.call<{ detail: string }>('POST', '/orders', body);
    const unknown = await order(service('nobody'));
    expect(unknown).toMatchObject({ status: 404, body: { code: 'no-such-line' } });
    expect(unknown.body.detail).toMatch(/^There is no line/);
    expect(await order(service(username, 'none'))).toMatchObject({ body: { code: 'no-such-offer' } });
    const traffic = { username, kind: 'traffic', offerCode: 'x1' };
    expect(await order(traffic)).toMatchObject({ status: 409, body: { code: 'no-running-service' } });
    expect((await order({ username, kind: 'gift', offerCode: 'm5' })).status).toBe(422);
    expect(await shop.call('GET', '/orders/1')).toMatchObject({
      status: 404,
      body: { code: 'no-such-order' },
    });
  });

  it('is taken back once, and not paid any more', async () => {
    const { username } = await newLine();
    const { id } = await place(username);
    const cancelled = await shop.call('POST', `/orders/${id}/cancel`);
    expect(cancelled).toMatchObject({ status: 200, body: { state: 'cancelled', stateReason: 'by-request' } });
    expect(await pay(id, 'sandbox')).toMatchObject({ status: 409, body: { code: 'order-is-over' } });
  });
});

describe('paying', () => {
  it('from the wallet needs credit, applies at once, and tells the packet path', async () => {
    const { username, customer } = await newLine();
    const { id } = await place(username);
    expect(await pay(id, 'wallet')).toMatchObject({ status: 409, body: { code: 'insufficient-credit' } });
    await shop.orders.credit(customer, 660_000, `wallet-${username}`);
    const paid = await pay(id, 'wallet');
    expect(paid.body).toMatchObject({ order: { state: 'applied' }, redirect: null, goUrl: null });
    const { state } = await shop.world.deps.counters.load(username);
    expect(state?.profile.expiresAt).toBe(START + 30 * DAY_MS);
    expect(await pay(id, 'wallet')).toMatchObject({ status: 200, body: { order: { state: 'applied' } } });
    const { body } = await shop.call<{ purchases: object[] }>('GET', `/lines/${username}/purchases`);
    expect(body.purchases).toMatchObject([{ what: 'service', purchaseType: 'admin', octets: null }]);
  });

  it('at a gateway goes over its page and serves the line before the browser is back', async () => {
    const { username } = await newLine();
    const { id } = await place(username);
    const started = await pay(id, 'sandbox', { returnPath: '/my/orders' });
    expect(started.body.redirect?.url).toMatch(new RegExp(`^${SHOP_URL}/sandbox-bank/[0-9a-f]{32}$`));
    const { payment, goUrl } = started.body;
    expect(await goAndPay(goUrl!)).toBe(`/my/orders?payment=${payment!.id}`);
    expect(await shop.call('GET', `/orders/${id}`)).toMatchObject({ body: { state: 'applied' } });
    const found = await shop.call<PaymentAnswer>('GET', `/payments/${payment!.id}`);
    expect(found.body).toMatchObject({ state: 'paid', card: '603770******5443', orderId: id });
    expect(JSON.stringify(found.body)).not.toContain(goUrl!.slice(-48));
    const listed = await shop.call<{ payments: object[] }>('GET', `/payments?order=${id}`);
    expect(listed.body.payments).toHaveLength(1);
    const { state } = await shop.world.deps.counters.load(username);
    expect(state?.profile.expiresAt).toBe(START + 30 * DAY_MS);
  });

  it('without a page of its own ends on a plain one', async () => {
    const { username } = await newLine();
    const started = await pay((await place(username)).id, 'sandbox');
    const path = await goAndPay(started.body.goUrl!);
    expect(path).toMatch(/^\/pay\/done\/[0-9a-f]{48}$/);
    expect((await shop.browse(path)).status).toBe(200);
  });

  it('sends nobody elsewhere afterwards, and knows its gateways', async () => {
    const { username } = await newLine();
    const { id } = await place(username);
    const away = await pay(id, 'sandbox', { returnPath: '//evil.example' });
    expect(away).toMatchObject({ status: 422, body: { code: 'return-path-not-allowed' } });
    expect(await pay(id, 'melli')).toMatchObject({ status: 404, body: { code: 'no-such-gateway' } });
    const { body } = await shop.call<object>('GET', '/gateways');
    expect(body).toEqual({ gateways: [{ name: 'sandbox' }] });
    const unknown = await shop.call('GET', '/payments/1');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'no-such-payment' } });
  });
});

describe('a wallet', () => {
  it('is topped up at a gateway and explained', async () => {
    const { customer } = await newLine();
    const body = { gateway: 'sandbox', amount: 250_000 };
    const started = await shop.call<PayAnswer>('POST', `/customers/${customer}/top-up`, body);
    expect(started.body).toMatchObject({ order: null, payment: { purpose: 'top-up', amount: 250_000 } });
    await goAndPay(started.body.goUrl!);
    const wallet = await shop.call('GET', `/customers/${customer}/wallet`);
    expect(wallet.body).toMatchObject({
      ...{ balance: 250_000, receivable: 0, closing: 250_000 },
      entries: [{ kind: 'top-up', change: 250_000, against: ['gateway:sandbox'] }],
    });
    const nobody = await shop.call('POST', '/customers/999999/top-up', body);
    expect(nobody).toMatchObject({ status: 404, body: { code: 'no-such-customer' } });
  });

  it('pays what is owed: from itself, or at a gateway', async () => {
    const { customer } = await newLine();
    const circumstances = { key: `loan-${customer}`, actor: 'test', reason: '' };
    await shop.world.ledger.money.post(loan(circumstances, customer, rial(300_000)), START);
    const debt = (body: object) => shop.call<PayAnswer>('POST', `/customers/${customer}/pay-debt`, body);
    expect(await debt({ method: 'wallet', amount: 300_001 })).toMatchObject({
      body: { code: 'more-than-owed' },
    });
    expect((await debt({ method: 'wallet', amount: 100_000 })).status).toBe(200);
    const started = await debt({ method: 'sandbox' });
    expect(started.body.payment).toMatchObject({ purpose: 'debt', amount: 200_000 });
    await goAndPay(started.body.goUrl!);
    const wallet = await shop.call('GET', `/customers/${customer}/wallet`);
    expect(wallet.body).toMatchObject({ balance: 200_000, receivable: 0 });
    expect(await debt({ method: 'wallet' })).toMatchObject({ status: 409, body: { code: 'nothing-to-pay' } });
  });
});

describe('a free charge', () => {
  it('is given once', async () => {
    const { username } = await newLine();
    const charge = () => shop.call('POST', `/lines/${username}/free-charge`);
    expect(await charge()).toMatchObject({ status: 200, body: { kind: 'gift', days: 2 } });
    shop.world.clock.moveTo(START + 3 * DAY_MS);
    expect(await charge()).toMatchObject({ status: 409, body: { code: 'already-applied' } });
  });
});

describe('a key of a call', () => {
  it('that is forgotten pays nothing and says so, and one that is not is answered as before', async () => {
    const { customer } = await newLine();
    const { money, idempotency } = shop.world.ledger;
    const { clock } = shop.world;
    await shop.orders.credit(customer, 1_000, `credit-${customer}`);
    const owe = (key: string, amount: number) =>
      money.post(loan({ key, actor: 'test', reason: '' }, customer, rial(amount)), clock.now());
    await owe(`first-${customer}`, 300);
    const pay = (body: object = {}) =>
      shop.call('POST', `/customers/${customer}/pay-debt`, { method: 'wallet', ...body }, 'my-key');
    expect([(await pay()).status, (await pay()).status]).toEqual([200, 200]);
    // As if its process had died before it was remembered: what it did is not done again.
    await idempotency.removeBefore(clock.now() + 1, 1_000);
    expect((await pay()).status).toBe(200);
    expect(await shop.orders.wallet(customer)).toBe(1_000);
    for (const amount of [300, 500]) await owe(`later-${customer}-${amount}`, amount);
    clock.moveTo(clock.now() + DAY_MS);
    for (const body of [{}, { amount: 300 }, { amount: 200 }]) {
      await idempotency.removeBefore(clock.now() + 1, 1_000);
      expect(await pay(body)).toMatchObject({ status: 409, body: { code: 'key-is-taken' } });
    }
    expect(await money.balance(receivableOf(customer))).toMatchObject({ balance: 800 });
  });
});
