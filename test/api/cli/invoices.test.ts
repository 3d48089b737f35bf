import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOON } from '../../conformance/order-world.ts';
import { type ServedApp, serveApp } from '../serve-app.ts';
import { openShop, type Shop } from '../shop.ts';
import { TOKEN } from '../world.ts';
import { type MizanEnd, runMizan } from './run-mizan.ts';

const folder = mkdtempSync(join(tmpdir(), 'mizan-cli-'));

let shop: Shop;
let server: ServedApp;
let url: string;
let customer: number;

beforeAll(async () => {
  shop = await openShop();
  customer = await shop.orders.customer('c1');
  await shop.orders.pay(await shop.orders.place('c1', 'm5'));
  server = await serveApp(shop.app);
  url = server.url;
});
afterAll(async () => {
  server.close();
  await shop.world.close();
  rmSync(folder, { recursive: true });
});

function mizan(...args: readonly string[]): Promise<MizanEnd> {
  return runMizan(args, { cwd: folder, env: { MIZAN_URL: url, MIZAN_TOKEN: TOKEN } });
}

it('lists, shows, saves and takes back invoices', async () => {
  expect((await mizan('invoice', 'list', '--customer', String(customer))).out).toMatch(
    /1405-1 .*660,000 +order \d+/,
  );
  const shown = await mizan('invoice', 'show', '1405-1');
  expect(shown.out).toMatch(/یک‌ماهه ۵ گیگ[\s\S]*Payable +660,000 Rial\nPaid +660,000 Rial, sandbox/);
  expect(await mizan('invoice', 'show', '1405')).toMatchObject({
    code: 1,
    err: expect.stringContaining('no invoice'),
  });
  const saved = await mizan('invoice', 'pdf', '1405-1', '--language', 'en');
  expect(saved).toMatchObject({ code: 0, out: expect.stringContaining('invoice-1405-1.pdf') });
  const file = join(folder, 'invoice-1405-1.pdf');
  expect(readFileSync(file).subarray(0, 5).toString()).toBe('%PDF-');
  expect(statSync(file).mode & 0o077).toBe(0);
  expect(await mizan('invoice', 'pdf', '1405-9')).toMatchObject({ code: 1 });
  const away = await mizan('invoice', 'pdf', '1405-1', '--out', join(folder, 'not', 'there.pdf'));
  expect(away).toMatchObject({ code: 1, err: expect.stringContaining('cannot write') });
  expect(await mizan('invoice', 'refund', '1405-1')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--reason'),
  });
  const refunded = await mizan('invoice', 'refund', '1405-1', '--reason', 'moved', '--end');
  expect(refunded.out).toBe(`Credit note 1405R-1: 660,000 Rial are in the wallet of customer ${customer}.\n`);
  expect((await shop.orders.line('c1')).profile.expiresAt).toBe(NOON);
  expect((await mizan('invoice', 'list')).out).toMatch(/1405R-1 .*-660,000 +invoice 1405-1/);
  const again = await mizan('invoice', 'refund', '1405-1', '--reason', 'moved');
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('taken back before') });
}, 120_000);

it('lists messages as the customer is shown them', async () => {
  expect((await mizan('messages', String(customer))).out).toBe('No messages.\n');
  const { messages } = shop.world.ledger;
  const [taken] = await messages.take(1, 'sandbox', NOON + 1_000, 60);
  const { id, attempt } = taken!;
  const delivered = { id, attempt, state: 'delivered', providerId: 'p', reason: '' } as const;
  await messages.done(
    [{ ...delivered, cost: undefined, nextAt: undefined, uncertainSince: undefined }],
    NOON,
  );
  expect((await mizan('messages', String(customer))).out).toMatch(
    /\+989121234567 +delivered [\s\S]*1 - 1 of 1/,
  );
  expect((await mizan('messages', String(customer), '--page', '2')).out).toContain('there are 1');
});
