import type { CatalogueDocument } from '../../engine/orders/catalogue-document.ts';
import { value } from '../conformance/agent-world.ts';
import { type AccessWorld, BODIES, MINE } from './access-world.ts';
import { START } from './world.ts';

/** A call that staff make, and what the audit trail says of it. */
export interface AuditedCall {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly action: string;
  readonly subject: string;
}

type Making = (world: AccessWorld) => Promise<AuditedCall> | AuditedCall;

const REASON = 'به درخواست تلفنی مشترک';
const LINE = `line:${MINE}`;

const ofLine =
  (verb: string, action: string, body: object | undefined, method = 'POST') =>
  (): AuditedCall => ({
    ...{ method, path: `/lines/${MINE}/${verb}`, action, subject: LINE },
    ...(body !== undefined && { body }),
  });

const ofAgent =
  (method: string, verb: string, action: string, body: object): Making =>
  ({ owner }) => ({
    ...{ method, path: `/agents/${owner.id}${verb}`, action, subject: `agent:${owner.id}` },
    body: { ...body, reason: REASON },
  });

/**
 * Every route of staff that changes money or status, or whose it is, by what it does. They are called in this order, so
 * that each one has something to change.
 */
export const AUDITED: ReadonlyMap<string, Making> = new Map<string, Making>([
  ['suspendLine', ofLine('suspend', 'line.suspend', { reason: REASON })],
  ['resumeLine', ofLine('resume', 'line.resume', { reason: REASON })],
  [
    'changeStanding',
    ofLine('standing', 'line.standing', { standing: 'in-collection-list', note: REASON }, 'PUT'),
  ],
  ['changeContract', ofLine('contract', 'line.contract', { exchange: 'شهید قندی', reason: REASON }, 'PATCH')],
  ['pauseLine', ofLine('pause', 'line.suspend', undefined)],
  ['endPause', ofLine('end-pause', 'line.resume', undefined)],
  ['addAgent', addAgent],
  ['changeAgent', ofAgent('PATCH', '', 'agent.update', { name: 'نمایندگی تازه' })],
  ['suspendAgent', ofAgent('POST', '/suspend', 'agent.suspend', {})],
  ['resumeAgent', ofAgent('POST', '/resume', 'agent.resume', {})],
  [
    'takeAgentDeposit',
    ofAgent('POST', '/deposits', 'agent.deposit', { amount: 5, into: 'cash', reference: 'r-1' }),
  ],
  ['limitAgent', ofAgent('PUT', '/credit-limit', 'agent.limit', { limit: 7 })],
  ['createToken', createToken],
  ['revokeToken', revokeToken],
  ['addCustomer', addCustomer],
  ['changeCustomer', changeCustomer],
  ['addLine', addLine],
  ['uploadDocument', uploadDocument],
  ['reviewDocument', reviewDocument],
  ['payFromDeposit', payFromDeposit],
  ['payOrder', payOrder],
  ['cancelOrder', cancelOrder],
  ['giveFreeCharge', giveFreeCharge],
  ['tellDeposit', tellDeposit],
  ['approveDeposit', (world) => reviewDeposit(world, 'approve')],
  ['rejectDeposit', (world) => reviewDeposit(world, 'reject')],
  ['takeInvoiceBack', takeInvoiceBack],
  ['assignCustomer', assignCustomer],
  ['apply', applyDocument],
  ['setSetting', setSetting],
]);

function applyDocument(): AuditedCall {
  const body = { lines: [{ username: 'ran-out', plan: 'نامحدود', expiresAt: '2030-01-01T00:00:00Z' }] };
  return { method: 'PUT', path: '/apply', body, action: 'line.update', subject: 'line:ran-out' };
}

function setSetting(): AuditedCall {
  const body = { value: 48 };
  const subject = 'setting:orderHours';
  return { method: 'PUT', path: '/settings/orderHours', body, action: 'setting.update', subject };
}

function addAgent(): AuditedCall {
  return {
    method: 'POST',
    path: '/agents',
    body: { name: 'x', reason: REASON },
    action: 'agent.create',
    subject: '',
  };
}

function addCustomer(): AuditedCall {
  const body = { name: 'مشتری', reason: REASON };
  return { method: 'POST', path: '/customers', body, action: 'customer.create', subject: '' };
}

function addLine({ customer }: AccessWorld): AuditedCall {
  const body = { username: 'added', password: 'p', plan: 'نامحدود', county: 'کرج', reason: REASON };
  const path = `/customers/${customer}/lines`;
  return { method: 'POST', path, body, action: 'line.create', subject: 'line:added' };
}

function createToken(): AuditedCall {
  const body = { name: 'باجه', reason: REASON };
  return { method: 'POST', path: '/tokens', body, action: 'token.create', subject: 'staff' };
}

async function revokeToken({ world }: AccessWorld): Promise<AuditedCall> {
  const { id } = (await world.ledger.agents.tokens()).find(({ name }) => name === 'باجه')!;
  const body = { reason: REASON };
  return { method: 'POST', path: `/tokens/${id}/revoke`, body, action: 'token.revoke', subject: 'staff' };
}

function assignCustomer({ customer }: AccessWorld): AuditedCall {
  const subject = `customer:${customer}`;
  const body = { agentId: null, reason: REASON };
  return { method: 'PUT', path: `/customers/${customer}/agent`, body, action: 'customer.assign', subject };
}

async function changeCustomer({ customer, world }: AccessWorld): Promise<AuditedCall> {
  const { revision } = (await world.ledger.people.customer(customer))!;
  const body = { revision, address: 'کرج', reason: REASON };
  const subject = `customer:${customer}`;
  return { method: 'PATCH', path: `/customers/${customer}`, body, action: 'customer.update', subject };
}

function uploadDocument({ customer }: AccessWorld): AuditedCall {
  const body = BODIES.uploadDocument!(0)!;
  const subject = `customer:${customer}`;
  return {
    method: 'POST',
    path: `/customers/${customer}/documents`,
    body,
    action: 'document.upload',
    subject,
  };
}

async function reviewDocument({ customer, world }: AccessWorld): Promise<AuditedCall> {
  const { id } = (await world.ledger.people.documentsOf(customer)).at(-1)!;
  const body = { verdict: 'rejected', note: REASON };
  const subject = `customer:${customer}`;
  return { method: 'POST', path: `/documents/${id}/review`, body, action: 'document.rejected', subject };
}

async function placed({ agents, owner }: AccessWorld): Promise<number> {
  return (await agents.place(MINE, owner, 'x1', 'traffic')).id;
}

async function payFromDeposit(world: AccessWorld): Promise<AuditedCall> {
  const id = await placed(world);
  const path = `/orders/${id}/pay-from-deposit`;
  const body = { agentId: world.owner.id };
  return { method: 'POST', path, body, action: 'order.pay-from-deposit', subject: `order:${id}` };
}

async function payOrder(world: AccessWorld): Promise<AuditedCall> {
  await world.agents.orders.credit(world.customer, 1_000_000, 'for-an-order');
  const id = await placed(world);
  const body = { method: 'wallet' };
  const subject = `order:${id}`;
  return { method: 'POST', path: `/orders/${id}/pay`, body, action: 'order.pay-from-wallet', subject };
}

async function cancelOrder(world: AccessWorld): Promise<AuditedCall> {
  const id = await placed(world);
  const subject = `order:${id}`;
  return { method: 'POST', path: `/orders/${id}/cancel`, action: 'order.cancel', subject };
}

async function giveFreeCharge({ agents }: AccessWorld): Promise<AuditedCall> {
  await agents.customer('ran-out');
  const subject = 'line:ran-out';
  return { method: 'POST', path: '/lines/ran-out/free-charge', action: 'line.free-charge', subject };
}

async function takeInvoiceBack({ customer, world }: AccessWorld): Promise<AuditedCall> {
  const [stored] = await world.ledger.invoices.invoices({ customer, limit: 1 });
  const { series, number } = stored!.invoice;
  const path = `/invoices/${series}/${number}/credit-note`;
  return { method: 'POST', path, body: { reason: REASON }, action: 'invoice.refund', subject: 'invoice:' };
}

const ACCOUNT = {
  bank: 'ملت',
  owner: 'شرکت',
  cardNumber: '6037701689095443',
  accountNumber: '17',
  sheba: '',
};

async function tellDeposit({ customer, world }: AccessWorld): Promise<AuditedCall> {
  const settings = [
    { name: 'depositAccounts', value: [ACCOUNT] },
  ] as unknown as CatalogueDocument['settings'];
  value(await world.ledger.catalogue.declare({ settings: settings! }, 'test', START));
  const body = { amount: 1_000, bank: 'ملت', trace: '1001', depositedOn: '1405/08/29' };
  return {
    method: 'POST',
    path: `/customers/${customer}/deposits`,
    body,
    action: 'deposit.submit',
    subject: '',
  };
}

async function reviewDeposit(
  { customer, world }: AccessWorld,
  verdict: 'approve' | 'reject',
): Promise<AuditedCall> {
  const draft = {
    ...{ customer, amount: 2_000, bank: 'ملت', trace: `200-${verdict}`, depositedOn: '2026-11-20' },
    ...{ orderId: undefined, receipt: undefined },
  } as unknown as Parameters<typeof world.ledger.deposits.submit>[0];
  const { id } = value(await world.ledger.deposits.submit(draft, { actor: 'u1', reason: '' }, START));
  const body = { note: REASON };
  return {
    method: 'POST',
    path: `/deposits/${id}/${verdict}`,
    body,
    action: `deposit.${verdict}`,
    subject: '',
  };
}

/** Routes that leave no row in the audit trail, each with the reason. */
export const UNAUDITED: ReadonlyMap<string, string> = new Map([
  ['importPeople', 'it makes customers and contracts, which are noted one by one'],
  ['findKnownLines', 'it only tells'],
  ['quoteOrder', 'it only tells'],
  ['placeOrder', 'an order says itself who placed it, and moves nothing'],
  ['releaseMac', 'neither money nor status'],
  ['kickLine', 'neither money nor status'],
  ['topUpWallet', 'it sends somebody to a bank; the payment says who began it'],
  ['payDebt', 'the entry of the ledger says who did it'],
  ['reconcileGateway', 'the entry of the ledger says who posted the payout'],
  ['rechargeLine', 'is noted; the tests of campaigns show it'],
  ['reconcile', 'it only tells'],
  ['whatIf', 'it only tells'],
  ['passTime', 'only on a test clock'],
  ['moveClock', 'only on a test clock'],
]);
