import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../engine/values/instant.ts';
import { rial } from '../../engine/values/rial.ts';
import { openShop } from './sandbox-bank-world.ts';

const CARD = '6037701689095443';

let shop: ReturnType<typeof openShop>;
let path: string;
let token: string;

beforeEach(async () => {
  shop = openShop();
  ({ path, token } = await shop.order());
});

const send = (fields: Readonly<Record<string, string>>) =>
  shop.app.request(path, { method: 'POST', body: new URLSearchParams(fields) });

describe('the page of the sandbox bank', () => {
  it('shows merchant, amount in Rial and Toman and a test card, in Persian', async () => {
    const html = await (await shop.app.request(path)).text();
    expect(html).toMatch(/^<!doctype html><html lang="fa" dir="rtl">/);
    expect(html).toContain('۱٬۵۰۰٬۰۰۰');
    expect(html).toContain('۱۵۰٬۰۰۰ تومان');
    expect(html).toContain('اینترنت &lt;نمونه&gt;');
    expect(html).toContain('value="6037 7016 8909 5443"');
    for (const word of ['پرداخت', 'انصراف', 'ناموفق', 'پرداخت شود ولی به سایت برنگرد']) {
      expect(html).toContain(`${word}<`);
    }
  });

  it('tells an amount that is no whole Toman as it is', async () => {
    const odd = await shop.order('http://shop.example', rial(1_005));
    const html = await (await shop.app.request(`${odd.path}?lang=en`)).text();
    expect(html).toContain('1,005');
    expect(html).toContain('100.5 Toman');
  });

  it('is English when asked, with a policy that lets forms go back to the shop and nowhere else', async () => {
    const answer = await shop.app.request(`${path}?lang=en`);
    const policy = answer.headers.get('content-security-policy');
    expect(policy).toContain("form-action 'self' http://shop.example;");
    expect(policy).not.toContain('unsafe');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const html = await answer.text();
    expect(html).toMatch(/^<!doctype html><html lang="en" dir="ltr">/);
    expect(html).not.toMatch(/ style=|<style| on\w+=|<script[^>]*>[^<]/);
  });

  it('takes the payer back to the shop with what was decided', async () => {
    const answer = await send({ decision: 'pay', card: '۶۰۳۷ ۷۰۱۶ ۸۹۰۹ ۵۴۴۳', back: 'get' });
    expect(answer.status).toBe(303);
    const target = new URL(answer.headers.get('location')!);
    expect(Object.fromEntries(target.searchParams)).toEqual({
      gateway: 'sandbox',
      sandboxToken: token,
      status: 'paid',
    });
    expect(await shop.bank.find(token)).toMatchObject({ state: 'paid', card: '603770******5443' });
    expect(JSON.stringify([...shop.book.rows.values()])).not.toContain(CARD);
  });

  it('goes back by a form when that is chosen', async () => {
    const html = await (await send({ decision: 'cancel', back: 'post' })).text();
    expect(html).toContain('action="http://shop.example/pay/back?gateway=sandbox"');
    expect(html).toContain(`name="sandboxToken" value="${token}"`);
    expect(html).toContain('name="status" value="cancelled"');
    expect(html).toMatch(/<script type="module" src="\/assets\/[0-9a-f]{12}\/post-form.js">/);
  });

  it('stays at the bank, paid, when the payer is not to come back', async () => {
    const answer = await send({ decision: 'pay', card: CARD, back: 'none' });
    expect(answer.status).toBe(200);
    const html = await answer.text();
    expect(html).toContain('پرداخت انجام شد.');
    expect(html).toContain('900000000001');
    expect(html).not.toContain('/pay/back');
    expect((await shop.bank.find(token))?.state).toBe('paid');
  });

  it('asks again for a card that is none, and for a decision that is none', async () => {
    for (const fields of [{ decision: 'pay', card: '6219861034529008' }, { decision: 'steal' }, {}]) {
      const answer = await send(fields as Record<string, string>);
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain('role="alert"');
    }
    expect((await shop.bank.find(token))?.state).toBe('waiting');
  });

  it('decides once: whoever sends the form again is told how it ended', async () => {
    await send({ decision: 'fail' });
    const again = await send({ decision: 'pay', card: CARD, back: 'get' });
    expect(new URL(again.headers.get('location')!).searchParams.get('status')).toBe('failed');
    const html = await (await shop.app.request(path)).text();
    expect(html).toContain('data-state="failed"');
    expect(html).toContain('status=failed');
    expect(html).not.toContain('name="card"');
  });

  it('is over after a quarter of an hour', async () => {
    shop.clock.moveTo(shop.clock.now() + 15 * MINUTE_MS);
    expect(await (await shop.app.request(path)).text()).toContain('data-state="failed"');
    const late = await send({ decision: 'pay', card: CARD });
    expect(new URL(late.headers.get('location')!).searchParams.get('status')).toBe('failed');
  });

  it('knows no payment but its own, and reads no long form', async () => {
    const unknown = `/sandbox-bank/${'0'.repeat(32)}`;
    expect((await shop.app.request(unknown)).status).toBe(404);
    expect((await shop.app.request(unknown, { method: 'POST' })).status).toBe(404);
    expect((await send({ decision: 'pay', card: '6'.repeat(5_000) })).status).toBe(413);
  });

  it('is not there unless the sandbox is switched on', async () => {
    const closed = openShop(false);
    const order = await closed.order();
    expect((await closed.app.request(order.path)).status).toBe(404);
    expect((await closed.app.request(order.path, { method: 'POST' })).status).toBe(404);
  });
});
