import { serve } from '@hono/node-server';
import type { Hono } from 'hono';

/** An app behind a socket of its own. */
export interface ServedApp {
  readonly url: string;
  close(): void;
}

/** Serves an app on a free port of this machine. */
export function serveApp(app: Pick<Hono, 'fetch'>): Promise<ServedApp> {
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      resolve({ url: `http://127.0.0.1:${port}`, close: () => void server.close() });
    });
  });
}
