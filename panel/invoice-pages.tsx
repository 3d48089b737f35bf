import { type Context, Hono } from 'hono';
import { type InvoiceAccess, paperOf, pdfHeaders } from '../api/invoice-paper.ts';
import { notFound } from '../api/problem.ts';
import type { InvoiceFile, InvoiceOwner } from '../engine/invoices/invoice-store.ts';
import type { Instant } from '../engine/values/instant.ts';
import { loadAssets } from './assets.ts';
import { InvoicePage } from './invoice-page.tsx';
import { languageOf } from './language.ts';

/** What the pages of invoices need. */
export interface InvoicePagesDeps {
  readonly ledger: InvoiceOwner;
  readonly invoiceAccess: InvoiceAccess;
  readonly clock: { now(): Instant };
}

const NOT_THERE = 'There is no invoice at this address, or the time of this link is over.';

/** Everything comes from this server, nothing is inline, and nothing runs. */
const CONTENT_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Invoices for whoever has the link, to be mounted at `/`: a page to be read and printed, and the file. The signed name in the
 * address is the only right asked for; a wrong one is told by its signature, which nobody can guess, without a question to the
 * ledger.
 * - GET /i/{signed} shows the invoice.
 * - GET /i/{signed}/pdf saves it.
 */
export function invoicePages({ ledger: { invoices }, invoiceAccess, clock }: InvoicePagesDeps): Hono {
  const { version } = loadAssets();
  const assets = { style: `/assets/${version}/invoice.css`, icon: `/assets/${version}/mark.svg` };
  const find = async (c: Context): Promise<InvoiceFile | undefined> => {
    const name = invoiceAccess.links.read(c.req.param('signed') ?? '', clock.now());
    return name && (await invoices.invoice(name));
  };
  const app = new Hono();
  app.use('/i/*', async (c, next) => {
    await next();
    c.header('cache-control', 'private, no-store');
    c.header('x-robots-tag', 'noindex, nofollow');
  });
  app.get('/i/:signed', async (c) => {
    const file = await find(c);
    if (file === undefined) return notFound(c, NOT_THERE);
    const language = languageOf(c.req.query('lang'));
    const pdfUrl = `/i/${c.req.param('signed')}/pdf?lang=${language}`;
    c.header('content-security-policy', CONTENT_POLICY);
    const page = <InvoicePage {...{ ...paperOf(file, language, invoiceAccess), assets, pdfUrl }} />;
    return c.html(`<!doctype html>${page}`);
  });
  app.get('/i/:signed/pdf', async (c) => {
    const file = await find(c);
    if (file === undefined) return notFound(c, NOT_THERE);
    const pdf = invoiceAccess.pdfs.pdfOf(file, languageOf(c.req.query('lang')), invoiceAccess);
    return c.body(pdf, 200, pdfHeaders(file.invoice));
  });
  return app;
}
