import { z } from 'zod';
import { count, utcInstant } from './answer-fields.ts';

const day = z
  .string()
  .regex(/^\d{4}\/\d{2}\/\d{2}$/)
  .describe('A day of the Jalali calendar, such as 1405/08/30.');
const rial = count.describe('Whole Rial.');

/** A bill «قبض» of a postpaid service. */
export const billAnswer = z
  .object({
    id: z.int(),
    customer: z.int().describe('Who was billed: whose the line was on those days.'),
    name: z.string(),
    firstDay: day,
    lastDay: day,
    days: count.describe(
      'Days that are billed; by nominal length of months also other ones than the calendar has.',
    ),
    amount: rial,
    vat: rial,
    invoice: z.object({ series: z.string(), number: z.int() }),
    issuedAt: utcInstant,
  })
  .meta({ id: 'Bill', description: 'A postpaid service of one Jalali month.' });

/** Bills of a line. */
export const billsAnswer = z.object({ bills: z.array(billAnswer) }).describe('Bills, newest first.');

/** A recharge of a campaign. */
export const rechargeAnswer = z
  .object({
    kind: z
      .enum(['monthly', 'extra', 'failed', 'missed'])
      .describe(
        'The month’s own, an extra one, one that was tried in vain, a month that went by without its own.',
      ),
    at: utcInstant.describe('When it was tried; of a missed one when it should have been.'),
    dueAt: utcInstant,
  })
  .meta({ id: 'Recharge', description: 'Volume of a campaign.' });

/** Recharges of a line. */
export const rechargesAnswer = z
  .object({ recharges: z.array(rechargeAnswer.extend({ name: z.string(), octets: count })) })
  .describe('What became of every recharge, by time.');

/** A pause of a line. */
export const pauseAnswer = z
  .object({
    from: utcInstant,
    until: utcInstant.nullable().describe('Null while it goes on.'),
    endsBy: utcInstant.describe('When it ends by itself: all days that are credited are used then.'),
  })
  .meta({ id: 'Pause', description: 'A time without service whose days are not lost.' });

/** Pauses of a line. */
export const pausesAnswer = z.object({ pauses: z.array(pauseAnswer) }).describe('Pauses, oldest first.');
