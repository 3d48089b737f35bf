import { receivableOf, walletOf } from '../../engine/ledger/account.ts';
import { explainBalance } from '../../engine/ledger/explain-balance.ts';
import { DAY_MS } from '../../engine/values/instant.ts';
import { type Rial, rial } from '../../engine/values/rial.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { accountQuery } from '../../schemas/http/ledger.ts';
import { debtBody, topUpBody } from '../../schemas/http/order.ts';
import { payAnswer } from '../../schemas/http/order-answers.ts';
import { walletAnswer } from '../../schemas/http/wallet-answers.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { requestKeyOf } from '../idempotency.ts';
import { tellStarted } from '../orders.ts';
import { type RefusalCode, refusalsOf, refused } from '../refusal.ts';
import { Resource } from '../route.ts';
import { GATEWAY_FAULTS, startPayment } from '../start-payment.ts';
import { rowAnswer } from './ledger.ts';

const NO_SUCH_CUSTOMER = 'There is no customer of this number.';
const WALLET = 'wallet';

/** For the payer, on the bank's page. */
const TOP_UP = 'افزایش اعتبار پنل';
const DEBT = 'پرداخت بدهی';

const ONE_CUSTOMER = { params: { id: storedNumber.describe('Number of the customer.') } } as const;
const NOT_STARTED = {
  404: 'There is no such customer or gateway.',
  502: refusalsOf(...GATEWAY_FAULTS),
} as const;

/** Wallets of customers: shown, topped up, and what they owe paid. */
export function walletRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Wallets', deps);
  serveWallet(routes, deps);
  servePayments(routes, deps);
  return routes;
}

function serveWallet(routes: Resource, { ledger: { money, people } }: ApiDeps): void {
  routes.serve(
    {
      ...{ method: 'get', path: '/customers/{id}/wallet', operationId: 'showWallet', ...ONE_CUSTOMER },
      summary: 'Show the wallet of a customer and explain it, entry by entry',
      query: accountQuery,
      answers: { 200: walletAnswer },
      problems: { 404: NO_SUCH_CUSTOMER },
    },
    async ({ params: { id }, query: { limit, before } }, c) => {
      if ((await people.customer(id)) === undefined) return refused(c, 'no-such-customer');
      const wallet = await money.balance(walletOf(id));
      const owed = await money.balance(receivableOf(id));
      const page = await money.entriesOf(walletOf(id), limit, before);
      const { rows, opening, closing } = explainBalance(walletOf(id), page);
      return {
        ...{ customer: id, balance: wallet?.balance ?? 0, creditLimit: wallet?.creditLimit ?? 0 },
        ...{ receivable: owed?.balance ?? 0, opening, closing, entries: rows.map(rowAnswer) },
        next: rows.length === limit ? rows.at(-1)!.number : null,
      };
    },
  );
}

function servePayments(routes: Resource, deps: ApiDeps): void {
  const { money } = deps.ledger;
  routes
    .serve(
      {
        ...{ method: 'post', path: '/customers/{id}/top-up', operationId: 'topUpWallet', ...ONE_CUSTOMER },
        summary: 'Top up the wallet of a customer at a gateway',
        body: topUpBody,
        idempotencyKey: 'required',
        answers: { 200: payAnswer },
        problems: NOT_STARTED,
      },
      async ({ params: { id: customer }, body: { gateway, amount, returnPath } }, c) => {
        const payment = { purpose: 'top-up', customer, gateway, amount: rial(amount), returnPath } as const;
        const started = await startPayment(c, deps, { ...payment, description: TOP_UP });
        return started.ok ? tellStarted(started.value) : started.error;
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/customers/{id}/pay-debt', operationId: 'payDebt', ...ONE_CUSTOMER },
        summary: 'Pay what a customer owes, from the wallet or at a gateway',
        body: debtBody,
        idempotencyKey: 'required',
        answers: { 200: payAnswer },
        problems: {
          ...NOT_STARTED,
          409: refusalsOf('nothing-to-pay', 'more-than-owed', 'insufficient-credit', 'key-is-taken'),
        },
      },
      async ({ params: { id: customer }, body }, c) => {
        const { method, returnPath } = body;
        if (method === WALLET) {
          const [amount, key] = [body.amount === undefined ? undefined : rial(body.amount), requestKeyOf(c)!];
          const refusal = await payFromWallet(deps, { customer, amount, key, actor: principalOf(c).actor });
          return refusal === undefined ? NOTHING_LEFT : refused(c, refusal);
        }
        const owed = (await money.balance(receivableOf(customer)))?.balance ?? 0;
        const amount = rial(body.amount ?? Math.max(0, owed));
        if (amount === 0) return refused(c, 'nothing-to-pay');
        if (amount > owed) return refused(c, 'more-than-owed');
        const payment = { purpose: 'debt', customer, gateway: method, amount, returnPath } as const;
        const started = await startPayment(c, deps, { ...payment, description: DEBT });
        return started.ok ? tellStarted(started.value) : started.error;
      },
    );
}

const NOTHING_LEFT = { order: null, payment: null, redirect: null, goUrl: null };

interface Repayment {
  readonly customer: number;
  readonly amount: Rial | undefined;
  readonly key: string;
  readonly actor: string;
}

/** Calls are remembered for a day; the ledger knows their keys for ever. */
const REMEMBERED_MS = DAY_MS;

/**
 * Why it is not paid, `undefined` when it is. A call whose process died is not paid twice by its repetition. A key that comes
 * again when its call is forgotten is no repetition: nothing is paid, and nobody is told that it was.
 */
async function payFromWallet(
  { ledger, clock }: ApiDeps,
  { customer, amount, key, actor }: Repayment,
): Promise<RefusalCode | undefined> {
  const debt = { key: `repayment:${key}`, actor, reason: '', customer, amount };
  const now = clock.now();
  const posted = await ledger.money.repay(debt, now);
  if (posted.ok) {
    const isOld = posted.value.repeated && posted.value.entry.postedAt <= now - REMEMBERED_MS;
    return isOld ? 'key-is-taken' : undefined;
  }
  if (posted.error.kind === 'key-taken') return 'key-is-taken';
  if (posted.error.kind === 'more-than-owed' && amount === undefined) return 'nothing-to-pay';
  return posted.error.kind;
}
