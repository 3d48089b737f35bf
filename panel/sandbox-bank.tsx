import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { SandboxBank, SandboxDecision, SandboxPayment } from '../engine/payments/sandbox-bank.ts';
import { readCardNumber } from '../engine/values/bank-number.ts';
import { answerPage } from './answer-page.ts';
import { loadAssets } from './assets.ts';
import { languageOf } from './language.ts';
import { EndPage, PayPage, ReturnPage, UnknownPaymentPage, WAYS_BACK } from './sandbox-bank-page.tsx';

/** What the pages of the sandbox bank need. */
export interface SandboxBankDeps {
  /** Without it there are no pages: a real network must not offer payments that move no money. */
  readonly enabled: boolean;
  readonly bank: SandboxBank;
  /** Name of the shop, for the payer. */
  readonly merchant: string;
}

type WayBack = (typeof WAYS_BACK)[number];

/** What a token of the bank looks like. */
const TOKEN = /^[0-9a-f]{32}$/;

/** Largest form that is read. */
const MAX_FORM_OCTETS = 4_096;

/**
 * The sandbox bank's page, to be mounted at `/`; without routes unless it is enabled. The token in the address is the
 * only right that it asks for, as at a bank: it needs no session, and the payer may come from anywhere.
 * - GET /sandbox-bank/{token} shows the payment, or how it ended.
 * - POST /sandbox-bank/{token} takes `decision` (pay, fail, cancel), `card` and `back` (get, post, none).
 */
export function sandboxBankRoutes({ enabled, bank, merchant }: SandboxBankDeps): Hono {
  const app = new Hono();
  if (!enabled) return app;
  const { version } = loadAssets();
  const files = {
    style: `/assets/${version}/sandbox-bank.css`,
    script: `/assets/${version}/post-form.js`,
  };
  const frameOf = (c: Context) => ({ ...files, language: languageOf(c.req.query('lang')) });
  const unknown = (c: Context) => page(c, <UnknownPaymentPage {...frameOf(c)} />, undefined, 404);
  const paying = (c: Context, payment: SandboxPayment, wrongCard: boolean) =>
    page(c, <PayPage {...{ ...frameOf(c), payment, merchant, wrongCard }} />, payment, wrongCard ? 422 : 200);
  const ended = (c: Context, payment: SandboxPayment, returns: boolean) => {
    const returnUrl = returns ? returnUrlOf(bank, payment) : undefined;
    return page(c, <EndPage {...{ ...frameOf(c), payment, merchant, returnUrl }} />, payment);
  };

  const find = async (token: string) => (TOKEN.test(token) ? bank.find(token) : undefined);

  app.get('/sandbox-bank/:token', async (c) => {
    const payment = await find(c.req.param('token'));
    if (payment === undefined) return unknown(c);
    return payment.state === 'waiting' ? paying(c, payment, false) : ended(c, payment, true);
  });
  app.post('/sandbox-bank/:token', bodyLimit({ maxSize: MAX_FORM_OCTETS }), async (c) => {
    const { decision, back } = await readForm(c);
    const token = c.req.param('token');
    const before = await find(token);
    if (before === undefined) return unknown(c);
    if (decision === undefined && before.state === 'waiting') return paying(c, before, true);
    const payment = decision === undefined ? before : ((await bank.happen(token, decision)) ?? before);
    if (back === 'none') return ended(c, payment, false);
    if (back === 'get') return c.redirect(returnUrlOf(bank, payment), 303);
    const form = { url: payment.callbackUrl, fields: bank.callbackFields(payment) };
    return page(c, <ReturnPage {...{ ...frameOf(c), ...form }} />, payment);
  });
  return app;
}

/** What was sent; no decision when it is none of the three, or the card cannot be one. */
async function readForm(c: Context): Promise<{ decision: SandboxDecision | undefined; back: WayBack }> {
  // What is no form has no fields.
  const form: Readonly<Record<string, unknown>> = await c.req.parseBody().catch(() => ({}));
  const textOf = (name: string) => {
    const text = form[name];
    return typeof text === 'string' ? text : '';
  };
  const back = WAYS_BACK.find((way) => way === textOf('back')) ?? 'get';
  const kind = textOf('decision');
  if (kind === 'fail' || kind === 'cancel') return { decision: { kind }, back };
  const card = readCardNumber(textOf('card'));
  return { decision: kind === 'pay' && card.ok ? { kind, card: card.value } : undefined, back };
}

function returnUrlOf(bank: SandboxBank, payment: SandboxPayment): string {
  const url = new URL(payment.callbackUrl);
  for (const [name, value] of Object.entries(bank.callbackFields(payment))) url.searchParams.set(name, value);
  return url.href;
}

/** Forms may go to the bank and, by redirect too, back to the merchant of this payment. */
function page(
  c: Context,
  content: unknown,
  payment: SandboxPayment | undefined,
  status: 200 | 404 | 422 = 200,
): Response {
  const merchant = payment === undefined ? '' : ` ${new URL(payment.callbackUrl).origin}`;
  return answerPage(c, content, `'self'${merchant}`, status);
}
