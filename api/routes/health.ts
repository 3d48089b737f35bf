import { Hono } from 'hono';
import type { StatusDeps } from '../deps.ts';

/** What the machine's keepers ask, without a token: is it alive, can it do its work, what does it count. */
export function healthRoutes({ metricsText, readiness }: StatusDeps): Hono {
  return new Hono()
    .get('/healthz', (c) => c.json({ ok: true }))
    .get('/readyz', async (c) => {
      const { ok, checks } = await readiness();
      return c.json({ ok, checks }, ok ? 200 : 503);
    })
    .get('/metrics', async (c) =>
      c.body(await metricsText(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
    );
}
