import { Hono } from 'hono';
import { createSandboxGateway } from '../../engine/payments/gateways/sandbox.ts';
import { createSandboxBank } from '../../engine/payments/sandbox-bank.ts';
import { TestClock } from '../../engine/runtime/clock.ts';
import { randomOctets } from '../../engine/runtime/random.ts';
import { rial } from '../../engine/values/rial.ts';
import { loadAssets } from '../../panel/assets.ts';
import { sandboxBankRoutes } from '../../panel/sandbox-bank.tsx';
import { memoryBook } from '../engine/payments/sandbox-world.ts';

/** What the shop's callback was called with. */
export interface Callback {
  readonly method: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** A shop and the sandbox bank that it sends its payers to, as one site. */
export function openShop(enabled = true) {
  const clock = new TestClock(Date.UTC(2026, 10, 21, 7, 30));
  const book = memoryBook();
  const bank = createSandboxBank(book, () => clock.now(), randomOctets);
  const callbacks: Callback[] = [];
  const { files } = loadAssets();
  const note = async (method: string, parameters: unknown) => {
    callbacks.push({ method, parameters: parameters as Record<string, string> });
  };
  const app = new Hono()
    .get('/assets/:version/:name', (c) => {
      const file = files.get(c.req.param('name'));
      return file ? c.body(file.body, 200, { 'content-type': file.type }) : c.notFound();
    })
    .get('/favicon.ico', (c) => c.body(null, 204))
    .get('/pay/back', async (c) => {
      await note('GET', c.req.query());
      return c.text('thank you');
    })
    .post('/pay/back', async (c) => {
      await note('POST', await c.req.parseBody());
      return c.text('thank you');
    })
    .route('/', sandboxBankRoutes({ enabled, bank, merchant: 'اینترنت <نمونه>' }));
  let lastId = 0;
  /** Asks for a payment; the path of its page. */
  const order = async (origin = 'http://shop.example', amount = rial(1_500_000)) => {
    const gateway = createSandboxGateway({ bank, pageUrl: '/sandbox-bank' });
    lastId += 1;
    const said = await gateway.request({
      id: lastId,
      amount,
      description: 'خرید ترافیک ۵ گیگابایت',
      callbackUrl: `${origin}/pay/back?gateway=sandbox`,
      mobile: '',
    });
    if (said.outcome !== 'redirect') throw new Error(JSON.stringify(said));
    return { path: said.redirect.url, token: said.token };
  };
  return { app, bank, book, callbacks, clock, order };
}
