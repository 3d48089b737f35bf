import type { Hono } from 'hono';
import { createSandboxGateway } from '../../engine/payments/gateways/sandbox.ts';
import { createPayDesk } from '../../engine/payments/pay-desk.ts';
import { createSandboxBank } from '../../engine/payments/sandbox-bank.ts';
import { randomOctets } from '../../engine/runtime/random.ts';
import { payRoutes } from '../../panel/pay-pages.tsx';
import { sandboxBankRoutes } from '../../panel/sandbox-bank.tsx';
import { OrderWorld } from '../conformance/order-world.ts';
import { appOf, openWorld, TOKEN, type World } from './world.ts';

/** Where payers reach the shop. */
export const SHOP_URL = 'https://isp.example';

/** API and pages with a catalogue, and the sandbox bank to pay at. */
export interface Shop {
  readonly world: World;
  readonly orders: OrderWorld;
  readonly app: Hono;
  /** A call of the API; POSTs have a key of their own unless one is given. */
  call<Body>(method: string, path: string, body?: unknown, key?: string): Promise<Answer<Body>>;
  /** What a browser does with a page: the status and where it is sent. */
  browse(url: string, form?: Readonly<Record<string, string>>): Promise<{ status: number; location: string }>;
}

/** An answer of the API. */
export interface Answer<Body> {
  readonly status: number;
  readonly body: Body & { readonly code?: string; readonly supportPhones?: readonly string[] };
}

/** Opens it on stores of its own; `world.close` closes it. */
export async function openShop(publicUrl: () => string = () => SHOP_URL): Promise<Shop> {
  const world = await openWorld();
  const { ledger, clock } = world;
  const bank = createSandboxBank(ledger.sandboxBank, () => clock.now(), randomOctets);
  const desk = createPayDesk({
    gateways: [createSandboxGateway({ bank, pageUrl: '/sandbox-bank' })],
    payments: ledger.payments,
    publicUrl,
    returnFolders: ['/', '/my'],
    now: () => clock.now(),
    randomOctets,
    onApplied: world.deps.onApplied,
    log: { warn: () => undefined },
  });
  const app = appOf({ ...world.deps, desk })
    .route('/', payRoutes({ desk, clock }))
    .route('/', sandboxBankRoutes({ enabled: true, bank, merchant: 'Mizan' }));
  const orders = await OrderWorld.begin(ledger);
  let keys = 0;
  return {
    ...{ world, orders, app },
    async call(method, path, body, key = `key-${++keys}`) {
      const headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` };
      if (body !== undefined) headers['content-type'] = 'application/json';
      if (method === 'POST' && key !== '') headers['idempotency-key'] = key;
      const sent = body === undefined ? null : JSON.stringify(body);
      const answer = await app.request(`/api/v1${path}`, { method, headers, body: sent });
      return { status: answer.status, body: (await answer.json()) as never };
    },
    async browse(url, form) {
      const init = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
      const { status, headers } = await app.request(new URL(url, SHOP_URL).href.replace(SHOP_URL, ''), init);
      return { status, location: headers.get('location') ?? '' };
    },
  };
}
