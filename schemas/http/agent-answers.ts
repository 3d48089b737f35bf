import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';

const id = z.int().min(1);
const signed = z.int().describe('Whole Rial.');
const nextNumber = id.nullable().describe('Asks for the next page; null when this was the last.');

/** An agent. */
export const agentAnswer = z
  .object({
    id: id.describe('Also the number of the account agent:N.'),
    parentId: id.nullable().describe('Null at the top.'),
    kind: z.enum(['agent', 'reseller']),
    name: z.string(),
    mobile: z.string().describe('E.164; empty when it is not known.'),
    commissionPercent: count.describe('Share of the price of sales.'),
    state: z.enum(['active', 'suspended']),
    deposit: signed.describe('What is left of the deposit, whole Rial; below 0 what the agent owes.'),
    creditLimit: count.describe('How far the deposit may go below 0, whole Rial.'),
    createdAt: utcInstant,
    updatedAt: utcInstant,
  })
  .meta({ id: 'Agent', description: 'An agent or a reseller.' });

/** A page of agents. */
export const agentsAnswer = z
  .object({ agents: z.array(agentAnswer), next: nextNumber })
  .describe('Agents by number.');

/** What moved an agent's deposit within a period. */
export const agentReportAnswer = z
  .object({
    agentId: id,
    from: utcInstant,
    to: utcInstant.describe('Not included.'),
    opening: signed,
    deposits: signed,
    sales: signed.describe('Paid from the deposit for customers.'),
    saleCount: count,
    commission: signed.describe('Earned, less what was taken back.'),
    other: signed,
    closing: signed.describe('opening + deposits - sales + commission + other'),
    commissions: z
      .array(
        z.object({
          entry: id.describe('Number of the entry in the ledger.'),
          at: utcInstant,
          orderId: id,
          amount: signed.describe('Below 0 when it was taken back.'),
        }),
      )
      .describe('Newest first.'),
    next: nextNumber,
  })
  .meta({ id: 'AgentReport', description: 'Deposit and commission of an agent within a period.' });

/** Whose customer it is. */
export const customerAgentAnswer = z
  .object({ customerId: id, agentId: id.nullable().describe("Null for the house's own.") })
  .describe('Whose customer it is now.');

/** A token, as it is known after it was told. */
export const tokenAnswer = z
  .object({
    id,
    name: z.string(),
    agentId: id.nullable().describe('Null for a token of staff.'),
    scope: z.enum(['own', 'tree']),
    actor: z.string().describe('What audit trail and journal call whoever uses it.'),
    createdBy: z.string(),
    createdAt: utcInstant,
    lastUsedAt: utcInstant.nullable().describe('To the minute.'),
    revokedAt: utcInstant.nullable(),
  })
  .meta({ id: 'Token', description: 'A token of the API; the token itself is told once.' });

/** A new token. */
export const newTokenAnswer = z
  .object({ token: z.string().describe('Told this once: keep it.'), about: tokenAnswer })
  .describe('The token, told once.');

/** All tokens. */
export const tokensAnswer = z
  .object({ tokens: z.array(tokenAnswer) })
  .describe('By number, revoked ones too.');
