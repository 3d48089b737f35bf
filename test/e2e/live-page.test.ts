import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MizanProcess } from './mizan-process.ts';

const CHROMIUM = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!existsSync(CHROMIUM))('the live page in a browser', () => {
  let mizan: MizanProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    mizan = await MizanProcess.start({ env: { MIZAN_DEMO: '1' } });
    browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    const { httpUrl } = JSON.parse(readFileSync(join(mizan.dataDir, 'run.json'), 'utf8')) as {
      httpUrl: string;
    };
    await page.goto(httpUrl);
  });

  afterAll(async () => {
    await browser?.close();
    await mizan?.stop();
  });

  it('is Persian, from right to left, with twenty lines', async () => {
    expect(await page.locator('html').getAttribute('lang')).toBe('fa');
    expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
    expect(await page.locator('[data-id^="line:"]').count()).toBe(20);
    expect(await page.locator('[data-id="line:demo01"] [data-text="name"]').textContent()).toBe('زهرا احمدی');
  });

  it('shows the remaining traffic of a line falling, without a reload', async () => {
    await page.evaluate('window.sameDocument = true');
    const line = page.locator('[data-id="line:demo02"]');
    const bar = line.locator('progress');
    const share = () => bar.evaluate((element) => (element as unknown as { value: number }).value);
    await expect.poll(() => line.getAttribute('data-state'), { timeout: 20_000 }).toBe('online');
    const before = await share();
    await expect.poll(share, { timeout: 20_000 }).toBeLessThan(before);
    expect(await page.evaluate('window.sameDocument')).toBe(true);
  });

  it.each([320, 390, 780, 1280])('needs no sideways scrolling at %i pixels', async (width) => {
    await page.setViewportSize({ width, height: 800 });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('breaks no rule of its own content security policy and throws nothing', () => {
    expect(complaints).toEqual([]);
  });
});
