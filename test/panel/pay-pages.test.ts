import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { PayDesk, WayOn } from '../../engine/payments/pay-desk.ts';
import type { Payment } from '../../engine/payments/payment.ts';
import { TestClock } from '../../engine/runtime/clock.ts';
import { rial } from '../../engine/values/rial.ts';
import { payRoutes } from '../../panel/pay-pages.tsx';

const PAYMENT: Payment = {
  ...{ id: 100_001, customer: 7, purpose: 'order', orderId: 10_001, gateway: 'mellat', secret: 's1' },
  ...{ amount: rial(660_000), state: 'paid', token: 't', redirect: undefined, fields: {}, returnPath: '' },
  ...{ reference: '<b>17', card: '603770******5443', reason: '', createdAt: 0, endedAt: 1, inquiries: 0 },
};

function openPages(more: Partial<PayDesk> = {}, way?: WayOn) {
  const callbacks: unknown[] = [];
  const clock = new TestClock(0);
  const desk = {
    returned: async (gateway: string, secret: string, parameters: Readonly<Record<string, string>>) => {
      callbacks.push([gateway, secret, parameters]);
      return secret === 's1' ? '/my/orders?payment=1' : undefined;
    },
    wayOn: async (secret: string) => (secret === 's1' ? way : undefined),
    bySecret: async (secret: string) => (secret === 's1' ? PAYMENT : undefined),
    ...more,
  };
  return { app: new Hono().route('/', payRoutes({ desk, clock })), callbacks, clock };
}

describe('callbacks', () => {
  it('are taken by GET and by POST, without cookies and from any site, and lead to a page of ours', async () => {
    const { app, callbacks } = openPages();
    const got = await app.request('/pay/callback/zarinpal/s1?Authority=A1&Status=OK');
    const posted = await app.request('/pay/callback/mellat/s1?a=1', {
      method: 'POST',
      headers: { origin: 'https://bank.example', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ RefId: 'x', a: '2' }),
    });
    for (const answer of [got, posted]) {
      expect(answer.status).toBe(303);
      expect(answer.headers.get('location')).toBe('/my/orders?payment=1');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    expect(callbacks).toEqual([
      ['zarinpal', 's1', { Authority: 'A1', Status: 'OK' }],
      ['mellat', 's1', { RefId: 'x', a: '2' }],
    ]);
  });

  it('survive bodies that are no forms, and refuse large ones', async () => {
    const { app, callbacks } = openPages();
    const init = { method: 'POST', headers: { 'content-type': 'multipart/form-data' }, body: '--broken' };
    expect((await app.request('/pay/callback/mellat/s1', init)).status).toBe(303);
    expect(callbacks).toEqual([['mellat', 's1', {}]]);
    const large = { method: 'POST', body: new URLSearchParams({ a: 'x'.repeat(20_000) }) };
    expect((await app.request('/pay/callback/mellat/s1', large)).status).toBe(413);
  });

  it('of nobody are 404, and after 60 of them within a minute told to wait, which holds up no payer', async () => {
    const { app, clock } = openPages();
    const guess = async () => (await app.request('/pay/callback/mellat/wrong')).status;
    for (let count = 0; count < 60; count += 1) expect(await guess()).toBe(404);
    expect(await guess()).toBe(429);
    expect((await app.request('/pay/callback/mellat/s1')).status).toBe(303);
    clock.moveTo(60_000);
    expect(await guess()).toBe(404);
  });
});

describe('the way to the bank', () => {
  it('is a redirect, or a form that goes nowhere else', async () => {
    const get = { method: 'GET', url: 'https://bank.example/pay/1', fields: {} } as const;
    const answer = await openPages({}, { kind: 'bank', redirect: get }).app.request('/pay/go/s1');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, 'https://bank.example/pay/1']);
    const post = { method: 'POST', url: 'https://bank.example/start', fields: { RefId: '"><b>' } } as const;
    const page = await openPages({}, { kind: 'bank', redirect: post }).app.request('/pay/go/s1?lang=en');
    expect(page.headers.get('content-security-policy')).toContain('form-action https://bank.example;');
    const html = await page.text();
    expect(html).toContain('action="https://bank.example/start"');
    expect(html).toContain('value="&quot;&gt;&lt;b&gt;"');
  });

  it('leads to our own page once the payment is over, and nowhere for a wrong secret', async () => {
    const { app } = openPages({}, { kind: 'own', path: '/pay/done/s1' });
    expect((await app.request('/pay/go/s1')).headers.get('location')).toBe('/pay/done/s1');
    expect((await app.request('/pay/go/s2')).status).toBe(404);
  });
});

describe('the page of a payment', () => {
  it('tells what became of it, in both languages', async () => {
    const { app } = openPages();
    const fa = await (await app.request('/pay/done/s1')).text();
    expect(fa).toContain('data-outcome="served"');
    expect(fa).toContain('۶۶۰٬۰۰۰');
    expect(fa).toContain('۱۱ دی ۱۳۴۸');
    expect(fa).not.toContain('<b>17');
    expect(await (await app.request('/pay/done/s1?lang=en')).text()).toContain('603770******5443');
    expect((await app.request('/pay/done/none')).status).toBe(404);
  });

  it.each([
    ['pending', '', 'waiting'],
    ['created', '', 'waiting'],
    ['failed', '-51', 'failed'],
    ['paid', 'amount-differs', 'credited'],
    ['suspicious', 'reference-of-another', 'suspicious'],
  ] as const)(
    'of one that is %s says so, and renews itself while the bank is silent',
    async (state, reason, outcome) => {
      const { app } = openPages({ bySecret: async () => ({ ...PAYMENT, state, reason }) });
      const html = await (await app.request('/pay/done/s1')).text();
      expect(html).toContain(`data-outcome="${outcome}"`);
      expect(html.includes('http-equiv="refresh"')).toBe(outcome === 'waiting');
    },
  );
});
