import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { createMissLimit } from '../api/miss-limit.ts';
import { problem } from '../api/problem.ts';
import type { PayDesk } from '../engine/payments/pay-desk.ts';
import type { Instant } from '../engine/values/instant.ts';
import { answerPage, type PageStatus } from './answer-page.ts';
import { loadAssets } from './assets.ts';
import { languageOf } from './language.ts';
import { PaidPage, PayNotePage, ToBankPage } from './pay-page.tsx';

/** What the pages around a payment need. */
export interface PayPagesDeps {
  readonly desk: Pick<PayDesk, 'returned' | 'wayOn' | 'bySecret'>;
  readonly clock: { now(): Instant };
}

/** Largest form that a bank's page may post. */
const MAX_FORM_OCTETS = 16_384;

/**
 * Where payers go to and come back from banks, to be mounted at `/`. The secret in the address is the only right asked for:
 * a bank's form comes without our cookies, and from any browser (product line C02).
 * - GET /pay/go/{secret} takes the browser to the bank.
 * - GET and POST /pay/callback/{gateway}/{secret} ask the gateway what became of the payment.
 * - GET /pay/done/{secret} shows that.
 */
export function payRoutes({ desk, clock }: PayPagesDeps): Hono {
  const { version } = loadAssets();
  const files = {
    style: `/assets/${version}/sandbox-bank.css`,
    script: `/assets/${version}/post-form.js`,
  };
  const frameOf = (c: Context) => ({ ...files, language: languageOf(c.req.query('lang')) });
  const misses = createMissLimit(() => clock.now());
  // Who asks for what is there is never kept waiting: behind a proxy all payers have one address.
  const unknown = (c: Context) => {
    const address = addressOf(c);
    if (misses.isBlocked(address)) {
      c.header('retry-after', '60');
      return page(c, <PayNotePage {...frameOf(c)} note="tooMany" />, '', 429);
    }
    misses.miss(address);
    return page(c, <PayNotePage {...frameOf(c)} note="unknown" />, '', 404);
  };
  const app = new Hono();
  app.get('/pay/go/:secret', async (c) => {
    const way = await desk.wayOn(c.req.param('secret'));
    if (way === undefined) return unknown(c);
    c.header('cache-control', 'no-store');
    if (way.kind === 'own') return c.redirect(way.path, 303);
    const { redirect } = way;
    if (redirect.method === 'GET') return c.redirect(redirect.url, 303);
    return page(c, <ToBankPage {...frameOf(c)} redirect={redirect} />, new URL(redirect.url).origin);
  });
  app.get('/pay/done/:secret', async (c) => {
    const payment = await desk.bySecret(c.req.param('secret'));
    return payment === undefined ? unknown(c) : page(c, <PaidPage {...frameOf(c)} payment={payment} />, '');
  });
  app.on(
    ['GET', 'POST'],
    '/pay/callback/:gateway/:secret',
    bodyLimit({ maxSize: MAX_FORM_OCTETS, onError: tooLarge }),
    async (c) => {
      const { gateway = '', secret = '' } = c.req.param() as Record<string, string>;
      const path = await desk.returned(gateway, secret, await parametersOf(c));
      if (path === undefined) return unknown(c);
      c.header('cache-control', 'no-store');
      return c.redirect(path, 303);
    },
  );
  return app;
}

/** What the query and the form say; of a name that comes twice the last, and no files. */
async function parametersOf(c: Context): Promise<Readonly<Record<string, string>>> {
  // What is no form has no fields; the gateway is asked all the same.
  const form = c.req.method === 'POST' ? await c.req.parseBody().catch(() => ({})) : {};
  const fields = Object.entries(form).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return { ...c.req.query(), ...Object.fromEntries(fields) };
}

/** The peer's address, '' where there is no socket. */
function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? '';
  } catch {
    return '';
  }
}

function tooLarge(c: Context): Response {
  return problem(c, { status: 413, title: 'Body too large' });
}

/** Forms may go to the bank alone. */
function page(c: Context, content: unknown, bank: string, status: PageStatus = 200): Response {
  return answerPage(c, content, bank === '' ? "'none'" : bank, status);
}
