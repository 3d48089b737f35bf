import { existsSync } from 'node:fs';
import { type ServerType, serve } from '@hono/node-server';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShop } from '../panel/sandbox-bank-world.ts';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!existsSync(CHROMIUM))('the page of the sandbox bank in a browser', () => {
  const shop = openShop();
  const complaints: string[] = [];
  let server: ServerType;
  let browser: Browser;
  let page: Page;
  let origin: string;

  beforeAll(async () => {
    const port = await new Promise<number>((listening) => {
      server = serve({ fetch: shop.app.fetch, port: 0, hostname: '127.0.0.1' }, (info) =>
        listening(info.port),
      );
    });
    origin = `http://127.0.0.1:${port}`;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** Opens the page of a new payment; `callback` is where the shop wants its payers back. */
  async function openPayment(callback = origin): Promise<string> {
    const { path, token } = await shop.order(callback);
    await page.goto(`${origin}${path}`);
    return token;
  }

  it.each([320, 390, 780, 1280])('needs no sideways scrolling at %i pixels', async (width) => {
    await openPayment();
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
  });

  it('pays with the test card as it stands there, and comes back with the query', async () => {
    const sandboxToken = await openPayment();
    await page.getByRole('button', { name: 'پرداخت', exact: true }).click();
    await page.waitForURL(/\/pay\/back/);
    const parameters = { gateway: 'sandbox', sandboxToken, status: 'paid' };
    expect(shop.callbacks.at(-1)).toEqual({ method: 'GET', parameters });
  });

  it('turns back with a form that sends itself, also to a shop elsewhere', async () => {
    for (const callback of [origin, origin.replace('127.0.0.1', 'localhost')]) {
      const sandboxToken = await openPayment(callback);
      await page.getByLabel('بازگشت به سایت با فرم (POST)').check();
      await page.getByRole('button', { name: 'انصراف' }).click();
      await page.waitForURL(/\/pay\/back/);
      const parameters = { sandboxToken, status: 'cancelled' };
      expect(shop.callbacks.at(-1)).toEqual({ method: 'POST', parameters });
    }
  });

  it('pays and stays at the bank', async () => {
    const token = await openPayment();
    const before = shop.callbacks.length;
    await page.getByLabel('پرداخت شود ولی به سایت برنگرد').check();
    await page.getByRole('button', { name: 'پرداخت', exact: true }).click();
    await page.getByRole('status').waitFor();
    expect(await page.getByRole('status').textContent()).toBe('پرداخت انجام شد.');
    expect((await shop.bank.find(token))?.state).toBe('paid');
    expect(shop.callbacks).toHaveLength(before);
  });

  it('breaks no rule of its own content security policy and throws nothing', () => {
    expect(complaints).toEqual([]);
  });
});
