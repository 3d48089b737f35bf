import { OpenAPIHono } from '@hono/zod-openapi';
import type { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { BlankEnv } from 'hono/types';
import { isUnreachable } from '../engine/runtime/unreachable.ts';
import { isBalanceTooLarge } from '../engine/store/ledger/balance-too-large.ts';
import { StoreAway } from '../engine/values/store-away.ts';
import { authenticate } from './auth.ts';
import type { ApiDeps } from './deps.ts';
import { docsRoutes } from './docs/docs-routes.tsx';
import { sayMizan } from './mizan-header.ts';
import { notFound, problem } from './problem.ts';
import { refused } from './refusal.ts';
import { LARGE_BODY_OCTETS } from './route-spec.ts';
import { agentLineRoutes } from './routes/agent-lines.ts';
import { agentMoneyRoutes } from './routes/agent-money.ts';
import { agentRoutes } from './routes/agents.ts';
import { applyRoutes } from './routes/apply.ts';
import { auditRoutes } from './routes/audit.ts';
import { contractRoutes } from './routes/contracts.ts';
import { customerRoutes } from './routes/customers.ts';
import { depositRoutes } from './routes/deposits.ts';
import { customerDocumentRoutes } from './routes/documents.ts';
import { effectRoutes } from './routes/effects.ts';
import { explainRoutes } from './routes/explain.ts';
import { healthRoutes } from './routes/health.ts';
import { importRoutes } from './routes/import.ts';
import { invoiceRoutes } from './routes/invoices.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { lineRoutes } from './routes/lines.ts';
import { messageRoutes } from './routes/messages.ts';
import { nasRoutes } from './routes/nas.ts';
import { offerRoutes } from './routes/offers.ts';
import { orderRoutes } from './routes/orders.ts';
import { paymentRoutes } from './routes/payments.ts';
import { planRoutes } from './routes/plans.ts';
import { poolRoutes } from './routes/pools.ts';
import { reconcileRoutes } from './routes/reconcile.ts';
import { serviceRoutes } from './routes/services.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { settingRoutes } from './routes/settings.ts';
import { settlementRoutes } from './routes/settlements.ts';
import { testClockRoutes } from './routes/test-clock.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { usageRoutes } from './routes/usage.ts';
import { walletRoutes } from './routes/wallets.ts';
import { whatIfRoutes } from './routes/what-if.ts';

/** What there is below /api/v1, in the order of the documentation. */
const RESOURCES = [
  applyRoutes,
  lineRoutes,
  effectRoutes,
  explainRoutes,
  serviceRoutes,
  sessionRoutes,
  usageRoutes,
  nasRoutes,
  poolRoutes,
  planRoutes,
  offerRoutes,
  settingRoutes,
  ledgerRoutes,
  customerRoutes,
  contractRoutes,
  customerDocumentRoutes,
  agentRoutes,
  agentMoneyRoutes,
  agentLineRoutes,
  tokenRoutes,
  auditRoutes,
  orderRoutes,
  paymentRoutes,
  walletRoutes,
  invoiceRoutes,
  messageRoutes,
  depositRoutes,
  settlementRoutes,
  importRoutes,
  reconcileRoutes,
  whatIfRoutes,
  testClockRoutes,
];

/**
 * The HTTP API: /api/v1 behind the token, health and metrics without it. Pages are mounted on the returned app with
 * `route('/', …)`; they share its headers and its answers to errors.
 */
export function createApi(deps: ApiDeps): Hono {
  const app = new OpenAPIHono<BlankEnv>();
  app.use(
    secureHeaders({ strictTransportSecurity: false, xFrameOptions: 'DENY', referrerPolicy: 'no-referrer' }),
  );
  app.route(
    '/',
    docsRoutes(() => app),
  );
  app.use('/api/*', sayMizan, authenticate(deps.token, deps.principals), async (c, next) => {
    await next();
    c.header('cache-control', 'no-store');
  });
  app.use(
    '/api/*',
    bodyLimit({
      maxSize: LARGE_BODY_OCTETS,
      onError: (c) =>
        problem(c, { status: 413, title: 'Body too large', detail: 'A body may have at most 8 MiB.' }),
    }),
  );
  for (const routes of RESOURCES) app.route('/api/v1', routes(deps));
  app.route('/', healthRoutes(deps));
  app.notFound((c) => notFound(c, 'There is nothing at this address.'));
  app.onError((error, c) => {
    if (isUnreachable(error) || error instanceof StoreAway) {
      return problem(c, {
        status: 503,
        title: 'A database does not answer',
        detail: 'Please try again shortly.',
      });
    }
    if (isBalanceTooLarge(error)) return refused(c, 'balance-too-large');
    deps.onError?.(error);
    return problem(c, { status: 500, title: 'Internal error' });
  });
  return app;
}
