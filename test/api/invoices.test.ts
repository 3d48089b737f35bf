import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InvoiceAnswer, InvoiceSummaryAnswer } from '../../api/routes/invoices.ts';
import type { CustomerMessagesAnswer } from '../../api/routes/messages.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { NOON } from '../conformance/order-world.ts';
import { openShop, type Shop } from './shop.ts';
import { ask, TOKEN } from './world.ts';

interface List {
  readonly invoices: readonly InvoiceSummaryAnswer[];
  readonly next: string | null;
}

let shop: Shop;
let lines = 0;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.world.close());

/** A line that has bought 5 GB, and its invoice. */
async function bought() {
  const username = `i${++lines}`;
  const customer = await shop.orders.customer(username);
  const order = await shop.orders.pay(await shop.orders.place(username, 'm5'));
  const { body } = await shop.call<List>('GET', `/invoices?order=${order.id}`);
  const [invoice] = body.invoices;
  return { username, customer, order, invoice: invoice!, path: `/invoices/1405/${invoice!.number}` };
}

describe('an invoice', () => {
  it('is listed by order and customer, and shown with every figure', async () => {
    const { username, customer, order, invoice, path } = await bought();
    expect(invoice).toEqual({
      ...{
        name: `1405-${invoice.number}`,
        series: '1405',
        number: invoice.number,
        kind: 'invoice',
        customer,
      },
      ...{ issuedAt: new Date(NOON).toISOString(), username, payable: 660_000, orderId: String(order.id) },
      ...{ billId: '', corrects: null },
    });
    const { body } = await shop.call<InvoiceAnswer>('GET', path);
    expect(body).toMatchObject({
      ...invoice,
      rows: [{ description: 'یک‌ماهه ۵ گیگ', unitPrice: 600_000, vat: 60_000, term: null, takesBack: null }],
      totals: { price: 600_000, vat: 60_000, total: 660_000, payable: 660_000 },
      paid: [{ by: 'gateway', gateway: 'sandbox', amount: 660_000 }],
      ...{ paidLater: [], creditNotes: [] },
    });
    await shop.orders.pay(await shop.orders.place(username, 'm5'));
    const one = await shop.call<List>('GET', `/invoices?customer=${customer}&limit=1`);
    const two = await shop.call<List>(
      'GET',
      `/invoices?customer=${customer}&limit=1&before=${one.body.next}`,
    );
    expect([one, two].map((page) => page.body.invoices[0]!.name)).toEqual([
      `1405-${invoice.number + 1}`,
      invoice.name,
    ]);
    expect((await shop.call('GET', '/invoices/1405/999999')).status).toBe(404);
    expect((await shop.call('GET', '/invoices?before=x')).status).toBe(422);
  });

  it('is a file in both languages, to be saved under its name', async () => {
    const { path, invoice } = await bought();
    const get = (query: string) => ask(shop.app, `/api/v1${path}/pdf${query}`);
    const answers = [await get(''), await get('?language=en'), await get('')];
    const [fa, en, again] = await Promise.all(
      answers.map(async (one) => Buffer.from(await one.arrayBuffer())),
    );
    expect(fa!.subarray(0, 5).toString()).toBe('%PDF-');
    expect([fa!.equals(again!), fa!.equals(en!)]).toEqual([true, false]);
    expect(answers[0]!.headers.get('content-disposition')).toBe(
      `attachment; filename="invoice-${invoice.name}.pdf"`,
    );
    expect((await get('?language=de')).status).toBe(422);
  });

  it('is shown to whoever has the link, as long as it is valid, and to nobody else', async () => {
    const { path } = await bought();
    const { link } = (await shop.call<InvoiceAnswer>('GET', path)).body;
    const page = await shop.app.request(link);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('cache-control')).toBe('private, no-store');
    const text = await page.text();
    expect(text).toContain('صورتحساب فروش خدمات');
    expect(await (await shop.app.request(`${link}?lang=en`)).text()).toContain('<html lang="en" dir="ltr"');
    const file = await shop.app.request(`${link}/pdf`);
    expect(file.headers.get('content-type')).toBe('application/pdf');
    const [, style = ''] = /href="(\/assets\/[^"]+invoice\.css)"/.exec(text) ?? [];
    expect((await shop.app.request(style)).status).toBe(200);
    const number = Number(/-(\d+)\./.exec(link)![1]);
    for (const wrong of [link.slice(0, -1), link.replace(`-${number}.`, `-${number - 1}.`), '/i/x']) {
      expect((await shop.app.request(wrong)).status).toBe(404);
    }
    shop.world.clock.moveTo(NOON + 32 * DAY_MS);
    expect((await shop.app.request(link)).status).toBe(404);
    const afresh = (await shop.call<InvoiceAnswer>('GET', path)).body.link;
    expect((await shop.app.request(afresh)).status).toBe(200);
  });
});

describe('a credit note', () => {
  const takeBack = (path: string, body: object, key?: string) =>
    shop.call<{ creditNote: InvoiceSummaryAnswer }>(
      'POST',
      `${path}/credit-note`,
      { reason: 'moved', ...body },
      key,
    );

  it('is written once per key, and puts the money into the wallet', async () => {
    const { path, customer, invoice } = await bought();
    expect((await takeBack(path, {}, '')).status).toBe(400);
    expect((await takeBack(path, { reason: '' })).status).toBe(422);
    const [one, two] = [await takeBack(path, {}, 'once'), await takeBack(path, {}, 'once')];
    expect(one).toMatchObject({
      status: 201,
      body: { creditNote: { kind: 'credit-note', corrects: invoice.name } },
    });
    expect(two).toEqual(one);
    expect(await shop.orders.wallet(customer)).toBe(660_000);
    expect(await takeBack(path, {})).toMatchObject({ status: 409, body: { code: 'already-taken-back' } });
    const shown = (await shop.call<InvoiceAnswer>('GET', path)).body;
    expect(shown.creditNotes).toEqual([one.body.creditNote.name]);
    const page = await (await shop.app.request(shown.link)).text();
    expect(page).toContain('برگشت‌خورده با صورتحساب');
  });

  it('takes back rows that are there, and ends a service with all of them', async () => {
    const { path, username } = await bought();
    expect(await takeBack(path, { takenBack: { rows: [2] } })).toMatchObject({
      body: { code: 'no-such-row' },
    });
    expect((await takeBack(path, { takenBack: { rows: [0] } })).status).toBe(422);
    expect((await takeBack(path, { takenBack: 'some' })).status).toBe(422);
    expect(await takeBack(path, { service: 'end' })).toMatchObject({
      status: 409,
      body: { code: 'service-is-over' },
    });
    shop.world.clock.moveTo(NOON + 33 * DAY_MS);
    const now = NOON + 33 * DAY_MS;
    const order = await shop.orders.pay(await shop.orders.place(username, 'm8', { now }), now);
    const [invoice] = (await shop.call<List>('GET', `/invoices?order=${order.id}`)).body.invoices;
    const done = await takeBack(`/invoices/${invoice!.series}/${invoice!.number}`, { service: 'end' });
    expect(done.status).toBe(201);
    expect((await shop.orders.line(username)).profile.expiresAt).toBe(now);
  });
});

describe('messages', () => {
  it('are listed as the customer got them, and for staff by their state', async () => {
    const { customer } = await bought();
    const list = async (query = '') =>
      (await shop.call<CustomerMessagesAnswer>('GET', `/customers/${customer}/messages${query}`)).body;
    expect(await list()).toEqual({ from: 0, to: 0, total: 0, rows: [] });
    const queued = await shop.call<{ messages: { id: number; customer: number }[] }>(
      'GET',
      '/messages?state=queued&limit=1',
    );
    expect(queued.body.messages).toMatchObject([{ customer, kind: 'purchase-applied', state: 'queued' }]);
    const { messages } = shop.world.ledger;
    const taken = await messages.take(1_000, 'sandbox', NOON + 60 * DAY_MS, 60);
    const own = taken.find(({ id }) => id === queued.body.messages[0]!.id)!;
    await messages.done(
      [
        {
          ...{ id: own.id, attempt: own.attempt, state: 'delivered', providerId: 'p', cost: undefined },
          ...{ reason: '', nextAt: undefined, uncertainSince: undefined },
        },
      ],
      NOON,
    );
    expect(await list()).toMatchObject({
      ...{ from: 1, to: 1, total: 1 },
      rows: [{ row: 1, mobile: '+989121234567', reason: 'اعلام فعال شدن خرید', state: 'delivered' }],
    });
    expect((await list('?page=2&size=15')).rows).toEqual([]);
    expect((await list('?language=en')).rows[0]!.reason).not.toContain('اعلام');
    expect((await shop.call('GET', `/customers/${customer}/messages?size=11`)).status).toBe(422);
    expect((await shop.call('GET', '/customers/999/messages')).status).toBe(404);
    expect(
      (await shop.app.request('/api/v1/messages', { headers: { authorization: `Bearer ${TOKEN}x` } })).status,
    ).toBe(401);
  });
});
