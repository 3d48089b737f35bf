import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { authenticate } from './auth.ts';
import type { StatusDeps } from './deps.ts';
import { sayMizan } from './mizan-header.ts';
import { notFound } from './problem.ts';
import { healthRoutes } from './routes/health.ts';
import { testClockRoutes } from './routes/test-clock.ts';

/** HTTP of a process without the API: health and metrics, and the clock of tests behind the token. */
export function createStatusApp(deps: StatusDeps): Hono {
  const app = new Hono();
  app.use(secureHeaders({ strictTransportSecurity: false }));
  app.use('/api/*', sayMizan, authenticate(deps.token));
  app.route('/api/v1', testClockRoutes(deps));
  app.route('/', healthRoutes(deps));
  app.notFound((c) => notFound(c, 'There is nothing at this address.'));
  return app;
}
