import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';
import { orderAnswer, paymentAnswer } from './order-answers.ts';

const id = z.int().min(1);

/** A deposit. */
export const depositAnswer = z
  .object({
    id,
    customer: id,
    orderId: id.nullable(),
    amount: count.describe('Whole Rial.'),
    bank: z.string(),
    trace: z.string(),
    depositedOn: z.iso.date(),
    hasReceipt: z.boolean(),
    state: z.enum(['waiting', 'approved', 'rejected']),
    submittedBy: z.string(),
    submittedAt: utcInstant,
    reviewedBy: z.string().nullable(),
    reviewedAt: utcInstant.nullable(),
    note: z.string(),
    paymentId: id.nullable(),
  })
  .meta({ id: 'Deposit', description: 'Money that somebody says to have paid into one of our accounts.' });

/** A page of deposits. */
export const depositsAnswer = z
  .object({
    deposits: z.array(depositAnswer),
    next: id.nullable().describe('Asks for the next page; null when this was the last.'),
  })
  .describe('Deposits by number.');

/** An approved deposit. */
export const approvedAnswer = z
  .object({ deposit: depositAnswer, payment: paymentAnswer, order: orderAnswer.nullable() })
  .describe('Approved, and what became of the money.');

/** Accounts to pay into. */
export const depositAccountsAnswer = z
  .object({
    accounts: z.array(
      z.object({
        bank: z.string(),
        owner: z.string(),
        cardNumber: z.string(),
        accountNumber: z.string(),
        sheba: z.string(),
      }),
    ),
    supportPhones: z
      .array(z.string())
      .describe('To call when there are no accounts, or something does not fit.'),
  })
  .describe('Accounts to pay into.');
