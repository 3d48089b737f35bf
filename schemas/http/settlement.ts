import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';
import { paymentAnswer } from './order-answers.ts';

/** `POST /gateways/{name}/reconcile`. */
export const settlementBody = z.strictObject({
  csv: z
    .string()
    .min(1, 'must not be empty')
    .describe('UTF-8 with a header: reference, amount, fee (optional).'),
  payout: z
    .string()
    .regex(/^[0-9A-Za-z._/-]{1,100}$/, 'must be 1 to 100 letters, digits or . _ / -')
    .optional()
    .describe('Reference of the transfer to our bank account: amounts less fees are posted, once.'),
  despiteMissing: z
    .boolean()
    .default(false)
    .describe('Post the payout also where the file names payments that are not paid here.'),
});

const row = z.object({ line: count, reference: z.string(), amount: count, fee: count });

/** What a comparison with a gateway's list has found. */
export const settlementAnswer = z
  .object({
    gateway: z.string(),
    from: utcInstant,
    to: utcInstant,
    rows: count,
    matched: count,
    amount: count.describe('Sum of the amounts of the file without repeated rows, whole Rial.'),
    fees: count,
    missingHere: z.array(row).describe('Settled there, and not paid here.'),
    missingThere: z.array(paymentAnswer).describe('Paid here within from and to, and not in the file.'),
    amountDiffers: z.array(z.object({ row, payment: paymentAnswer })),
    repeated: z.array(row).describe('Rows whose reference an earlier row has.'),
    payout: z
      .object({ entry: z.int().min(1), amount: count, repeated: z.boolean() })
      .nullable()
      .describe('The entry of the money; null when none was asked for.'),
  })
  .meta({ id: 'Settlement', description: 'Where the list of a gateway and ours are not the same.' });
