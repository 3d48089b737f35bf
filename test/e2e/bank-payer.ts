import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OrderAnswer, PayAnswer } from '../../api/orders.ts';
import type { MizanProcess } from './mizan-process.ts';

/** A card of the sandbox bank. */
const CARD = '6037701689095443';

/** What an order's payer has at the bank. */
export interface AtBank {
  readonly order: OrderAnswer;
  readonly payment: NonNullable<PayAnswer['payment']>;
  /** Path and query that the bank sends the browser back to. */
  readonly callback: string;
}

/** Customers of a running program that order, and pay at its sandbox bank as browsers do. */
export class BankPayer {
  readonly mizan: () => MizanProcess;
  #keys = 0;

  /** @param mizan the program as it runs now; after a restart another one. */
  constructor(mizan: () => MizanProcess) {
    this.mizan = mizan;
  }

  /** Something to sell: a service of 30 days for 500,000 Rial and its tax. */
  async openShop(): Promise<void> {
    await this.mizan().apply({
      plans: [{ name: 'ماهیانه', days: 30, quota: { octets: 1_000_000_000, charge: 'both' } }],
      offers: [
        {
          ...{ kind: 'prepaid', code: 'm1', name: 'یک‌ماهه', plan: 'ماهیانه', price: 500_000 },
          term: { unit: 'day', count: 30 },
        },
      ],
      settings: [{ name: 'vatRates', value: [{ fromYear: 1405, toYear: 1405, percent: 10 }] }],
    });
  }

  /** A line that is over since a moment, and its customer. */
  async newLine(username: string, now: number): Promise<number> {
    const expiresAt = new Date(now - 60_000).toISOString();
    await this.mizan().apply({ lines: [{ username, password: 'p', plan: 'ماهیانه', expiresAt }] });
    const made = await this.call<{ customer: { id: number } }>('POST', '/customers', {
      ...{ name: `Customer of ${username}`, mobile: '09123456789' },
    });
    await this.call('PATCH', `/lines/${username}/contract`, { customerId: made.customer.id });
    return made.customer.id;
  }

  /** Orders, goes to the bank and pays there; the browser is not back yet. */
  async payAtBank(username: string): Promise<AtBank> {
    const order = await this.call<OrderAnswer>('POST', '/orders', {
      username,
      kind: 'service',
      offerCode: 'm1',
    });
    const { payment, goUrl } = await this.call<PayAnswer>('POST', `/orders/${order.id}/pay`, {
      method: 'sandbox',
    });
    const page = await fetch(this.url(new URL(goUrl!).pathname));
    const decision = { decision: 'pay', card: CARD, back: 'get' };
    const body = new URLSearchParams(decision);
    const paid = await fetch(page.url, { method: 'POST', body, redirect: 'manual' });
    const { pathname, search } = new URL(paid.headers.get('location')!);
    return { order, payment: payment!, callback: `${pathname}${search}` };
  }

  /** An address of the program that runs now. */
  url(path: string): string {
    const run = JSON.parse(readFileSync(join(this.mizan().dataDir, 'run.json'), 'utf8')) as {
      httpUrl: string;
    };
    return `${run.httpUrl}${path}`;
  }

  /** A call of the API with a key of its own; rejects when it is refused. */
  async call<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const token = readFileSync(join(this.mizan().dataDir, 'api-token'), 'utf8').trim();
    this.#keys += 1;
    const answer = await fetch(this.url(`/api/v1${path}`), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': `${process.pid}-${performance.now()}-${this.#keys}`,
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}
