import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrderAnswer } from '../../api/orders.ts';
import type { depositAnswer } from '../../schemas/http/deposit-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import { openShop, type Shop } from './shop.ts';
import { START, TOKEN } from './world.ts';

type Deposit = Told<typeof depositAnswer>;

const ACCOUNT = {
  ...{ bank: 'ملت', owner: 'شرکت نمونه', cardNumber: '6037701689095443', accountNumber: '17', sheba: '' },
};
let shop: Shop;
let lines = 0;
let traces = 0;

beforeAll(async () => {
  shop = await openShop();
  const settings = [
    { name: 'depositAccounts', value: [ACCOUNT] },
    { name: 'supportPhones', value: ['02188776655'] },
  ] as const;
  await shop.orders.declare({ settings: [...settings] } as never, START);
});
afterAll(() => shop.world.close());

const newLine = async () => {
  const username = `d${++lines}`;
  return { username, customer: await shop.orders.customer(username) };
};
const told = (more: object = {}) => ({
  ...{ amount: 660_000, bank: 'ملت', trace: `10${++traces}`, depositedOn: '۱۴۰۵/۰۸/۲۹', ...more },
});
const tell = (customer: number, body: object) =>
  shop.call<Deposit>('POST', `/customers/${customer}/deposits`, body);
const review = (id: number, verdict: 'approve' | 'reject', body: object = {}) =>
  shop.call<{ payment: object; order: object }>('POST', `/deposits/${id}/${verdict}`, body);
const placed = async (username: string) => {
  const body = { username, kind: 'service', offerCode: 'm5' };
  return (await shop.call<OrderAnswer>('POST', '/orders', body)).body;
};

describe('accounts to pay into', () => {
  it('are told with whom to call', async () => {
    const { body } = await shop.call('GET', '/deposit-accounts');
    expect(body).toEqual({ accounts: [ACCOUNT], supportPhones: ['02188776655'] });
  });
});

describe('a deposit', () => {
  it('waits for staff, is approved into the bank account and pays its order at once', async () => {
    const { username, customer } = await newLine();
    const { id: orderId } = await placed(username);
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    const receipt = picture.toString('base64');
    const deposit = await tell(customer, told({ orderId, receipt }));
    expect(deposit).toMatchObject({
      status: 201,
      body: { state: 'waiting', depositedOn: '2026-11-20', hasReceipt: true, submittedBy: 'staff' },
    });
    expect(await shop.call('GET', `/orders/${orderId}`)).toMatchObject({ body: { state: 'placed' } });
    const headers = { authorization: `Bearer ${TOKEN}` };
    const shown = await shop.app.request(`/api/v1/deposits/${deposit.body.id}/receipt`, { headers });
    expect([...new Uint8Array(await shown.arrayBuffer()).slice(0, 2)]).toEqual([0xff, 0xd8]);
    const approved = await review(deposit.body.id, 'approve', { note: 'seen' });
    expect(approved.body).toMatchObject({
      deposit: { state: 'approved', reviewedBy: 'staff', note: 'seen' },
      payment: { gateway: 'bank-deposit', state: 'paid', reason: '', amount: 660_000 },
      order: { state: 'applied' },
    });
    const bank = await shop.world.ledger.money.balance('bank');
    expect(bank?.balance).toBe(660_000);
    const trail = await shop.world.ledger.people.auditTrail({ subject: `customer:${customer}`, limit: 10 });
    expect(trail.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['deposit.submit', 'deposit.approve']),
    );
    const again = await review(deposit.body.id, 'approve');
    expect(again).toMatchObject({ status: 409, body: { code: 'reviewed-already' } });
  });

  it('of another amount, or of an order that is over by then, becomes credit', async () => {
    const { username, customer } = await newLine();
    const order = await placed(username);
    const small = await tell(customer, told({ orderId: order.id, amount: 500 }));
    expect((await review(small.body.id, 'approve')).body).toMatchObject({
      ...{ payment: { reason: 'amount-differs' }, order: { state: 'placed' } },
    });
    const late = await tell(customer, told({ orderId: order.id }));
    await shop.call('POST', `/orders/${order.id}/cancel`);
    expect((await review(late.body.id, 'approve')).body).toMatchObject({ order: { state: 'credited' } });
    expect(await shop.orders.wallet(customer)).toBe(660_500);
  });

  it('counts once, and may be told again when it was rejected', async () => {
    const { customer } = await newLine();
    const one = told({ amount: 1_000 });
    const first = await tell(customer, one);
    expect(await tell(customer, one)).toMatchObject({
      ...{ status: 409, body: { code: 'told-already', supportPhones: ['02188776655'] } },
    });
    expect((await review(first.body.id, 'reject')).status).toBe(422);
    const rejected = await review(first.body.id, 'reject', { note: 'نیامده است' });
    expect(rejected.body).toMatchObject({ state: 'rejected', note: 'نیامده است', paymentId: null });
    const second = await tell(customer, one);
    expect(second.status).toBe(201);
    expect((await review(second.body.id, 'approve')).status).toBe(200);
    const other = await tell(customer, { ...one, amount: 2_000 });
    expect(await review(other.body.id, 'approve')).toMatchObject({ body: { code: 'reference-is-taken' } });
    expect(await shop.orders.wallet(customer)).toBe(1_000);
  });

  it('is credited once by many reviews at once', async () => {
    const { customer } = await newLine();
    const { body } = await tell(customer, told({ amount: 7_000 }));
    const all = await Promise.all(Array.from({ length: 20 }, () => review(body.id, 'approve')));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await shop.orders.wallet(customer)).toBe(7_000);
  });

  it('is refused when it cannot be', async () => {
    const { username, customer } = await newLine();
    const refusals = [
      [told({ depositedOn: '1405/09/01' }), 422, 'date-in-future'],
      [told({ bank: 'دیگر' }), 409, 'no-such-bank-account'],
      [told({ orderId: 9 }), 404, 'no-such-order'],
      [told({ receipt: Buffer.from('<svg/>').toString('base64') }), 422, 'receipt-not-a-picture'],
    ] as const;
    for (const [body, status, code] of refusals) {
      const supportPhones = ['02188776655'];
      expect(await tell(customer, body)).toMatchObject({ status, body: { code, supportPhones } });
    }
    expect((await tell(customer, told({ depositedOn: '1405/13/01' }))).status).toBe(422);
    const stranger = await newLine();
    const order = await placed(username);
    expect(await tell(stranger.customer, told({ orderId: order.id }))).toMatchObject({ status: 404 });
    expect(await tell(999_999, told())).toMatchObject({ body: { code: 'no-such-customer' } });
    expect((await shop.call('GET', '/deposits/999')).status).toBe(404);
  });

  it('stands in the queue, the longest waiting first', async () => {
    const { customer } = await newLine();
    const [one, two] = [await tell(customer, told()), await tell(customer, told())];
    const path = `/deposits?state=waiting&customer=${customer}`;
    const queue = await shop.call<{ deposits: Deposit[] }>('GET', path);
    expect(queue.body.deposits).toEqual([one.body, two.body]);
  });
});

it('leaves books without a fault', async () => expect(await shop.orders.faults()).toBe(0));
