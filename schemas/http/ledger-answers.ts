import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';

const rial = z.int().describe('Whole Rial.');

/** One entry of an account; amounts as people read the account. */
export const accountRowAnswer = z
  .object({
    number: z.int().min(1),
    postedAt: utcInstant,
    kind: z.string().describe('What happened, such as purchase.'),
    orderId: z.string(),
    paymentId: z.string(),
    actor: z.string(),
    reason: z.string(),
    reverses: z.int().min(1).nullable().describe('Number of the entry that it takes back.'),
    change: rial.describe('What was added to the balance, whole Rial; below 0 what was taken from it.'),
    balance: rial.describe('After the entry, whole Rial.'),
    against: z.array(z.string()).describe('Accounts where it came from or went to.'),
  })
  .meta({ id: 'AccountRow', description: 'An entry, as it is read in one account.' });

/** An account, explained entry by entry: opening + all changes = closing. */
export const accountAnswer = z
  .object({
    account: z.string(),
    balance: rial,
    creditLimit: count.nullable().describe('How far a wallet may go below 0; null for other accounts.'),
    opening: rial.describe('Before the oldest entry of the page.'),
    closing: rial.describe('After the newest entry of the page.'),
    entries: z.array(accountRowAnswer).describe('Newest first.'),
    next: z.int().nullable().describe('Asks for the next page; null when this was the last.'),
  })
  .meta({ id: 'Account', description: 'An account of the money, explained.' });

/** What a verification of the journal has found. */
export const chainReport = z
  .object({
    entries: count.describe('Entries that were read.'),
    head: z
      .object({ number: count, hash: z.string() })
      .describe('The last entry: worth keeping outside, for a later verification.'),
    faults: count,
    chainFaults: z
      .array(
        z.object({
          number: z.int(),
          kind: z.enum(['gap', 'broken-link', 'wrong-hash', 'unbalanced', 'other-than-kept']),
        }),
      )
      .describe("The first of the chain's faults."),
    balanceFaults: z
      .array(z.object({ account: z.string(), balance: z.number(), lines: z.number() }))
      .describe('The first accounts whose balance is not the sum of their lines.'),
  })
  .meta({ id: 'ChainReport', description: 'What reading the journal has found.' });
