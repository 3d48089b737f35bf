import type { Context } from 'hono';
import { settingsAt } from '../../engine/orders/house-settings.ts';
import type { Deposit } from '../../engine/payments/deposit.ts';
import { randomOctets } from '../../engine/runtime/random.ts';
import { PICTURE_OCTETS_MAX, reencodePicture } from '../../engine/runtime/reencode-picture.ts';
import { rial } from '../../engine/values/rial.ts';
import { storedNumber } from '../../schemas/http/customer.ts';
import { approvalBody, depositBody, depositsQuery, rejectionBody } from '../../schemas/http/deposit.ts';
import {
  approvedAnswer,
  depositAccountsAnswer,
  depositAnswer,
  depositsAnswer,
} from '../../schemas/http/deposit-answers.ts';
import type { Told } from '../../schemas/http/told.ts';
import { principalOf } from '../auth.ts';
import type { ApiDeps } from '../deps.ts';
import { toIso, toIsoOrNull } from '../iso-time.ts';
import { tellOrder, tellPayment } from '../orders.ts';
import { type RefusalCode, refusalsOf, refused } from '../refusal.ts';
import { Resource } from '../route.ts';
import { LARGE_BODY_OCTETS } from '../route-spec.ts';

const NO_SUCH_DEPOSIT = 'There is no bank deposit of this number.';
const ONE_DEPOSIT = { params: { id: storedNumber.describe('Number of the deposit.') } } as const;

/** Octets of a payment's secret. */
const SECRET_OCTETS = 24;

/** Money paid into our accounts: where to, told, looked at by staff, never taken without them (product lines A06 to A10). */
export function depositRoutes(deps: ApiDeps): Resource {
  const routes = new Resource('Bank deposits', deps);
  serveTelling(routes, deps);
  serveReading(routes, deps);
  serveReviews(routes, deps);
  return routes;
}

function serveTelling(routes: Resource, deps: ApiDeps): void {
  const { ledger, clock } = deps;
  routes
    .serve(
      {
        ...{ method: 'get', path: '/deposit-accounts', operationId: 'listDepositAccounts' },
        summary: 'List the accounts to pay into, and whom to call',
        answers: { 200: depositAccountsAnswer },
      },
      async () => {
        const { depositAccounts: accounts, supportPhones } = await houseSettings(deps);
        return { accounts, supportPhones };
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/customers/{id}/deposits', operationId: 'tellDeposit' },
        summary: 'Tell of a deposit, for staff to look at',
        params: { id: storedNumber.describe('Number of the customer.') },
        body: depositBody,
        bodyOctetsMax: LARGE_BODY_OCTETS,
        idempotencyKey: 'required',
        answers: { 201: depositAnswer },
        problems: {
          404: 'There is no such customer or order.',
          409: refusalsOf('no-such-bank-account', 'order-is-over', 'nothing-to-pay', 'told-already'),
        },
      },
      async ({ params: { id: customer }, body: { amount, orderId, receipt: upload, ...told } }, c) => {
        const receipt = upload === undefined ? undefined : await pictureOf(upload);
        if (receipt === 'broken') return refuse(c, deps, 'receipt-not-a-picture');
        const draft = { ...told, customer, orderId, amount: rial(amount), receipt };
        const submitted = await ledger.deposits.submit(draft, byOf(c, ''), clock.now());
        return submitted.ok ? tellDeposit(submitted.value) : refuse(c, deps, submitted.error);
      },
    );
}

function serveReading(routes: Resource, { ledger: { deposits } }: ApiDeps): void {
  routes
    .serve(
      {
        ...{ method: 'get', path: '/deposits', operationId: 'listDeposits' },
        summary: 'List deposits, the longest waiting first',
        query: depositsQuery,
        answers: { 200: depositsAnswer },
      },
      async ({ query }) => {
        const found = await deposits.deposits(query);
        const next = found.length === query.limit ? found.at(-1)!.id : null;
        return { deposits: found.map(tellDeposit), next };
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/deposits/{id}', operationId: 'getDeposit', ...ONE_DEPOSIT },
        summary: 'Show a deposit',
        answers: { 200: depositAnswer },
        problems: { 404: NO_SUCH_DEPOSIT },
      },
      async ({ params: { id } }, c) => {
        const deposit = await deposits.deposit(id);
        return deposit === undefined ? refused(c, 'no-such-deposit') : tellDeposit(deposit);
      },
    )
    .serve(
      {
        ...{ method: 'get', path: '/deposits/{id}/receipt', operationId: 'getReceipt', ...ONE_DEPOSIT },
        summary: 'Show the picture of a receipt',
        answers: { 200: { type: 'image/jpeg', what: 'The picture.' } },
        problems: { 404: 'There is no such deposit, or it has no picture.' },
      },
      async ({ params: { id } }, c) => {
        const receipt = await deposits.receipt(id);
        if (receipt === undefined) return refused(c, 'no-such-deposit');
        return c.body(Uint8Array.from(receipt), 200, {
          'content-type': 'image/jpeg',
          'content-disposition': `inline; filename="deposit-${id}.jpg"`,
          'content-security-policy': "default-src 'none'; sandbox",
        });
      },
    );
}

function serveReviews(routes: Resource, deps: ApiDeps): void {
  const { ledger, clock, onApplied } = deps;
  routes
    .serve(
      {
        ...{ method: 'post', path: '/deposits/{id}/approve', operationId: 'approveDeposit', ...ONE_DEPOSIT },
        summary: 'Approve a deposit that was seen in the account',
        description: 'It pays its order at once; what cannot be given becomes credit in the wallet.',
        body: approvalBody,
        idempotencyKey: 'required',
        answers: { 200: approvedAnswer },
        problems: { 404: NO_SUCH_DEPOSIT, 409: refusalsOf('reviewed-already', 'reference-is-taken') },
      },
      async ({ params: { id }, body: { note } }, c) => {
        const secret = randomOctets(SECRET_OCTETS).toString('hex');
        const approved = await ledger.deposits.approve(id, secret, byOf(c, note), clock.now());
        if (!approved.ok) return refuse(c, deps, approved.error);
        await onApplied();
        const { deposit, concluded } = approved.value;
        const { payment, order } = concluded;
        return {
          ...{ deposit: tellDeposit(deposit), payment: tellPayment(payment) },
          order: order === undefined ? null : tellOrder(order),
        };
      },
    )
    .serve(
      {
        ...{ method: 'post', path: '/deposits/{id}/reject', operationId: 'rejectDeposit', ...ONE_DEPOSIT },
        summary: 'Reject a deposit that is not in the account',
        body: rejectionBody,
        idempotencyKey: 'optional',
        answers: { 200: depositAnswer },
        problems: { 404: NO_SUCH_DEPOSIT, 409: refusalsOf('reviewed-already') },
      },
      async ({ params: { id }, body: { note } }, c) => {
        const rejected = await ledger.deposits.reject(id, byOf(c, note), clock.now());
        return rejected.ok ? tellDeposit(rejected.value) : refuse(c, deps, rejected.error);
      },
    );
}

/** A refusal with whom to call (product lines A05 and A10). */
async function refuse(c: Context, deps: ApiDeps, code: RefusalCode): Promise<Response> {
  return refused(c, code, (await houseSettings(deps)).supportPhones);
}

async function houseSettings({ ledger, clock }: ApiDeps) {
  const { settings } = await ledger.catalogue.catalogue();
  return settingsAt(settings, clock.now());
}

function byOf(c: Context, reason: string) {
  return { actor: principalOf(c).actor, reason };
}

async function pictureOf(upload: Uint8Array): Promise<Uint8Array | 'broken'> {
  if (upload.length > PICTURE_OCTETS_MAX) return 'broken';
  const picture = await reencodePicture(upload);
  return picture.ok ? picture.value.content : 'broken';
}

function tellDeposit(deposit: Deposit): Told<typeof depositAnswer> {
  const { orderId, submittedAt, reviewedBy, reviewedAt, paymentId, ...told } = deposit;
  return {
    ...told,
    ...{ orderId: orderId ?? null, submittedAt: toIso(submittedAt), reviewedBy: reviewedBy ?? null },
    ...{ reviewedAt: toIsoOrNull(reviewedAt), paymentId: paymentId ?? null },
  };
}
