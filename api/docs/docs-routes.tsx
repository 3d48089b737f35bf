import { createHash } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import type { BlankEnv } from 'hono/types';
import { type ApiDocument, describeApi } from '../openapi/document.ts';
import { docsView } from './docs-view.ts';
import { DocsPage } from './page.tsx';
import { DOCS_STYLE } from './style.ts';

/** Everything comes from this server, nothing is inline, nothing runs and nobody may frame the page. */
const CONTENT_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * GET /api/v1/openapi.json and the page made of it, GET /api/docs, for everybody: they say nothing but what the program's
 * source says, are the same on every installation, and are read by tools and people before a token is at hand.
 * @param app whose routes are described; complete when the first one asks.
 */
export function docsRoutes(app: () => OpenAPIHono<BlankEnv>): Hono {
  const version = createHash('sha256').update(DOCS_STYLE).digest('hex').slice(0, 12);
  const style = `/api/docs/style-${version}.css`;
  let document: ApiDocument | undefined;
  let page: string | undefined;
  const described = () => {
    document ??= describeApi(app());
    return document;
  };
  return new Hono()
    .get('/api/v1/openapi.json', (c) => c.json(described(), 200, { 'cache-control': 'no-cache' }))
    .get('/api/docs', (c) => {
      page ??= `<!doctype html>${<DocsPage view={docsView({ ...described() })} style={style} />}`;
      c.header('content-security-policy', CONTENT_POLICY);
      c.header('cache-control', 'no-cache');
      return c.html(page);
    })
    .get(style, (c) =>
      c.body(DOCS_STYLE, 200, {
        'content-type': 'text/css; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
      }),
    );
}
