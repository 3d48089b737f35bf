import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  shop = await openShop(() => url);
  customer = await shop.orders.customer('c1');
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
const numberIn = (out: string) => /Order +(\d+)/.exec(out)?.[1] ?? '';

describe('mizan order', () => {
  it('quotes, places, pays at the sandbox bank as a browser would, shows and lists', async () => {
    const quoted = await mizan('order', 'quote', 'c1', '--offer', 'm5');
    expect(quoted.out).toMatch(/vat +60,000 +10 % of 600,000[\s\S]*Payable +660,000 Rial/);
    const placed = await mizan('order', 'place', 'c1', '--offer', 'm5');
    const id = numberIn(placed.out);
    const waiting = await mizan('order', 'pay', id, '--gateway', 'sandbox');
    expect(waiting.out).toContain(`${url}/pay/go/`);
    const paid = await mizan('order', 'pay', id, '--gateway', 'sandbox', '--approve');
    expect(paid).toMatchObject({ code: 0, out: expect.stringMatching(/order \d+ +sandbox +660,000 +paid/) });
    expect((await mizan('order', 'show', id)).out).toMatch(/State +applied/);
    expect((await mizan('order', 'list', '--user', 'c1')).out).toMatch(/service .*660,000 +applied/);
    expect((await mizan('payment', 'list')).out).toMatch(/paid[\s\S]*pending/);
    const late = await mizan('order', 'cancel', id);
    expect(late).toMatchObject({ code: 1, err: expect.stringContaining('The order is applied') });
  });

  it('pays from the wallet without a gateway, and says when there is too little', async () => {
    await shop.orders.customer('c2');
    const id = numberIn((await mizan('order', 'place', 'c2', '--offer', 'm5')).out);
    expect(await mizan('order', 'pay', id)).toMatchObject({
      code: 1,
      err: 'The wallet has too little credit.\n',
    });
  });

  it('wants an offer', async () => {
    const outcome = await mizan('order', 'place', 'c1');
    expect(outcome).toMatchObject({ code: 2, err: expect.stringContaining('order place needs --offer') });
  });
});

describe('mizan wallet, free-charge and payments', () => {
  it('tops up and shows', async () => {
    const options = ['--amount', '50000', '--gateway', 'sandbox', '--approve'];
    expect((await mizan('wallet', 'top-up', String(customer), ...options)).code).toBe(0);
    expect((await mizan('wallet', 'show', String(customer))).out).toMatch(/In the wallet +50,000 Rial/);
  });

  it('gives a free charge once', async () => {
    await shop.orders.customer('c3');
    expect((await mizan('free-charge', 'c3')).out).toMatch(/^c3 has 2 days/);
  });

  it('compares a settlement file and tells by its exit code that all is not well', async () => {
    const file = join(folder, 'paid.csv');
    const paid = await shop.world.ledger.payments.payments({ state: 'paid', limit: 10 });
    const rows = paid.map(({ reference, amount }) => `${reference},${amount}`);
    writeFileSync(file, ['reference,amount', ...rows].join('\n'));
    const days = ['--from', '2026-11-21', '--to', '2026-11-21'];
    const whole = await mizan('payments', 'reconcile', 'sandbox', file, ...days, '--payout', 'P1');
    expect(whole).toMatchObject({ code: 0, out: expect.stringMatching(/Payout +710,000 Rial, entry \d+/) });
    writeFileSync(file, 'reference,amount\nstranger,5');
    const other = await mizan('payments', 'reconcile', 'sandbox', file, ...days);
    expect(other).toMatchObject({ code: 1, out: expect.stringMatching(/Missing here +1: stranger/) });
    const payout = [...days, '--payout', 'P2'];
    const doubtful = await mizan('payments', 'reconcile', 'sandbox', file, ...payout);
    expect(doubtful).toMatchObject({ code: 1, err: expect.stringContaining('not paid here') });
    const meant = await mizan('payments', 'reconcile', 'sandbox', file, ...payout, '--despite-missing');
    expect(meant.out).toMatch(/Payout +5 Rial, entry \d+/);
    expect((await mizan('payments', 'reconcile', 'sandbox')).err).toContain('needs FILE.csv');
  });

  it('shows an order that the wallet paid, though there was no bank to approve at', async () => {
    const payer = String(await shop.orders.customer('c4'));
    const options = ['--amount', '۷۰۰۰۰۰', '--gateway', 'sandbox', '--approve'];
    expect((await mizan('wallet', 'top-up', payer, ...options)).code).toBe(0);
    const id = numberIn((await mizan('order', 'place', 'c4', '--offer', 'm5')).out);
    const paid = await mizan('order', 'pay', id, '--approve');
    expect(paid).toMatchObject({ code: 0, out: expect.stringMatching(/State +applied/), err: '' });
  });
});
