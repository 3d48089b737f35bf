import { z } from 'zod';
import { count } from './answer-fields.ts';
import { accountRowAnswer } from './ledger-answers.ts';

const rial = z.int().describe('Whole Rial.');

/** The wallet of a customer, explained entry by entry. */
export const walletAnswer = z
  .object({
    customer: z.int().min(1),
    balance: rial.describe('What we owe the customer; below 0 what a credit limit has let him take.'),
    creditLimit: count.describe('How far the wallet may go below 0.'),
    receivable: rial.describe('What the customer owes us: bills and loans.'),
    opening: rial.describe('Of the wallet, before the oldest entry of the page.'),
    closing: rial.describe('Of the wallet, after the newest entry of the page.'),
    entries: z.array(accountRowAnswer).describe('Of the wallet, newest first.'),
    next: z.int().nullable().describe('Asks for the next page; null when this was the last.'),
  })
  .meta({ id: 'Wallet', description: 'What a customer has with us and owes us.' });
