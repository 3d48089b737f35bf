import { z } from 'zod';
import { MONEY_PLACES } from '../../engine/payments/gateway-names.ts';
import { choice } from './choice.ts';
import { contractBody, reason, storedNumber } from './customer.ts';
import {
  integer,
  PAGE_BEFORE,
  pageLimit,
  printableText,
  rialAmount,
  titleText,
  usernameText,
} from './fields.ts';
import { passwordText } from './line.ts';
import { usageQuery } from './queries.ts';

const NAME_OCTETS = 200;

const fields = {
  parentId: z.int().min(1).nullable().describe('Number of the agent above; null at the top.'),
  kind: choice('agent', 'reseller').describe('As what offers are sold to him.'),
  name: printableText(NAME_OCTETS).min(1, 'must not be empty'),
  mobile: z.string().max(20, 'must have at most 20 characters').describe('A mobile number; empty for none.'),
  commissionPercent: integer(0, 100).describe(
    'Share of the price of sales; at most that of the agent above.',
  ),
};

/** `POST /agents`. */
export const agentBody = z.strictObject({
  parentId: fields.parentId.default(null),
  kind: fields.kind.default('agent'),
  name: fields.name,
  mobile: fields.mobile.default(''),
  commissionPercent: fields.commissionPercent.default(0),
  reason,
});

/** `PATCH /agents/{id}`: what is absent stays; another parent moves the agent with all below. */
export const agentChangeBody = z.strictObject({ ...z.object(fields).partial().shape, reason });

/** `POST /agents/{id}/suspend` and `resume`, `POST /tokens/{id}/revoke`. */
export const reasonBody = z.strictObject({ reason });

/** `GET /agents`: by number. */
export const agentsQuery = z.strictObject({
  limit: pageLimit,
  after: storedNumber.optional().describe(PAGE_BEFORE),
});

const amount = rialAmount(1).describe('Whole Rial.');

/** `POST /agents/{id}/deposits`. */
export const agentDepositBody = z.strictObject({
  amount,
  into: choice('bank', ...MONEY_PLACES).describe('Where the money is: bank, cash, or a gateway.'),
  reference: printableText(100)
    .min(1, 'must not be empty')
    .describe('How bank, gateway or receipt call it: one deposit counts once per place and reference.'),
  reason,
});

/** `PUT /agents/{id}/credit-limit`. */
export const agentLimitBody = z.strictObject({
  limit: rialAmount(0).describe('How far the deposit may go below 0, whole Rial.'),
  reason,
});

/** `GET /agents/{id}/report`: a period, and a page of its commissions, newest first. */
export const agentReportQuery = z.strictObject({
  ...usageQuery.shape,
  limit: pageLimit,
  before: storedNumber.optional().describe(PAGE_BEFORE),
});

/** `PUT /customers/{id}/agent`. */
export const customerAgentBody = z.strictObject({
  agentId: z.int().min(1).nullable().describe("Null makes it the house's own customer."),
  reason,
});

/** `POST /customers/{id}/lines`. */
export const customerLineBody = z.strictObject({
  username: usernameText,
  password: passwordText.min(1, 'must not be empty'),
  plan: titleText.describe(
    'Of which the line is until something is bought for it, as `planName` of an offer.',
  ),
  ...contractBody.pick({ phone: true, exchange: true, county: true, reason: true }).shape,
});

/** `POST /orders/{id}/pay-from-deposit`. */
export const depositPaymentBody = z.strictObject({
  agentId: z.int().min(1).optional().describe('Of staff: whose deposit pays. An agent pays with its own.'),
});

/** `POST /tokens`. */
export const tokenBody = z.strictObject({
  name: printableText(64)
    .min(1, 'must not be empty')
    .describe('Says who or what uses it; stands in the audit trail, and is never given twice.'),
  agentId: z.int().min(1).optional().describe('Whose it is; without it a token of staff.'),
  scope: choice('own', 'tree')
    .default('tree')
    .describe("own: an agent's own customers; tree: those of agents below, too."),
  reason,
});

/** `GET /tokens`. */
export const tokensQuery = z.strictObject({ agentId: storedNumber.optional() });
