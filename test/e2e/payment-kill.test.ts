import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, PostgresServer } from '../../bench/servers/postgres-server.ts';
import { DAY_MS, MINUTE_MS } from '../../engine/values/instant.ts';
import { type AtBank, BankPayer } from './bank-payer.ts';
import { eventually, MizanProcess } from './mizan-process.ts';

const START = Date.UTC(2026, 10, 21, 7, 30);

/** Milliseconds after the callback was sent at which the program dies: before it is read, within, and after it. */
const DEATHS = [0, 4, 10, 25, 60];

interface Outcome extends Pick<AtBank, 'payment' | 'callback'> {
  readonly username: string;
  readonly customer: number;
  readonly now: number;
}

/** The line is served for one term, by one purchase and one payment, and nothing is left in the wallet. */
async function expectAppliedOnce(
  payer: BankPayer,
  { username, customer, payment, callback, now }: Outcome,
): Promise<void> {
  // The payer reloads the page that was never answered.
  const again = await fetch(payer.url(callback), { redirect: 'manual' });
  expect(again.status).toBe(303);
  const line = await eventually(async () => {
    const found = await payer.mizan().line(username);
    return Date.parse(found.expiresAt ?? '') > now && found;
  });
  expect(Date.parse(line.expiresAt!) - now).toBeLessThanOrEqual(30 * DAY_MS);
  const { purchases } = await payer.call<{ purchases: object[] }>('GET', `/lines/${username}/purchases`);
  expect(purchases).toHaveLength(1);
  const paid = await payer.call<object>('GET', `/payments/${payment.id}`);
  expect(paid).toMatchObject({ state: 'paid', reason: '' });
  const wallet = await payer.call<object>('GET', `/customers/${customer}/wallet`);
  expect(wallet).toMatchObject({ balance: 0 });
}

/** The program is killed while payers come back from the bank; nobody's money is lost or counted twice. */
function killSuite(name: string, environment: () => Promise<Record<string, string>>): void {
  describe(`a payment on ${name}, with the program killed at any moment`, () => {
    let mizan: MizanProcess;
    let env: Record<string, string>;
    let now = START;
    const payer = new BankPayer(() => mizan);
    const start = async (dataDir?: string) => {
      const testClock = new Date(now).toISOString();
      mizan = await MizanProcess.start({ ...(dataDir ? { dataDir } : {}), testClock, env });
    };

    beforeAll(async () => {
      env = { MIZAN_SANDBOX_BANK: '1', ...(await environment()) };
      await start();
      await payer.openShop();
    });
    afterAll(() => mizan.dispose());

    it.each(DEATHS)(
      '%i ms into the callback, is applied exactly once after the restart',
      async (afterMs) => {
        const username = `k${afterMs}`;
        const customer = await payer.newLine(username, now);
        const { order, payment, callback } = await payer.payAtBank(username);
        const answer = fetch(payer.url(callback), { redirect: 'manual' }).catch(() => undefined);
        await sleep(afterMs);
        await mizan.stop('SIGKILL');
        await answer;
        await start(mizan.dataDir);
        now += MINUTE_MS;
        await mizan.moveClock(new Date(now).toISOString());
        const applied = () => payer.call<{ state: string }>('GET', `/orders/${order.id}`);
        await eventually(async () => (await applied()).state === 'applied');
        await expectAppliedOnce(payer, { username, customer, payment, callback, now });
      },
      60_000,
    );

    it('leaves at the gateway what the bank gives us, in books without a fault', async () => {
      const gateway = await payer.call<{ balance: number }>('GET', '/ledger/accounts/gateway:sandbox');
      expect(gateway.balance).toBe(DEATHS.length * 550_000);
      expect(await payer.call('GET', '/ledger/verify')).toMatchObject({ faults: 0 });
    });

    it('serves a line within a second of its payment', async () => {
      await payer.newLine('quick', now);
      const { callback } = await payer.payAtBank('quick');
      const begin = performance.now();
      await fetch(payer.url(callback), { redirect: 'manual' });
      const line = await mizan.line('quick');
      expect(Date.parse(line.expiresAt!)).toBe(now + 30 * DAY_MS);
      expect(performance.now() - begin).toBeLessThan(1_000);
    });
  });
}

killSuite('embedded stores', async () => ({}));

describe.skipIf(!hasPostgres())('on a real server', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());
  killSuite('PostgreSQL', async () => {
    await server.query('CREATE DATABASE killed');
    return { DATABASE_URL: server.url('killed') };
  });
});
